import * as v from "valibot";
import { SidePanel } from "neuroglancer/unstable/ui/side_panel.js";
import type { TrackableSidePanelLocation } from "neuroglancer/unstable/ui/side_panel_location.js";
import type { Viewer } from "neuroglancer/unstable/viewer.js";
import { LOCAL_USER } from "../../model/sandbox.js";
import type { Store } from "../../store/store.js";
import { button } from "../../ui/button.js";
import { element } from "../../ui/element.js";
import { icon } from "../../ui/icons.js";
import type { Account } from "../account.js";
import type { Belongings } from "../belongings.js";
import { SignOutDialog } from "../sign_in/sign_out_dialog.js";
import { ask } from "../sync/server.js";
import { GroupList } from "./group_list.js";
import { LinkList } from "./link_list.js";
import { TokenList } from "./token_list.js";
import "../../ui/panel.css";
import "./settings.css";

/** What is needed here of one's roles. */
const rolesSchema = v.object({ global_roles: v.array(v.string()) });

const day = new Intl.DateTimeFormat("en", { dateStyle: "medium" });

/** The side panel of settings: who is signed in, tokens for scripts, groups, and for administrators the links of everybody. */
export class SettingsPanel extends SidePanel {
  private readonly body = element("div", {
    class: "clio-panel clio-settings",
    tabindex: "-1",
  });
  /** Whose tokens are listed. */
  private shown: string | undefined;
  private readonly who = element("div");
  private readonly tokens = element("div");

  constructor(
    private readonly viewer: Viewer,
    location: TrackableSidePanelLocation,
    private readonly store: Store,
    private readonly belongings: Belongings,
    private readonly account: Account,
    private readonly signIn: () => void,
  ) {
    super(viewer.sidePanelManager, location);
    this.element.classList.add("clio-side-panel");
    this.element.setAttribute("role", "region");
    this.element.setAttribute("aria-label", "Settings");
    this.addTitleBar({ title: "Settings" });
    this.body.append(this.who, this.tokens);
    this.addBody(this.body);
    const update = () => this.update();
    this.registerDisposer(account.session.changed.add(update));
    update();
  }

  /** Takes the focus, so that it is read from its beginning. */
  enter(): void {
    this.body.focus();
  }

  private update(): void {
    this.who.replaceChildren(this.signedIn());
    const user = this.account.session.value?.user;
    if (user === this.shown) return;
    this.shown = user;
    this.tokens.replaceChildren();
    if (user === undefined) return;
    this.tokens.append(new TokenList().element);
    // Nobody else is at a server that serves one machine.
    if (user !== LOCAL_USER) {
      this.tokens.append(new GroupList(this.viewer, user).element);
      void this.addLinks(user);
    }
  }

  /** Lists the links of everybody, for administrators alone. */
  private async addLinks(user: string): Promise<void> {
    let roles: readonly string[];
    try {
      ({ global_roles: roles } = await ask(rolesSchema, "GET", "/v2/roles"));
    } catch (error) {
      // The sections beside this one say that the server is away.
      console.warn("Clio could not read the roles:", error);
      return;
    }
    if (roles.includes("admin") && this.shown === user && !this.wasDisposed) {
      this.tokens.append(new LinkList(user).element);
    }
  }

  private signedIn(): HTMLElement {
    const session = this.account.session.value;
    const words: string[] = [];
    const acts: HTMLElement[] = [];
    if (session === undefined) {
      words.push("The server was not reached yet", "what you do is kept here");
    } else if (session.user === undefined) {
      words.push("Nobody is signed in", "your marks are on this machine alone");
      acts.push(
        button({ label: "Sign in", kind: "primary", run: this.signIn }),
      );
    } else if (session.user === LOCAL_USER) {
      words.push(
        "The user of this machine",
        "nobody else can reach this server",
      );
    } else {
      words.push(session.name ?? session.user, session.user);
      if (session.expires !== undefined) {
        words.push(
          `session ends ${day.format(session.expires)}, renewed while you work`,
        );
      }
      acts.push(
        button({
          label: "Sign out",
          run: () => new SignOutDialog(this.store, this.belongings).show(),
        }),
      );
    }
    const [name, ...facts] = words;
    return element(
      "section",
      { class: "clio-settings-section", "aria-label": "Signed in" },
      element("h3", {}, "Signed in"),
      element(
        "div",
        { class: "clio-settings-who" },
        icon("user"),
        element(
          "div",
          {},
          element("div", {}, name),
          element("div", { class: "clio-settings-text" }, facts.join(" · ")),
        ),
        ...acts,
      ),
    );
  }
}
