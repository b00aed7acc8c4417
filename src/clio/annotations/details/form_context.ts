import type { WatchableValueInterface } from "neuroglancer/unstable/trackable_value.js";
import type { AnnotationRecord } from "../../model/annotation.js";
import type { MarksVocabulary } from "../../model/fields.js";
import type { CoordinateSpace } from "../../model/sandbox.js";
import type { Bodies } from "../segments/bodies.js";
import type { SandboxEditor } from "../sandbox_editor.js";

/** Words that marks of the sandbox have already: what a field completes. */
export interface WordsInUse {
  readonly types: readonly string[];
  readonly tags: readonly string[];
  readonly sets: readonly string[];
}

/** What the form of a mark needs of the sandbox and the viewer around it. */
export interface MarkFormContext {
  readonly editor: Pick<SandboxEditor, "edit">;
  readonly vocabulary: MarksVocabulary;
  readonly space: Pick<CoordinateSpace, "scales" | "lower" | "upper">;
  readonly bodies: Bodies;
  /** Names of the sets whose marks are not changed. */
  readonly lockedSets: WatchableValueInterface<ReadonlySet<string>>;
  words(): Promise<WordsInUse>;
  /** Brings the mark into the middle of the view. */
  go(record: AnnotationRecord): void;
  /** Deletes the mark, and takes the focus to what comes after it. */
  remove(record: AnnotationRecord): void;
  /** Takes the focus back to where the form was entered from: Enter in a line of text, Escape where there is nothing to take back. */
  leave(): void;
}
