/** What the page and the worker of an import say to each other. */
import type { CoordinateSpace, SandboxKey } from "../../model/sandbox.js";
import type { StoredChange } from "../../store/packed_edits.js";
import type { PreparedMarks } from "../prepared_marks.js";
import type { ColumnMapping } from "./columns.js";
import type { ReadContext } from "./draft.js";
import type { PlannedRow } from "./plan.js";
import type { Progress } from "../../model/files/progress.js";

/** What would become of a row. */
export type Would = PlannedRow["would"];

/** A file whose columns are to be agreed on. */
export interface TableSummary {
  readonly header: readonly string[];
  /** The cells of the first rows. */
  readonly sample: readonly (readonly string[])[];
  readonly guess: ColumnMapping;
}

export interface OpenedSummary {
  /** Absent where the file says itself what stands where. */
  readonly table?: TableSummary;
}

export interface PlanRequest {
  /** For a table: what its columns mean. */
  readonly mapping?: ColumnMapping;
  /** The database and the sandbox that the marks go to. */
  readonly database: string;
  readonly key: SandboxKey;
  /** Changes of the sandbox that are on no disk yet. */
  readonly pending: readonly StoredChange[];
  /** Into which set the marks go; absent leaves that to the file. */
  readonly set?: string;
  /** The volume outside of which rows are refused; absent takes all. */
  readonly within?: Pick<CoordinateSpace, "lower" | "upper">;
}

export interface PlanSummary {
  /** What the file is: "table". */
  readonly format: string;
  readonly counts: Readonly<Record<Would, number>>;
}

/** Each question with its answer. */
export interface ImportRequests {
  /** Answered as soon as the worker is there. */
  ready: { question: object; answer: object };
  open: {
    question: { file: Blob; name: string; context: ReadContext };
    answer: OpenedSummary;
  };
  plan: { question: PlanRequest; answer: PlanSummary };
  /** The rows from `from` up to, and not including, `to`; of one fate, or of all. */
  rows: {
    question: { would: Would | undefined; from: number; to: number };
    answer: readonly PlannedRow[];
  };
  /** All that is to be written. */
  prepare: { question: object; answer: PreparedMarks };
  /** All rows and what would become of them, as CSV. */
  report: { question: object; answer: Blob };
}
export type ImportRequestKind = keyof ImportRequests;

export type ImportMessage = {
  [K in ImportRequestKind]: {
    number: number;
    kind: K;
    question: ImportRequests[K]["question"];
  };
}[ImportRequestKind];

export type ImportAnswer = { number: number } & (
  | { answer: ImportRequests[ImportRequestKind]["answer"] }
  /** The answer is still to come. */
  | { progress: Progress }
  /** Why nothing of the file can be read, for the person. */
  | { refused: string }
  | { error: string }
);
