import type { Trackable } from "neuroglancer/unstable/util/trackable.js";
import type { Viewer } from "neuroglancer/unstable/viewer.js";
import { type Vec3, vec3 } from "../model/box.js";
import type { SearchedImage } from "./searched_image.js";

/** Opens a dataset in the viewer. Rejects with a reason for people where it cannot. */
export type OpenDataset = (dataset: string) => Promise<void>;

/** Where a person was. */
interface Before {
  readonly position: Float32Array;
  /** All of the view, where another dataset has taken its place since. */
  readonly view?: { readonly dataset: string; readonly state: object };
}

/** Goes to places, in whichever dataset they lie, and back to where a person was before. */
export class Wayback {
  private before: Before | undefined;

  /**
   * @param panel of the search, which stays as it is whichever dataset is opened
   * @param viewReplaced told when all of the view is another
   */
  constructor(
    private readonly viewer: Viewer,
    private readonly image: SearchedImage,
    private readonly panel: Trackable,
    private readonly openDataset: OpenDataset,
    private readonly viewReplaced: () => void,
  ) {}

  /**
   * Brings a voxel into the middle of the view. Where its dataset is not the one in view it is opened first. The first of several
   * places is where the way back leads.
   * @throws Error with a reason for people; then the view is as it was, or shows the dataset
   */
  async goTo(point: Vec3, dataset: string): Promise<void> {
    const inView = this.image.dataset ?? (await this.image.inView()).dataset;
    if (inView !== dataset) await this.open(dataset, inView);
    const { navigationState } = this.viewer;
    const position = this.image.space?.toGlobal(
      vec3((axis) => point[axis] + 0.5),
      navigationState.position.value,
    );
    if (position === undefined) return;
    this.before ??= { position: navigationState.position.value.slice() };
    navigationState.position.value = position;
  }

  /** Goes back to where the person was before the first place. Returns whether there was a way back. */
  goBack(): boolean {
    const { before } = this;
    if (before === undefined) return false;
    this.before = undefined;
    if (before.view !== undefined) this.restore(before.view.state);
    this.viewer.navigationState.position.value = before.position;
    return true;
  }

  /** From now on the way back leads to where the person is when they next go to a place. */
  forget(): void {
    this.before = undefined;
  }

  private async open(dataset: string, inView: string): Promise<void> {
    const { viewer, panel, image, before } = this;
    const home = before?.view;
    if (before !== undefined && home?.dataset === dataset) {
      this.before = { position: before.position };
      this.restore(home.state);
    } else {
      const state = viewer.state.toJSON() as object;
      const shown: unknown = panel.toJSON();
      const position =
        before?.position ?? viewer.navigationState.position.value.slice();
      await this.openDataset(dataset);
      panel.restoreState(shown);
      this.viewReplaced();
      this.before = { position, view: home ?? { dataset: inView, state } };
    }
    // As soon as the image is there.
    await image.inView();
  }

  /** Restores a view beside the panel as it is now: the search has gone on since. */
  private restore(state: object): void {
    const { viewer, panel } = this;
    const shown: unknown = panel.toJSON();
    viewer.state.reset();
    viewer.state.restoreState(state);
    panel.restoreState(shown);
    this.viewReplaced();
  }
}
