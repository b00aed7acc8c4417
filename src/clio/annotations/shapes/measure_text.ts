import { anchorsOf, type MarkGeometry } from "../../model/geometry.js";
import {
  distance,
  formatLength,
  formatVolume,
  measure,
  type VoxelSize,
} from "../../model/measurement.js";

/** What is said beside a shape while it is drawn or moved. */
export interface MeasureText {
  /** "868 nm". */
  readonly main: string;
  /** "Δ 840, 220, 0", in voxels. */
  readonly detail: string;
}

/** The measures of a mark, the one that it is drawn for first. */
export function measureText(
  record: MarkGeometry,
  voxel: VoxelSize,
): MeasureText {
  const { length = 0, radius = 0, volume = 0, extent } = measure(record, voxel);
  const anchors = anchorsOf(record);
  switch (record.kind) {
    case "point":
      return { main: record.position.join(", "), detail: "" };
    case "line": {
      const [a, b] = record.ends;
      const delta = b.map((x, axis) => x - a[axis]);
      return { main: formatLength(length), detail: `Δ ${delta.join(", ")}` };
    }
    case "polyline": {
      const last = distance(anchors.at(-2)!, anchors.at(-1)!, voxel);
      const detail = anchors.length > 2 ? `last ${formatLength(last)}` : "";
      return { main: formatLength(length), detail };
    }
    case "sphere":
      return {
        main: `⌀ ${formatLength(length)}`,
        detail: `r ${formatLength(radius)} · ${formatVolume(volume)}`,
      };
    case "box":
      return {
        main: extent!.map(formatLength).join(" × "),
        detail: formatVolume(volume),
      };
    case "ellipsoid":
      return {
        main: `r ${extent!.map(formatLength).join(" × ")}`,
        detail: formatVolume(volume),
      };
  }
}
