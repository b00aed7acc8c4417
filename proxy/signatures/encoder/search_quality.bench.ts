// How often what is found is right, on real serial sections with hand labels: the encoder is fitted on one stack, of which there are no
// labels, and judged on the other. The windows, the scales and the powers of the encoder were chosen by queries in objects of odd number of
// the stack that is judged; queries in the others, which chose nothing, are therefore reported apart.
//
// --sizes N is how many places the database has (200000).
import path from "node:path";
import { rm } from "node:fs/promises";
import { bench, type Report } from "../../../config/bench/bench.js";
import { sizesWanted } from "../../../config/bench/sizes.js";
import {
  ensureDemo,
  sharedPath,
  storyData,
} from "../../../config/stories/volumes.js";
import { temporaryFolder } from "../../testing/server_fixture.js";
import type { Triple } from "../record.js";
import type { Block } from "./encoder.js";
import { Random } from "./random.js";
import {
  methodsFor,
  type Method,
  type Methods,
} from "./testing/compared_methods.js";
import { motifRecalls } from "./testing/demo_motifs.js";
import { fitEncoder } from "./testing/fitted_encoder.js";
import { Judge, meanScore, type Score } from "./testing/judge.js";
import {
  CLASSES,
  readObjects,
  readProfiles,
  readStack,
  STACK_SIZE,
  type LabelClass,
  type Profile,
} from "./testing/labelled_stack.js";
import { judgeClass, type Judged } from "./testing/judged_class.js";
import { isFoundFirst } from "./testing/retrieval.js";
import { turnedPatch, type Turn } from "./testing/turned_patch.js";

const SEED = 1;
/** Places of the database, from all of a grid with this distance. */
const PLACES = 200_000;
const STRIDE = 4;
const QUERIES = 100;
/** Examples of one search, where there are several. */
const EXAMPLES = 5;
/** Places that are looked for in an altered form of themselves. */
const TURNED = 200;
const TARGETS = { mitochondria: 0.55, synapses: 0.5 } as const;
const TARGET_TURNED = 0.95;
const TARGET_NOISE = 0.5;

/** Random places of the grid, in the order of their sections. */
function choosePlaces(count: number, random: Random): Triple[] {
  const across = STACK_SIZE[0] / STRIDE;
  const down = STACK_SIZE[1] / STRIDE;
  const cells = across * down * STACK_SIZE[2];
  const chosen = new Set<number>();
  while (chosen.size < count) chosen.add(random.below(cells));
  return [...chosen]
    .sort((a, b) => a - b)
    .map((cell) => [
      STRIDE * (cell % across),
      STRIDE * (Math.floor(cell / across) % down),
      Math.floor(cell / (across * down)),
    ]);
}

function shuffled<T>(items: readonly T[], random: Random): T[] {
  const result = [...items];
  for (let i = result.length - 1; i > 0; i--) {
    const j = random.below(i + 1);
    [result[i], result[j]] = [result[j], result[i]];
  }
  return result;
}

bench("search-quality", async (report) => {
  const folder = sharedPath("data/sstem-vnc");
  if (folder === undefined)
    throw new Error("CLIO_SHARED names no folder with data/sstem-vnc");
  const began = performance.now();
  const before = process.cpuUsage();
  const encoder = fitEncoder(readStack(folder, "stack2"));
  report({
    name: "fitting the encoder on one thread",
    value: (performance.now() - began) / 1000,
    unit: "s",
    target: "< 60",
  });
  // Of a machine that does other things too, the clock says little.
  const { user, system } = process.cpuUsage(before);
  report({
    name: "fitting the encoder, time of the processor",
    value: (user + system) / 1e6,
    unit: "s",
  });
  const stack = readStack(folder, "stack1");
  const random = new Random(SEED);
  const [count] = sizesWanted() ?? [PLACES];
  const places = choosePlaces(count, random);
  const methods = methodsFor(encoder, stack, places, STRIDE);
  const judge = new Judge(places);
  for (const label of CLASSES) {
    const objects = judge.objectsAt(readObjects(folder, label));
    const queries = shuffled(readProfiles(folder, label), random);
    const judged = judgeClass(
      judge,
      methods,
      stack,
      objects,
      queries,
      EXAMPLES,
    );
    reportClass(report, label, queries, judged);
  }
  judgeTurned(report, stack, places, methods, random);
  await judgeMotifs(report);
});

