import { RefCounted } from "neuroglancer/unstable/util/disposable.js";
import { NullarySignal, Signal } from "neuroglancer/unstable/util/signal.js";
import { BODY_ID, type BodyFields } from "../model/body.js";
import { bodySchemaOf, type BodySchema } from "../model/body_schema.js";
import type { BodyQuery } from "../model/body_query.js";
import type {
  BodiesInfo,
  BodiesWritten,
  BodyEdit,
  BodyOrder,
  BodyPage,
  BodyRow,
} from "../model/body_wire.js";
import { MOST_BODIES_SHOWN } from "../model/body_wire.js";
import { type Dataset, DatasetError } from "../model/dataset.js";
import type { BodiesClient, BodyInquiry } from "./bodies_client.js";
import { BodiesProblem, problemOf } from "./bodies_problem.js";
import { BodyPages } from "./body_pages.js";

/** What bodies need to know of the dataset catalogue. */
export interface BodiesCatalogue {
  datasets(): Promise<ReadonlyMap<string, Dataset>>;
}

/** Which dataset is open. */
export interface OpenDataset {
  readonly dataset: string | undefined;
  readonly changed: { add(tell: () => void): () => void };
}

/** A body with what is written of it. */
export interface Body {
  readonly id: bigint;
  readonly fields: BodyFields;
}

/** How it stands with what was asked last. */
export type Standing = "asking" | "ready" | "problem";

/** How often what others write is looked for while somebody looks, in milliseconds. */
const NEWS_EVERY = 15_000;

/** The bodies that were asked for: those of the dataset in view, as they are at the server. */
export class BodiesSession extends RefCounted {
  readonly changed = new NullarySignal();
  /** Told of bodies of which something else is written now, by whomever. */
  readonly written = new Signal<(bodies: readonly Body[]) => void>();
  info: BodiesInfo | undefined;
  schema: BodySchema | undefined;
  standing: Standing = "asking";
  problem: BodiesProblem | undefined;
  inquiry: BodyInquiry = { query: {}, order: undefined };
  /** Whether others have written of bodies that are not among those found: asked again, more may be. */
  isStale = false;
  private pages: BodyPages | undefined;
  private stop = new AbortController();
  private attended = 0;
  private named: readonly bigint[] = [];
  private askedOf: string | undefined;
  private heard = 0;
  private readonly timer: ReturnType<typeof setInterval>;

  constructor(
    readonly client: BodiesClient,
    private readonly open: OpenDataset,
    private readonly catalogue: BodiesCatalogue,
  ) {
    super();
    this.registerDisposer(open.changed.add(() => this.followDataset()));
    this.timer = setInterval(() => void this.listen(), NEWS_EVERY);
    this.registerDisposer(() => {
      clearInterval(this.timer);
      this.stop.abort();
    });
  }

  get dataset(): string | undefined {
    return this.open.dataset;
  }

  /** How many are found; undefined while that is not known. */
  get total(): number | undefined {
    return this.standing === "ready" ? this.pages?.total : undefined;
  }

  get mayWrite(): boolean {
    return this.info?.mayWrite === true;
  }

  /** Asks, and follows the dataset in view, until what it returns is called. */
  attend(): () => void {
    this.attended += 1;
    if (this.askedOf !== this.dataset || this.standing === "problem") {
      this.again();
    }
    return () => (this.attended -= 1);
  }

  /** Asks for other bodies. */
  ask(query: BodyQuery): void {
    this.named = [];
    this.inquiry = { ...this.inquiry, query };
    this.again();
  }

  /** Asks for the same bodies in another order. */
  sort(order: BodyOrder): void {
    this.inquiry = { ...this.inquiry, order };
    this.again();
  }

  /**
   * Asks for bodies by their ids.
   * @param named those of them that are listed also where nothing is written of them
   */
  askAbout(bodies: readonly bigint[], named: readonly bigint[]): void {
    const query = { [BODY_ID]: bodies.map(String) };
    this.inquiry = { ...this.inquiry, query };
    this.named = named;
    this.again();
  }

  /** Asks anew. */
  again(): void {
    this.stop.abort();
    this.stop = new AbortController();
    void this.askAll(this.stop.signal);
  }

  /** The bodies from one up to, and not including, another, in their order. */
  rows(from: number, to: number): Promise<readonly Body[]> {
    return this.pages?.rows(from, to) ?? Promise.resolve([]);
  }

  /** A body that is found, as far as its page is here. */
  at(index: number): Body | undefined {
    return this.pages?.at(index);
  }

  /** Bodies whose pages are here. */
  get here(): Iterable<Body> {
    return this.pages?.here ?? [];
  }

  /** The ids of all that are found, in their order. @throws {BodiesProblem} */
  async ids(): Promise<bigint[]> {
    const { signal } = this.stop;
    const { dataset } = this;
    if (dataset === undefined) return [];
    const { ids } = await this.client.ids(dataset, this.inquiry, signal);
    return ids.map(BigInt);
  }

  /**
   * All of an inquiry with everything that is written of them, in their order, so many at a time. Which they are is asked once: what
   * others write meanwhile moves none of them from one page to another.
   * @throws {BodiesProblem}
   */
  async *all(
    dataset: string,
    { query, order }: BodyInquiry,
    signal: AbortSignal,
  ): AsyncGenerator<{ readonly bodies: readonly Body[]; total: number }> {
    const { ids } = await this.client.ids(dataset, { query, order }, signal);
    for (let from = 0; from < ids.length; from += MOST_BODIES_SHOWN) {
      const asked = ids.slice(from, from + MOST_BODIES_SHOWN);
      const bodies = await this.known(dataset, asked, signal);
      const byId = new Map(bodies.map((body) => [String(body.id), body]));
      yield {
        bodies: asked.flatMap((id) => byId.get(id) ?? []),
        total: ids.length,
      };
    }
  }

