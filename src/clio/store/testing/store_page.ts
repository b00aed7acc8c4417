/** A page with the store alone, for the stories that kill its browser or fill its disk: see kill.e2e.ts. */
import type { SandboxKey } from "../../model/sandbox.js";
import { LOCAL_USER } from "../../model/sandbox.js";
import { maintain } from "../maintenance.js";
import { readSandbox } from "../reader.js";
import { Store } from "../store.js";
import { backOf, scriptOf } from "./history.js";
import { change, edits, inOrder, markName } from "./marks.js";

/** Changes on their way at once: as many as a person can make by holding a key down, and then some. */
const IN_FLIGHT = 8;

/** Acknowledged changes between two rounds of maintenance, few enough for a kill to hit one now and then. */
const MAINTAIN_AFTER = 200;

/** What a story asks of the page; on `window` as `storePage`. */
export interface StorePage {
  store: Store;
  /**
   * Writes the changes of the history from `first` on, as fast as they are acknowledged, and calls `window.acknowledged` with the
   * number of each. Never ends.
   */
  write(dataset: string, first: number): void;
  /** Writes one change with the edits of `script`: "saved", or the code of the problem. */
  apply(dataset: string, script: string): Promise<string>;
  /** Takes back the newest change of the history, or does it again; returns whether there was one. */
  turn(dataset: string, direction: "undo" | "redo"): Promise<boolean>;
  /** Folds and merges what there is. */
  maintain(dataset: string): Promise<void>;
  /**
   * The names of all marks of the sandbox.
   * @throws Error where a mark is not exactly what was written, or a page cannot be read.
   */
  held(dataset: string): Promise<string>;
}

/** What a story gives to the page. */
export interface StoryEars {
  acknowledged(number: number): Promise<void>;
}

const store = new Store();

function keyOf(dataset: string): SandboxKey {
  return { user: LOCAL_USER, dataset };
}

async function ready(): Promise<void> {
  while (store.state.value !== "ready") {
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

async function writeOn(key: SandboxKey, numbers: Iterator<number>) {
  const ears = window as unknown as StoryEars;
  for (;;) {
    const number = numbers.next().value as number;
    const answer = await store.apply(
      change(scriptOf(number), key),
      edits(backOf(number)),
    );
    if (!answer.saved) throw new Error(answer.problem.happened);
    void ears.acknowledged(number);
    if (number % MAINTAIN_AFTER === 0) void maintain(store.db!, key);
  }
}

function* numbersFrom(first: number): Iterator<number> {
  for (let number = first; ; number += 1) yield number;
}

const storePage: StorePage = {
  store,

  write(dataset, first) {
    const numbers = numbersFrom(first);
    for (let i = 0; i < IN_FLIGHT; i += 1) {
      void writeOn(keyOf(dataset), numbers);
    }
  },

  async apply(dataset, script) {
    const answer = await store.apply(change(script, keyOf(dataset)));
    return answer.saved ? "saved" : answer.problem.code;
  },

  async turn(dataset, direction) {
    await ready();
    const step = await store.undoStack[direction](keyOf(dataset));
    return step !== undefined;
  },

  async maintain(dataset) {
    await ready();
    await maintain(store.db!, keyOf(dataset));
  },

  async held(dataset) {
    await ready();
    const names: string[] = [];
    const { damaged } = await readSandbox(
      store.db!,
      keyOf(dataset),
      (records) => {
        names.push(...records.map(markName));
      },
    );
    if (damaged.length > 0) throw new Error(`Damaged: ${damaged[0].reason}`);
    return inOrder(names);
  },
};

Object.assign(window, { storePage });
