import type { AnnotationRecord, MarkSegments } from "../../model/annotation.js";
import { type Vec3, vec3 } from "../../model/box.js";
import { anchorsOf } from "../../model/geometry.js";
import type { VoxelSize } from "../../model/measurement.js";
import type { VolumeSource } from "../../../../neuroglancer/volume_source.js";
import { labelsAt } from "../../volumes/labels.js";
import type { Unlooked } from "./unlooked.js";

/** What was found under some marks. */
export interface Found {
  /** What each mark's record becomes; one that was moved or looked up meanwhile stays as it is. */
  readonly change: (record: AnnotationRecord) => AnnotationRecord;
  /** Ids of the marks with an end where there is no segment. */
  readonly incomplete: ReadonlySet<string>;
}

/** Where a lookup reads. */
export interface Segmentation {
  /** Address, as records name it. */
  readonly source: string;
  /** Undefined where nobody says one. */
  readonly version: string | undefined;
  readonly volume: VolumeSource;
}

/**
 * Looks up the supervoxels under marks.
 * @param voxel edges of the dataset's voxels in nm: a segmentation may have others
 * @throws ChunkReadError where the segmentation cannot be read; the signal's reason
 */
export async function lookUp(
  { source, version, volume }: Segmentation,
  marks: readonly Unlooked[],
  voxel: VoxelSize,
  signal: AbortSignal,
): Promise<Found> {
  const toVolume = voxelsOfVolume(voxel, volume.scales[0].voxelSize);
  const labels = await labelsAt(
    volume,
    marks.flatMap(({ anchors }) => anchors.map(toVolume)),
    { signal },
  );
  const found = new Map<string, { places: string; segments: MarkSegments }>();
  const incomplete = new Set<string>();
  let next = 0;
  for (const { id, anchors } of marks) {
    const supervoxels = anchors.map(() => idText(labels[next++]));
    if (supervoxels.includes(null)) incomplete.add(id);
    found.set(id, {
      places: String(anchors),
      segments: {
        source,
        ...(version !== undefined && { version }),
        supervoxels,
      },
    });
  }
  const change = (record: AnnotationRecord) => {
    const { segments } = found.get(record.id) ?? {};
    const isStill =
      record.segments === undefined &&
      String(anchorsOf(record)) === found.get(record.id)?.places;
    return segments !== undefined && isStill ? { ...record, segments } : record;
  };
  return { change, incomplete };
}

/** From the middle of a voxel of the dataset to the voxels of a volume, which may be coarser or finer; the same where it does not say. */
function voxelsOfVolume(
  dataset: VoxelSize,
  volume: Vec3 | undefined,
): (position: Vec3) => Vec3 {
  return (position) =>
    vec3((axis) => {
      const scale = volume === undefined ? 1 : dataset[axis] / volume[axis];
      return (position[axis] + 0.5) * scale;
    });
}

/** A segment's id as records have it: null for the background, and outside of the segmentation. */
function idText(label: bigint | undefined): string | null {
  return label === undefined || label === 0n ? null : String(label);
}
