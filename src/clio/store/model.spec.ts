/**
 * The invariant: whatever two tabs do to a sandbox, in whatever order, and wherever their browser crashes in between, each tab shows
 * and the database holds what a plain map holds after the same changes. Of a page that was damaged, its own marks are missing or
 * older, and no other mark is touched.
 */
import fc from "fast-check";
import { mergeStep } from "./compaction.js";
import type { ClioDatabase } from "./database.js";
import { readTransaction } from "./database.js";
import { foldStep } from "./fold.js";
import { maintain } from "./maintenance.js";
import { readManifest, runsOf } from "./manifest.js";
import { rowId, unpackPage } from "./pages.js";
import { findSandbox } from "./sandboxes.js";
import { sweepPages } from "./staging.js";
import { runs, stillRunning } from "./testing/counts.js";
import { insist } from "./testing/insist.js";
import { Fault } from "./testing/faults.js";
import {
  change,
  cleanUp,
  connect,
  DEMO,
  freshName,
  loseDatabase,
  markNumber,
  marks,
  marksOf,
} from "./testing/marks.js";
import { closeTabs, Tab, until } from "./testing/tabs.js";

/** Milliseconds. */
const TIMEOUT = 30 * 60_000;

interface Model {
  /** Version of each mark, by number. */
  versions: Map<number, number>;
  /** Numbers of marks that a damaged page has made uncertain. */
  doubtful: Set<number>;
  /** Goes up with every edit, so that no two states of a mark are alike. */
  version: number;
}

class Real {
  tabs: Tab[] = [];

  private constructor(
    readonly name: string,
    /** A third tab's, which nobody looks at: it does the maintenance. */
    public db: ClioDatabase,
  ) {}

  static async start(): Promise<Real> {
    const name = freshName();
    const real = new Real(name, await connect(name));
    await real.open(0);
    await real.open(1);
    await real.tabs[0].store.apply(change(""));
    return real;
  }

  async open(tab: number): Promise<void> {
    this.tabs[tab] = new Tab({ name: this.name });
    await this.tabs[tab].reach("ready");
  }

  /** What Chromium does when it takes the database for damaged: at its start, so that no tab has it open. */
  async loseDatabase(): Promise<void> {
    for (const { store } of this.tabs) {
      // Where a fault has kept it from being written, it has to have been brought up since.
      await store.retry();
      await until(() => store.standing.value.secondCopy === "kept");
    }
    closeTabs();
    await loseDatabase(this.name);
    await this.open(0);
    await this.open(1);
    this.db = await connect(this.name);
  }

  async home() {
    return (await findSandbox(this.db, DEMO))!;
  }

  async pages() {
    const { sid } = await this.home();
    const tx = readTransaction(this.db, ["manifests"]);
    return (await readManifest(tx, sid)).pages;
  }
}

type Command = fc.AsyncCommand<Model, Real>;

const always = () => true;

/** `held` or `shown` without the marks that nobody can be sure of. */
function certain(names: string, { doubtful }: Model): string {
  return names
    .split(" ")
    .filter((name) => !doubtful.has(Number.parseInt(name)))
    .join(" ");
}

async function check(model: Model, { tabs, db }: Real): Promise<void> {
  const expected = certain(marksOf(model.versions), model);
  insist(certain(await marks(db), model), expected);
  for (const tab of tabs) {
    await until(async () => certain(await tab.shows(), model) === expected);
  }
}

function applyTo(model: Model, number: number, put: boolean): string {
  model.version += 1;
  model.doubtful.delete(number);
  if (put) model.versions.set(number, model.version);
  else model.versions.delete(number);
  return put ? `+${number}.${model.version}` : `-${number}`;
}

const edit = (tab: number, number: number, put: boolean): Command => ({
  check: always,
  async run(model, real) {
    const { saved } = await real.tabs[tab].store.apply(
      change(applyTo(model, number, put)),
    );
    if (!saved) throw new Error("Without a fault a change must be saved");
    await check(model, real);
  },
  toString: () => `tab ${tab}: ${put ? "+" : "-"}${number}`,
});

const race = (numbers: readonly number[]): Command => ({
  check: always,
  async run(model, real) {
    // No two of them about the same mark, for nobody can say which of two tabs at once comes first.
    await Promise.all(
      [...new Set(numbers)].map((number, i) =>
        real.tabs[i % 2].store.apply(change(applyTo(model, number, true))),
      ),
    );
    await check(model, real);
  },
  toString: () => `both tabs at once: +${[...new Set(numbers)].join(" +")}`,
});

