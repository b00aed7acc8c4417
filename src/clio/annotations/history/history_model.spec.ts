/**
 * The invariant: whatever two tabs do to a sandbox, undo and redo included, and whatever fails in between, the database holds what a
 * list of whole states holds in which undo goes back by one and redo forth by one.
 */
import fc from "fast-check";
import type { AnnotationRecord } from "../../model/annotation.js";
import { movedBy } from "../../model/geometry.js";
import { anyRecord } from "../../model/testing/records.js";
import { maintain } from "../../store/maintenance.js";
import { readSandbox } from "../../store/reader.js";
import { Store } from "../../store/store.js";
import { runs, stillRunning } from "../../store/testing/counts.js";
import { Fault } from "../../store/testing/faults.js";
import { insist } from "../../store/testing/insist.js";
import { cleanUp, DEMO, freshName, markId } from "../../store/testing/marks.js";
import { until } from "../../store/testing/tabs.js";
import { SandboxEditor } from "../sandbox_editor.js";
import { prepared } from "../testing/prepared.js";

/** Milliseconds. */
const TIMEOUT = 60 * 60_000;

/** Marks there can be, few enough for tabs to meet. */
const MARKS = 8;

/** Records as texts, by id: all but the time of change, which the editor sets. */
type State = ReadonlyMap<string, string>;

class Model {
  now: State = new Map();
  readonly past: { label: string; state: State }[] = [];
  readonly future: { label: string; state: State }[] = [];

  /** One act that changes `now` into `next`; an act that changes nothing is none. */
  step(label: string, next: State): void {
    if (next === this.now) return;
    this.past.push({ label, state: this.now });
    this.future.length = 0;
    this.now = next;
  }

  turn(how: "undo" | "redo"): string | undefined {
    const [from, to] =
      how === "undo" ? [this.past, this.future] : [this.future, this.past];
    const step = from.pop();
    if (step === undefined) return undefined;
    to.push({ label: step.label, state: this.now });
    this.now = step.state;
    return step.label;
  }
}

function textOf(record: AnnotationRecord): string {
  const entries = Object.entries(record).filter(
    ([name]) => name !== "modified",
  );
  return JSON.stringify(entries.sort(([a], [b]) => (a < b ? -1 : 1)));
}

function stateText(state: State): string {
  return [...state.entries()]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([, text]) => text)
    .join("\n");
}

class Real {
  stores: Store[] = [];
  editors: SandboxEditor[] = [];
  private readonly name = freshName();

  async open(): Promise<void> {
    for (const tab of [0, 1]) {
      const store = new Store({ name: this.name, retryAfter: 1e9 });
      await until(() => store.state.value === "ready");
      this.stores[tab] = store;
      this.editors[tab] = new SandboxEditor(store, DEMO, { title: "Demo" });
    }
  }

  close(): void {
    for (const editor of this.editors) editor.dispose();
    for (const store of this.stores) store.dispose();
  }

  async held(): Promise<Map<string, AnnotationRecord>> {
    const held = new Map<string, AnnotationRecord>();
    await readSandbox(this.stores[0].db!, DEMO, (records) => {
      for (const record of records) held.set(record.id, record);
    });
    return held;
  }
}

function statesOf(records: ReadonlyMap<string, AnnotationRecord>): State {
  return new Map([...records].map(([id, record]) => [id, textOf(record)]));
}

async function check(model: Model, real: Real): Promise<void> {
  insist(stateText(statesOf(await real.held())), stateText(model.now));
  const next = await real.stores[1].undoStack.next(DEMO);
  insist(String(next.undo), String(model.past.at(-1)?.label));
  insist(String(next.redo), String(model.future.at(-1)?.label));
}

type Command = fc.AsyncCommand<Model, Real>;

function command(
  name: string,
  run: (model: Model, real: Real) => Promise<void>,
): Command {
  return {
    check: () => true,
    toString: () => name,
    async run(model, real) {
      await run(model, real);
      await check(model, real);
    },
  };
}

type Change = (record: AnnotationRecord) => AnnotationRecord | undefined;

interface Act {
  label: string;
  /** Applied to those of these marks that are there. */
  change?: { ids: readonly string[]; by: Change };
  /** Put, whether they are there or not. */
  put?: readonly AnnotationRecord[];
}

/** What the marks are after `act`; the same map where it changes nothing. */
function applied(
  records: ReadonlyMap<string, AnnotationRecord>,
  { change, put }: Act,
): ReadonlyMap<string, AnnotationRecord> {
  const next = new Map(records);
  let changes = 0;
  for (const record of put ?? []) {
    next.set(record.id, record);
    changes += 1;
  }
  for (const id of change?.ids ?? []) {
    const record = records.get(id);
    if (record === undefined) continue;
    const changed = change!.by(record);
    if (changed === record) continue;
    if (changed === undefined) next.delete(id);
    else next.set(id, changed);
    changes += 1;
  }
  return changes === 0 ? records : next;
}

async function perform(editor: SandboxEditor, act: Act): Promise<void> {
  const { label, change, put } = act;
  if (put !== undefined) await editor.putPrepared(prepared(put), label);
  if (change === undefined) return;
  try {
    await editor.edit(label, change.ids, change.by);
  } catch (error) {
    // None of them is there, and the model says so as well.
    if (!/deleted meanwhile/.test(String(error))) throw error;
  }
}

/** Steps the model by an act that is done to what the database held before it. */
async function stepBy(
  model: Model,
  real: Real,
  act: Act,
  work: () => Promise<void>,
): Promise<void> {
  const before = await real.held();
  const after = applied(before, act);
  await work();
  model.step(act.label, after === before ? model.now : statesOf(after));
}

