import { randomUUID } from "node:crypto";
import { parse, stringify } from "lossless-json";
import * as v from "valibot";
import {
  mergesDataset,
  type MergedSegmentation,
  type MergeRecord,
} from "../../src/clio/model/merge.js";
import { decisionsOf } from "../../src/clio/model/merge_pairs.js";
import { MergeSets } from "../../src/clio/model/merge_sets.js";
import { describeIssues } from "../../src/clio/model/schema_issues.js";
import { badRequest } from "../problems/problem.js";
import type { Apply, Records } from "../records/records.js";
import type {
  DocumentRow,
  Reader,
  Storage,
  Writer,
} from "../storage/storage.js";
import {
  agree,
  DOCUMENT_KEYS,
  DOCUMENT_SCHEMAS,
  documentsOf,
  type DocumentKey,
  pairsOf,
  type ThreeDocuments,
} from "./three_documents.js";

/** What stands in the place of a document that was deleted, until all three are. */
const gone = "null";

/**
 * So long a document that was written waits for the two others, in milliseconds: the original writes them one right after the other. Then
 * the three are told as they follow from the merges again; it is not forgotten, and may still be one of three.
 */
const waiting = 60_000;

/** As the base of an edit: whoever makes it has seen all that there is. */
const everything = Number.MAX_SAFE_INTEGER;

/** Whose merges, and the scope of the documents. */
export interface MergeShelf {
  readonly user: string;
  readonly scope: string;
  readonly of: MergedSegmentation;
}

/** A document as it is answered: JSON text, and when it was written. */
export type MergeDocument = Pick<DocumentRow, "value" | "modified">;

/**
 * A person's merges as the three documents of the original. They are the same merges as in the viewer: read out of them, and taken over
 * into them as soon as the three that were written agree. A page of the original writes all that it knows, and it may know less than is
 * stored; so what documents leave out stays as it is, and nothing but the deletion of all three takes merges back.
 */
export class MergeDocuments {
  constructor(
    private readonly storage: Storage,
    private readonly records: Records,
  ) {}

  /** The documents that are there, by their keys. Three that agree were written before they were merges, and become these now. */
  async all(
    shelf: MergeShelf,
  ): Promise<ReadonlyMap<DocumentKey, MergeDocument>> {
    const { read } = this.storage;
    let written = await writtenOf(read, shelf);
    let decisions = await decisionsIn(read, shelf);
    const three = threeOf(written, decisions);
    if (written.size === DOCUMENT_KEYS.length && three && agree(three)) {
      await this.records.write((apply, writer) => settle(apply, writer, shelf));
      written = await writtenOf(read, shelf);
      decisions = await decisionsIn(read, shelf);
    }
    const made = documentsOf(decisions);
    const modified = decisions.reduce(
      (latest, each) => Math.max(latest, each.modified),
      0,
    );
    const found = new Map<DocumentKey, MergeDocument>();
    for (const key of DOCUMENT_KEYS) {
      const row = written.get(key);
      if (row !== undefined && (decisions.length === 0 || isWaiting(row))) {
        if (row.value !== gone) found.set(key, row);
      } else if (decisions.length > 0) {
        found.set(key, { value: stringify(made[key])!, modified });
      }
    }
    return found;
  }

  /**
   * Writes one of the documents.
   * @throws Problem 400 where it is none
   */
  async put(
    shelf: MergeShelf,
    key: DocumentKey,
    value: Record<string, unknown>,
  ): Promise<void> {
    const result = v.safeParse(DOCUMENT_SCHEMAS[key], value);
    if (!result.success) {
      throw badRequest(
        describeIssues(result.issues).slice(0, 10).join("; "),
        "bad-body",
      );
    }
    const text = stringify(value)!;
    await this.records.write(async (apply, writer) => {
      // What stands in its place may say more, and has waited for the others in vain.
      if (key === "mainToOthers") await takeOverAlone(apply, writer, shelf);
      await write(writer, shelf, key, text);
      await settle(apply, writer, shelf);
    });
  }

  /** Deletes one of the documents; when all three are, the merges are taken back. */
  async remove(shelf: MergeShelf, key: DocumentKey): Promise<void> {
    const { user } = shelf;
    await this.records.write(async (apply, writer) => {
      const decisions = await decisionsIn(writer, shelf);
      if (decisions.length === 0) {
        await writer.removeDocument(placeOf(shelf, key));
        return;
      }
      await write(writer, shelf, key, gone);
      const written = await writtenOf(writer, shelf);
      const isGone = DOCUMENT_KEYS.every((each) => {
        const row = written.get(each);
        return row?.value === gone && isWaiting(row);
      });
      if (!isGone) return;
      const edits = decisions.map(
        ({ id }) => ({ op: "delete", id, base: everything }) as const,
      );
      await change(apply, user, shelf, "Clear merges by a script", edits);
      await forget(writer, shelf);
    });
  }

  /** The merges, together with what `mainToOthers` says where that was written last, and waits for the others. */
  async asked(shelf: MergeShelf): Promise<MergeRecord[]> {
    return this.records.write(async (apply, writer) => {
      await takeOverAlone(apply, writer, shelf);
      return decisionsIn(writer, shelf);
    });
  }
}