const upkeep = (name: string, work: (real: Real) => unknown): Command => ({
  check: always,
  async run(model, real) {
    await work(real);
    await check(model, real);
  },
  toString: () => name,
});

const fold = async (real: Real) => foldStep(real.db, await real.home());

const merge = async (real: Real) =>
  mergeStep(real.db, await real.home(), runsOf(await real.pages()));

const crashed = (
  name: string,
  at: number,
  work: (real: Real) => Promise<unknown>,
): Command => ({
  check: always,
  async run(model, real) {
    // The tabs are to be quiet, for the fault is meant for the work alone.
    await check(model, real);
    const fault = new Fault("crash", at);
    await work(real).catch(() => undefined);
    fault.heal();
    await check(model, real);
  },
  toString: () => `${name}, crash at call ${at}`,
});

const crashedEdit = (tab: number, number: number, at: number): Command => ({
  check: always,
  async run(model, real) {
    await check(model, real);
    const before = model.versions.get(number);
    const wasDoubtful = model.doubtful.has(number);
    const script = applyTo(model, number, true);
    const fault = new Fault("crash", at);
    const { saved } = await real.tabs[tab].store.apply(change(script));
    real.tabs[tab].store.dispose();
    fault.heal();
    await real.open(tab);
    // What was not acknowledged may be there or not; what was acknowledged must be.
    const held = (await marks(real.db)).split(" ");
    if (!saved && !held.includes(script.slice(1))) {
      if (before === undefined) model.versions.delete(number);
      else model.versions.set(number, before);
      if (wasDoubtful) model.doubtful.add(number);
    }
    await check(model, real);
  },
  toString: () => `tab ${tab}: +${number}, crash at call ${at}`,
});

const reopen = (tab: number): Command => ({
  check: always,
  async run(model, real) {
    real.tabs[tab].store.dispose();
    await real.open(tab);
    await check(model, real);
  },
  toString: () => `tab ${tab} is reopened`,
});

const damage = (index: number): Command => ({
  check: always,
  async run(model, real) {
    const pages = await real.pages();
    if (pages.length === 0) return;
    const descriptor = pages[index % pages.length];
    const row = (await real.db.get("pages", descriptor.page))!;
    for (const content of unpackPage(descriptor, row.bytes)) {
      model.doubtful.add(markNumber(rowId(content)));
    }
    const bytes = row.bytes.slice();
    bytes[index % bytes.length] ^= 1;
    await real.db.put("pages", { ...row, bytes });
    await check(model, real);
  },
  toString: () => `page ${index} is damaged`,
});

const lose: Command = {
  check: always,
  async run(model, real) {
    await real.loseDatabase();
    await check(model, real);
  },
  toString: () => "the database is thrown away",
};

const tab = fc.nat(1);
const number = fc.nat(7);
const call = fc.integer({ min: 1, max: 60 });

const commands = [
  fc.tuple(tab, number, fc.boolean()).map((args) => edit(...args)),
  fc.tuple(tab, number, fc.boolean()).map((args) => edit(...args)),
  fc.array(number, { minLength: 2, maxLength: 6 }).map(race),
  fc.constant(upkeep("fold", fold)),
  fc.constant(upkeep("merge", merge)),
  fc.constant(upkeep("maintain", (real) => maintain(real.db, DEMO))),
  fc.constant(upkeep("sweep", (real) => sweepPages(real.db))),
  call.map((at) => crashed("fold", at, fold)),
  call.map((at) => crashed("merge", at, merge)),
  fc
    .tuple(tab, number, fc.integer({ min: 1, max: 6 }))
    .map((args) => crashedEdit(...args)),
  tab.map(reopen),
  fc.constant(lose),
  fc.nat(1000).map(damage),
];

describe("Two tabs and a map", () => {
  afterEach(cleanUp);

  it(
    "hold the same after any changes, folds, merges, crashes, losses and damage",
    async () => {
      await fc.assert(
        fc.asyncProperty(
          fc.commands(commands, { size: "+1", maxCommands: 60 }),
          async (commands) => {
            const model: Model = {
              versions: new Map(),
              doubtful: new Set(),
              version: 0,
            };
            stillRunning();
            const setup = async () => ({ model, real: await Real.start() });
            try {
              await fc.asyncModelRun(setup, commands);
            } finally {
              closeTabs();
            }
          },
        ),
        { numRuns: runs(20, 1000) },
      );
    },
    TIMEOUT,
  );
});
