/**
 * The invariant: two devices of one person, one of them with two tabs, merge, take apart and take single decisions back, undo, are opened
 * again, lose their connection and meet the server again, while requests and answers are lost on the way or arrive twice. Then:
 *
 * 1. all tabs of a device show the same at every moment: the sets that plain sets come to with the decisions that it knows;
 * 2. once all have met, all show the same, which is what the server has;
 * 3. a decision that was made and that nobody has taken back is there; one that one device has made and taken back is not.
 */
import fc from "fast-check";
import { PlainSets } from "../merges/testing/plain_sets.js";
import { mergesDataset, type MergeRecord } from "../model/merge.js";
import { LOCAL_USER } from "../model/sandbox.js";
import type { News } from "../model/sync.js";
import { runs, stillRunning } from "../store/testing/counts.js";
import { insist } from "../store/testing/insist.js";
import { cleanUp } from "../store/testing/marks.js";
import { MergingDevice } from "./testing/merging_device.js";
import { Network, type Way } from "./testing/network.js";

/** Milliseconds. */
const TIMEOUT = 15 * 60_000;

const SEGMENTS = [
  7n,
  8n,
  9007199254740992n,
  9007199254740993n,
  18446744073709551614n,
  18446744073709551615n,
] as const;

const acts = [
  "merge",
  "merge",
  "merge",
  "unmerge",
  "remove",
  "undo",
  "redo",
  "deliver",
  "listen",
  "meet",
  "meet",
  "reopen",
] as const;

interface Step {
  readonly device: number;
  readonly tab: number;
  readonly act: (typeof acts)[number];
  readonly a: bigint;
  readonly b: bigint;
  readonly way: Way;
}

/** So many sandboxes does a device have at most: what it delivers and hears takes a look at each. */
const MOST_SANDBOXES = 10;

const steps = fc.array(
  fc.record<Step>({
    device: fc.nat(1),
    tab: fc.nat(1),
    act: fc.constantFrom(...acts),
    a: fc.constantFrom(...SEGMENTS),
    b: fc.constantFrom(...SEGMENTS),
    way: fc.constantFrom<Way[]>(
      "good",
      "good",
      "request is lost",
      "answer is lost",
      "arrives twice",
    ),
  }),
  { minLength: 6, maxLength: 16, size: "max" },
);

async function take(
  device: MergingDevice,
  other: MergingDevice,
  { tab, act, a, b }: Step,
): Promise<unknown> {
  switch (act) {
    case "merge":
      return device.act(tab, (book) => book.merge(a, [b]));
    case "unmerge":
      return device.act(tab, (book) => book.unmerge(a));
    case "remove":
      return device.act(tab, (book) =>
        book.remove([book.sets.newestOf(a)?.id ?? "none"]),
      );
    case "undo":
    case "redo":
      return device.turn(tab, act);
    case "deliver":
      return device.deliver();
    case "listen":
      return device.listen();
    case "meet":
      await device.deliver();
      return other.listen();
    case "reopen":
      return device.reopen();
  }
}

/** Has all know what all have done. */
async function meet(devices: readonly MergingDevice[]): Promise<void> {
  for (const device of devices) await device.deliver();
  await Promise.all(devices.map((device) => device.listen()));
}

function plainly(decisions: Iterable<MergeRecord>): string {
  const plain = new PlainSets();
  for (const decision of decisions) plain.decisions.set(decision.id, decision);
  return plain.described.join("\n");
}

/** What the server has of the merges of a sandbox. */
async function kept(
  network: Network,
  since: number,
  dataset: string,
): Promise<{ revision: number; there: MergeRecord[] }> {
  const query = new URLSearchParams({ since: String(since), dataset });
  const { records, revision, more } = await network.ask<News>(
    `/api/sync/news?${query.toString()}`,
  );
  insist(String(more), "false");
  const there = records.flatMap(({ record }) =>
    record?.kind === "merge" ? [record] : [],
  );
  return { revision, there };
}

async function revisionOf(network: Network): Promise<number> {
  for (let since = 0; ;) {
    const { revision, more } = await network.ask<News>(
      `/api/sync/news?since=${since}`,
    );
    if (!more) return revision;
    since = revision;
  }
}

describe("Merges on two devices, one with two tabs, and a server", () => {
  afterEach(cleanUp);

  it(
    "come to the same sets whatever is done on each, and no decision is lost or comes back",
    async () => {
      const network = new Network();
      spyOn(window, "fetch").and.callFake(network.fetch);
      let since = await revisionOf(network);
      let devices: MergingDevice[] = [];
      let both = 0;
      let sandboxes = 0;
      await fc.assert(
        fc.asyncProperty(steps, async (sequence) => {
          stillRunning();
          if (sandboxes++ % MOST_SANDBOXES === 0) {
            for (const device of devices) device.dispose();
            devices = [new MergingDevice(2), new MergingDevice(1)];
            for (const device of devices) await device.begin(since);
          }
          const dataset = mergesDataset({
            dataset: `image:${crypto.randomUUID()}`,
            version: "v1",
          });
          const key = { user: LOCAL_USER, dataset };
          await Promise.all(devices.map((device) => device.open(key)));
          for (const step of sequence) {
            network.way = step.act === "meet" ? "good" : step.way;
            const [device, other] = [0, 1].map(
              (i) => devices[(step.device + i) % 2],
            );
            await take(device, other, step);
            const expected = plainly(device.decisions.values());
            for (const shown of device.shown) {
              insist(shown.join("\n"), expected);
            }
          }
          network.way = "good";
          await meet(devices);
          // Each takes back a decision, whoever made it.
          for (const device of devices) {
            const [id] = device.decisions.keys();
            await device.act(0, (book) => book.remove([id ?? "none"]));
          }
          await meet(devices);
          const { revision, there } = await kept(network, since, dataset);
          since = revision;
          for (const device of devices) {
            for (const shown of device.shown) {
              insist(shown.join("\n"), plainly(there));
            }
          }
          const ids = new Set(there.map(({ id }) => id));
          const done = devices.map(
            (device) =>
              new Map(device.done.map(({ id, isPut }) => [id, isPut])),
          );
          for (const [i, mine] of done.entries()) {
            const theirs = done[1 - i];
            for (const [id, isPut] of mine) {
              // Whom the server heard last is another thing where both have done something to it.
              if (theirs.has(id)) both += 1;
              else insist(String(ids.has(id)), String(isPut));
            }
          }
        }),
        { numRuns: runs(150, 1000) },
      );
      for (const device of devices) device.dispose();
      // Without any, less would be proven.
      expect(both).toBeGreaterThan(0);
    },
    TIMEOUT,
  );
});
