import {
  emptyValidCoordinateSpace,
  makeIdentityTransform,
} from "neuroglancer/unstable/coordinate_transform.js";
import type { DataSource } from "neuroglancer/unstable/datasource/index.js";
import { type MergedSegmentation, mergesDataset } from "../model/merge.js";
import type { Store } from "../store/store.js";
import { MergeBook } from "./merge_book.js";
import { MergeGraph } from "./merge_graph.js";
import { MergeServer } from "./merge_server.js";
import { followPublicMerges } from "./public_merges.js";
import { mergesUrl } from "./merges_url.js";

/** The merges that were opened in this page. They are kept: a view that comes back to them has them at once. */
const opened = new Map<string, MergeGraph>();

const server = new MergeServer();

/** A person's merges of a segmentation, on top of those that hold for everybody, as a source of the viewer. */
export function mergeSource(
  store: Store,
  segmentation: MergedSegmentation,
): DataSource {
  const url = mergesUrl(segmentation);
  let graph = opened.get(url);
  if (graph === undefined) {
    const dataset = mergesDataset(segmentation);
    graph = new MergeGraph(
      new MergeBook(store, { user: store.person, dataset }),
    );
    opened.set(url, graph);
    // As long as the page is there: so are the merges.
    followPublicMerges(server, graph.book);
  }
  return {
    canonicalUrl: url,
    modelTransform: makeIdentityTransform(emptyValidCoordinateSpace),
    subsources: [
      {
        id: "default",
        default: true,
        subsource: { segmentationGraph: graph },
      },
    ],
  };
}
