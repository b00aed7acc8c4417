import {
  DEFAULT_SIDE_PANEL_LOCATION,
  TrackableSidePanelLocation,
} from "neuroglancer/unstable/ui/side_panel_location.js";
import { RefCounted } from "neuroglancer/unstable/util/disposable.js";
import { StatusMessage } from "neuroglancer/unstable/status.js";
import type { Viewer } from "neuroglancer/unstable/viewer.js";
import { LOCAL_USER } from "../model/sandbox.js";
import { seenRevision } from "../store/received.js";
import type { Store } from "../store/store.js";
import { Account } from "./account.js";
import type { Belongings } from "./belongings.js";
import { rememberedPerson } from "./person.js";
import { leaveToSignIn } from "./return_view.js";
import type { AccountButtons } from "./register.js";
import { SettingsPanel } from "./settings/settings_panel.js";
import {
  AdoptionDialog,
  unclaimed,
  wereLeft,
} from "./sign_in/adoption_dialog.js";
import { SyncButton } from "./sync/sync_button.js";
import { SyncDialog } from "./sync/sync_dialog.js";
import { SyncTabs } from "./sync/sync_tabs.js";

/** How long to wait before it is asked again who is signed in, where that was never known, in milliseconds. */
const ASK_AGAIN = 30_000;

/** Width of the panel of settings until a person changes it. */
const PANEL_PIXELS = 520;

/** What belongs to a person and not to a view: who is signed in, the copy on the server, and settings. */
export class AccountParts extends RefCounted {
  private readonly account: Account;
  private readonly settings = new TrackableSidePanelLocation({
    ...DEFAULT_SIDE_PANEL_LOCATION,
    side: "right",
    // Below Clio's other panels where they are open: a column more would leave little of the view.
    col: 1,
    // Behind those that are there from the beginning: upstream counts the rows of a link without gaps, and this one comes later.
    row: 8,
    size: PANEL_PIXELS,
  });
  private tabs: SyncTabs | undefined;

  constructor(
    viewer: Viewer,
    private readonly store: Store,
    private readonly belongings: Belongings,
    buttons: AccountButtons,
  ) {
    super();
    viewer.registerDisposer(this);
    this.account = new Account(store);
    this.registerDisposer(new SyncButton(buttons.sync, store, this.account));
    this.addSettings(viewer, buttons.settings);
    // Somebody else has signed in, or out, in another tab.
    this.registerEventListener(window, "storage", () => {
      const isOther = rememberedPerson() !== store.person;
      if (isOther && store.pending.length === 0) location.reload();
    });
    void this.begin();
  }

  /** Shows how the copy on the server is, or signs in where nobody is. */
  openSync(): void {
    const { store, account } = this;
    const { signIn, user } = account.session.value ?? {};
    if (signIn !== undefined && user === undefined && !this.isKnown) {
      this.signIn();
      return;
    }
    new SyncDialog({
      store,
      account,
      retry: () => this.tabs?.retry(),
      signIn: () => this.signIn(),
    }).show();
  }

  toggleSettings(): void {
    this.settings.visible = !this.settings.visible;
  }

  /** Whether somebody has signed in on this machine, be the session over or not. */
  private get isKnown(): boolean {
    return this.store.person !== LOCAL_USER;
  }

  private addSettings(viewer: Viewer, opener: HTMLButtonElement): void {
    const { settings } = this;
    this.registerDisposer(
      viewer.sidePanelManager.registerPanel({
        location: settings,
        makePanel: () => {
          const { store, belongings, account } = this;
          const panel = new SettingsPanel(
            viewer,
            settings,
            store,
            belongings,
            account,
            () => this.signIn(),
          );
          setTimeout(() => panel.enter());
          return panel;
        },
      }),
    );
    const update = () =>
      opener.setAttribute("aria-pressed", String(settings.visible));
    this.registerDisposer(settings.locationChanged.add(update));
    update();
  }

  private signIn(): void {
    const { signIn } = this.account.session.value ?? {};
    if (signIn === undefined) return;
    if (this.store.unsaved.value.length > 0) {
      new StatusMessage().setErrorMessage(
        "Sign in when all your marks are saved: those that the disk refuses would be lost with the page.",
      );
      return;
    }
    leaveToSignIn(signIn);
  }

  /** Has the sandbox delivered where there is somebody to deliver it for. */
  private async begin(): Promise<void> {
    const session = await this.account.refresh().catch(() => undefined);
    if (this.wasDisposed) return;
    const isDelivered =
      session === undefined
        ? await this.wasDelivered()
        : session.sync && (session.user !== undefined || this.isKnown);
    if (isDelivered) {
      this.tabs = this.registerDisposer(new SyncTabs(this.store, this.account));
    } else if (session === undefined) {
      setTimeout(() => void this.begin(), ASK_AGAIN);
    }
    if (session?.user !== this.store.person) return;
    if (isDelivered) await this.deliverBelongings();
    await this.offerAdoption();
  }

  private async deliverBelongings(): Promise<void> {
    try {
      await this.belongings.deliver(this.store.person);
    } catch (error) {
      // They wait, and where they are shown it is told.
      console.warn("Clio could not deliver what waits:", error);
    }
  }

  /** Whether there was a server for the store's user before: then what is done waits for it. */
  private async wasDelivered(): Promise<boolean> {
    const { db, person } = this.store;
    return db !== undefined && (await seenRevision(db, person)) > 0;
  }

  private async offerAdoption(): Promise<void> {
    const { store } = this;
    if (!this.isKnown || wereLeft(store.person)) return;
    if (store.db === undefined) {
      // As soon as the database is open.
      const remove = store.state.changed.add(() => {
        if (store.db === undefined) return;
        remove();
        void this.offerAdoption();
      });
      return;
    }
    const { belongings } = this;
    const found = await unclaimed(store, belongings);
    if (found === undefined) return;
    const adopted = () => {
      this.tabs?.retry();
      void this.deliverBelongings();
    };
    new AdoptionDialog(store, belongings, found, adopted).show();
  }
}
