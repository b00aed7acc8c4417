import { StatusMessage } from "neuroglancer/unstable/status.js";
import { RefCounted } from "neuroglancer/unstable/util/disposable.js";
import { bigintToStringJsonReplacer } from "neuroglancer/unstable/util/json.js";
import { getCachedJson } from "neuroglancer/unstable/util/trackable.js";
import type { Viewer } from "neuroglancer/unstable/viewer.js";
import { type RefusedPart, restoreByParts } from "./safe_state_parts.js";
import {
  checkState,
  LinkError,
  MAX_STATE_LENGTH,
  parseStateText,
  type StateJson,
} from "./safe_state_text.js";

/** What became of a link: told to whoever shows it to the person. Each reason is a sentence. */
export interface LinkReport {
  /** Nothing of the link was opened, and the view is as it was. */
  refused(reason: string): void;
  /** The link is open but for these parts, of which there may be none. */
  opened(leftOut: readonly RefusedPart[]): void;
  /** The address of the page no longer follows the view. */
  unwritable(reason: string): void;
  /** The address follows the view again. */
  writable(): void;
}

/** Whom a link is opened for, where it does not hold its state itself. */
export interface LinkHost extends LinkReport {
  /**
   * Whether the person lets a view be read from an address that a link names: whoever made the link else learns of everybody who
   * follows it, and has them ask where they would not.
   */
  mayRead(url: string, signal: AbortSignal): Promise<boolean>;
  /** The state behind a short link of this server; undefined where it cannot be had, which the person has then been told. */
  readLink(id: string, signal: AbortSignal): Promise<unknown>;
}

/** A change of the view reaches the address of the page after this time without another one… */
const quietMs = 200;
/** …and after this time in any case. */
const longestMs = 400;
/** Browsers refuse to write the address too often; by then they have forgotten. */
const retryMs = 5_000;

const shortLink = /^#!link:\/\/(.*)$/s;
const remoteState = /^#!([a-z][a-z\d+.-]*:\/\/.*)$/s;
const blank = ["", "#", "#!"];

/**
 * Keeps the view and the fragment of the page's address the same, in the place of upstream's `UrlHashBinding`: same links, same
 * timing, same text. What differs:
 * - A link comes from anywhere. It is read within limits, and a part that the viewer cannot read is left out, where upstream
 *   would leave out everything behind it.
 * - The address is never written while a link is being read. Upstream does so where reading takes longer than 400 ms: writing
 *   meets layers that are only half there, fails, and the layer that was just being read is dropped from the view.
 * - A state that is read from elsewhere is read only where the person lets it, and cannot arrive over a link that was followed since.
 * - `#!link://<id>` opens a short link of this server.
 * - A link that is followed just before the address would be written is opened, and not written over.
 * - An address that the browser refuses to write is written later.
 */
export class SafeStateBinding extends RefCounted {
  /** The fragment as it was last read or written here. */
  private seen: string | undefined;
  private generation: number | undefined;
  private firstChange: number | undefined;
  private timer: number | undefined;
  private loading: AbortController | undefined;
  /** Of the short link that is being read from the server. */
  private reading: AbortSignal | undefined;
  private unwritable: string | undefined;

  constructor(
    private readonly viewer: Viewer,
    private readonly host: LinkHost,
  ) {
    super();
    this.registerEventListener(window, "hashchange", () => this.read());
    this.registerDisposer(viewer.state.changed.add(() => this.scheduleWrite()));
    this.registerDisposer(() => {
      window.clearTimeout(this.timer);
      this.loading?.abort();
    });
  }

  /** Opens the link that stands in the page's address. */
  read(): void {
    const fragment = fragmentOfPage();
    if (fragment === this.seen) return;
    this.seen = fragment;
    this.loading?.abort();
    const short = shortLink.exec(fragment);
    const remote = remoteState.exec(fragment);
    if (short !== null) {
      void this.load((signal) => this.readShort(short[1], signal));
      return;
    }
    if (remote !== null) {
      void this.load((signal) => this.readRemote(remote[1], signal));
      return;
    }
    try {
      this.open(fragment);
    } catch (error) {
      this.refuse(error);
    }
  }

