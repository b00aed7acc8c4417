import type { ManagedUserLayer } from "neuroglancer/unstable/layer/index.js";
import type { Viewer } from "neuroglancer/unstable/viewer.js";
import type { Box, Vec3 } from "../model/box.js";
import type { SectionPlane } from "../volumes/section.js";
import type { IndexInfo } from "./answers.js";
import { ImageSpace } from "./image_space.js";
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

/** What is searched: the image in view, its dataset, and what the server's index of that holds. */
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

/** Knows what is searched, whatever is in view. */
export class SearchedImage {
  private known: { managed: ManagedUserLayer; space: ImageSpace } | undefined;
  private owner: { space: ImageSpace; dataset: string } | undefined;
  /** Addresses of the images that were in view, by dataset. */
  private readonly sources = new Map<string, string>();
  private index: { dataset: string; info: IndexInfo } | undefined;

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
    return this.sources.get(dataset);
  }

  /** What the index holds, once it was asked. */
  get info(): IndexInfo | undefined {
    return this.index?.info;
  }

  /** @throws SearchProblem where nothing in view can be searched; Error where the image cannot be read; the signal's reason */
  async ready(signal: AbortSignal): Promise<SearchedReady> {
    const space = await this.look(signal);
    const dataset = await this.datasetOf(space);
    const { info } =
      this.index?.dataset === dataset
        ? this.index
        : { info: await this.client.info(dataset, signal) };
    if (isOfAnotherImage(info, space.nanometres)) {
      throw new SearchProblem(
        "other-image",
        `The index of this dataset was made of another image: its voxels are ${info.voxelSize.join(" × ")} nm, those in view ${space.nanometres.join(" × ")} nm.`,
        "Whoever runs the server makes it anew by npm run signatures.",
        false,
      );
    }
    this.index = { dataset, info };
    return { space, dataset, info };
  }

  /** Asks anew what the index holds, the next time. */
  forget(): void {
    this.index = undefined;
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

  private async datasetOf(space: ImageSpace): Promise<string> {
    const dataset =
      this.open.dataset ?? (await this.catalogue.withImage(space.url))[0]?.id;
    if (dataset === undefined) throw problemOf("no-dataset");
    this.owner = { space, dataset };
    this.sources.set(dataset, space.url);
    return dataset;
  }
}

function isOfAnotherImage({ voxelSize }: IndexInfo, image: Vec3): boolean {
  return voxelSize.some(
    (edge, axis) => Math.abs(edge - image[axis]) > TOLERANCE * edge,
  );
}
