/** The value of a named parameter. */
export type Parameter =
  | { readonly type: "INT64"; readonly value: bigint }
  | { readonly type: "FLOAT64"; readonly value: number }
  | { readonly type: "STRING"; readonly value: string };

/** A statement in BigQuery's SQL. */
export interface Statement {
  readonly sql: string;
  readonly parameters: Readonly<Record<string, Parameter>>;
}

/**
 * The parameters of a statement that is being written. Whatever comes from a request reaches SQL through here, or through
 * `integers`, and in no other way.
 */
export class Parameters {
  readonly values: Record<string, Parameter> = {};

  /** @returns what stands for a whole number of 64 bits in the statement */
  integer(name: string, value: number | bigint): string {
    this.values[name] = { type: "INT64", value: BigInt(value) };
    return `@${name}`;
  }

  /** @returns what stands for a signature: BigQuery knows signed numbers alone */
  signature(name: string, value: bigint): string {
    return this.integer(name, BigInt.asIntN(64, value));
  }

  /** @returns what stands for a number in the statement */
  float(name: string, value: number): string {
    this.values[name] = { type: "FLOAT64", value };
    return `@${name}`;
  }

  /** @returns what stands for a text in the statement */
  text(name: string, value: string): string {
    this.values[name] = { type: "STRING", value };
    return `@${name}`;
  }
}

/**
 * Whole numbers as literals, for what BigQuery plans by: which partitions a statement reads, and how many rows it gives.
 * @throws RangeError where one is none
 */
export function integers(values: Iterable<number>): string {
  const all = [...values];
  const wrong = all.find((value) => !Number.isSafeInteger(value) || value < 0);
  if (wrong !== undefined) {
    throw new RangeError(`${wrong}: expected a whole number from 0`);
  }
  return all.join(", ");
}

/** What BigQuery calls projects, datasets and tables, as far as Clio takes them. */
export const projectPattern = /^[a-z0-9][a-z0-9.:-]{2,80}[a-z0-9]$/;
export const namePattern = /^\w{1,300}$/;

/** Where tables lie: a dataset of BigQuery. */
export interface TableHome {
  readonly project: string;
  readonly dataset: string;
}

/**
 * A table's name for a statement.
 * @throws RangeError where a part of it could end the quotes that it stands in
 */
export function tableName(
  { project, dataset }: TableHome,
  table: string,
): string {
  if (
    !projectPattern.test(project) ||
    !namePattern.test(dataset) ||
    !namePattern.test(table)
  ) {
    throw new RangeError(`${project}.${dataset}.${table}: no name of a table`);
  }
  return `\`${project}.${dataset}.${table}\``;
}
