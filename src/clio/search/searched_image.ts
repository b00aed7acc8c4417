import type { ManagedUserLayer } from "neuroglancer/unstable/layer/index.js";
import type { Viewer } from "neuroglancer/unstable/viewer.js";
import type { Box, Vec3 } from "../model/box.js";
import type { SectionPlane } from "../volumes/section.js";
import type { IndexInfo } from "./answers.js";
import { ImageSpace } from "../volumes/image_space.js";
import { SearchProblem, problemOf } from "./search_problem.js";
import type { SignatureClient } from "./signature_client.js";

/** By how much a voxel of the index may differ from one of the image before they are of different images: formats round. */
const TOLERANCE = 0.01;

/** A place to search from. */
export interface SearchPlace {
  /** In voxels; x.5 is the middle of a voxel. */
  readonly point: Vec3;
  /** How it is looked at. */
  readonly plane: SectionPlane;
}

/** What the search needs to know of datasets. */
export interface SearchCatalogue {
  /** The datasets whose image has this source. */
  withImage(source: string): Promise<{ id: string }[]>;
  /** The title and the image of a dataset; undefined where there is no such dataset or it has no image. */
  findImage(id: string): Promise<{ title: string; image: string } | undefined>;
}

/** What is searched: an image, its dataset, and what the server's index of that holds. */
export interface SearchedReady {
  readonly space: Pick<ImageSpace, "bounds" | "nanometres" | "toVoxels">;
  readonly dataset: string;
  readonly info: IndexInfo;
}

/** What is in view, as far as saved searches need to know. */
export interface VolumeInView {
  readonly dataset: string;
  /** In voxels. */
  readonly bounds: Box;
}

/** An image that was in view: nothing of what is in view now is a place in it. */
interface SeenImage extends Readonly<SearchedReady["space"]> {
  /** Its address. */
  readonly source: string;
}

/** Knows what is searched, whatever is in view. */
export class SearchedImage {
  private known: { managed: ManagedUserLayer; space: ImageSpace } | undefined;
  private owner: { space: ImageSpace; dataset: string } | undefined;
  /** The images that were in view, by dataset. */
  private readonly seen = new Map<string, SeenImage>();
  /** By dataset. */
  private readonly indexes = new Map<string, IndexInfo>();

  constructor(
    private readonly viewer: Viewer,
    private readonly open: { readonly dataset: string | undefined },
    private readonly catalogue: SearchCatalogue,
    private readonly client: SignatureClient,
  ) {}

  /** The image in view, once it was looked at. */
  get space(): ImageSpace | undefined {
    const { known } = this;
    return known?.space.isStale === false ? known.space : undefined;
  }

  /** The dataset of the image in view, once it was asked for. */
  get dataset(): string | undefined {
    const { owner, space } = this;
    return owner?.space === space ? owner?.dataset : undefined;
  }

  /** The address of a dataset's image, where that was in view. */
  sourceOf(dataset: string): string | undefined {
    return this.seen.get(dataset)?.source;
  }

  /** What the index of the image in view holds, once it was asked. */
  get info(): IndexInfo | undefined {
    const { dataset } = this;
    return dataset === undefined ? undefined : this.indexes.get(dataset);
  }

  /** The title of a dataset: its id where the list of datasets cannot be had. */
  async titleOf(dataset: string): Promise<string> {
    const found = await this.catalogue
      .findImage(dataset)
      .catch(() => undefined);
    return found?.title ?? dataset;
  }

  /**
   * The dataset in view, or the one that is wanted where that was in view before.
   * @throws SearchProblem where nothing in view can be searched; Error where the image cannot be read; the signal's reason
   */
  async ready(signal: AbortSignal, wanted?: string): Promise<SearchedReady> {
    const space = await this.look(signal);
    const inView = await this.datasetOf(space);
    if (wanted !== undefined && wanted !== inView) {
      const before = this.seen.get(wanted);
      if (before) return this.withIndex(wanted, before, signal);
    }
    return this.withIndex(inView, space, signal);
  }

  /** Asks anew what the index of a dataset holds, the next time. */
  forget(dataset: string): void {
    this.indexes.delete(dataset);
  }

  /** The image in view. */
  async look(signal: AbortSignal): Promise<ImageSpace> {
    const managed = this.viewer.layerManager.managedLayers.find(
      ({ layer }) => layer?.type === "image",
    );
    if (managed === undefined) throw problemOf("no-dataset");
    if (this.known?.managed !== managed || this.known.space.isStale) {
      this.known = { managed, space: await ImageSpace.of(managed, signal) };
    }
    return this.known.space;
  }

  /**
   * The dataset of the image in view, and where its voxels are. It asks nothing of the index.
   * @throws SearchProblem where nothing in view can be searched; Error where the image cannot be read
   */
  async inView(): Promise<VolumeInView> {
    const space = await this.look(new AbortController().signal);
    return { dataset: await this.datasetOf(space), bounds: space.bounds };
  }

  private async withIndex(
    dataset: string,
    space: SearchedReady["space"],
    signal: AbortSignal,
  ): Promise<SearchedReady> {
    const info =
      this.indexes.get(dataset) ?? (await this.client.info(dataset, signal));
    if (isOfAnotherImage(info, space.nanometres)) {
      throw new SearchProblem(
        "other-image",
        `The index of this dataset was made of another image: its voxels are ${info.voxelSize.join(" × ")} nm, those in view ${space.nanometres.join(" × ")} nm.`,
        "Whoever runs the server makes it anew by npm run signatures.",
        false,
      );
    }
    this.indexes.set(dataset, info);
    return { space, dataset, info };
  }

  private async datasetOf(space: ImageSpace): Promise<string> {
    const dataset =
      this.open.dataset ?? (await this.catalogue.withImage(space.url))[0]?.id;
    if (dataset === undefined) throw problemOf("no-dataset");
    this.owner = { space, dataset };
    const { url: source, bounds, nanometres } = space;
    this.seen.set(dataset, {
      source,
      bounds,
      nanometres,
      toVoxels: () => undefined,
    });
    return dataset;
  }
}

function isOfAnotherImage({ voxelSize }: IndexInfo, image: Vec3): boolean {
  return voxelSize.some(
    (edge, axis) => Math.abs(edge - image[axis]) > TOLERANCE * edge,
  );
}