const done = (tab: number, act: Act) =>
  command(`tab ${tab}: ${act.label}`, (model, real) =>
    stepBy(model, real, act, () => perform(real.editors[tab], act)),
  );

const turned = (tab: number, how: "undo" | "redo") =>
  command(`tab ${tab}: ${how}`, async (model, real) => {
    const taken = await real.editors[tab][how]();
    insist(String(taken?.label), String(model.turn(how)));
  });

/** The disk is full when it is done, and has room again before anything else is. */
const doneOnFullDisk = (tab: number, act: Act) =>
  command(`tab ${tab}, on a full disk: ${act.label}`, (model, real) =>
    stepBy(model, real, act, async () => {
      const fault = new Fault("full", 1);
      try {
        await perform(real.editors[tab], act);
      } finally {
        fault.heal();
      }
      await real.stores[tab].retry();
    }),
  );

const turnedOnFullDisk = (tab: number, how: "undo" | "redo") =>
  command(`tab ${tab}, on a full disk: ${how}`, async (_model, real) => {
    const fault = new Fault("full", 1);
    const taken = await real.editors[tab][how]().then(
      (step) => step?.label,
      () => undefined,
    );
    fault.heal();
    insist(String(taken), "undefined");
  });

/** Both tabs change the same mark at once, each another field of it: whoever is second must keep what the first one did. */
const race = (id: string, text: string) =>
  command(`both tabs at once: ${id}`, async (model, real) => {
    const before = await real.held();
    const acts = ["description", "title"].map((field): Act => ({
      label: `Edit ${field}`,
      change: { ids: [id], by: (record) => ({ ...record, [field]: text }) },
    }));
    await Promise.all(acts.map((act, i) => perform(real.editors[i], act)));
    const { undo } = await real.stores[0].undoStack.next(DEMO);
    if (undo === acts[0].label) acts.reverse();
    let records: ReadonlyMap<string, AnnotationRecord> = before;
    for (const act of acts) {
      const next = applied(records, act);
      model.step(act.label, next === records ? model.now : statesOf(next));
      records = next;
    }
  });

const reopened = command(
  "all is dropped and opened again",
  async (_m, real) => {
    real.close();
    await real.open();
  },
);

const folded = command("fold", async (_model, real) => {
  await maintain(real.stores[0].db!, DEMO);
});

const id = fc.nat(MARKS - 1).map(markId);
const ids = fc.uniqueArray(id, { minLength: 1, maxLength: MARKS });
const tab = fc.nat(1);
const how = fc.constantFrom("undo" as const, "redo" as const);

const change: fc.Arbitrary<[label: string, by: Change]> = fc.oneof(
  fc
    .string()
    .map((text): [string, Change] => [
      "Edit description",
      (record) => ({ ...record, description: text }),
    ]),
  fc
    .tuple(fc.nat(99), fc.nat(99), fc.nat(99))
    .map((delta): [string, Change] => [
      "Move mark",
      (record) => movedBy(record, delta),
    ]),
  fc.constant<[string, Change]>([
    "Check marks",
    (record) => (record.checked ? record : { ...record, checked: true }),
  ]),
  fc.constant<[string, Change]>(["Delete marks", () => undefined]),
);

const records = fc
  .tuple(ids, fc.array(anyRecord(), { minLength: MARKS, maxLength: MARKS }))
  .map(([ids, some]) => ids.map((id, i) => ({ ...some[i], id })));

const act: fc.Arbitrary<Act> = fc.oneof(
  fc.tuple(ids, change).map(([ids, [label, by]]) => ({
    label,
    change: { ids, by },
  })),
  records.map((put) => ({ label: `Import ${put.length} marks`, put })),
);

const commands = [
  fc.tuple(tab, act).map((args) => done(...args)),
  fc.tuple(tab, act).map((args) => done(...args)),
  fc.tuple(tab, how).map((args) => turned(...args)),
  fc.tuple(tab, how).map((args) => turned(...args)),
  fc.tuple(tab, act).map((args) => doneOnFullDisk(...args)),
  fc.tuple(tab, how).map((args) => turnedOnFullDisk(...args)),
  fc.tuple(id, fc.string()).map((args) => race(...args)),
  fc.constant(reopened),
  fc.constant(folded),
];

/** Takes back all that can be taken back, or does all of it again. */
async function turnAll(model: Model, real: Real, how: "undo" | "redo") {
  for (;;) {
    const taken = await real.editors[0][how]();
    insist(String(taken?.label), String(model.turn(how)));
    if (taken === undefined) break;
  }
  await check(model, real);
}

describe("Two editors and a list of states", () => {
  afterEach(cleanUp);

  const lengths = [
    ["short", "=", runs(140, 1000)],
    ["long", "+1", runs(10, 1000)],
  ] as const;
  for (const [length, size, numRuns] of lengths) {
    it(
      `hold the same after any ${length} series of edits, undo, redo, imports, failures and reloads, and all can be taken back and done again`,
      async () => {
        // The second copy says each time that the disk is full.
        spyOn(console, "warn");
        await fc.assert(
          fc.asyncProperty(
            fc.commands(commands, { size, maxCommands: 100 }),
            async (commands) => {
              stillRunning();
              const real = new Real();
              const model = new Model();
              try {
                await real.open();
                await fc.asyncModelRun(() => ({ model, real }), commands);
                await turnAll(model, real, "undo");
                await turnAll(model, real, "redo");
              } finally {
                real.close();
              }
            },
          ),
          { numRuns },
        );
      },
      TIMEOUT,
    );
  }
});
