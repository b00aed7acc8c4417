import type { VolumeSource } from "../../../../neuroglancer/volume_source.js";
import type { Vec3 } from "../../model/box.js";
import { isOwnSandbox } from "../../model/sandbox.js";
import type { ClioDatabase } from "../../store/database.js";
import { readSandbox } from "../../store/reader.js";
import type { Store } from "../../store/store.js";
import type { SandboxSource } from "../frontend.js";
import { type FollowProgress, LabelFollow } from "./label_follow.js";
import {
  type LabelPlace,
  labelPlaceOf,
  labelsUnder,
  withLabels,
} from "./look_up.js";

/** What labelling all marks came to. */
export interface LabelledMarks {
  /** How many marks lie in a label. */
  readonly count: number;
  /** Seq of the newest change of the database that it knew of: what follows the labels goes on from there. */
  readonly seq: number;
}

/**
 * Writes into a field of every mark the label that its first vertex lies in.
 * @throws ChunkReadError where the volume cannot be read, and what an edit throws; then nothing is written
 */
export async function labelMarks(
  source: SandboxSource,
  db: ClioDatabase,
  volume: VolumeSource,
  field: string,
  label: string,
  signal: AbortSignal,
): Promise<LabelledMarks> {
  const places: LabelPlace[] = [];
  const { seq } = await readSandbox(
    db,
    source.parameters.key,
    (records) => {
      places.push(...records.map(labelPlaceOf));
    },
    { signal },
  );
  if (places.length === 0) throw new Error("there are no marks yet");
  const labels = await labelsUnder(
    volume,
    places.map(({ anchor }) => anchor),
    source.voxelSize,
    signal,
  );
  await source.editor.edit(
    label,
    places.map(({ id }) => id),
    withLabels(places, labels, field),
  );
  return { count: labels.filter((id) => id !== null).length, seq };
}

/** Has the marks of a person's own sandbox follow the labels of a volume, as long as it is in view; of another's undefined. See `LabelFollow`. */
export function followLabels(
  source: Pick<
    SandboxSource,
    "editor" | "voxelSize" | "registerDisposer" | "unregisterDisposer"
  >,
  store: Store,
  volume: VolumeSource,
  field: string,
  progress: FollowProgress,
): LabelFollow | undefined {
  const { editor, voxelSize } = source;
  if (!isOwnSandbox(editor.key, store.person)) return undefined;
  const labelsAt = (places: readonly Vec3[], signal: AbortSignal) =>
    labelsUnder(volume, places, voxelSize, signal);
  const follow = source.registerDisposer(
    new LabelFollow(editor, store, labelsAt, field, progress),
  );
  // One that ends before the sandbox goes out of view is not kept until then.
  follow.registerDisposer(() => void source.unregisterDisposer(follow));
  return follow;
}
