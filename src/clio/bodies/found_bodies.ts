import { RefCounted } from "neuroglancer/unstable/util/disposable.js";
import { counted } from "../ui/counted.js";
import { saveFile } from "../ui/save_file.js";
import type { ViewerCells } from "../ui/viewer_cells.js";
import { bodiesCsv, csvColumns } from "./bodies_csv.js";
import type { BodiesSession, Body } from "./bodies_session.js";
import type { ShownBodies } from "./shown_bodies.js";
import { tell } from "../ui/tell.js";

interface FoundBodiesOptions {
  readonly session: BodiesSession;
  readonly cells: ViewerCells;
  readonly shown: ShownBodies;
  /** Says how far work is. */
  readonly tell: (text: string) => void;
  /** The work has come to its end. */
  readonly done: () => void;
}

/** What is done with all bodies that are found, however many they are. */
export class FoundBodies extends RefCounted {
  private readonly gone = new AbortController();

  constructor(private readonly options: FoundBodiesOptions) {
    super();
    this.registerDisposer(() => this.gone.abort());
  }

  /** All come into the selection; where all are in it, they go. */
  async toggle(): Promise<void> {
    const { cells, shown } = this.options;
    await this.withAll("selected", (ids) =>
      shown.show(ids, !ids.every((id) => cells.isSelected(id))),
    );
  }

  /** @param color as `#rrggbb`; undefined for those that the bodies have by themselves */
  async color(color: string | undefined): Promise<void> {
    await this.withAll("coloured", (ids) =>
      this.options.shown.color(ids, color),
    );
  }

  /** Saves all that is written of them as a table. */
  async export(): Promise<void> {
    const { session, tell: say, done } = this.options;
    const { dataset, schema, inquiry } = session;
    const { signal } = this.gone;
    if (schema === undefined || dataset === undefined) return;
    try {
      const all: Body[] = [];
      const pages = session.all(dataset, inquiry, signal);
      for await (const { bodies, total } of pages) {
        all.push(...bodies);
        if (all.length < total) {
          say(
            `Reading ${all.length.toLocaleString("en")} of ${counted(total, "body", "bodies")}…`,
          );
        }
      }
      const csv = bodiesCsv(csvColumns(schema, all), all);
      saveFile(csv, `clio-bodies-${dataset}.csv`);
    } catch (error) {
      if (signal.aborted) return;
      tell(`Nothing was exported. ${reasonOf(error)}`);
    }
    done();
  }

  private async withAll(
    what: string,
    work: (ids: readonly bigint[]) => void,
  ): Promise<void> {
    const { session, cells } = this.options;
    if (cells.layer === undefined) {
      tell(
        `Nothing was ${what}: the segmentation of the dataset is not in view.`,
      );
      return;
    }
    try {
      work(await session.ids());
    } catch (error) {
      tell(`Nothing was ${what}. ${reasonOf(error)}`);
    }
  }
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
