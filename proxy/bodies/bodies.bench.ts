// Queries of 100,000 bodies over HTTP, beside a plain look through the same bodies in memory.
import { bench, type Report } from "../../config/bench/bench.js";
import type { BodyQuery } from "../../src/clio/model/body_query.js";
import { startServer, type ServerFixture } from "../testing/server_fixture.js";
import { isFoundPlainly } from "./testing/plain_query.js";

const COUNT = 100_000;
const PER_WRITE = 20_000;

/** How often each is measured, and the plain look at each body; the median counts. */
const TIMES = 9;
const PLAIN_TIMES = 3;

const scene = JSON.stringify({
  neuroglancer: {
    layers: [{ type: "image", name: "image", source: "./image" }],
  },
});

/** The queries that people ask, from what finds one body to what finds them all. */
const queries: readonly (readonly [name: string, query: BodyQuery])[] = [
  ["one type", { type: "T77" }],
  [
    "any of three, with a status",
    { type: ["T1", "T2", "T3"], status: "Traced" },
  ],
  [
    "any of two objects",
    [{ class: "Motor", group: "exists/1" }, { bodyid: 5 }],
  ],
  ["a regular expression", { instance: "re/^T7[0-9]_L$" }],
  [
    "an expression over texts that all differ",
    { comment: "re/(see|ask) .*99$" },
  ],
  ["100 ids", { bodyid: Array.from({ length: 100 }, (_, i) => i * 997 + 1) }],
  ["what has no field", { group: "exists/0" }],
  ["all", {}],
];

bench("bodies", async (report) => {
  const bodies = Array.from({ length: COUNT }, (_, i) => bodyOf(i + 1));
  // Before there is a server, whose connections would not outlive them.
  const plain = queries.map(([, query]) => plainLook(bodies, query));
  const server = await startServer({
    "data/volumes/bench/dataset.json": scene,
  });
  try {
    await write(report, server, bodies);
    await readFirst(report, server);
    for (const [i, [name, query]] of queries.entries())
      await measure(report, server, name, query, plain[i]);
  } finally {
    await server.close();
  }
});

type Body = Record<string, string | number | string[] | number[]>;

function bodyOf(bodyid: number): Body {
  const type = `T${bodyid % 1000}`;
  return {
    ...{ bodyid, type, instance: `${type}_${bodyid % 2 ? "L" : "R"}` },
    class: ["Interneuron", "Motor", "Sensory"][bodyid % 3],
    status: bodyid % 4 ? "Traced" : "Anchor",
    ...(bodyid % 10 === 0 ? { group: bodyid } : {}),
    position: [bodyid, bodyid + 1, bodyid + 2],
    comment: `see ${bodyid}`,
    tags: [`batch${bodyid % 50}`],
  };
}

async function write(
  report: Report,
  server: ServerFixture,
  bodies: readonly Body[],
): Promise<void> {
  const begun = performance.now();
  for (let i = 0; i < COUNT; i += PER_WRITE) {
    await ask(
      server,
      "/v2/json-annotations/bench/neurons",
      bodies.slice(i, i + PER_WRITE),
    );
  }
  report({
    name: `written, ${PER_WRITE.toLocaleString("en")} at a time`,
    value: (COUNT / (performance.now() - begun)) * 1000,
    unit: "bodies/s",
  });
}

async function readFirst(report: Report, server: ServerFixture) {
  const value = await ask(server, "/api/bodies/bench/ids", {
    query: { type: "none" },
  });
  report({ name: "first query, which reads them all", value, unit: "ms" });
}

function plainLook(bodies: readonly Body[], query: BodyQuery): number {
  const times = Array.from({ length: PLAIN_TIMES }, () => {
    const begun = performance.now();
    for (const { bodyid, ...fields } of bodies) {
      isFoundPlainly(
        query as Record<string, unknown>,
        BigInt(Number(bodyid)),
        fields,
      );
    }
    return performance.now() - begun;
  });
  return median(times);
}

async function measure(
  report: Report,
  server: ServerFixture,
  name: string,
  query: BodyQuery,
  peerValue: number,
): Promise<void> {
  const times: number[] = [];
  for (let i = 0; i < TIMES; ++i) {
    // Another each time, so that no result that is kept is the answer.
    const order = { field: i % 2 ? "bodyid" : "type" };
    const conditions = [query].flat();
    const asked = [...conditions, { [`none${i}`]: "exists/1" }];
    times.push(
      await ask(server, "/api/bodies/bench/query", {
        ...{ query: asked, order, limit: 1000 },
      }),
    );
  }
  report({
    name: `${name}, first 1,000`,
    value: median(times),
    ...{ unit: "ms", target: "< 100" },
    ...{ peer: "a plain look at each", peerValue },
  });
}

async function ask(
  { port }: ServerFixture,
  target: string,
  body: object,
): Promise<number> {
  const begun = performance.now();
  const answer = await fetch(`http://127.0.0.1:${port}${target}`, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(body),
  });
  const text = await answer.text();
  if (answer.status !== 200) throw new Error(text.slice(0, 200));
  return performance.now() - begun;
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[sorted.length >> 1];
}
