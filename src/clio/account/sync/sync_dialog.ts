import { openConflicts } from "../../store/conflicts.js";
import type { ConflictRow } from "../../store/database.js";
import { readRecord } from "../../store/reader.js";
import type { Store } from "../../store/store.js";
import type { SyncStanding } from "../../store/sync_standing.js";
import { recordName, type StoredRecord } from "../../model/record.js";
import { button } from "../../ui/button.js";
import { Dialog } from "../../ui/dialog.js";
import { element } from "../../ui/element.js";
import { icon, type IconName } from "../../ui/icons.js";
import { notice } from "../../ui/notice.js";
import type { Account } from "../account.js";
import { conflictCard } from "./conflict_card.js";
import { type Choice, settle } from "./settle.js";
import { countOf } from "./sync_words.js";
import "./sync.css";

const time = new Intl.DateTimeFormat("en", { timeStyle: "medium" });

export interface SyncDialogOptions {
  store: Store;
  account: Account;
  /** Asks the server again. */
  retry: () => void;
  signIn: () => void;
}

/** Says how the sandbox and its copy on the server are, and has conflicts settled. */
export class SyncDialog {
  private readonly lines = element("div", {
    class: "clio-sync-lines",
    role: "status",
  });
  private readonly problem = element("div", { class: "clio-sync-problem" });
  private readonly list = element("ul", {
    class: "clio-conflicts",
    "aria-label": "Conflicts",
  });
  private readonly dialog: Dialog;
  private shown = "";

  constructor(private readonly options: SyncDialogOptions) {
    const { store, account } = options;
    this.dialog = new Dialog({
      title: "Sync",
      parts: [this.lines, this.problem, this.list],
    });
    const update = () => void this.update();
    const removers = [
      store.sync.changed.add(update),
      store.unsaved.changed.add(update),
      account.session.changed.add(update),
    ];
    this.dialog.element.addEventListener("close", () => {
      for (const remove of removers) remove();
    });
  }

  show(): void {
    const close = this.dialog.element.querySelector("button")!;
    this.dialog.open(close);
    void this.update();
  }

  private async update(): Promise<void> {
    const { store } = this.options;
    this.lines.replaceChildren(...this.standingLines());
    this.problem.replaceChildren(...this.problems());
    const { db } = store;
    if (db === undefined) return;
    await this.showConflicts(await openConflicts(db, store.person));
  }

  private standingLines(): HTMLElement[] {
    const { store, account } = this.options;
    const unsaved = store.unsaved.value.length;
    const saved =
      unsaved > 0
        ? line("bad", "warning", "Not saved", countOf(unsaved, "change"))
        : line("ok", "ok", "Saved here", "all on this machine");
    const standing = store.sync.value;
    if (standing !== undefined) return [saved, ...syncLines(standing)];
    const { session } = account;
    const why =
      session.value === undefined
        ? "the server was not reached yet"
        : session.value.sync
          ? "nobody is signed in"
          : "this server keeps no copy of marks";
    return [saved, line("plain", "minus", "Not synced", why)];
  }

  private problems(): HTMLElement[] {
    const { store, account, retry, signIn } = this.options;
    const { how, refused } = store.sync.value ?? {};
    const session = account.session.value;
    const isSignedOut =
      session?.signIn !== undefined && session.user === undefined;
    if (isSignedOut || how === "signed out") {
      return [
        notice({
          severity: "warn",
          what: "You are not signed in.",
          kept: "Your marks are on this machine, and what you do is kept until you sign in.",
          next: "Sign in to have them on your other machines.",
          actions: [button({ label: "Sign in", kind: "primary", run: signIn })],
        }),
      ];
    }
    if (how !== "offline" && how !== "refused") return [];
    return [
      notice({
        severity: "warn",
        what:
          how === "offline"
            ? "The server cannot be reached."
            : `The server does not take everything: ${refused ?? "it gives no reason"}`,
        kept: "All is on this machine, and waits for the server.",
        next: "Work on: Clio tries again by itself.",
        actions: [button({ label: "Try again", run: retry })],
      }),
    ];
  }

  private async showConflicts(rows: readonly ConflictRow[]): Promise<void> {
    const ids = rows.map(({ id }) => id).join(" ");
    // To put the same ones there anew would take the focus from them.
    if (ids === this.shown) return;
    this.shown = ids;
    const names = await Promise.all(rows.map((row) => this.nameOf(row)));
    const hadFocus = this.list.contains(document.activeElement);
    this.list.replaceChildren(
      ...rows.map((row, i) =>
        conflictCard(row, names[i], (choice) => void this.settle(row, choice)),
      ),
    );
    this.list.hidden = rows.length === 0;
    if (hadFocus) {
      const next = this.list.querySelector("button");
      (next ?? this.dialog.element.querySelector("button"))?.focus();
    }
  }

  private async nameOf({ user, conflict }: ConflictRow): Promise<string> {
    const { db } = this.options.store;
    const { dataset, record: id } = conflict;
    const record =
      db && (await readRecord<StoredRecord>(db, { user, dataset }, id));
    if (record === undefined) return "A mark that is gone";
    const title = record.kind === "merge" ? undefined : record.title;
    return title || record.description || `A ${recordName(record)}`;
  }

  private async settle(row: ConflictRow, choice: Choice): Promise<void> {
    const { store, retry } = this.options;
    try {
      await settle(store, row, choice);
      retry();
      await this.update();
    } catch (error) {
      this.problem.replaceChildren(
        notice({
          severity: "bad",
          what: `The conflict was not settled: ${(error as Error).message}`,
          kept: "Both values are as they were.",
        }),
      );
    }
  }
}

function syncLines({
  how,
  waiting,
  conflicts,
  synced,
}: SyncStanding): HTMLElement[] {
  const last =
    synced === undefined ? "not yet" : `last at ${time.format(synced)}`;
  const lines = [
    waiting > 0
      ? line("warn", "refresh", `Waiting (${waiting})`, `synced ${last}`)
      : how === "online"
        ? line("ok", "refresh", "Synced", last)
        : line("plain", "refresh", "Nothing waits", `synced ${last}`),
  ];
  if (how === "offline") {
    lines.push(line("warn", "warning", "Offline", "the server is away"));
  }
  if (conflicts > 0) {
    const need = conflicts === 1 ? "needs" : "need";
    lines.push(
      line("warn", "warning", `Conflict (${conflicts})`, `${need} a decision`),
    );
  }
  return lines;
}

function line(
  severity: "ok" | "warn" | "bad" | "plain",
  name: IconName,
  what: string,
  facts: string,
): HTMLElement {
  return element(
    "div",
    { class: "clio-sync-line" },
    element(
      "span",
      { class: `clio-${severity}` },
      icon(name),
      element("span", {}, ` ${what}`),
    ),
    element("span", { class: "clio-sync-facts" }, facts),
  );
}
