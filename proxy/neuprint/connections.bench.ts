// The connections of a cell with many partners through the server, beside the same rows asked of the neuPrint server itself.
import { bench, type Report } from "../../config/bench/bench.js";
import { startServer } from "../testing/server_fixture.js";
import { connectionsStatement } from "./statements.js";
import { connectomeGraph, type Wire } from "./testing/connectome.js";
import { goodToken, LoopbackNeuprint } from "./testing/loopback_neuprint.js";

const variable = "CLIO_BENCH_NEUPRINT_TOKEN";
const dataset = "bench:v1";

/** Cells with so many partners each. */
const sizes = [10_000, 100_000];

const scene = JSON.stringify({
  neuroglancer: {
    layers: [{ type: "image", name: "image", source: "./image" }],
  },
});

bench("connections", async (report) => {
  const neuprint = await LoopbackNeuprint.start(new Map([[dataset, graph()]]));
  process.env[variable] = goodToken;
  const server = await startServer(
    { "data/volumes/bench/dataset.json": scene },
    {
      neuprint: {
        bench: {
          ...{ server: neuprint.origin, dataset, tokenVariable: variable },
          ...{ rows: 200_000, seconds: 60, cypher: false, megabytes: 32 },
        },
      },
    },
  );
  try {
    for (const [i, size] of sizes.entries()) {
      await measure(report, size, String(hub(i)), neuprint, server.port);
    }
  } finally {
    await server.close();
    await neuprint.stop();
  }
});

async function measure(
  report: Report,
  size: number,
  id: string,
  neuprint: LoopbackNeuprint,
  port: number,
): Promise<void> {
  const direct = () =>
    milliseconds(
      `${neuprint.origin}/api/custom/custom`,
      { cypher: connectionsStatement([id], "outputs", 200_001), dataset },
      { Authorization: `Bearer ${goodToken}` },
    );
  const through = () =>
    milliseconds(`http://127.0.0.1:${port}/api/neuprint/bench/connections`, {
      ...{ ids: [id], side: "outputs" },
    });
  // Once without being counted, so that both are compiled.
  await direct();
  const peerValue = await direct();
  const name = `${size.toLocaleString("en")} partners`;
  const first = await through();
  const target = size === 10_000 ? { target: "< 300" } : {};
  const peer = { peer: "neuPrint itself", peerValue };
  report({
    name: `${name}, first`,
    value: first,
    unit: "ms",
    ...target,
    ...peer,
  });
  report({ name: `${name}, again`, value: await through(), unit: "ms" });
}

async function milliseconds(
  url: string,
  body: object,
  headers: Record<string, string> = {},
): Promise<number> {
  const begun = performance.now();
  const answer = await fetch(url, {
    method: "POST",
    headers: { "Content-Type": "application/json", ...headers },
    body: JSON.stringify(body),
  });
  const text = await answer.text();
  if (answer.status !== 200) throw new Error(text.slice(0, 200));
  return performance.now() - begun;
}

const hub = (i: number) => (1n << 40n) + BigInt(i);

function graph() {
  const wires = sizes.flatMap((size, i) =>
    Array.from({ length: size }, (_, n): Wire => ({
      ...{ from: hub(i), to: BigInt(n + 1), regions: ["left", "all"] },
      ...{ pre: [n, i, 0], post: [n, i, 5] },
    })),
  );
  const most = Math.max(...sizes);
  const cells = [
    ...sizes.map((_, i) => ({ id: hub(i), type: "hub", status: "Traced" })),
    ...Array.from({ length: most }, (_, n) => ({
      ...{ id: BigInt(n + 1), type: `T${n % 50}`, instance: `T${n % 50}_L` },
      status: "Traced",
    })),
  ];
  return connectomeGraph(cells, wires, ["left"]);
}
