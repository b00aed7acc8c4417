import type { Viewer } from "neuroglancer/unstable/viewer.js";
import { dataPanels } from "../../../neuroglancer/data_panel.js";
import { type Box, intersection, type Vec3, vec3 } from "../model/box.js";
import { type Match, MOST_MATCHES, placeKey } from "./answers.js";
import { boxAround, FARTHEST, type Region } from "./filters.js";
import type { Asked, Example, Found } from "./found.js";
import type { MarkKeeper } from "./mark_keeper.js";
import { otherDataset, problemOf } from "./search_problem.js";
import type { SearchedImage, SearchedReady } from "./searched_image.js";
import { inSegment } from "./segment_filter.js";
import type { SearchRequest, SignatureClient } from "./signature_client.js";
import { boxInView } from "../volumes/slice_frame.js";

/** An answer, and the part of the volume that it is of. */
interface Answered {
  readonly found: Found;
  /** The box mark that was searched in, where it was one. */
  readonly box: Box | undefined;
}

/** What differs between an answer of one dataset and one of several. */
type Answer = Pick<
  Found,
  "matches" | "others" | "failed" | "examined" | "milliseconds" | "complete"
> & {
  /** The id of the index of the search's own dataset. */
  readonly index: string;
};

/** Puts what is asked to the server, as the view and the marks say what it means. */
export class Inquiry {
  constructor(
    private readonly viewer: Viewer,
    private readonly image: Pick<SearchedImage, "ready" | "forget" | "titleOf">,
    private readonly client: SignatureClient,
    private readonly keeper: Pick<MarkKeeper, "selectedBox">,
  ) {}

  /**
   * @param known where the same was asked before: the places that it had found, by their keys
   * @throws SearchProblem where there is no answer; Error where the image or the segments cannot be read; the signal's reason
   */
  async answer(
    asked: Asked,
    known: ReadonlySet<string> | undefined,
    signal: AbortSignal,
  ): Promise<Answered> {
    const { region, box } = asked.filters;
    const ready = await (isSaidByView(region, box)
      ? this.image.ready(signal)
      : this.image.ready(signal, asked.dataset));
    const { dataset, info } = ready;
    if (asked.dataset !== undefined && asked.dataset !== dataset) {
      const [own, inView] = await Promise.all(
        [asked.dataset, dataset].map((id) => this.image.titleOf(id)),
      );
      throw otherDataset(own, inView, "try again", true);
    }
    const mark = region === "box" ? await this.markedBox(asked) : undefined;
    const answer =
      region === "datasets"
        ? await this.across(asked, ready, signal)
        : await this.within(asked, ready, mark, signal);
    const { index, ...told } = answer;
    // It was made anew meanwhile.
    if (index !== info.index) this.image.forget(dataset);
    const places = answer.matches.map(placeKey);
    const fresh = new Set(known && places.filter((at) => !known.has(at)));
    const found = {
      ...told,
      dataset,
      searched: Date.now(),
      index: info,
      fresh,
    };
    return { found, box: mark };
  }

  /** In the search's own dataset, or in a part of it. */
  private async within(
    asked: Asked,
    ready: SearchedReady,
    mark: Box | undefined,
    signal: AbortSignal,
  ): Promise<Answer> {
    const { dataset, space } = ready;
    const box = this.boxOf(asked, ready, mark);
    const { hits, ...answer } = await this.client.search(
      dataset,
      {
        ...requestOf(asked),
        ...(box && { box: { min: box.lower, max: box.upper } }),
      },
      space.bounds,
      signal,
    );
    const matches =
      asked.filters.region === "segment"
        ? await inSegment(this.viewer, firstOf(asked), hits, signal)
        : hits;
    return { ...answer, matches, others: [], failed: [] };
  }

  /** In all datasets that share the encoder of the search's own. */
  private async across(
    asked: Asked,
    { dataset, space }: SearchedReady,
    signal: AbortSignal,
  ): Promise<Answer> {
    const answer = await this.client.across(
      dataset,
      requestOf(asked),
      space.bounds,
      signal,
    );
    const { hits, datasets, examined, milliseconds, complete } = answer;
    const matches = hits.map((hit): Match => ({
      point: hit.point,
      distance: hit.distance,
      ...(hit.dataset !== dataset && { dataset: hit.dataset }),
    }));
    const own = datasets.find((each) => each.dataset === dataset)!;
    const others = datasets.filter((each) => each !== own);
    return {
      index: own.index,
      matches,
      others: await this.named(
        others.map(({ dataset: id, index }) => ({ dataset: id, index })),
      ),
      failed: await this.named(
        answer.failed.map(({ dataset: id, problem }) => ({
          dataset: id,
          reason: problem.detail,
        })),
      ),
      examined,
      milliseconds,
      complete,
    };
  }

  /** With their titles: their ids where the list of datasets cannot be had. */
  private named<T extends { readonly dataset: string }>(
    datasets: readonly T[],
  ): Promise<(T & { readonly title: string })[]> {
    return Promise.all(
      datasets.map(async (each) => ({
        ...each,
        title: await this.image.titleOf(each.dataset),
      })),
    );
  }

  /** The box mark to search in: it stays the same whatever is selected later. */
  private async markedBox({ filters }: Asked): Promise<Box> {
    const box = filters.box ?? (await this.keeper.selectedBox());
    if (box === undefined) throw problemOf("no-box");
    return box;
  }

  /** The part of the volume to search in; undefined where that is all of it. */
  private boxOf(
    asked: Asked,
    { space, info }: SearchedReady,
    mark: Box | undefined,
  ): Box | undefined {
    const { region, around } = asked.filters;
    const { viewer } = this;
    let box = mark;
    if (region === "around") {
      box = boxAround(firstOf(asked), around, space.nanometres);
    } else if (region === "view") {
      const position = viewer.navigationState.position.value;
      const panels = dataPanels(viewer.display);
      box = boxInView(panels, position, space, info.stride);
      if (box === undefined) throw problemOf("empty-region");
    }
    if (box === undefined) return undefined;
    const inside = intersection(box, space.bounds);
    if (inside !== undefined) return inside;
    throw region === "box" ? problemOf("no-box") : problemOf("empty-region");
  }
}

/** The first place that what is looked for is like. */
function firstOf({ examples }: Asked): Vec3 {
  return examples.find(({ like }) => like)!.point;
}

function requestOf({ examples, filters }: Asked): SearchRequest {
  const pointOf = ({ point }: Example) => ({
    point: vec3((axis) => Math.max(0, Math.floor(point[axis]))),
  });
  return {
    examples: examples.filter(({ like }) => like).map(pointOf),
    excluded: examples.filter(({ like }) => !like).map(pointOf),
    limit: MOST_MATCHES,
    maxDistance: FARTHEST,
    minSeparation: filters.separation,
  };
}

/** Whether what is in view says which part of the volume to search: then the volume must be in view. */
function isSaidByView(region: Region, box: Box | undefined): boolean {
  return (
    region === "view" ||
    region === "segment" ||
    (region === "box" && box === undefined)
  );
}