/** Takes the three over as soon as they agree. */
async function settle(
  apply: Apply,
  writer: Writer,
  shelf: MergeShelf,
): Promise<void> {
  const written = await writtenOf(writer, shelf);
  const three = threeOf(written, await decisionsIn(writer, shelf));
  if (three === undefined || !agree(three)) return;
  await takeOver(apply, writer, shelf, three);
  await forget(writer, shelf);
}

/** Takes `mainToOthers` over by itself where it waits, and lets go of it: else it would bring back what is taken back later. */
async function takeOverAlone(
  apply: Apply,
  writer: Writer,
  shelf: MergeShelf,
): Promise<void> {
  const at = placeOf(shelf, "mainToOthers");
  const row = await writer.document(at);
  const mainToOthers = row && readDocument("mainToOthers", row);
  if (mainToOthers === undefined) return;
  await takeOver(apply, writer, shelf, {
    mainToOthers,
    mainOrdered: { array: [] },
  });
  await writer.removeDocument(at);
}

function isWaiting({ modified }: DocumentRow): boolean {
  return Date.now() - modified < waiting;
}

function placeOf({ user, scope }: MergeShelf, key: DocumentKey) {
  return { user, space: "kv", scope, key };
}

async function write(
  writer: Writer,
  shelf: MergeShelf,
  key: DocumentKey,
  value: string,
): Promise<void> {
  const at = placeOf(shelf, key);
  await writer.putDocument({ ...at, value, modified: Date.now() });
}

/** Lets go of what was written: it is in the merges now. */
async function forget(writer: Writer, shelf: MergeShelf): Promise<void> {
  for (const key of DOCUMENT_KEYS) {
    await writer.removeDocument(placeOf(shelf, key));
  }
}

/** The documents that were written and not taken over yet. */
async function writtenOf(
  read: Reader,
  shelf: MergeShelf,
): Promise<Map<DocumentKey, DocumentRow>> {
  const rows = await Promise.all(
    DOCUMENT_KEYS.map((key) => read.document(placeOf(shelf, key))),
  );
  return new Map(
    rows.flatMap((row) =>
      row === undefined ? [] : [[row.key as DocumentKey, row] as const],
    ),
  );
}

async function decisionsIn(
  read: Reader,
  { user, of }: MergeShelf,
): Promise<MergeRecord[]> {
  const rows = await read.recordsOf({ user, dataset: mergesDataset(of) });
  return rows.flatMap(({ record }) =>
    record?.kind === "merge" ? [record] : [],
  );
}

/** The three as they would be: those that were written, and of the rest what follows from the merges; undefined where one is missing. */
function threeOf(
  written: ReadonlyMap<DocumentKey, DocumentRow>,
  decisions: readonly MergeRecord[],
): ThreeDocuments | undefined {
  const made = documentsOf(decisions);
  const one = <Key extends DocumentKey>(key: Key) => {
    const row = written.get(key);
    if (row?.value === gone) return undefined;
    const said = row && readDocument(key, row);
    if (said !== undefined) return said;
    return decisions.length === 0 ? undefined : made[key];
  };
  const mainToOthers = one("mainToOthers");
  const otherToMain = one("otherToMain");
  const mainOrdered = one("mainOrdered");
  return mainToOthers && otherToMain && mainOrdered
    ? { mainToOthers, otherToMain, mainOrdered }
    : undefined;
}

/** What a document says; undefined where it is none, such as what was written while the scope was no dataset's. */
function readDocument<Key extends DocumentKey>(
  key: Key,
  { value }: DocumentRow,
): ThreeDocuments[Key] | undefined {
  // Digits in the place of numbers: no number is rounded.
  const json = parse(value, undefined, (digits) => digits);
  const result = v.safeParse(DOCUMENT_SCHEMAS[key], json);
  return result.success ? (result.output as ThreeDocuments[Key]) : undefined;
}

/** Makes decisions of what documents say that is not so yet. */
async function takeOver(
  apply: Apply,
  writer: Writer,
  shelf: MergeShelf,
  documents: Pick<ThreeDocuments, "mainToOthers" | "mainOrdered">,
): Promise<void> {
  const sets = new MergeSets();
  for (const decision of await decisionsIn(writer, shelf)) sets.put(decision);
  // What is one already may be so by decisions that say more, such as where.
  const said = new MergeSets();
  const pairs = pairsOf(documents).filter(([onto, merged], i) => {
    const isNew =
      sets.mainOf(onto) !== sets.mainOf(merged) &&
      said.mainOf(onto) !== said.mainOf(merged);
    const ends = { onto: String(onto), merged: String(merged) };
    if (isNew) said.put({ id: String(i), act: "", created: i, ...ends });
    return isNew;
  });
  if (pairs.length === 0) return;
  const { user } = shelf;
  const edits = decisionsOf(pairs, sets, user, Date.now()).map(
    (record) => ({ op: "put", record, base: 0 }) as const,
  );
  await change(apply, user, shelf, "Merge by a script", edits);
}

async function change(
  apply: Apply,
  user: string,
  { of }: MergeShelf,
  label: string,
  edits: Parameters<Apply>[1]["edits"],
): Promise<void> {
  await apply(user, {
    id: randomUUID(),
    dataset: mergesDataset(of),
    at: Date.now(),
    label,
    edits,
  });
}
