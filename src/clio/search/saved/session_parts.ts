/** What a session and a saved search say of the same things, each in its own form. */
import { type Vec3, vec3 } from "../../model/box.js";
import { type Match, placeKey } from "../answers.js";
import type { Asked, Found } from "../found.js";
import type { Filters } from "../filters.js";
import { planeOfText, planeText } from "../../volumes/slice_frame.js";
import type { LinkedSearch, SavedResult, SavedSearch } from "./saved_search.js";

/** What is asked, as links and saved searches have it. */
export type SavedAsked = Omit<LinkedSearch, "id" | "name">;

type Triple = [x: number, y: number, z: number];

/** What is asked, as links and saved searches have it; undefined where it is not known yet of which dataset. */
export function savedAsked({
  dataset,
  examples,
  filters,
  plane,
}: Asked): SavedAsked | undefined {
  if (dataset === undefined || examples.length === 0) return undefined;
  return {
    dataset,
    examples: examples.map(({ point, like }) => ({
      point: triple(vec3((axis) => Math.max(0, Math.floor(point[axis])))),
      like,
    })),
    filters: savedFilters(filters),
    plane: planeText(plane),
  };
}

function savedFilters({ box, ...filters }: Filters): LinkedSearch["filters"] {
  if (box === undefined) return filters;
  const { lower, upper } = box;
  return { ...filters, box: { lower: triple(lower), upper: triple(upper) } };
}

export function askedOf(search: SavedAsked): Asked {
  const { dataset, examples, filters, plane } = search;
  return { dataset, examples, filters, plane: planeOfText(plane) };
}

export function savedResult(found: Found): SavedResult {
  const { searched, index, examined, milliseconds, complete } = found;
  const { matches, fresh, others, failed } = found;
  return {
    searched,
    index,
    examined,
    milliseconds,
    complete,
    matches: matches.map(({ point: [x, y, z], distance, dataset }) =>
      dataset === undefined
        ? [x, y, z, distance]
        : [x, y, z, distance, dataset],
    ),
    others: [...others],
    failed: [...failed],
    fresh: matches.flatMap((match, i) =>
      fresh.has(placeKey(match)) ? [i] : [],
    ),
  };
}

export function foundOf({ dataset, result }: SavedSearch): Found {
  // A result that the browser has kept for longer says nothing of other datasets, or not what they are called.
  const { matches, fresh, others = [], failed = [], ...rest } = result;
  const found = matches.map((match): Match => {
    const [x, y, z, distance] = match;
    const point: Triple = [x, y, z];
    return match.length === 4
      ? { point, distance }
      : { point, distance, dataset: match[4] };
  });
  return {
    ...rest,
    others,
    failed: failed.map((each) => ({ title: each.dataset, ...each })),
    dataset,
    matches: found,
    fresh: new Set(fresh.map((i) => placeKey(found[i]))),
  };
}

function triple([x, y, z]: Vec3): Triple {
  return [x, y, z];
}
