/** What the two halves of a sandbox say to each other about searching it. */
import type { AnnotationRecord, FieldValue } from "../../model/annotation.js";
import type { VoxelBounds } from "../spatial_grid.js";
import type { Term } from "./terms.js";

export const SANDBOX_QUESTION_RPC_ID = "clio/SandboxSource.question";
/** From the page to the worker, with the source's id: the view is to show what is asked. */
export const SANDBOX_SHOW_RPC_ID = "clio/SandboxSource.show";
export const SANDBOX_ASK_RPC_ID = "clio/SandboxSource.ask";
export const SANDBOX_STANDING_RPC_ID = "clio/SandboxSource.standing";

/** Which column rows are sorted by. Own fields of the dataset are `field:NAME`. */
export interface Sort {
  readonly column: string;
  readonly descending: boolean;
}

/** Which marks, in which order. */
export interface Question {
  readonly terms: readonly Term[];
  /** Undefined: the newest first. */
  readonly sort: Sort | undefined;
  /** What `in:view` means now. */
  readonly view: VoxelBounds | undefined;
  /** Whether marks that do not match are drawn nowhere. */
  readonly hides: boolean;
  /** Names of the sets whose marks are drawn nowhere; "" stands for the marks that are in none. */
  readonly hiddenSets: readonly string[];
}

/** From the page to the worker: from now on this is asked. */
export interface QuestionMessage {
  id: number;
  /** Counts the questions, so that answers to an older one can be told. */
  number: number;
  question: Question;
}

/** From the worker to the page: how the question stands, after each change of the marks or of the question. */
export interface Standing {
  /** The question that this is about. */
  readonly number: number;
  /** Marks in the sandbox. */
  readonly total: number;
  /** Those of them that match. */
  readonly matching: number;
  /** Names of own fields that any mark has a value of. */
  readonly fieldNames: readonly string[];
  /** As many rows as were last asked for, so that a table need not ask again after each change. */
  readonly rows: ToldRows;
}

/** Some rows, as far as there are any. */
export interface ToldRows {
  /** Rank of the first one. */
  readonly from: number;
  readonly records: readonly AnnotationRecord[];
}

export interface StandingMessage extends Standing {
  id: number;
}

/** A word in use, and how many marks use it. */
export interface Facet<T extends FieldValue = string> {
  readonly value: T;
  readonly count: number;
}

/** Words in use, the most frequent first. */
export interface Facets {
  readonly kinds: readonly Facet[];
  readonly types: readonly Facet[];
  readonly tags: readonly Facet[];
  readonly users: readonly Facet[];
  readonly sets: readonly Facet[];
  /** Values of the dataset's own fields by the field's name, at most {@link MOST_FIELD_VALUES} of each. */
  readonly fields: Readonly<Record<string, readonly Facet<FieldValue>[]>>;
  readonly checked: number;
}

/** A field may have another value in every mark, and a list of a million is of use to nobody. */
export const MOST_FIELD_VALUES = 200;

/** What the page can ask, by name: what it gives, and what it gets. */
export interface Asks {
  rows: { given: { from: number; to: number }; answer: AnnotationRecord[] };
  rank: { given: { id: string }; answer: number | undefined };
  neighbour: {
    given: {
      id: string | undefined;
      step: 1 | -1;
      only: "unchecked" | undefined;
    };
    answer: AnnotationRecord | undefined;
  };
  /** Packed: see packed_ids.ts. */
  ids: { given: object; answer: Uint8Array<ArrayBuffer> };
  records: {
    given: { ids: Uint8Array<ArrayBuffer> };
    answer: (AnnotationRecord | undefined)[];
  };
  facets: { given: object; answer: Facets };
  /** The sets alone, which takes no time however many marks there are. */
  sets: { given: object; answer: readonly Facet[] };
  /** The ids of all marks of a set, packed. */
  inSet: { given: { set: string }; answer: Uint8Array<ArrayBuffer> };
}

/** From the page to the worker. Not `id`: that is where upstream keeps the number of the request. */
export interface AskMessage<K extends keyof Asks = keyof Asks> {
  source: number;
  /** Number of the question that it is about. */
  question: number;
  about: K;
  given: Asks[K]["given"];
}

/** Undefined where another question has come since. */
export type AskAnswer<K extends keyof Asks> =
  { readonly answer: Asks[K]["answer"] } | undefined;
