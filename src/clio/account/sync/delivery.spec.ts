import * as v from "valibot";
import { deliveredChangeSchema } from "../../model/sync.js";
import type { WaitingChange } from "../../store/outbox.js";
import { packEdits } from "../../store/packed_edits.js";
import { deliveredParts, requestsOf } from "./delivery.js";

const DEVICE = "00000000-0000-4000-8000-00000000000d";
const ID = "00000000-0000-4000-8000-00000000000c";

/** A change that deletes so many marks. */
function waiting(count: number): WaitingChange {
  const edits = Array.from({ length: count }, (_, i) => ({
    op: "delete" as const,
    id: `00000000-0000-4000-8000-${String(i).padStart(12, "0")}`,
  }));
  const key = { user: "local", dataset: "demo" };
  const change = { id: ID, ...key, at: 1, label: "Delete" };
  return {
    seq: 7,
    sid: "s",
    key,
    base: 3,
    change: { ...change, edits: packEdits(edits) },
  };
}

describe("A change on its way to the server", () => {
  it("has its own id and says what the person had seen", async () => {
    const [one, ...more] = await deliveredParts(waiting(2), DEVICE);
    expect(more).toEqual([]);
    expect(one.id).toBe(ID);
    expect(one.device).toBe(DEVICE);
    expect(one.edits.map((edit) => "base" in edit && edit.base)).toEqual([
      3, 3,
    ]);
  });

  it("is there although it does nothing, so that its place in the order is acknowledged", async () => {
    expect((await deliveredParts(waiting(0), DEVICE)).length).toBe(1);
  });

  it("goes in parts where it is large, each with the same id whenever it goes", async () => {
    const parts = await deliveredParts(waiting(12_345), DEVICE);
    expect(parts.map(({ edits }) => edits.length)).toEqual([5000, 5000, 2345]);
    for (const part of parts) v.parse(deliveredChangeSchema, part);
    expect(new Set(parts.map(({ id }) => id)).size).toBe(3);
    const again = await deliveredParts(waiting(12_345), DEVICE);
    expect(again.map(({ id }) => id)).toEqual(parts.map(({ id }) => id));
    expect(requestsOf(parts).map((each) => each.length)).toEqual([1, 1, 1]);
  });

  it("shares a request with others as long as that stays small", async () => {
    const [small] = await deliveredParts(waiting(2), DEVICE);
    const [large] = await deliveredParts(waiting(4999), DEVICE);
    const sizes = (changes: (typeof small)[]) =>
      requestsOf(changes).map((each) => each.length);
    expect(sizes([])).toEqual([]);
    expect(sizes(Array.from({ length: 600 }, () => small))).toEqual([
      256, 256, 88,
    ]);
    expect(sizes([small, large, small])).toEqual([1, 1, 1]);
  });
});
