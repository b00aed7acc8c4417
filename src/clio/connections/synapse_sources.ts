import type {
  DataSource,
  GetDataSourceOptions,
} from "neuroglancer/unstable/datasource/index.js";
import type { AnnotationSource } from "neuroglancer/unstable/annotation/index.js";
import type { ConnectionsPlugin } from "./connections_plugin.js";

/** Has annotations lie in the voxels of a dataset. */
type PlaceIn = (
  dataset: string,
  annotation: AnnotationSource,
) => Promise<DataSource>;

/** The sources of layers of synapses: known before a viewer is made, and read by what loads later. */
export class SynapseSources {
  /** Loads the plugin of the viewer that they are shown in. */
  load: (() => Promise<ConnectionsPlugin>) | undefined;

  /** See `FurtherSource` of the marks. */
  readonly find = (
    { url, signal }: GetDataSourceOptions,
    placeIn: PlaceIn,
  ): Promise<DataSource> | undefined => {
    if (!url.startsWith("clio://synapses/")) return undefined;
    return this.load?.().then(async (plugin) => {
      const { dataset, annotation } = await plugin.synapsesAt(url, signal);
      return placeIn(dataset, annotation);
    });
  };
}
