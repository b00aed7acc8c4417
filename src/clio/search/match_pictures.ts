import { type Vec3, vec3 } from "../model/box.js";
import type { Cut } from "../ui/thumbnails.js";
import { sectionAt, type SectionPlane } from "../volumes/section.js";
import type { SearchedImage } from "./searched_image.js";
import type { SearchSession } from "./search_session.js";
import { planeText } from "./slice_frame.js";

/** What a thumbnail shows of the volume, in nm. */
export const FIELDS_OF_VIEW = [300, 600, 1200, 2400, 4800] as const;

/** With a place, all that makes a picture what it is. */
export interface PictureAddress {
  /** Of the image. */
  readonly source: string;
  /** Of the index, which is another one where the image has changed. */
  readonly index: string;
  /** In nm. */
  readonly width: number;
  readonly plane: SectionPlane;
}

/** Where pictures of places come from: cut out of the image in view, as the panel lies that was clicked. */
export class MatchPictures {
  /** What a thumbnail shows of the volume along both edges, in nm. */
  width: number = FIELDS_OF_VIEW[2];

  constructor(
    private readonly image: SearchedImage,
    private readonly session: SearchSession,
  ) {}

  /** The address of the image in view; empty as long as it was not looked at. */
  get source(): string {
    return this.image.space?.url ?? "";
  }

  /**
   * The picture around a voxel.
   * @returns its key, which says all that makes it what it is, and how to cut it
   */
  of(point: Vec3): { key: string; cut: Cut } {
    const { session, width } = this;
    const { plane } = session;
    const { source } = this;
    const index = session.found?.index.index ?? "";
    return this.at(point, { source, index, width, plane });
  }

  /** The picture around a voxel at an address that was kept; it can be cut while that image is in view. */
  at(point: Vec3, address: PictureAddress): { key: string; cut: Cut } {
    const { source, index, width, plane } = address;
    const { space } = this.image;
    const center = vec3((axis) => Math.floor(point[axis]) + 0.5);
    return {
      key: `${source} ${index} ${center.join()} ${planeText(plane)} ${width}`,
      cut: async (signal) => {
        if (space?.url !== source) throw new Error("The image is not in view.");
        return sectionAt(space.volume, { center, plane, width }, { signal });
      },
    };
  }
}
