/** What the specs of readers know of a dataset. */
import { NO_VOCABULARY } from "../../../model/fields.js";
import type { ReadContext } from "../draft.js";

/** Voxels of 8 nm, and no words or fields of its own. */
export const PLAIN: ReadContext = {
  voxel: [8, 8, 8],
  vocabulary: NO_VOCABULARY,
};

/** A dataset with a field of each type. */
export const WITH_FIELDS: ReadContext = {
  voxel: [8, 8, 40],
  vocabulary: {
    types: {},
    fields: [
      { name: "confidence", type: "number", min: 1, max: 5, integer: true },
      { name: "side", type: "choice", options: ["left", "right"] },
      { name: "seen", type: "boolean" },
      { name: "remark", type: "text" },
    ],
  },
};
