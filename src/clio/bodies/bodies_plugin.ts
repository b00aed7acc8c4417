import { RefCounted } from "neuroglancer/unstable/util/disposable.js";
import type { Viewer } from "neuroglancer/unstable/viewer.js";
import { BODY_ID, bodyField } from "../model/body.js";
import type { Direction } from "../store/history.js";
import type { Store } from "../store/store.js";
import type { CellName, CellNames } from "../ui/cell_names.js";
import { ViewerCells } from "../ui/viewer_cells.js";
import { BodiesClient } from "./bodies_client.js";
import {
  type BodiesCatalogue,
  BodiesSession,
  type OpenDataset,
} from "./bodies_session.js";
import type { BodiesState } from "./bodies_state.js";
import { BodiesView } from "./bodies_view.js";
import { BodyDesk, type BodyPlaces } from "./body_desk.js";
import { valueText } from "./body_values.js";
import { KeptSets } from "./kept_sets.js";
import { ShownBodies } from "./shown_bodies.js";
import { UnsentEdits } from "./unsent_edits.js";

/** What bodies work with. */
export interface BodiesContext {
  readonly viewer: Viewer;
  readonly catalogue: BodiesCatalogue & {
    /** Name of the segmentation whose segments are the bodies. */
    findImage(
      id: string,
    ): Promise<{ readonly segmentation: string | undefined } | undefined>;
  };
  readonly open: OpenDataset;
  readonly marks: BodyPlaces;
  readonly names: CellNames;
  readonly state: BodiesState;
  readonly store: Store;
}

/** The fields that cells are called by, where a dataset has them. */
const NAMES = ["type", "instance"];

/** All of the bodies, loaded when they are first needed. */
export class BodiesPlugin extends RefCounted {
  private readonly client = new BodiesClient();
  private readonly session: BodiesSession;
  private readonly desk: BodyDesk;
  private readonly cells: ViewerCells;
  private readonly shown: ShownBodies;
  private readonly gone = new AbortController();

  constructor(private readonly context: BodiesContext) {
    super();
    const { viewer, open, catalogue, marks, names, state, store } = context;
    this.cells = this.registerDisposer(new ViewerCells(viewer));
    this.session = this.registerDisposer(
      new BodiesSession(this.client, open, catalogue),
    );
    const unsent = this.registerDisposer(new UnsentEdits(store.person));
    this.desk = new BodyDesk(this.session, marks, store, names, unsent);
    this.shown = this.registerDisposer(
      new ShownBodies(this.cells, state, new KeptSets()),
    );
    const follow = () => void this.followDataset();
    this.registerDisposer(open.changed.add(follow));
    this.registerDisposer(() => this.gone.abort());
    follow();
  }

  /** Fills the panel. */
  makeView(body: HTMLElement): BodiesView {
    const { session, desk, cells, shown, context } = this;
    const { viewer, state } = context;
    return new BodiesView(body, {
      ...{ viewer, state, session, desk, cells, shown },
    });
  }

  /** Takes back at the server what a step of the history did there, or does it again. */
  carry(what: unknown, direction: Direction): Promise<void> {
    return this.desk.carry(what, direction);
  }

  /** Which layer has the bodies, and that they name cells, where something is written of any. */
  private async followDataset(): Promise<void> {
    const { open, names, catalogue } = this.context;
    const { dataset } = open;
    names.otherwiseFrom(undefined);
    if (dataset === undefined) return;
    try {
      const image = await catalogue.findImage(dataset);
      if (open.dataset !== dataset || image === undefined) return;
      this.cells.layerName = image.segmentation;
      const { count } = await this.client.info(dataset, this.gone.signal);
      if (open.dataset !== dataset || count === 0) return;
      names.otherwiseFrom((ids) => this.namesIn(dataset, ids));
    } catch {
      // Segments are listed without their names. The panel says what is wrong, where somebody opens it.
    }
  }

  private async namesIn(
    dataset: string,
    ids: readonly string[],
  ): Promise<ReadonlyMap<string, CellName>> {
    const { bodies } = await this.client.page(
      dataset,
      { query: { [BODY_ID]: ids }, fields: NAMES, limit: ids.length },
      this.gone.signal,
    );
    return new Map(
      bodies.map(({ body, fields }): [string, CellName] => {
        const [type, instance] = NAMES.map((name) =>
          valueText(bodyField(fields ?? {}, name)),
        );
        return [body, { type, instance }];
      }),
    );
  }
}
