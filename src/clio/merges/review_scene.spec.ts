import { trackableAlphaValue } from "neuroglancer/unstable/trackable_alpha.js";
import type { VoxelPosition } from "../model/annotation.js";
import { requestedMerges } from "../model/merge_request.js";
import { decision } from "../model/testing/merges.js";
import { requestedRows } from "./requested_rows.js";
import { ReviewScene } from "./review_scene.js";
import { shownSegments } from "./testing/shown_segments.js";

/** A layer in which the first of two selected segments is hidden, and the others are faint. */
function layer(...selected: [bigint, bigint]) {
  const segments = shownSegments();
  segments.visibleSegments.add(selected);
  segments.visibleSegments.delete(selected[0]);
  const othersAlpha = trackableAlphaValue(0);
  othersAlpha.value = 0.25;
  const { selectedSegments, visibleSegments } = segments;
  const seen = () => ({
    selected: [...selectedSegments],
    shown: new Set(visibleSegments),
    alpha: othersAlpha.value,
  });
  const group = Object.assign(segments, {
    wasDisposed: undefined as boolean | undefined,
    toJSON: (): unknown => [...selectedSegments].map(String),
  });
  const written = (): unknown[] => [group.toJSON(), othersAlpha.toJSON()];
  return { group, othersAlpha, seen, written };
}

const [row, next] = requestedRows(
  requestedMerges(
    [
      decision(1, 2n ** 63n + 1n, 8, { position: [1, 2, 3] }),
      decision(2, 9, 8),
    ],
    "ada@lab.org",
  ),
);

describe("The scene of a review", () => {
  const went: VoxelPosition[] = [];
  const places = { goTo: (voxel: VoxelPosition) => void went.push(voxel) };

  beforeEach(() => went.splice(0));

  it("shows both sides and nothing else, leaves the view as it was, and is in no link", () => {
    const { group, othersAlpha, seen, written } = layer(5n, 6n);
    const [before, link] = [seen(), written()];
    const scene = new ReviewScene({ group, othersAlpha, places });
    scene.show(row);
    const sides = [2n ** 63n + 1n, 8n];
    const shown = new Set(sides);
    expect(seen()).toEqual({ selected: sides, shown, alpha: 0 });
    expect(went).toEqual([[1, 2, 3]]);
    expect(written()).toEqual(link);
    scene.show(next);
    expect(seen().selected).toEqual([9n, 8n]);
    expect(written()).toEqual(link);
    scene.leave();
    expect(seen()).toEqual(before);
    expect(written()).toEqual(link);
    group.visibleSegments.add(7n);
    expect(written()).toEqual([["5", "6", "7"], 0.25]);
  });

  it("gives each layer back what was its own, and lets one be that is gone", () => {
    const [first, second] = [layer(5n, 6n), layer(6n, 7n)];
    const [beforeFirst, beforeSecond] = [first.seen(), second.seen()];
    const view = { ...first, places };
    const scene = new ReviewScene(view);
    scene.show(row);
    Object.assign(view, second);
    scene.show(row);
    expect(first.seen()).toEqual(beforeFirst);
    second.group.wasDisposed = true;
    const shown = second.seen();
    scene.dispose();
    expect(second.seen()).toEqual(shown);
    expect(shown).not.toEqual(beforeSecond);
  });
});