function reportClass(
  report: Report,
  label: LabelClass,
  queries: readonly Profile[],
  judged: readonly Judged[],
): void {
  const means = (
    of: keyof Score,
    some: (method: Judged) => readonly Score[],
    name: string,
    target?: number,
  ): void => {
    const [value, ...peers] = judged.map(
      (method) => meanScore(some(method))[of],
    );
    peers.forEach((peerValue, i) => {
      report({
        name,
        value,
        unit: "",
        ...(target !== undefined && { target: `>= ${target}` }),
        peer: judged[i + 1].name,
        peerValue,
      });
    });
  };
  means(
    "at20",
    ({ one }) => one.slice(0, QUERIES),
    `precision at 20, ${label}, ${QUERIES} queries`,
    TARGETS[label],
  );
  means(
    "at20",
    ({ one }) =>
      one.filter((_, i) => queries[i].object % 2 === 0).slice(0, QUERIES),
    `precision at 20, ${label}, queries that no parameter was chosen by`,
  );
  for (const [of, name] of [
    ["at10", "precision at 10"],
    ["at50", "precision at 50"],
    ["averagePrecision", "average precision"],
  ] as const) {
    means(of, ({ one }) => one, `${name}, ${label}, every profile`);
    means(
      of,
      ({ several }) => several,
      `${name}, ${label}, every profile, ${EXAMPLES} examples a search`,
    );
  }
}

/** How often a place is found first in the database when it is turned, and when it is turned, in other grey values and noisy. */
function judgeTurned(
  report: Report,
  stack: Block,
  places: readonly Triple[],
  [ours, ...peers]: Methods,
  random: Random,
): void {
  const looked = shuffled(places, random).slice(0, TURNED);
  const turns = looked.map(() => ({
    angle: (random.below(36_000) / 18_000) * Math.PI,
    isMirrored: random.below(2) === 1,
  }));
  const found = (method: Method, grey: Omit<Turn, "angle" | "isMirrored">) =>
    looked.filter((place, i) => {
      const turn = { ...turns[i], ...grey };
      const patch = turnedPatch(stack, place, method.side, turn, new Random(i));
      return isFoundFirst(method.distances(patch), places, place, STRIDE);
    }).length / looked.length;
  const plain = { gain: 1, offset: 0, noise: 0 };
  const noisy = { gain: 0.8, offset: 20, noise: 25 };
  for (const [name, grey, target] of [
    ["turned or mirrored at random", plain, TARGET_TURNED],
    ["and in other grey values, with noise of 25", noisy, TARGET_NOISE],
  ] as const) {
    const value = found(ours, grey);
    for (const peer of peers)
      report({
        name: `found first, ${name}`,
        value,
        unit: "",
        target: `>= ${target}`,
        peer: peer.name,
        peerValue: found(peer, grey),
      });
  }
}

/** The organelles of the demo volume, by the whole of the search: its index, and the engine. */
async function judgeMotifs(report: Report): Promise<void> {
  const data = storyData();
  await ensureDemo(data);
  const folder = await temporaryFolder();
  try {
    const volume = path.join(data, "volumes", "demo");
    for (const { kind, organelles, at10, at100 } of await motifRecalls(
      volume,
      folder,
    )) {
      const of = `demo volume, ${kind.replace("_", " ")}, ${organelles} of them`;
      report({ name: `recall at 10, ${of}`, value: at10, unit: "" });
      report({ name: `recall at 100, ${of}`, value: at100, unit: "" });
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
