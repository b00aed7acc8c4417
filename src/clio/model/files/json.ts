/** JSON with the line of every object in it, and with whole numbers of any size. */
import { type JSONVisitor, printParseErrorCode, visit } from "jsonc-parser";
import { FileRefused, placeText } from "./refusal.js";

/** A parsed value. A whole number that a double would round is a bigint. Objects have no prototype. */
export type Json =
  null | boolean | number | bigint | string | readonly Json[] | JsonObject;
export interface JsonObject {
  readonly [key: string]: Json | undefined;
}

/** Deeper than any file of a person or state of a viewer; reading goes level by level down the stack. */
const MAX_DEPTH = 200;

/** A parsed text. */
export class JsonDocument {
  constructor(
    readonly value: Json,
    private readonly lines: ReadonlyMap<object, number>,
  ) {}

  /** The line, from 1, in which an object or list of this document begins; 1 for any other value. */
  lineOf(value: Json | undefined): number {
    return typeof value === "object" && value !== null
      ? (this.lines.get(value) ?? 1)
      : 1;
  }
}

export function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

export function isList(value: Json | undefined): value is readonly Json[] {
  return Array.isArray(value);
}

/**
 * Parses strict JSON.
 * @param firstLine the line of the file in which the text begins
 * @throws {FileRefused} naming the line and column of the first mistake, and where a file is cut
 */
export function parseJson(text: string, firstLine = 1): JsonDocument {
  const builder = new Builder(text, firstLine);
  // What spreadsheets and editors put before the text; JSON itself knows no such mark.
  const begin = text.startsWith("\uFEFF") ? 1 : 0;
  visit(text.slice(begin), builder.visitor(begin), { disallowComments: true });
  if (builder.root === undefined) {
    throw new FileRefused("It is empty: expected JSON.");
  }
  return new JsonDocument(builder.root, builder.lines);
}

type Open = { list: Json[] } | { object: Record<string, Json>; key: string };

class Builder {
  root: Json | undefined;
  readonly lines = new Map<object, number>();
  private readonly open: Open[] = [];

  constructor(
    private readonly text: string,
    private readonly firstLine: number,
  ) {}

  visitor(begin: number): JSONVisitor {
    const close = () => {
      this.open.pop();
    };
    return {
      onObjectBegin: (_offset, _length, line, column) => {
        const object = Object.create(null) as Record<string, Json>;
        this.add(object);
        this.lines.set(object, line + this.firstLine);
        this.enter({ object, key: "" }, line, column);
      },
      onObjectProperty: (key) => {
        const parent = this.open.at(-1);
        if (parent !== undefined && "object" in parent) parent.key = key;
      },
      onArrayBegin: (_offset, _length, line, column) => {
        const list: Json[] = [];
        this.add(list);
        this.lines.set(list, line + this.firstLine);
        this.enter({ list }, line, column);
      },
      onLiteralValue: (value: Json, offset, length) => {
        if (typeof value === "number" && !Number.isSafeInteger(value)) {
          const start = begin + offset;
          this.add(exactNumber(this.text.slice(start, start + length), value));
        } else {
          this.add(value);
        }
      },
      onObjectEnd: close,
      onArrayEnd: close,
      onError: (code, offset, _length, line, column) => {
        const place = placeText({
          line: line + this.firstLine,
          column: column + 1,
        });
        const cut = this.text.slice(begin + offset).trim() === "";
        throw new FileRefused(
          cut
            ? `It ends in the middle, at ${place}: the file is cut. Fetch it again, or export it again.`
            : `It is no JSON from ${place} on (${printParseErrorCode(code)}).`,
        );
      },
    };
  }

  private add(value: Json): void {
    const parent = this.open.at(-1);
    if (parent === undefined) this.root = value;
    else if ("list" in parent) parent.list.push(value);
    else parent.object[parent.key] = value;
  }

  private enter(value: Open, line: number, column: number): void {
    this.open.push(value);
    if (this.open.length <= MAX_DEPTH) return;
    const place = placeText({
      line: line + this.firstLine,
      column: column + 1,
    });
    throw new FileRefused(
      `At ${place} it nests more than ${MAX_DEPTH} levels deep, which no file that Clio reads does.`,
    );
  }
}

function exactNumber(written: string, value: number): number | bigint {
  return /^-?\d+$/.test(written) ? BigInt(written) : value;
}
