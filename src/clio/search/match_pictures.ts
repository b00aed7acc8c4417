import { type Vec3, vec3 } from "../model/box.js";
import type { Cut } from "../ui/thumbnails.js";
import { sectionAt } from "../volumes/section.js";
import type { SearchedImage } from "./searched_image.js";
import type { SearchSession } from "./search_session.js";

/** What a thumbnail shows of the volume, in nm. */
export const FIELDS_OF_VIEW = [300, 600, 1200, 2400, 4800] as const;

/** Where pictures of places come from: cut out of the image in view, as the panel lies that was clicked. */
export class MatchPictures {
  /** What a thumbnail shows of the volume along both edges, in nm. */
  width: number = FIELDS_OF_VIEW[2];

  constructor(
    private readonly image: SearchedImage,
    private readonly session: SearchSession,
  ) {}

  /**
   * The picture around a voxel.
   * @returns its key, which says all that makes it what it is, and how to cut it
   */
  of(point: Vec3): { key: string; cut: Cut } {
    const { image, session, width } = this;
    const { right, down } = session.plane;
    const center = vec3((axis) => Math.floor(point[axis]) + 0.5);
    const lie = [right, down]
      .map(({ axis, sign }) => `${sign < 0 ? "-" : "+"}${"xyz"[axis]}`)
      .join("");
    const { space } = image;
    const index = session.found?.index.index ?? "";
    return {
      key: `${space?.url} ${index} ${center.join()} ${lie} ${width}`,
      cut: async (signal) => {
        if (space === undefined) throw new Error("No image is in view.");
        const place = { center, plane: { right, down }, width };
        return sectionAt(space.volume, place, { signal });
      },
    };
  }
}
