import type { Viewer } from "neuroglancer/unstable/viewer.js";
import { imageAt } from "./images.js";
import { labelsAt } from "./labels.js";
import { scaleFor } from "./scales.js";
import type { sectionAt } from "./section.js";
import { volumeOf } from "./volume_of.js";

/** Reading voxels for scripts in the browser's console: `labelsAt(await of("bodies"), [[10, 20, 30]])`. */
export interface VolumesConsole {
  /** The volume of the layer of that name; see `volumeOf`. */
  of(
    name: string,
    options?: Parameters<typeof volumeOf>[1],
  ): ReturnType<typeof volumeOf>;
  labelsAt: typeof labelsAt;
  imageAt: typeof imageAt;
  sectionAt: typeof sectionAt;
  scaleFor: typeof scaleFor;
}

/** @returns what the page offers as `window.clio.volumes` */
export function volumesConsole(viewer: Viewer): VolumesConsole {
  return {
    of(name, options) {
      const layer = viewer.layerManager.getLayerByName(name);
      if (layer === undefined)
        throw new RangeError(
          `There is no layer ${name}; expected one of ${viewer.layerManager.managedLayers.map((known) => known.name).join(", ")}.`,
        );
      return volumeOf(layer, options);
    },
    labelsAt,
    imageAt,
    // Of the panels that show thumbnails, and loaded with them.
    sectionAt: async (...of) => (await import("./section.js")).sectionAt(...of),
    scaleFor,
  };
}
