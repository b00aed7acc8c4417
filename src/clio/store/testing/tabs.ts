/** Stores as tabs of their own, in one page, for the specs: each with its connection, its memory and its ears. */
import type { SandboxKey } from "../../model/sandbox.js";
import { sameSandbox } from "../../model/sandbox.js";
import type { ConnectionState } from "../connection.js";
import type { ClioDatabase } from "../database.js";
import type { ExportedSandbox } from "../export.js";
import { editsOfMarks, unpackEdits } from "../packed_edits.js";
import { readSandbox } from "../reader.js";
import type { StoreOptions } from "../store_options.js";
import { Store } from "../store.js";
import {
  beforeCleanUp,
  DEMO,
  freshName,
  inOrder,
  markName,
  markNumber,
} from "./marks.js";

const open: Tab[] = [];

/** A tab that has a sandbox open, and keeps what it shows of it as a layer does: by reading once and following the news. */
export class Tab {
  readonly store: Store;
  /** Labels of the changes it was told about, in that order; those of other tabs in brackets, folded ones as "(folded)". */
  readonly heard: string[] = [];
  private shown = new Map<number, string>();
  /** All reading and listening so far; rejected when a reading was, which `shows` then tells. */
  private reading: Promise<void>;
  private seq = 0;

  constructor(
    options: StoreOptions,
    private readonly key: SandboxKey = DEMO,
  ) {
    this.store = new Store({ retryAfter: 1e9, ...options });
    open.push(this);
    this.store.changes.add((news) => {
      const label = news.change?.label ?? "folded";
      this.heard.push(news.own ? label : `(${label})`);
      this.next(() => {
        if (news.seq <= this.seq || !sameSandbox(news.key, this.key)) return;
        for (const edit of unpackEdits(editsOfMarks(news.edits))) {
          if (edit.op === "put") {
            this.shown.set(markNumber(edit.record.id), markName(edit.record));
          } else {
            this.shown.delete(markNumber(edit.id));
          }
        }
      });
    });
    this.store.readAgain.add(() => {
      this.heard.push("(again)");
      this.next(() => this.read());
    });
    this.reading = this.reach("ready");
    this.next(() => this.read());
  }

  get db(): ClioDatabase {
    return this.store.db!;
  }

  /** Fulfilled when the store is in `state`. */
  async reach(state: ConnectionState): Promise<void> {
    await until(() => this.store.state.value === state);
  }

  /** What the tab shows, once all that it has heard is taken in, such as "1.0 2.3". */
  async shows(): Promise<string> {
    await this.reading;
    return inOrder([...this.shown.values()]);
  }

  private next(work: () => void | Promise<void>): void {
    this.reading = this.reading.then(work);
    this.reading.catch(() => undefined);
  }

  private async read(): Promise<void> {
    const shown = new Map<number, string>();
    const { seq } = await readSandbox(this.db, this.key, (records) => {
      for (const record of records) {
        shown.set(markNumber(record.id), markName(record));
      }
    });
    this.shown = shown;
    this.seq = seq;
  }
}

/** A tab on the database `name`, which it has open. */
export async function readyTab(name = freshName()): Promise<Tab> {
  const tab = new Tab({ name });
  await tab.reach("ready");
  return tab;
}

/** What a store exports of the demo sandbox. */
export async function exportOf(store: Store): Promise<ExportedSandbox> {
  const file = await store.export(DEMO);
  return JSON.parse(await file.text()) as ExportedSandbox;
}

/** Looks at `until` before it gives up, which is some ten seconds: an error tells more than a spec that runs out of time. */
const LOOKS = 2000;

/**
 * Fulfilled once `condition` holds.
 * @throws Error where it never does.
 */
export async function until(
  condition: () => boolean | Promise<boolean>,
): Promise<void> {
  for (let look = 0; look < LOOKS; look += 1) {
    if (await condition()) return;
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  throw new Error(`This never came to hold: ${condition.toString()}`);
}

export function closeTabs(): void {
  for (const tab of open.splice(0)) tab.store.dispose();
}

beforeCleanUp(closeTabs);
