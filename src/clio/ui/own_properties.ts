import type { PreprocessedSegmentPropertyMap } from "neuroglancer/unstable/segmentation_display_state/property_map.js";

/** What is said of segments; undefined where nothing is. */
export type SegmentProperties = PreprocessedSegmentPropertyMap | undefined;

const owns = new WeakMap<PreprocessedSegmentPropertyMap, SegmentProperties>();

/** Notes of properties that were made here which of them are the source's own. */
export function noteOwn(
  made: PreprocessedSegmentPropertyMap,
  own: SegmentProperties,
): void {
  owns.set(made, own);
}

/**
 * What a source itself says of its segments. Ours beside it are others with every selection, hold segments that the source does not list,
 * and have its numbers rounded.
 */
export function ownOf(properties: SegmentProperties): SegmentProperties {
  return properties !== undefined && owns.has(properties)
    ? owns.get(properties)
    : properties;
}
