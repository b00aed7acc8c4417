import type { VolumeSource } from "../../../neuroglancer/volume_source.js";

/** What labelling all marks came to. */
export interface LabelledMarks {
  /** How many marks lie in a label. */
  readonly count: number;
  /** Seq of the newest change of the browser's database that it knew of: following goes on from there. */
  readonly seq: number;
}

/** Labels that follow marks. */
export interface Following {
  /** By whoever asked for it, or by the marks, when they go out of view. */
  readonly wasDisposed: boolean | undefined;
  dispose(): void;
}

/** What volumes of labels need of the marks in view. Whoever puts the plugins together gives it: plugins do not know each other. */
export interface LabelMarker {
  /**
   * Writes into a field of every mark the label of a volume that it lies in: one step of undo.
   * @throws Error with a reason that a person can read; then nothing is written
   */
  writeLabels(
    volume: VolumeSource,
    field: string,
    label: string,
    signal: AbortSignal,
  ): Promise<LabelledMarks>;
  /**
   * Writes it for each mark that is placed or moved in this browser, without a step of undo, until what it returns is disposed of.
   * @returns undefined where there are no marks in view
   */
  followLabels(
    volume: VolumeSource,
    field: string,
    progress: {
      /** The change up to which marks have their labels, by its seq; undefined where nothing is to follow any more. */
      readonly since: () => number | undefined;
      readonly reached: (seq: number) => void;
      /** Labels could not be looked up, and are tried again. */
      readonly failed: (error: Error) => void;
    },
  ): Promise<Following | undefined>;
}
