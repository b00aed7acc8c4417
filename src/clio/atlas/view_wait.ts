import { StatusMessage } from "neuroglancer/unstable/status.js";
import { keyOf } from "../model/keys.js";
import { button } from "../ui/button.js";
import { progressBar } from "../ui/progress_bar.js";
import { isSoon } from "./is_soon.js";

/** How long what is in view may take to load, in milliseconds. */
const LOAD_MS = 10_000;

/** Whoever waits shorter than this is told nothing, in milliseconds. */
const UNTOLD_MS = 300;

/** How waiting has ended. */
export type ViewStanding = "loaded" | "late" | "cancelled";

/** What a person is told where it is late. */
export const LATE = `what is in view has not loaded within ${LOAD_MS / 1000} seconds. Take it again when it has`;

/** Waits until what a picture would show is loaded. It says so meanwhile, and is cancelled by its button or Escape. */
export async function waitForView(
  isLoaded: () => boolean,
): Promise<ViewStanding> {
  if (isLoaded()) return "loaded";
  const begun = Date.now();
  let isCancelled = false;
  const cancel = () => {
    isCancelled = true;
  };
  const bar = progressBar("Waiting for what is in view, to picture it");
  const notice = new StatusMessage(UNTOLD_MS);
  notice.element.classList.add("clio-atlas-wait");
  notice.element.append(
    bar.element,
    button({ label: "Cancel", key: keyOf("leave-placing"), run: cancel }),
  );
  const listening = new AbortController();
  window.addEventListener(
    "keydown",
    (event) => {
      if (event.key !== "Escape") return;
      event.stopPropagation();
      cancel();
    },
    { capture: true, signal: listening.signal },
  );
  try {
    const isOver = await isSoon(() => {
      const seconds = Math.floor((Date.now() - begun) / 1000);
      bar.show(seconds, LOAD_MS / 1000, "s");
      return isCancelled || isLoaded();
    }, LOAD_MS);
    if (isCancelled) return "cancelled";
    return isOver ? "loaded" : "late";
  } finally {
    listening.abort();
    notice.dispose();
  }
}
