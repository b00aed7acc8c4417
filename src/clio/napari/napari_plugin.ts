import { RefCounted } from "neuroglancer/unstable/util/disposable.js";
import type { Viewer } from "neuroglancer/unstable/viewer.js";
import type { Box, Vec3 } from "../model/box.js";
import { CutoutClient } from "./cutout_client.js";
import { NapariView } from "./napari_view.js";
import type { ScriptMatch } from "./script.js";

/** What the way to napari works with. */
export interface NapariContext {
  readonly viewer: Viewer;
  readonly open: {
    readonly dataset: string | undefined;
    readonly changed: { add(tell: () => void): () => void };
  };
  readonly marks: {
    /** The box mark that is selected, in voxels. */
    selectedBox(): Promise<Box | undefined>;
    /** The same of the mark that was drawn last. */
    drawnBox(): Promise<Box | undefined>;
    /** Edges of the dataset's voxels in nm. */
    readonly nanometres: Vec3 | undefined;
    readonly changed: { add(tell: () => void): () => void };
    /** Which mark is selected. */
    readonly selected: {
      readonly changed: { add(tell: () => void): () => void };
    };
  };
  /** What the search that is open has found in the dataset in view. */
  readonly matches: () => Promise<readonly ScriptMatch[]>;
}

/** All of the way to napari, loaded when it is first needed. */
export class NapariPlugin extends RefCounted {
  private readonly client = new CutoutClient();

  constructor(private readonly context: NapariContext) {
    super();
  }

  /** Fills the panel. */
  makeView(body: HTMLElement): NapariView {
    return new NapariView(body, this.context, this.client);
  }
}
