import * as v from "valibot";
import { LOCAL_USER } from "../../model/sandbox.js";
import { copyingSandboxes, readWaiting } from "../../store/outbox.js";
import type { Store } from "../../store/store.js";
import { button } from "../../ui/button.js";
import { Dialog } from "../../ui/dialog.js";
import { element } from "../../ui/element.js";
import { notice } from "../../ui/notice.js";
import type { Belongings } from "../belongings.js";
import { rememberPerson } from "../person.js";
import { ask } from "../sync/server.js";
import "./sign_in.css";

/** Signs out, and takes the local copy away where the person wants that. */
export class SignOutDialog {
  private readonly problem = element("div", {});
  private readonly removal = element("input", { type: "checkbox" });
  private readonly dialog: Dialog;
  private readonly outButton = button({
    label: "Sign out",
    kind: "primary",
    run: () => void this.signOut(),
  });

  constructor(
    private readonly store: Store,
    private readonly belongings: Belongings,
  ) {
    this.dialog = new Dialog({
      title: "Sign out",
      parts: [
        element(
          "p",
          { class: "clio-sign-in-text" },
          `${store.person} is signed out of this browser. What you have made stays in it, and is there again after the next sign-in.`,
        ),
        element(
          "label",
          { class: "clio-sign-in-text" },
          this.removal,
          " This is a shared computer: take all that is mine away from it. It stays on the server.",
        ),
        this.problem,
        element(
          "footer",
          { class: "clio-sign-in-foot" },
          button({ label: "Stay", run: () => this.dialog.close() }),
          this.outButton,
        ),
      ],
    });
  }

  show(): void {
    this.dialog.open(this.outButton);
  }

  private async signOut(): Promise<void> {
    const { store, belongings, removal } = this;
    this.outButton.disabled = true;
    try {
      // What only this machine has is nobody's to throw away.
      if (removal.checked && !(await this.isOnServer())) {
        this.refuse(
          "Not all that you have made here has reached the server yet.",
          "Wait until all is synced, or sign out without taking them away.",
        );
        return;
      }
      await ask(v.null(), "POST", "/logout");
      belongings.signedOut();
      if (removal.checked) {
        await store.forget(store.person);
        await belongings.forget(store.person);
      }
      rememberPerson(LOCAL_USER);
      location.reload();
    } catch (error) {
      this.refuse(
        `Signing out did not come to its end: ${(error as Error).message}.`,
        "Try again when the server can be reached.",
      );
    }
  }

  private async isOnServer(): Promise<boolean> {
    const { db, person, unsaved } = this.store;
    if (db === undefined || unsaved.value.length > 0) return false;
    await this.belongings.deliver(person);
    if ((await this.belongings.undelivered(person)) > 0) return false;
    const { count } = await readWaiting(db, person, { changes: 0, edits: 0 });
    return count === 0 && (await copyingSandboxes(db, person)).length === 0;
  }

  private refuse(what: string, next: string): void {
    this.outButton.disabled = false;
    this.problem.replaceChildren(
      notice({
        severity: "bad",
        what,
        kept: "What is yours is on this machine as it was.",
        next,
      }),
    );
  }
}
