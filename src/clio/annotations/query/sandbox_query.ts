import { WatchableValue } from "neuroglancer/unstable/trackable_value.js";
import { NullarySignal } from "neuroglancer/unstable/util/signal.js";
import type { RPC } from "neuroglancer/unstable/worker_rpc.js";
import type { AnnotationRecord } from "../../model/annotation.js";
import type { MarksVocabulary } from "../../model/fields.js";
import type { VoxelBounds } from "../spatial_grid.js";
import { type ParsedQuery, parseQuery } from "./language.js";
import {
  type AskAnswer,
  type AskMessage,
  type Asks,
  type Facet,
  type Facets,
  type QuestionMessage,
  SANDBOX_ASK_RPC_ID,
  SANDBOX_QUESTION_RPC_ID,
  SANDBOX_SHOW_RPC_ID,
  type Sort,
  type Standing,
  type ToldRows,
} from "./messages.js";
import { ID_BYTES, packIds, unpackId } from "./packed_ids.js";
import { sameTerms, type Term } from "./terms.js";

/** What a person searches for, and how the rows are sorted: by default the newest first. */
export interface MarksQuery {
  readonly text: string;
  readonly sort?: Sort;
}

/** The sandbox's source, as far as searching needs it. */
export interface QueriedSource {
  readonly rpc: RPC | null;
  readonly rpcId: number | null;
  readonly vocabulary: MarksVocabulary;
}

/**
 * How long the terms of a search have to stand until the view shows what they find, in milliseconds: longer than a typist takes from key
 * to key. To draw the view takes many times as long as to find the rows, and the next key would wait for it. The page counts, and not
 * the worker: keys that came while the page was busy are heard before the time is up.
 */
const REST_MS = 300;

/** Records of one step of {@link SandboxQuery.batches}. */
const BATCH_SIZE = 2048;

/** Ids that are made into texts before the page gets to do something else: some milliseconds. */
const UNPACKED_AT_ONCE = 10_000;

/**
 * The page's half of searching a sandbox. The marks are in the worker; here is what is asked of them, and what is known of the answer.
 * The question may change at every keystroke: an answer is always that to the newest one.
 */
export class SandboxQuery {
  readonly query = new WatchableValue<MarksQuery>({ text: "" });
  /** Whether marks that do not match are drawn nowhere. */
  readonly hidesOthers = new WatchableValue(true);
  /** Names of the sets whose marks are drawn nowhere, whatever is asked; "" stands for the marks that are in none. */
  readonly hiddenSets = new WatchableValue<ReadonlySet<string>>(new Set());
  /** The box of voxels that `in:view` means; undefined where there is no view. */
  readonly view = new WatchableValue<VoxelBounds | undefined>(undefined);
  /** Told when rows, counts or ranks may be others now. */
  readonly changed = new NullarySignal();
  /** What is wrong with the text; it filters by the rest. */
  readonly problem = new WatchableValue<string | undefined>(undefined);
  private number = 0;
  private asked: readonly Term[] = [];
  private resting: ReturnType<typeof setTimeout> | undefined;
  private standing: Standing | undefined;
  /** Rows of the newest question that have just come; only while {@link changed} is told is it sure that nothing has come since. */
  private told: ToldRows | undefined;

  constructor(private readonly source: QueriedSource) {
    this.query.changed.add(() => this.askAnew());
    this.hidesOthers.changed.add(() => this.askAnew());
    this.hiddenSets.changed.add(() => this.askAnew());
    this.view.changed.add(() => {
      // Where the view goes means nothing to any other question.
      if (this.asksForView()) this.askAnew();
    });
  }

  /** Number of marks in the sandbox; undefined until they have been read. */
  get total(): number | undefined {
    return this.standing?.total;
  }

  /** Number of those that match; undefined while that is being found out. */
  get matching(): number | undefined {
    return this.standing?.number === this.number
      ? this.standing.matching
      : undefined;
  }

  /** The text as it is understood, with where each piece of it stands. */
  get parsed(): ParsedQuery {
    return parseQuery(this.query.value.text, this.fieldNames);
  }

  /** Names of the dataset's own fields: those that it declares, and those that any mark has a value of. */
  get fieldNames(): readonly string[] {
    const declared = this.source.vocabulary.fields.map(({ name }) => name);
    const used = this.standing?.fieldNames ?? [];
    return [...new Set([...declared, ...used])];
  }

  /** The matching records from rank `from` to before `to`, fewer at the end. */
  rows(from: number, to: number): Promise<readonly AnnotationRecord[]> {
    const told = this.toldRows(from, to);
    return told === undefined
      ? this.askNewest("rows", { from, to })
      : Promise.resolve(told);
  }

  /** The row that a mark stands in; undefined where it does not match. */
  rankOf(id: string): Promise<number | undefined> {
    return this.askNewest("rank", { id });
  }

