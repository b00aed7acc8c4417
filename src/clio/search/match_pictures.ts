import type { VolumeSource } from "../../../neuroglancer/volume_source.js";
import { type Vec3, vec3 } from "../model/box.js";
import type { Cut } from "../ui/thumbnails.js";
import {
  sectionAt,
  type SectionPlace,
  type SectionPlane,
} from "../volumes/section.js";
import type { Match } from "./answers.js";
import type { OtherImages } from "./other_images.js";
import type { SearchedImage } from "./searched_image.js";
import type { SearchSession } from "./search_session.js";
import { planeText } from "../volumes/slice_frame.js";

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

/** Where pictures of places come from: cut out of the image of their dataset, as the panel lies that was clicked. */
export class MatchPictures {
  /** What a thumbnail shows of the volume along both edges, in nm. */
  width: number = FIELDS_OF_VIEW[2];

  constructor(
    private readonly image: SearchedImage,
    private readonly session: SearchSession,
    private readonly elsewhere: Pick<OtherImages, "volume">,
  ) {}

  /** The address of the image that is searched; empty as long as it was not looked at. */
  get source(): string {
    const { dataset } = this.session.asked;
    const { image } = this;
    return (
      (dataset === undefined ? undefined : image.sourceOf(dataset)) ??
      image.space?.url ??
      ""
    );
  }

  /**
   * The picture around a place of the search, cut out of the image of the dataset that it lies in.
   * @returns its key, which says all that makes it what it is, and how to cut it
   */
  of({ point, dataset }: Omit<Match, "distance">): { key: string; cut: Cut } {
    const { session, width, source } = this;
    const { found, plane } = session;
    const section = { center: middleOf(point), plane, width };
    const index =
      dataset === undefined
        ? found?.index.index
        : found?.others.find((other) => other.dataset === dataset)?.index;
    return {
      key: keyOf(dataset ?? source, index ?? "", section),
      cut: async (signal) =>
        sectionAt(await this.volumeOf(dataset), section, { signal }),
    };
  }

  /** The picture around a voxel at an address that was kept; it can be cut while that image is in view. */
  at(point: Vec3, address: PictureAddress): { key: string; cut: Cut } {
    const { source, index, width, plane } = address;
    const { space } = this.image;
    const section = { center: middleOf(point), plane, width };
    return {
      key: keyOf(source, index, section),
      cut: async (signal) => {
        if (space?.url !== source) throw new Error("The image is not in view.");
        return sectionAt(space.volume, section, { signal });
      },
    };
  }

  /** The image of a dataset, the search's own by default. */
  private async volumeOf(
    dataset = this.session.asked.dataset,
  ): Promise<VolumeSource> {
    const { space, dataset: inView } = this.image;
    if (space === undefined) throw new Error("The image is not in view.");
    // As long as nobody has asked whose the image in view is, it is that of the search.
    const isInView = inView === undefined || inView === dataset;
    return dataset === undefined || isInView
      ? space.volume
      : this.elsewhere.volume(dataset);
  }
}

function middleOf(point: Vec3): Vec3 {
  return vec3((axis) => Math.floor(point[axis]) + 0.5);
}

function keyOf(
  source: string,
  index: string,
  { center, plane, width }: SectionPlace,
): string {
  return `${source} ${index} ${center.join()} ${planeText(plane)} ${width}`;
}
