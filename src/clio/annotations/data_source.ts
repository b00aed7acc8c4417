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
  LOCAL_USER,
  type SandboxDescription,
  type SandboxKey,
} from "../model/sandbox.js";
import { DATABASE_NAME } from "../store/database.js";
import { findSandbox } from "../store/sandboxes.js";
import type { Store } from "../store/store.js";
import { loadBackend } from "./backend_loading.js";
import { SandboxSource } from "./frontend.js";
import type { SandboxCatalogue } from "./sandbox_context.js";
import { CLIO_SCHEME, parseSandboxPath, sandboxUrl } from "./sandbox_url.js";
import { readVoxelSpace } from "./voxel_space.js";

/** `clio://…` sources: the sandboxes of this machine's user. Reading one writes no mark. */
export class SandboxProvider implements DataSourceProvider {
  readonly scheme = CLIO_SCHEME;
  readonly description = "Clio: your own marks in a dataset";

  constructor(
    private readonly store: Store,
    private readonly catalogue: SandboxCatalogue,
  ) {}

  async get(options: GetDataSourceOptions): Promise<DataSource> {
    const dataset = parseSandboxPath(options.providerUrl);
    const key: SandboxKey = { user: LOCAL_USER, dataset };
    const description = await this.describe(key, options);
    const { space } = description;
    await loadBackend(options.registry.chunkManager.rpc!);
    const source = options.registry.chunkManager.getChunkSource(SandboxSource, {
      parameters: { database: DATABASE_NAME, key, space },
      store: this.store,
      description,
    });
    return {
      canonicalUrl: sandboxUrl(dataset),
      modelTransform: makeIdentityTransform(
        // Without bounds: the marks lie in the image's volume and must not widen it.
        makeCoordinateSpace({
          names: space.names,
          scales: Float64Array.from(space.scales),
          units: ["m", "m", "m"],
        }),
      ),
      subsources: [
        { id: "default", default: true, subsource: { annotation: source } },
      ],
    };
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

type Described = SandboxDescription & { space: CoordinateSpace };
