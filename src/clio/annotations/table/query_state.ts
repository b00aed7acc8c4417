import type { Viewer } from "neuroglancer/unstable/viewer.js";
import { NullarySignal } from "neuroglancer/unstable/util/signal.js";
import * as v from "valibot";
import type { MarksQuery, SandboxQuery } from "../query/sandbox_query.js";
import type { SandboxContext } from "../sandbox_context.js";

const schema = v.object({
  text: v.optional(v.string(), ""),
  sort: v.optional(
    v.object({
      column: v.string(),
      descending: v.optional(v.boolean(), false),
    }),
  ),
});

/** Name of the state in a link. */
const STATE_KEY = "clioSearch";

/**
 * What is searched for, as a part of the viewer's state: a link carries the text and the order, and never the rows. Sandboxes are read
 * some time after a link, and are asked then.
 */
export class QueryState {
  readonly changed = new NullarySignal();
  private value: MarksQuery = { text: "" };
  private followed: SandboxQuery | undefined;
  private unfollow: (() => void) | undefined;

  constructor(private readonly context: SandboxContext) {
    const { layerManager, selectedLayer } = context.viewer;
    layerManager.layersChanged.add(() => this.follow());
    selectedLayer.changed.add(() => this.follow());
  }

  toJSON(): unknown {
    const { text, sort } = this.value;
    if (text === "" && sort === undefined) return undefined;
    return { ...(text !== "" && { text }), ...(sort && { sort }) };
  }

  reset(): void {
    this.set({ text: "" });
  }

  /** What is no search is left out, as a link may come from anywhere. */
  restoreState(json: unknown): void {
    const read = v.safeParse(schema, json);
    this.set(read.success ? read.output : { text: "" });
  }

  private set(value: MarksQuery): void {
    this.value = value;
    if (this.followed !== undefined) this.followed.query.value = value;
    this.changed.dispatch();
  }

  /** Asks the sandbox that is in view now what is asked here, and takes over what is asked there from then on. */
  private follow(): void {
    const source = this.context.layer?.sandboxSource;
    if (source?.query === this.followed) return;
    this.unfollow?.();
    this.followed = source?.query;
    if (this.followed === undefined) return;
    const { query } = this.followed;
    if (!isSame(query.value, this.value)) query.value = this.value;
    this.unfollow = query.changed.add(() => {
      this.value = query.value;
      this.changed.dispatch();
    });
  }
}

/** Makes the search a part of a viewer's state. To be called before the link is applied. */
export function registerQueryState(
  viewer: Viewer,
  context: SandboxContext,
): void {
  viewer.state.add(STATE_KEY, new QueryState(context));
}

function isSame(a: MarksQuery, b: MarksQuery): boolean {
  return (
    a.text === b.text &&
    a.sort?.column === b.sort?.column &&
    a.sort?.descending === b.sort?.descending
  );
}
