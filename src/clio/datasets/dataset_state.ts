import { NullarySignal, Signal } from "neuroglancer/unstable/util/signal.js";
import type { Trackable } from "neuroglancer/unstable/util/trackable.js";
import * as v from "valibot";
import { datasetIdPattern } from "../model/dataset.js";

const idSchema = v.pipe(v.string(), v.regex(datasetIdPattern));

const stateSchema = v.pipe(
  v.unknown(),
  v.check((json) => !Array.isArray(json)),
  v.object({ dataset: v.optional(idSchema) }),
);

/** The longest piece of a wrong value that a message repeats, in characters. */
const shownLength = 60;

/**
 * Which dataset is open, as the link says it: `{"clio": {"dataset": "<id>"}}`.
 *
 * A link comes from anywhere: what is wrong in it is left out and told, and never an exception, for that would keep the
 * viewer from opening the rest of it.
 */
export class DatasetState implements Trackable {
  readonly changed = new NullarySignal();
  /** Told in a sentence what is wrong in a link that is being opened. */
  readonly problem = new Signal<(text: string) => void>();
  private id: string | undefined;

  /** The id of the open dataset, or undefined for a view that belongs to none. The catalogue may not know it. */
  get dataset(): string | undefined {
    return this.id;
  }

  set dataset(id: string | undefined) {
    if (id === this.id) return;
    this.id = id;
    this.changed.dispatch();
  }

  reset(): void {
    this.dataset = undefined;
  }

  restoreState(json: unknown): void {
    const result = v.safeParse(stateSchema, json);
    if (result.success) {
      this.dataset = result.output.dataset;
      return;
    }
    this.dataset = undefined;
    const inside = result.issues[0].path?.[0];
    this.problem.dispatch(
      inside === undefined
        ? `The link's "clio" is ${sketch(json)}, expected an object such as {"dataset": "demo"}.`
        : `The link's "clio.dataset" is ${sketch(inside.value)}, expected the id of a dataset.`,
    );
  }

  toJSON(): { dataset: string } | undefined {
    return this.id === undefined ? undefined : { dataset: this.id };
  }
}

/** A wrong value in a few words. It is not written out: a link can nest deeper than JSON.stringify can follow. */
function sketch(value: unknown): string {
  if (Array.isArray(value)) return `a list of ${value.length}`;
  if (typeof value === "object" && value !== null) return "an object";
  if (typeof value !== "string") return String(value);
  return value.length > shownLength
    ? `a text of ${value.length} characters that begins with ${JSON.stringify(value.slice(0, shownLength))}`
    : JSON.stringify(value);
}
