import type { Viewer } from "neuroglancer/unstable/viewer.js";
import type { VolumeSource } from "../../../neuroglancer/volume_source.js";
import { openVolume } from "../volumes/open_volume.js";
import type { SearchCatalogue } from "./searched_image.js";

/** Images of datasets that are not in view: opened when the first picture is cut out of them, and kept as long as the page. */
export class OtherImages {
  private readonly opened = new Map<string, Promise<VolumeSource>>();

  constructor(
    private readonly viewer: Viewer,
    private readonly catalogue: Pick<SearchCatalogue, "findImage">,
  ) {}

  /** @throws Error where there is no such dataset, or its image cannot be read; the next call tries again */
  volume(dataset: string): Promise<VolumeSource> {
    const known = this.opened.get(dataset);
    if (known !== undefined) return known;
    const opening = this.open(dataset);
    this.opened.set(dataset, opening);
    opening.catch(() => this.opened.delete(dataset));
    return opening;
  }

  dispose(): void {
    for (const opening of this.opened.values()) {
      opening.then(
        (volume) => volume.dispose(),
        () => undefined,
      );
    }
    this.opened.clear();
  }

  private async open(dataset: string): Promise<VolumeSource> {
    const known = await this.catalogue.findImage(dataset);
    if (known === undefined) {
      throw new Error(`The dataset ${dataset} has no image to show.`);
    }
    return openVolume(this.viewer, known.image);
  }
}
