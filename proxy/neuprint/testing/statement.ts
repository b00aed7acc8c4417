/** As much of neuPrint's language as reading a connectome takes: MATCH, WHERE, RETURN, ORDER BY, LIMIT. */

/** `(name:label)`; either can be absent. */
export interface NodePattern {
  readonly name: string | undefined;
  readonly label: string | undefined;
}

/** One step of a path: over a relationship to the next node. */
export interface StepPattern {
  readonly name: string | undefined;
  readonly type: string;
  /** Whether the relationship leads to the next node, and not from it. */
  readonly forward: boolean;
  readonly to: NodePattern;
}

export interface PathPattern {
  readonly start: NodePattern;
  readonly steps: readonly StepPattern[];
}

export type Expression =
  | { readonly kind: "literal"; readonly value: Value }
  | { readonly kind: "list"; readonly items: readonly Expression[] }
  | { readonly kind: "property"; readonly path: readonly string[] }
  | {
      readonly kind: "call";
      readonly name: string;
      readonly argument: Expression;
    }
  | {
      readonly kind: "operation";
      readonly operator: string;
      readonly left: Expression;
      readonly right: Expression;
    };

/** What a property holds; whole numbers have 64 bits. */
export type Value =
  null | boolean | bigint | number | string | readonly Value[] | ValueMap;
export interface ValueMap {
  readonly [name: string]: Value;
}

export interface Statement {
  readonly paths: readonly PathPattern[];
  /** Conditions that all have to hold. */
  readonly where: readonly Expression[];
  readonly columns: readonly {
    readonly name: string;
    readonly value: Expression;
  }[];
  readonly order: readonly {
    readonly by: Expression;
    readonly descending: boolean;
  }[];
  readonly limit: number;
}

/** Thrown where a text is no statement, or one of a kind that is not known here. */
export class StatementError extends Error {}

interface Token {
  readonly text: string;
  readonly from: number;
  readonly to: number;
}

const tokens =
  /\s*("(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|[A-Za-z_]\w*|\d+(?:\.\d+)?|->|<-|>=|<=|<>|[-()[\]:,.=<>*])/gy;

const comparisons = ["=", "<>", ">=", "<=", ">", "<", "IN", "CONTAINS"];

/** Reads a statement. */
export function readStatement(text: string): Statement {
  return new Reader(text).statement();
}

class Reader {
  private readonly tokens: Token[] = [];
  private at = 0;

  constructor(private readonly text: string) {
    let end = 0;
    for (const match of text.matchAll(tokens)) {
      end = match.index + match[0].length;
      this.tokens.push({
        text: match[1],
        from: end - match[1].length,
        to: end,
      });
    }
    const rest = text.slice(end).trim();
    if (rest !== "") throw new StatementError(`Invalid input '${rest[0]}'`);
  }

  statement(): Statement {
    this.expect("MATCH");
    const paths = this.listOf(() => this.path());
    const where = this.take("WHERE") ? conjuncts(this.or()) : [];
    this.expect("RETURN");
    const columns = this.listOf(() => this.column());
    const order = this.take("ORDER")
      ? (this.expect("BY"), this.listOf(() => this.ordering(columns)))
      : [];
    const limit = this.take("LIMIT") ? Number(this.next()) : Infinity;
    if (this.at < this.tokens.length) throw this.unexpected();
    return { paths, where, columns, order, limit };
  }

  private path(): PathPattern {
    const start = this.node();
    const steps: StepPattern[] = [];
    for (;;) {
      const isBack = this.take("<-");
      if (!isBack && !this.take("-")) return { start, steps };
      this.expect("[");
      const name = this.is(":") ? undefined : this.next();
      this.expect(":");
      const type = this.next();
      this.expect("]");
      this.expect(isBack ? "-" : "->");
      steps.push({ name, type, forward: !isBack, to: this.node() });
    }
  }

  private node(): NodePattern {
    this.expect("(");
    const name = this.is(":") || this.is(")") ? undefined : this.next();
    const label = this.take(":") ? this.next() : undefined;
    this.expect(")");
    return { name, label };
  }

  private column() {
    const from = this.tokens[this.at]?.from ?? 0;
    const value = this.or();
    const to = this.tokens[this.at - 1].to;
    const name = this.take("AS") ? this.next() : this.text.slice(from, to);
    return { name, value };
  }

  private ordering(columns: Statement["columns"]) {
    const by = this.or();
    const alias =
      by.kind === "property" && by.path.length === 1 ? by.path[0] : undefined;
    const column = columns.find(({ name }) => name === alias);
    const descending = this.take("DESC") || (this.take("ASC"), false);
    return { by: column?.value ?? by, descending };
  }

  private or(): Expression {
    return this.chain(["OR"], () => this.and());
  }

  private and(): Expression {
    return this.chain(["AND"], () =>
      this.chain(comparisons, () => this.primary()),
    );
  }

  private chain(
    operators: readonly string[],
    part: () => Expression,
  ): Expression {
    let left = part();
    for (;;) {
      const operator = operators.find((each) => this.take(each));
      if (operator === undefined) return left;
      left = { kind: "operation", operator, left, right: part() };
    }
  }

  private primary(): Expression {
    if (this.take("(")) {
      const inside = this.or();
      this.expect(")");
      return inside;
    }
    if (this.take("[")) {
      const items = this.is("]") ? [] : this.listOf(() => this.or());
      this.expect("]");
      return { kind: "list", items };
    }
    const text = this.next();
    if (/^\d+$/.test(text)) return { kind: "literal", value: wholeOf(text) };
    if (/^\d/.test(text)) return { kind: "literal", value: Number(text) };
    if (/^["']/.test(text)) {
      const value = text.slice(1, -1).replace(/\\(.)/g, "$1");
      return { kind: "literal", value };
    }
    if (!/^\w/.test(text)) throw this.unexpected(-1);
    if (this.take("(")) {
      const argument = this.or();
      this.expect(")");
      return { kind: "call", name: text, argument };
    }
    const path = [text];
    while (this.take(".")) path.push(this.next());
    return { kind: "property", path };
  }

  private listOf<T>(part: () => T): T[] {
    const parts = [part()];
    while (this.take(",")) parts.push(part());
    return parts;
  }

  private is(text: string): boolean {
    return this.tokens[this.at]?.text.toUpperCase() === text;
  }

  private take(text: string): boolean {
    const found = this.is(text);
    if (found) this.at += 1;
    return found;
  }

  private expect(text: string): void {
    if (!this.take(text)) throw this.unexpected();
  }

  private next(): string {
    const token = this.tokens.at(this.at);
    if (token === undefined || this.at >= this.tokens.length) {
      throw this.unexpected();
    }
    this.at += 1;
    return token.text;
  }

  private unexpected(by = 0): StatementError {
    const token = this.tokens[this.at + by];
    return new StatementError(
      token === undefined
        ? "Unexpected end of input"
        : `Invalid input '${token.text}' (offset: ${token.from})`,
    );
  }
}

function wholeOf(text: string): bigint {
  const value = BigInt(text);
  if (value < 2n ** 63n) return value;
  throw new StatementError("integer is too large");
}

function conjuncts(expression: Expression): Expression[] {
  return expression.kind === "operation" && expression.operator === "AND"
    ? [...conjuncts(expression.left), ...conjuncts(expression.right)]
    : [expression];
}
