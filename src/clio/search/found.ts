import type { Vec3 } from "../model/box.js";
import type { SectionPlane } from "../volumes/section.js";
import type { IndexInfo, Match } from "./answers.js";
import type { Filters } from "./filters.js";
import type { SearchProblem } from "./search_problem.js";

/** The server takes so many examples of each kind. */
export const MOST_EXAMPLES = 16;

/** A place that what is looked for is like, or not like. */
export interface Example {
  /** In voxels. */
  readonly point: Vec3;
  readonly like: boolean;
}

/** What is asked: all that makes the answer what it is. */
export interface Asked {
  /** Undefined as long as nobody has found out which it is. */
  readonly dataset: string | undefined;
  readonly examples: readonly Example[];
  readonly filters: Filters;
  /** How thumbnails lie: as the panel that was clicked. */
  readonly plane: SectionPlane;
}

/** Another dataset that was searched. */
export interface OtherDataset {
  readonly dataset: string;
  readonly title: string;
  /** Of its signatures. */
  readonly index: string;
}

/** A dataset that could not be searched. */
export interface FailedDataset {
  readonly dataset: string;
  readonly title: string;
  /** For people. */
  readonly reason: string;
}

/** What a search has found, as the server gave it. */
export interface Found {
  readonly dataset: string;
  /** When it was asked, in milliseconds since 1970. */
  readonly searched: number;
  readonly index: IndexInfo;
  readonly matches: readonly Match[];
  /** The other datasets that were searched, and those that could not be; empty where only its own was to be. */
  readonly others: readonly OtherDataset[];
  readonly failed: readonly FailedDataset[];
  /** Places, as `placeKey` names them, that the same search had not found before it was run again. */
  readonly fresh: ReadonlySet<string>;
  readonly examined: number;
  readonly milliseconds: number;
  /** Whether all of the index was searched. */
  readonly complete: boolean;
}

/**
 * How a search stands. What was found before stays in view while the next answer is awaited. `waiting`: it came by a link, and asks nothing
 * until a person runs it.
 */
export type Standing =
  "idle" | "waiting" | "searching" | "found" | "cancelled" | SearchProblem;
