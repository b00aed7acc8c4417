import { RefCounted } from "neuroglancer/unstable/util/disposable.js";
import type { Viewer } from "neuroglancer/unstable/viewer.js";
import { element } from "../ui/element.js";
import { nearestSignature } from "./nearest_signature.js";
import type { SearchPlace, SearchedImage } from "./searched_image.js";
import type { SignatureClient } from "./signature_client.js";

/** The view must rest so long before the server is asked about its middle, in milliseconds. */
const REST_MS = 250;

interface NoteOptions {
  readonly viewer: Viewer;
  readonly image: SearchedImage;
  readonly client: SignatureClient;
  readonly placeAtCrossHair: () => Promise<SearchPlace | undefined>;
}

/**
 * Says whether a signature exists at the cross-hair, before a person who works without a mouse asks about it. It looks only while the panel
 * has the focus: a link that opens the panel is to ask nothing by itself.
 */
export class CrossHairNote extends RefCounted {
  readonly element = element("span", { class: "clio-search-note" });
  private asking: AbortController | undefined;
  private timer: ReturnType<typeof setTimeout> | undefined;

  /** @param panel that the note is in */
  constructor(
    private readonly options: NoteOptions,
    private readonly panel: HTMLElement,
  ) {
    super();
    const { navigationState } = options.viewer;
    const look = () => this.schedule();
    this.registerDisposer(navigationState.position.changed.add(look));
    this.registerEventListener(panel, "focusin", look);
    this.registerDisposer(() => this.stop());
  }

  private schedule(): void {
    // Where there is a search it is hidden.
    if (this.element.hidden) return;
    if (!this.panel.contains(document.activeElement)) return;
    this.stop();
    this.timer = setTimeout(() => void this.look(), REST_MS);
  }

  private stop(): void {
    clearTimeout(this.timer);
    this.asking?.abort();
  }

  private async look(): Promise<void> {
    const { client, image, placeAtCrossHair } = this.options;
    const asking = new AbortController();
    this.asking = asking;
    try {
      const place = await placeAtCrossHair();
      if (place === undefined || asking.signal.aborted) return;
      const { point } = place;
      const words = await nearestSignature(client, image, point, asking.signal);
      this.element.textContent = `At the cross-hair: ${words}`;
    } catch {
      // Nothing in view can be searched: a search says why.
      if (!asking.signal.aborted) this.element.textContent = "";
    }
  }
}
