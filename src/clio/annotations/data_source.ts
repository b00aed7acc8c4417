import type { AnnotationSource } from "neuroglancer/unstable/annotation/index.js";
import {
  makeCoordinateSpace,
  makeIdentityTransform,
} from "neuroglancer/unstable/coordinate_transform.js";
import type {
  DataSource,
  DataSourceProvider,
  GetDataSourceOptions,
} from "neuroglancer/unstable/datasource/index.js";
import {
  type CoordinateSpace,
  imageSourceOf,
  type SandboxDescription,
  type SandboxKey,
} from "../model/sandbox.js";
import { linkOfMarksUrl } from "../model/link.js";
import { DATABASE_NAME } from "../store/database.js";
import { findSandbox } from "../store/sandboxes.js";
import type { Store } from "../store/store.js";
import { loadBackend } from "./backend_loading.js";
import { SandboxSource } from "./frontend.js";
import type { SandboxCatalogue } from "./sandbox_context.js";
import {
  CLIO_SCHEME,
  othersUrl,
  parseOthersPath,
  parseSandboxPath,
  sandboxUrl,
} from "./sandbox_url.js";
import {
  type FormerSource,
  parseFormerSource,
} from "./shared/former_source.js";
import { readVoxelSpace } from "./voxel_space.js";

/**
 * A source of another plugin; undefined where an address is none of its own. Upstream knows one provider a scheme, and this one has ours.
 * `placeIn` makes a source of annotations that lie in the voxels of a dataset.
 */
export type FurtherSource = (
  options: GetDataSourceOptions,
  placeIn: (
    dataset: string,
    annotation: AnnotationSource,
  ) => Promise<DataSource>,
) => Promise<DataSource> | undefined;

/**
 * `clio://…` sources: the sandboxes of this machine's user, the marks that links bring, and the layers of the original Clio. Reading one
 * writes no mark.
 */
export class SandboxProvider implements DataSourceProvider {
  readonly scheme = CLIO_SCHEME;
  readonly description = "Clio: your own marks in a dataset";

  constructor(
    private readonly store: Store,
    private readonly catalogue: SandboxCatalogue,
    private readonly further: FurtherSource,
  ) {}

  async get(options: GetDataSourceOptions): Promise<DataSource> {
    const further = this.further(options, async (dataset, annotation) => {
      const key = { user: this.store.person, dataset };
      const { space } = await this.describe(key, options);
      return dataSourceOf(options.url, space, annotation);
    });
    if (further !== undefined) return further;
    const shared = await this.readShared(options);
    if (shared !== undefined) return shared;
    const others = parseOthersPath(options.providerUrl);
    const key: SandboxKey = others ?? {
      user: this.store.person,
      dataset: parseSandboxPath(options.providerUrl),
    };
    if (others !== undefined) this.store.followed.add(others);
    const description = await this.describe(key, options);
    const { space } = description;
    await loadBackend(options.registry.chunkManager.rpc!);
    const source = options.registry.chunkManager.getChunkSource(SandboxSource, {
      parameters: { database: DATABASE_NAME, key, space },
      store: this.store,
      description,
    });
    const url =
      others === undefined ? sandboxUrl(key.dataset) : othersUrl(others);
    return dataSourceOf(url, space, source);
  }

  /** Marks that lie at the server, to be looked at alone; undefined where the source names none. */
  private async readShared(
    options: GetDataSourceOptions,
  ): Promise<DataSource | undefined> {
    const { providerUrl, signal } = options;
    const url = `${CLIO_SCHEME}://${providerUrl}`;
    const link = linkOfMarksUrl(url);
    const former = parseFormerSource(providerUrl);
    if (link === undefined && former === undefined) return undefined;
    // Few views hold such a layer.
    const [{ readFormerMarks, readLinkedMarks }, { SharedMarksSource }] =
      await Promise.all([
        import(/* webpackChunkName: "shared" */ "./shared/server_marks.js"),
        import(
          /* webpackChunkName: "shared" */ "./shared/shared_marks_source.js"
        ),
      ]);
    if (former !== undefined) await this.requireKnown(former);
    const linked =
      link === undefined ? undefined : await readLinkedMarks(link, signal);
    const marks = linked ?? (await readFormerMarks(former!, signal));
    const key: SandboxKey = {
      user: this.store.person,
      dataset: marks.dataset,
    };
    const { space } = await this.describe(key, options);
    return dataSourceOf(
      url,
      space,
      new SharedMarksSource(marks, space, linked),
    );
  }

  /** @throws {Error} that continues "… is a server of the former Clio, and", where nothing here stands for what it had */
  private async requireKnown(former: FormerSource): Promise<void> {
    const { dataset, isAtlas } = former;
    if (isAtlas) {
      throw new Error("this viewer does not show entries of its atlas");
    }
    if ((await this.catalogue.findImage(dataset)) === undefined) {
      throw new Error(
        `there is no dataset ${JSON.stringify(dataset)} here whose marks could stand for its own`,
      );
    }
  }

  /** What the marks lie in: the image where it can be read, else as it was when marks were last placed on it. */
  private async describe(
    key: SandboxKey,
    { registry, signal }: GetDataSourceOptions,
  ): Promise<Described> {
    const { dataset } = key;
    const imageUrl = imageSourceOf(dataset);
    try {
      const found =
        imageUrl === undefined
          ? await this.catalogue.findImage(dataset)
          : { title: imageUrl, image: imageUrl };
      if (found === undefined) {
        throw new Error(
          `There is no dataset ${JSON.stringify(dataset)} here, so its voxel size is not known. ` +
            `Your marks are kept; open the dataset from the chooser to see which there are.`,
        );
      }
      const space = await readVoxelSpace(registry, found.image, signal);
      return { ...found, space };
    } catch (error) {
      const { db } = this.store;
      const known = db === undefined ? undefined : await findSandbox(db, key);
      if (known?.space === undefined) throw error;
      const { title, image, space, vocabulary } = known;
      const { segmentation, segmentationVersion } = known;
      return {
        ...{ title, image, space, vocabulary },
        ...{ segmentation, segmentationVersion },
      };
    }
  }
}

/** A source with annotations in voxels of a dataset. */
function dataSourceOf(
  canonicalUrl: string,
  { names, scales }: CoordinateSpace,
  annotation: SandboxSource | AnnotationSource,
): DataSource {
  return {
    canonicalUrl,
    modelTransform: makeIdentityTransform(
      // Without bounds: the marks lie in the image's volume and must not widen it.
      makeCoordinateSpace({
        names,
        scales: Float64Array.from(scales),
        units: ["m", "m", "m"],
      }),
    ),
    subsources: [
      {
        id: "default",
        default: true,
        // Upstream's layers take either; its declaration knows of one.
        subsource: { annotation: annotation as unknown as SandboxSource },
      },
    ],
  };
}

type Described = SandboxDescription & { space: CoordinateSpace };
