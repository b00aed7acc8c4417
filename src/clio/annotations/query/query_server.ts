import type { RPC } from "neuroglancer/unstable/worker_rpc.js";
import { EVERYTHING, type QueryEngine } from "./engine.js";
import {
  type AskAnswer,
  type AskMessage,
  type Asks,
  type Question,
  type QuestionMessage,
  SANDBOX_STANDING_RPC_ID,
  type StandingMessage,
} from "./messages.js";
import type { ShownMarks } from "./shown_marks.js";
import { nextTurn, runSlice } from "../../model/slices.js";

/** The worker's half of the source that is searched. */
interface SearchedSource {
  readonly rpc: RPC | null;
  readonly rpcId: number | null;
  /** Has the page draw the marks that are shown now, in slices of some milliseconds. */
  redraw(): Generator<void>;
}

interface WaitingAsk {
  message: AskMessage;
  resolve: (answer: RpcAnswer) => void;
}

interface RpcAnswer {
  value: AskAnswer<keyof Asks>;
  transfers?: Transferable[];
}

/** What can be asked whatever the question is. */
const OF_NO_QUESTION: readonly (keyof Asks)[] = [
  "records",
  "facets",
  "sets",
  "inSet",
];

/** Rows that are told unasked, at most: more than a screen of them is asked for to be worked on, and once. */
const MOST_TOLD = 500;

/**
 * The worker's half of searching a sandbox. Nothing is worked out when it is asked for, but once all messages that have come are taken
 * in: of ten keystrokes that came while the worker was busy, the last one is answered. All else waits for that.
 */
export class QueryServer {
  private waiting: WaitingAsk[] = [];
  private number = 0;
  private question = EVERYTHING;
  private engine: QueryEngine | undefined;
  private shown: ShownMarks | undefined;
  private scheduled = false;
  /** Whether anything has happened that the page should hear of unasked. */
  private changed = false;
  private redrawing: Generator<void> | undefined;
  /** The rows that a table shows: it wants them again after each change, and gets them without asking. */
  private readonly told = { from: 0, count: 0 };

  constructor(private readonly source: SearchedSource) {}

  /** From now on it is this engine that knows the marks; before the first one everything waits. */
  serve(engine: QueryEngine, shown: ShownMarks): void {
    this.engine = engine;
    this.shown = shown;
    engine.ask(this.question);
    this.show();
    this.touch();
  }

  /** What is asked now. */
  get asked(): Question {
    return this.question;
  }

  /** What is asked from now on waits for the next `serve`: the marks are being read anew, and what has changed since waits for that. */
  hold(): void {
    this.engine = undefined;
    this.shown = undefined;
    this.redrawing = undefined;
  }

  handleQuestion({ number, question }: QuestionMessage): void {
    this.number = number;
    this.question = question;
    this.told.from = 0;
    this.engine?.ask(question);
    this.touch();
  }

  /** Has the view show what is asked. */
  show(): void {
    if (this.shown?.show(this.question) === true) {
      this.redrawing = this.source.redraw();
    }
    this.schedule();
  }

  handleAsk(message: AskMessage): Promise<RpcAnswer> {
    if (message.about === "records" && this.engine !== undefined) {
      // An edit begins with it, which should not wait for a search.
      const answer = answerOf(this.engine, message);
      return Promise.resolve({ value: { answer } });
    }
    if (message.about === "rows") {
      const { from, to } = message.given as Asks["rows"]["given"];
      if (to - from <= MOST_TOLD) this.tell(from, to);
    }
    return new Promise((resolve) => {
      this.waiting.push({ message, resolve });
      this.schedule();
    });
  }

  /** Tells the page that the marks or the question have changed. */
  touch(): void {
    this.changed = true;
    this.schedule();
  }

  private tell(from: number, to: number): void {
    const { told } = this;
    told.from = from;
    // Of a search that finds little few are asked for, and of the next one more.
    told.count = Math.max(told.count, to - from);
  }

  private schedule(): void {
    if (this.scheduled || this.engine === undefined) return;
    this.scheduled = true;
    nextTurn(() => {
      this.scheduled = false;
      if (this.engine !== undefined) this.work(this.engine);
    });
  }

  /** Goes on with what is to be done, and makes way for the worker's other work after some milliseconds. */
  private work(engine: QueryEngine): void {
    const { shown, redrawing } = this;
    if (this.changed || this.waiting.length > 0) {
      if (runSlice(engine.update())) this.answer(engine);
    } else if (shown?.isBuilding === true) {
      if (runSlice(shown.build())) this.redrawing = this.source.redraw();
    } else if (redrawing !== undefined) {
      if (runSlice(redrawing)) this.redrawing = undefined;
    } else if (runSlice(engine.warmUp())) return;
    this.schedule();
  }

  private answer(engine: QueryEngine): void {
    const { waiting, number } = this;
    this.waiting = [];
    // First, as it has the rows.
    if (this.changed) this.announce(engine);
    this.changed = false;
    for (const { message, resolve } of waiting) {
      const current =
        message.question === number || OF_NO_QUESTION.includes(message.about);
      if (!current) resolve({ value: undefined });
      else {
        const answer = answerOf(engine, message);
        const transfers = answer instanceof Uint8Array ? [answer.buffer] : [];
        resolve({ value: { answer }, transfers });
      }
    }
  }

  private announce(engine: QueryEngine): void {
    const { rpc, rpcId } = this.source;
    const { from, count } = this.told;
    const message: StandingMessage = {
      id: rpcId!,
      number: this.number,
      total: engine.total,
      matching: engine.matching,
      fieldNames: engine.fieldNames,
      rows: { from, records: engine.rows(from, from + count) },
    };
    rpc!.invoke(SANDBOX_STANDING_RPC_ID, message);
  }
}

function answerOf(
  engine: QueryEngine,
  { about, given }: AskMessage,
): Asks[keyof Asks]["answer"] {
  switch (about) {
    case "rows": {
      const { from, to } = given as Asks["rows"]["given"];
      return engine.rows(from, to);
    }
    case "rank":
      return engine.rank((given as Asks["rank"]["given"]).id);
    case "neighbour": {
      const { id, step, only } = given as Asks["neighbour"]["given"];
      return engine.neighbour(id, step, only);
    }
    case "ids":
      return engine.ids();
    case "records":
      return engine.records((given as Asks["records"]["given"]).ids);
    case "facets":
      return engine.facets();
    case "sets":
      return engine.sets();
    case "inSet":
      return engine.idsInSet((given as Asks["inSet"]["given"]).set);
  }
}
