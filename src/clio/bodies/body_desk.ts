import * as v from "valibot";
import { segmentIdSchema, type VoxelPosition } from "../model/annotation.js";
import {
  bodyField,
  type BodyPatch,
  bodyPatchSchema,
  type BodyValue,
  sameValue,
} from "../model/body.js";
import { type BodyField, bodyValueProblem } from "../model/body_schema.js";
import type { BodyConflict, BodyEdit } from "../model/body_wire.js";
import type { Direction } from "../store/history.js";
import type { Store } from "../store/store.js";
import type { CellNames } from "../ui/cell_names.js";
import type { BodiesSession, Body } from "./bodies_session.js";
import { BodiesProblem, refusalOf } from "./bodies_problem.js";
import { isPoint, readTyped } from "./body_values.js";
import { tell } from "../ui/tell.js";
import { conflictText } from "./why_unwritten.js";
import type { TypedText, UnsentEdit, UnsentEdits } from "./unsent_edits.js";

/** The field that the original Clio keeps a place of a body in, and the one that says where that is from. */
const POSITION = "position";
const POSITION_TYPE = "position_type";

/** What bodies need of the marks: how the image lies in the view, and the one history of a dataset. */
export interface BodyPlaces {
  readonly dataset: string | undefined;
  voxelAt(position: Float32Array): VoxelPosition | undefined;
  goTo(voxel: VoxelPosition): void;
  acted(label: string): void;
}

/** What a step of the history has done to bodies, as the history keeps it. */
const stepSchema = v.object({
  dataset: v.string(),
  edits: v.array(
    v.object({
      body: segmentIdSchema,
      before: bodyPatchSchema,
      after: bodyPatchSchema,
    }),
  ),
});
type BodyStep = v.InferOutput<typeof stepSchema>;

/** A body and what is to be written of it, by the fields; null takes one away. */
export interface BodyWish {
  readonly body: Body;
  readonly set: BodyPatch;
}

/** What a person writes of bodies: at the server first, and then as a step of the history. */
export class BodyDesk {
  constructor(
    private readonly session: BodiesSession,
    private readonly places: BodyPlaces,
    private readonly store: Store,
    private readonly names: CellNames,
    readonly unsent: UnsentEdits,
  ) {}

  /** What is typed in a field of a body, as long as the server does not have it. */
  unsentOf(dataset: string, id: bigint, field: string) {
    const { unsent } = this;
    const place = { dataset, body: String(id), field };
    return {
      find: () => unsent.find(place),
      keep: (typed: TypedText | undefined) => {
        if (typed === undefined) unsent.drop(place);
        else unsent.keep({ ...place, ...typed });
      },
    };
  }

  /**
   * Writes an edit that was kept, over what the person saw then. One that is not kept any more, or typed anew, is passed over.
   * @param edit of the dataset in view
   * @throws {BodiesProblem} where it was not written, or that is not known; then it is still kept
   */
  async send(edit: UnsentEdit): Promise<void> {
    const { dataset, body, field: name, text, base } = edit;
    const { unsent } = this;
    // It may have been sent from another tab.
    await unsent.refresh();
    const isKept = () => unsent.find(edit) === edit;
    if (!isKept()) return;
    const { schema } = this.session;
    const field = schema?.fields.find((each) => each.name === name);
    if (schema === undefined || field === undefined)
      throw refusalOf(400, {
        detail: `The dataset has no field ${name} any more.`,
      });
    const read = readTyped(field, text, (value) =>
      bodyValueProblem(schema, name, value),
    );
    if ("expected" in read)
      throw refusalOf(400, { detail: `Expected ${read.expected}.` });
    const { signal } = new AbortController();
    const [known] = await this.session.known(dataset, [body], signal);
    const { fields = {} } = known ?? {};
    const seen = withValue({ id: BigInt(body), fields }, name, base);
    if (!isKept()) return;
    await this.set(dataset, seen, field, read.value);
    if (isKept()) unsent.drop(edit);
  }

  /**
   * Writes a field of a body, as the person sees it there; null takes it away.
   * @throws {BodiesProblem} where it was not written, or that is not known
   */
  async set(
    dataset: string,
    body: Body,
    { name, title }: BodyField,
    value: BodyValue | null,
  ): Promise<void> {
    const label = `${value === null ? "Clear" : "Set"} ${title} of body ${body.id}`;
    await this.write(dataset, label, [
      { body, set: withPositionType(body, name, value) },
    ]);
  }

  /**
   * Writes all of it or nothing, as one step of the history.
   * @param dataset that of the bodies, whichever is in view by now
   * @param label as the history calls it
   * @throws {BodiesProblem} where it was not written, or that is not known
   */
  async write(
    dataset: string,
    label: string,
    wishes: readonly BodyWish[],
  ): Promise<void> {
    const { session, store } = this;
    const edits = wishes.flatMap(changesOf);
    if (edits.length === 0) return;
    try {
      await session.write(dataset, edits.map(forward));
    } catch (error) {
      // Who tries again does so on what is there now, and has seen it.
      if (error instanceof BodiesProblem && error.conflicts.length > 0) {
        const ids = error.conflicts.map(({ body }) => BigInt(body));
        await session.refresh(dataset, ids).catch(() => undefined);
      }
      throw error;
    }
    this.names.askAnew();
    const what: BodyStep = { dataset, edits };
    await store.apply(
      {
        id: crypto.randomUUID(),
        user: store.person,
        dataset,
        at: Date.now(),
        label,
        edits: [],
      },
      [],
      { by: "bodies", what },
    );
    if (dataset === this.places.dataset) this.places.acted(label);
    else tell(`${label}: done, in the dataset ${dataset}.`);
  }