  /**
   * Those of some bodies of which something is written, with everything that is.
   * @param ids at most MOST_BODIES_SHOWN of them
   * @throws {BodiesProblem}
   */
  async known(
    dataset: string,
    ids: readonly string[],
    signal: AbortSignal,
  ): Promise<Body[]> {
    const { bodies } = await this.client.page(
      dataset,
      {
        query: { [BODY_ID]: ids },
        ...{ show: "all", limit: MOST_BODIES_SHOWN },
      },
      signal,
    );
    return bodies.map(bodyOf);
  }

  /**
   * Writes all of it or nothing.
   * @throws {BodiesProblem} with the conflicts where others have written meanwhile
   */
  async write(dataset: string, edits: readonly BodyEdit[]): Promise<void> {
    // What was begun is to be known of, whatever is asked meanwhile.
    const { signal } = new AbortController();
    const answer: BodiesWritten = await this.client.write(
      dataset,
      edits,
      signal,
    );
    if (dataset === this.dataset) this.take(answer.bodies.map(bodyOf));
  }

  /** Looks at bodies anew: of those that are not told of nothing is written any more. @throws {BodiesProblem} */
  async refresh(dataset: string, ids: readonly bigint[]): Promise<void> {
    const asked = [...new Set(ids)].slice(0, MOST_BODIES_SHOWN);
    const { signal } = this.stop;
    const known = await this.known(dataset, asked.map(String), signal);
    const byId = new Map(known.map((body) => [body.id, body]));
    if (dataset !== this.dataset) return;
    this.take(asked.map((id) => byId.get(id) ?? { id, fields: {} }));
  }

  private followDataset(): void {
    if (this.askedOf === this.dataset) return;
    this.inquiry = { query: {}, order: undefined };
    this.named = [];
    this.info = undefined;
    this.schema = undefined;
    // Rows of another dataset are nobody's to open.
    this.pages = undefined;
    if (this.attended > 0) this.again();
  }

  private async askAll(signal: AbortSignal): Promise<void> {
    const { dataset, inquiry } = this;
    this.askedOf = dataset;
    this.standing = "asking";
    this.isStale = false;
    this.changed.dispatch();
    try {
      if (dataset === undefined) throw problemOf("no-dataset");
      if (this.schema === undefined) await this.prepare(dataset);
      const info = await this.client.info(dataset, signal);
      signal.throwIfAborted();
      this.info = info;
      this.heard = info.revision;
      const pages = new BodyPages(
        (offset, limit) => this.page(dataset, inquiry, offset, limit, signal),
        await this.unwritten(dataset, signal),
      );
      await pages.begin();
      signal.throwIfAborted();
      this.pages = pages;
      this.standing = "ready";
    } catch (error) {
      if (signal.aborted) return;
      this.standing = "problem";
      this.problem =
        error instanceof BodiesProblem ? error : problemOf("bad-answer", error);
    }
    this.changed.dispatch();
  }

  /** Learns what a dataset says of its bodies. */
  private async prepare(dataset: string): Promise<void> {
    let described: Dataset | undefined;
    try {
      described = (await this.catalogue.datasets()).get(dataset);
    } catch (error) {
      throw problemOf("server-away", error);
    }
    if (described === undefined) throw problemOf("no-dataset");
    try {
      this.schema = bodySchemaOf(described);
    } catch (error) {
      if (!(error instanceof DatasetError)) throw error;
      throw problemOf("bad-schema", error);
    }
  }

  /** Those that are asked for by name and of which nothing is written. */
  private async unwritten(
    dataset: string,
    signal: AbortSignal,
  ): Promise<Body[]> {
    const { named } = this;
    if (named.length === 0) return [];
    const query = { [BODY_ID]: named.map(String) };
    const { ids } = await this.client.ids(
      dataset,
      { query, order: undefined },
      signal,
    );
    const written = new Set(ids);
    return named
      .filter((id) => !written.has(String(id)))
      .map((id) => ({ id, fields: {} }));
  }

  private async page(
    dataset: string,
    { query, order }: BodyInquiry,
    offset: number,
    limit: number,
    signal: AbortSignal,
  ): Promise<{ total: number; bodies: Body[] }> {
    const { total, bodies }: BodyPage = await this.client.page(
      dataset,
      { query, ...(order && { order }), show: "all", offset, limit },
      signal,
    );
    return { total, bodies: bodies.map(bodyOf) };
  }

  /** Shows bodies as they are now, where they stand: nothing moves because somebody has written. */
  private take(bodies: readonly Body[]): void {
    const known = bodies.filter((body) => this.pages?.put(body));
    if (known.length < bodies.length) this.isStale = true;
    this.written.dispatch(bodies);
    this.changed.dispatch();
  }

  private async listen(): Promise<void> {
    const { dataset, info, stop } = this;
    const isSeen = this.attended > 0 && document.visibilityState === "visible";
    if (!isSeen || dataset === undefined || info?.hasNews !== true) return;
    try {
      const news = await this.client.news(dataset, this.heard, stop.signal);
      if (dataset !== this.dataset || info !== this.info) return;
      this.heard = news.revision;
      if (news.bodies.length > 0) this.take(news.bodies.map(bodyOf));
    } catch {
      // The server is away, which whoever asks for something is told. It is listened to again soon.
    }
  }
}

function bodyOf({ body, fields }: BodyRow): Body {
  return { id: BigInt(body), fields: fields ?? {} };
}
