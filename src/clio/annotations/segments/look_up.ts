import type {
  AnnotationRecord,
  MarkSegments,
  VoxelPosition,
} from "../../model/annotation.js";
import { type Vec3, vec3 } from "../../model/box.js";
import { anchorsOf } from "../../model/geometry.js";
import type { VoxelSize } from "../../model/measurement.js";
import type { VolumeSource } from "../../../../neuroglancer/volume_source.js";
import { labelsAt } from "../../volumes/labels.js";
import { withField } from "../details/edits.js";
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
  const labels = await labelsUnder(
    volume,
    marks.flatMap(({ anchors }) => anchors),
    voxel,
    signal,
  );
  const found = new Map<string, { places: string; segments: MarkSegments }>();
  const incomplete = new Set<string>();
  let next = 0;
  for (const { id, anchors } of marks) {
    const supervoxels = anchors.map(() => labels[next++]);
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

/** A mark, and the vertex whose label is looked up. */
export interface LabelPlace {
  readonly id: string;
  readonly anchor: VoxelPosition;
}

/** The place of a mark: its first vertex. */
export function labelPlaceOf(record: AnnotationRecord): LabelPlace {
  return { id: record.id, anchor: anchorsOf(record)[0] };
}

/**
 * What marks become whose labels were looked up: those are in one of their fields, as text in decimal, for 64 bits are more than a number
 * holds; where there is none the field goes. A mark that came or was moved meanwhile was not looked up, and stays as it is.
 * @param labels in the order of `places`, null where there is none
 */
export function withLabels(
  places: readonly LabelPlace[],
  labels: readonly (string | null)[],
  field: string,
): (record: AnnotationRecord) => AnnotationRecord {
  const found = new Map(
    places.map(({ id, anchor }, i) => [
      id,
      { anchor: String(anchor), label: labels[i] ?? undefined },
    ]),
  );
  return (record) => {
    const { anchor, label } = found.get(record.id) ?? {};
    if (String(anchorsOf(record)[0]) !== anchor) return record;
    return withField(record, { name: field, type: "text" }, label);
  };
}

/**
 * The labels of a volume at voxels of the dataset, whose voxels may be of another size.
 * @param voxel edges of the dataset's voxels in nm
 * @returns the id in decimal; null for the background, and outside of the volume
 * @throws ChunkReadError where the volume cannot be read; the signal's reason
 */
export async function labelsUnder(
  volume: VolumeSource,
  positions: readonly Vec3[],
  voxel: VoxelSize,
  signal: AbortSignal,
): Promise<(string | null)[]> {
  const toVolume = voxelsOfVolume(voxel, volume.scales[0].voxelSize);
  const labels = await labelsAt(volume, positions.map(toVolume), { signal });
  return labels.map(idText);
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