  /**
   * Takes back at the server what a step did there, or does it again: where others have written since, what they wrote stays.
   * @param what of the step, out of the browser's database
   * @throws {Error} with a reason that a person can read, where another try may come further
   */
  async carry(what: unknown, direction: Direction): Promise<void> {
    const step = v.safeParse(stepSchema, what);
    if (!step.success) throw new Error("The step cannot be read.");
    const { dataset, edits } = step.output;
    let wanted = edits.map(direction === "undo" ? backward : forward);
    const theirs: BodyConflict[] = [];
    while (wanted.length > 0) {
      try {
        await this.session.write(dataset, wanted);
        break;
      } catch (error) {
        const conflicts = error instanceof BodiesProblem ? error.conflicts : [];
        if (conflicts.length === 0) {
          if (!(error instanceof BodiesProblem && error.isFinal)) throw error;
          // What will never do is passed over, or it would be in the way of all steps before it.
          tell(`The bodies stay as they are: ${error.message}`);
          return;
        }
        theirs.push(...conflicts);
        wanted = without(wanted, conflicts);
      }
    }
    this.names.askAnew();
    if (theirs.length > 0) tell(`${conflictText(theirs)} That stays.`);
  }

  /** A voxel of a body, of all that are written of it the first; undefined where there is none. */
  placeOf({ fields }: Body): VoxelPosition | undefined {
    const points = this.session.schema?.fields.filter(
      ({ kind }) => kind === "point",
    );
    const names = [POSITION, ...(points ?? []).map(({ name }) => name)];
    return names.map((name) => bodyField(fields, name)).find(isPoint) as
      VoxelPosition | undefined;
  }

  /** Brings a body into the middle of the view. */
  goTo(body: Body): void {
    const place = this.placeOf(body);
    if (place === undefined) {
      tell(`No position is written of body ${body.id}.`);
    } else this.goToVoxel(place);
  }

  goToVoxel(voxel: VoxelPosition): void {
    this.places.goTo(voxel);
  }

  /** The voxel at a position of the viewer's global space; undefined outside of the image. */
  voxelAt(position: Float32Array): VoxelPosition | undefined {
    return this.places.voxelAt(position);
  }
}

/** A body as a person saw it, with a value in a field. */
export function withValue(
  { id, fields }: Body,
  name: string,
  value: BodyValue | undefined,
): Body {
  const others = Object.entries(fields).filter(([each]) => each !== name);
  const own: [string, BodyValue][] = value === undefined ? [] : [[name, value]];
  return { id, fields: Object.fromEntries([...others, ...own]) };
}

interface Change {
  readonly body: string;
  readonly before: BodyPatch;
  readonly after: BodyPatch;
}

/** The fields that a wish changes, as they are and as they are to be. */
function changesOf({ body: { id, fields }, set }: BodyWish): Change[] {
  const changed = Object.entries(set).filter(
    ([name, value]) => !sameValue(bodyField(fields, name) ?? null, value),
  );
  if (changed.length === 0) return [];
  const before = changed.map(([name]): [string, BodyValue | null] => [
    name,
    bodyField(fields, name) ?? null,
  ]);
  return [
    {
      body: String(id),
      before: Object.fromEntries(before),
      after: Object.fromEntries(changed),
    },
  ];
}

function forward({ body, before, after }: Change): BodyEdit {
  return { body, base: before, set: after };
}

function backward({ body, before, after }: Change): BodyEdit {
  return { body, base: after, set: before };
}

/** Edits without the fields that others have written. */
function without(
  edits: readonly BodyEdit[],
  conflicts: readonly BodyConflict[],
): BodyEdit[] {
  const keyOf = (body: string, field: string) => JSON.stringify([body, field]);
  const theirs = new Set(conflicts.map((each) => keyOf(each.body, each.field)));
  return edits.flatMap(({ body, set, base }) => {
    const rest = Object.entries(set).filter(
      ([field]) => !theirs.has(keyOf(body, field)),
    );
    return rest.length === 0
      ? []
      : [{ body, base, set: Object.fromEntries(rest) }];
  });
}

/** As the original Clio has it: a position says beside it that a person gave it, or took it away. */
function withPositionType(
  { fields }: Body,
  name: string,
  value: BodyValue | null,
): BodyPatch {
  return {
    [name]: value,
    ...(name === POSITION &&
      Object.hasOwn(fields, POSITION_TYPE) && {
        [POSITION_TYPE]: value === null ? "deleted" : "user",
      }),
  };
}