  /**
   * The matching mark that comes after (`step` 1) or before (-1) another, which need not match itself; the first or the last one where
   * there is no other. Undefined at the end.
   */
  neighbour(
    id: string | undefined,
    step: 1 | -1,
    only?: "unchecked",
  ): Promise<AnnotationRecord | undefined> {
    return this.askNewest("neighbour", { id, step, only });
  }

  /** The ids of all that match, in order. */
  async ids(): Promise<string[]> {
    return unpacked(await this.askNewest("ids", {}));
  }

  /** The ids of all marks of a set, whether they match or not. */
  async idsInSet(set: string): Promise<string[]> {
    return unpacked(await this.askNewest("inSet", { set }));
  }

  /** Records by id, whether they match or not; undefined where there is none of that id. */
  records(ids: readonly string[]): Promise<(AnnotationRecord | undefined)[]> {
    return this.askNewest("records", { ids: packIds(ids) });
  }

  /** All that match now, in order, some thousand at a time. What is deleted meanwhile is left out. */
  async *batches(): AsyncIterable<readonly AnnotationRecord[]> {
    const packed = await this.askNewest("ids", {});
    const bytes = BATCH_SIZE * ID_BYTES;
    for (let at = 0; at < packed.length; at += bytes) {
      const ids = packed.slice(at, at + bytes);
      const records = await this.askNewest("records", { ids });
      yield records.filter((record) => record !== undefined);
    }
  }

  /** The words in use in the sandbox, with counts. */
  facets(): Promise<Facets> {
    return this.askNewest("facets", {});
  }

  /** The sets of the marks, with counts. */
  sets(): Promise<readonly Facet[]> {
    return this.askNewest("sets", {});
  }

  /** Takes over what the worker says. */
  handleStanding(standing: Standing): void {
    const known = this.fieldNames.length;
    this.standing = standing;
    // A key that was unknown may be known now.
    if (this.fieldNames.length !== known) this.askAnew();
    this.told = standing.number === this.number ? standing.rows : undefined;
    this.changed.dispatch();
    this.told = undefined;
  }

  private toldRows(
    from: number,
    to: number,
  ): readonly AnnotationRecord[] | undefined {
    const { told, matching } = this;
    if (told === undefined || from < told.from) return undefined;
    const end = told.from + told.records.length;
    if (Math.min(to, matching ?? to) > end) return undefined;
    return told.records.slice(from - told.from, to - told.from);
  }

  private asksForView(): boolean {
    return this.parsed.terms.some(
      ({ condition }) => condition.about === "view",
    );
  }

  private askAnew(): void {
    const { terms, problem } = this.parsed;
    const typed = !sameTerms(terms, this.asked);
    this.asked = terms;
    const message: QuestionMessage = {
      id: this.source.rpcId!,
      number: ++this.number,
      question: {
        terms,
        sort: this.query.value.sort,
        view: this.view.value,
        hides: this.hidesOthers.value,
        hiddenSets: [...this.hiddenSets.value],
      },
    };
    this.source.rpc!.invoke(SANDBOX_QUESTION_RPC_ID, message);
    clearTimeout(this.resting);
    if (typed) this.resting = setTimeout(() => this.show(), REST_MS);
    else this.show();
    this.problem.value = problem;
  }

  private show(): void {
    const { rpc, rpcId: id } = this.source;
    // The layer may have gone meanwhile.
    rpc?.invoke(SANDBOX_SHOW_RPC_ID, { id });
  }

  /** The answer to the newest question, whichever that is when the answer is there. */
  private async askNewest<K extends keyof Asks>(
    about: K,
    given: Asks[K]["given"],
  ): Promise<Asks[K]["answer"]> {
    for (;;) {
      const { number } = this;
      const answered = await this.ask(about, given);
      if (answered !== undefined && number === this.number) {
        return answered.answer;
      }
    }
  }

  private ask<K extends keyof Asks>(
    about: K,
    given: Asks[K]["given"],
  ): Promise<AskAnswer<K>> {
    const { source, number: question } = this;
    const message: AskMessage<K> = {
      source: source.rpcId!,
      question,
      about,
      given,
    };
    return source.rpc!.promiseInvoke(SANDBOX_ASK_RPC_ID, message);
  }
}

/** The texts of packed ids. */
async function unpacked(packed: Uint8Array): Promise<string[]> {
  const count = packed.length / ID_BYTES;
  const ids: string[] = [];
  while (ids.length < count) {
    const end = Math.min(count, ids.length + UNPACKED_AT_ONCE);
    while (ids.length < end) ids.push(unpackId(packed, ids.length));
    if (end < count) await nextTask();
  }
  return ids;
}

/** Resolves when the page has done what else there was to do. */
function nextTask(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve));
}
