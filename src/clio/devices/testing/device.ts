import { Courier } from "../../account/sync/courier.js";
import { listen } from "../../account/sync/listener.js";
import { ServerAway } from "../../account/sync/server.js";
import { type Choice, settle } from "../../account/sync/settle.js";
import { SandboxEditor } from "../../annotations/sandbox_editor.js";
import type { AnnotationRecord } from "../../model/annotation.js";
import type { Edit } from "../../model/change.js";
import { sameValue } from "../../model/record_fields.js";
import {
  LOCAL_USER,
  type SandboxKey,
  sameSandbox,
} from "../../model/sandbox.js";
import { openConflicts } from "../../store/conflicts.js";
import { maintain } from "../../store/maintenance.js";
import { lineageOf } from "../../store/mirror/lineage.js";
import { beginSync, readWaiting } from "../../store/outbox.js";
import { editsOfMarks, unpackEdits } from "../../store/packed_edits.js";
import { readSandbox } from "../../store/reader.js";
import { noteRevision } from "../../store/received.js";
import { Store } from "../../store/store.js";
import { insist } from "../../store/testing/insist.js";
import { freshName } from "../../store/testing/marks.js";
import { until } from "../../store/testing/tabs.js";

export type Records = ReadonlyMap<string, AnnotationRecord>;

/** @throws Error where the two are not the same, down to the time of change */
export function insistSame(actual: Records, expected: Records): void {
  const ids = new Set([...actual.keys(), ...expected.keys()]);
  for (const id of ids) {
    const [a, b] = [actual.get(id), expected.get(id)];
    if (!sameValue(a, b)) insist(String(JSON.stringify(a)), JSON.stringify(b));
  }
}

/** A browser of the person: its database, what it shows, and what of the account delivers and listens. */
export class Device {
  private store!: Store;
  editor!: SandboxEditor;
  private courier!: Courier;
  private shown = new Map<string, AnnotationRecord>();
  /** The edits of the last change. */
  last: readonly Edit[] = [];
  /** Whether other devices may have delivered what this one has not heard of. */
  isOvertaken = false;
  private readonly name = freshName();

  constructor(private readonly key: SandboxKey) {}

  /** @param since the server's revision at which all begins */
  async begin(since: number): Promise<void> {
    await this.open();
    await beginSync(this.db, LOCAL_USER);
    await noteRevision(this.db, LOCAL_USER, since, []);
  }

  async open(): Promise<void> {
    const store = new Store({ name: this.name, retryAfter: 1e9 });
    await until(() => store.state.value === "ready");
    store.changes.add(({ key, edits: stored }) => {
      if (!sameSandbox(key, this.key)) return;
      const edits = unpackEdits(editsOfMarks(stored));
      this.last = edits;
      for (const edit of edits) {
        if (edit.op === "put") this.shown.set(edit.record.id, edit.record);
        else this.shown.delete(edit.id);
      }
    });
    this.store = store;
    this.shown = await this.held();
    this.editor = new SandboxEditor(store, this.key, { title: "Demo" });
    this.courier = new Courier(
      this.db,
      LOCAL_USER,
      (await lineageOf(this.db))!,
    );
  }

  close(): void {
    this.editor.dispose();
    this.store.dispose();
  }

  get db() {
    return this.store.db!;
  }

  add(): Promise<void> {
    const { editor } = this;
    const record = editor.newRecord({ kind: "point", position: [1, 2, 3] });
    return editor.add([record], "Place point");
  }

  async held(): Promise<Map<string, AnnotationRecord>> {
    const held = new Map<string, AnnotationRecord>();
    await readSandbox(this.db, this.key, (records) => {
      for (const record of records) held.set(record.id, record);
    });
    return held;
  }

  fold() {
    return maintain(this.db, this.key);
  }

  /** Delivers what waits; fulfilled with whether the server may have more than is here, undefined where it was not reached. */
  deliver(): Promise<boolean | undefined> {
    return this.courier.deliver().catch(away);
  }

  async listen(): Promise<void> {
    const heard = await listen(this.store).then(() => true, away);
    if (heard === true) this.isOvertaken = false;
  }

  conflicts() {
    return openConflicts(this.db, LOCAL_USER);
  }

  async settle(pick: number, choice: Choice): Promise<void> {
    const rows = await this.conflicts();
    if (rows.length > 0) {
      await settle(this.store, rows[pick % rows.length], choice);
    }
  }

  async waits(): Promise<boolean> {
    const most = { changes: 0, edits: 0 };
    return (await readWaiting(this.db, LOCAL_USER, most)).count > 0;
  }

  async check(): Promise<void> {
    insistSame(this.shown, await this.held());
  }
}

function away(error: unknown): undefined {
  if (!(error instanceof ServerAway)) throw error;
}
