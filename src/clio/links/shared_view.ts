import type { AnnotationRecord } from "../model/annotation.js";

/** Some marks of the sandbox in view that can go along with a link. */
export interface MarksChoice {
  /** Which they are: "Those chosen in the table". */
  readonly title: string;
  readonly count: number;
  /** Whether the person has chosen them one by one. */
  readonly isChosen: boolean;
  read(): Promise<readonly AnnotationRecord[]>;
}

/** The marks of the sandbox in view. */
export interface MarksToShare {
  readonly dataset: string;
  /** The narrowest first. */
  readonly choices: readonly MarksChoice[];
}

/** What is shared: the view as it is when the person asks for that. */
export interface SharedView {
  readonly title: string;
  /** The viewer's state; it may hold `bigint`. */
  readonly state: Record<string, unknown>;
  /** Undefined where no sandbox is in view. */
  readonly marks: MarksToShare | undefined;
}