  private open(fragment: string): void {
    if (blank.includes(fragment)) {
      this.restore({});
    } else if (fragment.startsWith("#!+")) {
      const added = parseStateText(decode(fragment.slice(3)));
      this.host.opened(restoreByParts(this.viewer, added));
      // The fragment is not the whole view, so it is written also where nothing changed.
      this.generation = undefined;
      this.scheduleWrite();
    } else if (fragment.startsWith("#!")) {
      this.restore(parseStateText(decode(fragment.slice(2))));
    } else {
      throw new LinkError('It does not begin with "#!{".');
    }
  }

  /** Opens what `read` gives, unless that is nothing or another link was followed since. */
  private async load(
    read: (signal: AbortSignal) => Promise<StateJson | undefined>,
  ): Promise<void> {
    const { signal } = (this.loading = new AbortController());
    try {
      const state = await read(signal);
      if (!signal.aborted && state !== undefined) this.restore(state);
    } catch (error) {
      if (!signal.aborted) this.refuse(error);
    }
  }

  private async readShort(
    id: string,
    signal: AbortSignal,
  ): Promise<StateJson | undefined> {
    this.reading = signal;
    try {
      const state = await this.host.readLink(id, signal);
      return state === undefined ? undefined : checkState(state);
    } finally {
      if (this.reading === signal) this.reading = undefined;
      this.scheduleWrite();
    }
  }

  /** Reads a state that lies elsewhere (`#!<scheme>://…`). */
  private async readRemote(
    url: string,
    signal: AbortSignal,
  ): Promise<StateJson | undefined> {
    if (!(await this.host.mayRead(url, signal))) return undefined;
    const status = StatusMessage.showMessage(
      `Reading the view from ${url.slice(0, 200)}`,
    );
    try {
      const { kvStoreContext } =
        this.viewer.dataSourceProvider.sharedKvStoreContext;
      const found = await kvStoreContext.read(url, {
        signal,
        throwIfMissing: true,
      });
      return parseRemote(await found.response.text());
    } finally {
      status.dispose();
    }
  }

  private restore(state: StateJson): void {
    this.viewer.state.reset();
    this.host.opened(restoreByParts(this.viewer, state));
  }

  private refuse(error: unknown): void {
    this.host.refused(error instanceof Error ? error.message : String(error));
  }

  private scheduleWrite(): void {
    const now = performance.now();
    this.firstChange ??= now;
    const longest = this.firstChange + longestMs - now;
    this.writeIn(Math.max(0, Math.min(quietMs, longest)));
  }

  private writeIn(ms: number): void {
    window.clearTimeout(this.timer);
    this.timer = window.setTimeout(() => this.write(), ms);
  }

  private write(): void {
    this.firstChange = undefined;
    if (fragmentOfPage() !== this.seen) {
      // A link was followed, and the event that says so is still to come.
      this.read();
      return;
    }
    // Whoever loads the page anew meanwhile would have lost the link.
    if (this.reading?.aborted === false) return;
    try {
      const cached = getCachedJson(this.viewer.state);
      if (cached.generation === this.generation) return;
      const fragment = fragmentOf(cached.value);
      if (fragment !== this.seen) history.replaceState(null, "", fragment);
      this.seen = fragmentOfPage();
      this.generation = cached.generation;
      this.setUnwritable(undefined);
    } catch (error) {
      this.setUnwritable(String(error));
      this.writeIn(retryMs);
    }
  }

  private setUnwritable(reason: string | undefined): void {
    if (reason === this.unwritable) return;
    this.unwritable = reason;
    if (reason === undefined) this.host.writable();
    else this.host.unwritable(reason);
  }
}

function parseRemote(text: string): StateJson {
  if (text.length > MAX_STATE_LENGTH) return parseStateText(text);
  try {
    return checkState(JSON.parse(text));
  } catch (error) {
    if (error instanceof LinkError) throw error;
    throw new LinkError("What lies there is not the JSON of a view.");
  }
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw new LinkError('A "%" in it is followed by what is no character.');
  }
}

/** With its `#`, and not decoded. */
function fragmentOfPage(): string {
  return location.href.replace(/^[^#]*/, "");
}

/** The fragment that carries a state: percent-encoded as far as a link survives being pasted into mail and chat. */
function fragmentOf(state: unknown): string {
  const json = JSON.stringify(state, bigintToStringJsonReplacer);
  if (json === "{}") return "#";
  const encoded = encodeURI(json).replace(
    /[!'()*;,]/g,
    (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`,
  );
  return `#!${encoded}`;
}
