import { StatusMessage } from "neuroglancer/unstable/status.js";
import type { Viewer } from "neuroglancer/unstable/viewer.js";
import { whyNotLoaded } from "../../../neuroglancer/on_demand/cannot_load.js";
import type { Store } from "../store/store.js";
import { button } from "../ui/button.js";
import type { AccountParts } from "./account_parts.js";
import type { Belongings } from "./belongings.js";

/** How long the view has for itself before the account is looked after, in milliseconds. */
const FIRST_DRAWING = 500;

/** How long to wait before what could not be loaded is asked for again, in milliseconds. */
const LOAD_AGAIN = 30_000;

/**
 * Adds sync and settings to a viewer: two buttons in its top bar. What they do loads a moment after the view, for whoever is signed in
 * is told of other devices without a click.
 *
 * @param belongings what people have in this browser beside marks
 */
export function registerAccount(
  viewer: Viewer,
  store: Store,
  belongings: Belongings,
): void {
  const sync = button({
    label: "Sync",
    kind: "bar",
    icon: "refresh",
    run: () => use((parts) => parts.openSync()),
  });
  const settings = button({
    label: "Settings",
    kind: "bar",
    icon: "settings",
    run: () => use((parts) => parts.toggleSettings()),
  });
  viewer.element
    .querySelector(".neuroglancer-viewer-top-row")!
    .append(sync, settings);

  let loading: Promise<AccountParts> | undefined;
  const load = () => {
    loading ??= loadParts(viewer, store, belongings, { sync, settings });
    loading.catch(() => (loading = undefined));
    return loading;
  };
  const use = (act: (parts: AccountParts) => void) => {
    load().then(act, (error: unknown) => {
      new StatusMessage().setErrorMessage(
        `This could not be opened: ${whyNotLoaded(error)} Your marks are on this machine.`,
      );
    });
  };
  const begin = () => {
    load().catch(() => setTimeout(begin, LOAD_AGAIN));
  };
  setTimeout(begin, FIRST_DRAWING);
}

/** The two buttons of the top bar. */
export interface AccountButtons {
  sync: HTMLButtonElement;
  settings: HTMLButtonElement;
}

async function loadParts(
  viewer: Viewer,
  store: Store,
  belongings: Belongings,
  buttons: AccountButtons,
): Promise<AccountParts> {
  const { AccountParts } = await import(
    /* webpackChunkName: "account" */ "./account_parts.js"
  );
  return new AccountParts(viewer, store, belongings, buttons);
}
