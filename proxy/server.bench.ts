// The server under the load of a group: a sandbox of 10,000 annotations, of every five requests four that read and one that writes, and
// whether its memory stays what it is; and how soon 200 listeners have what one person has drawn. Beside a bare Express in the same run.
//
// CLIO_BENCH_SECONDS is how long the load is kept up (600).
import { randomUUID } from "node:crypto";
import { mkdir, writeFile } from "node:fs/promises";
import path from "node:path";
import { Agent } from "node:http";
import { bench, type Report } from "../config/bench/bench.js";
import { startBareExpress } from "./bench/bare_express.js";
import { Listeners } from "./bench/listeners.js";
import {
  load,
  percentiles,
  residentMiB,
  timeRequest,
  type LoadRequest,
  type LoadResult,
} from "./bench/load.js";
import { hashOf } from "./identity/tokens.js";
import { openStorage } from "./storage/open.js";
import { account, point, uuid } from "./storage/testing/rows.js";
import { ServerProcess } from "./testing/server_process.js";

const annotations = 10_000;
const clients = 16;
const listeners = 200;
const events = 100;
const writer = "bob@lab.org";
const group = "lab";

/** How long the shorter loads take, in seconds. */
const shortSeconds = 15;

/** How often the memory is looked at, in milliseconds. */
const lookEvery = 1000;

/** What the sandbox lies in, as an entry of the catalogue. */
const scene = {
  neuroglancer: {
    dimensions: { x: [8e-9, "m"], y: [8e-9, "m"], z: [8e-9, "m"] },
    layers: [{ name: "em", type: "image", source: "./image" }],
  },
};

const item = (n: number | "N", description: string) =>
  JSON.stringify({
    kind: "point",
    pos: [n, 20, 30],
    tags: ["axon", "checked by two"],
    description,
    prop: { type: "synapse", timestamp: "1700000000000" },
  }).replace('"N"', "N");

/** Of every five requests one writes: where an annotation was already, so that there are as many as before. */
function mix(read: string, write: string) {
  return (n: number): LoadRequest =>
    n % 5 === 4
      ? {
          method: "POST",
          target: write,
          body: item(n % annotations, `the ${n}th request`),
        }
      : { method: "GET", target: read };
}

bench("server", async (report) => {
  const seconds = Number(process.env.CLIO_BENCH_SECONDS ?? 600);
  const bare = await startBareExpress(item("N", "as it was imported"));
  try {
    await measureLoad(report, bare.port, seconds);
    await measureDelivery(report, bare.port);
  } finally {
    await bare.stop();
  }
});

async function measureLoad(
  report: Report,
  barePort: number,
  seconds: number,
): Promise<void> {
  const server = await ServerProcess.start();
  try {
    const volume = path.join(server.folder, "data/volumes/bench");
    await mkdir(volume, { recursive: true });
    await writeFile(path.join(volume, "dataset.json"), JSON.stringify(scene));
    await fill(server.port);
    const whole = "/v2/annotations/bench";
    // A script reads all there is; the viewer asks for what is new.
    tell(
      report,
      "all 10k at once",
      await load(server.port, clients, shortSeconds, mix(whole, whole)),
      await load(barePort, clients, shortSeconds, mix("/read", "/write")),
    );
    const news = `/api/sync/news?since=${annotations * 10}`;
    const memory = watchMemory(server.pid!);
    const result = await load(server.port, clients, seconds, mix(news, whole));
    tell(
      report,
      "what is new",
      result,
      await load(barePort, clients, shortSeconds, mix("/small", "/write")),
    );
    const { middle, end } = await memory.stop();
    report({
      name: `memory after ${seconds} s of it, by that after a fifth`,
      value: (end / middle - 1) * 100,
      unit: "%",
      target: "<= 10",
    });
    report({ name: "memory then", value: end, unit: "MiB" });
  } finally {
    await server.close();
  }
}

async function fill(port: number): Promise<void> {
  const agent = new Agent({ keepAlive: true });
  const batch = 1000;
  for (let from = 0; from < annotations; from += batch) {
    const items = Array.from({ length: batch }, (_, i) =>
      item(from + i, "as it was imported"),
    );
    await timeRequest(port, agent, {
      method: "POST",
      target: "/v2/annotations/bench",
      body: `[${items.join(",")}]`,
    });
  }
  agent.destroy();
}

function tell(
  report: Report,
  what: string,
  ours: LoadResult,
  bare: LoadResult,
): void {
  const peer = "a bare Express route";
  const figure = (name: string, unit: string, of: (r: LoadResult) => number) =>
    report({
      name: `80% reads of ${what}, 20% writes: ${name}`,
      value: of(ours),
      unit,
      peer,
      peerValue: of(bare),
    });
  figure("requests", "1/s", ({ perSecond }) => perSecond);
  figure("read, p50", "ms", ({ reads }) => reads.p50);
  figure("read, p99", "ms", ({ reads }) => reads.p99);
  figure("write, p50", "ms", ({ writes }) => writes.p50);
  figure("write, p99", "ms", ({ writes }) => writes.p99);
}

/** Looks at a process until it is stopped: its memory after a fifth of the time, and at the end, each the median of a tenth. */
function watchMemory(pid: number) {
  const seen: number[] = [];
  const timer = setInterval(() => {
    void residentMiB(pid).then((now) => seen.push(now));
  }, lookEvery);
  const median = (part: readonly number[]) => percentiles(part).p50;
  return {
    stop: async () => {
      clearInterval(timer);
      seen.push(await residentMiB(pid));
      const tenth = Math.ceil(seen.length / 10);
      return {
        middle: median(seen.slice(2 * tenth - 1, 3 * tenth)),
        end: median(seen.slice(-tenth)),
      };
    },
  };
}

async function measureDelivery(
  report: Report,
  barePort: number,
): Promise<void> {
  const tokens = Array.from({ length: listeners }, (_, i) => `token-${i}`);
  const server = await ServerProcess.start(
    {
      identity: {
        kind: "oidc",
        issuer: "http://127.0.0.1:9",
        clientId: "bench",
      },
      limits: { requestsPerMinute: 1_000_000 },
    },
    (database) => addPeople(database, tokens),
  );
  try {
    const volume = path.join(server.folder, "data/volumes/bench");
    await mkdir(volume, { recursive: true });
    await writeFile(path.join(volume, "dataset.json"), JSON.stringify(scene));
    const ours = await deliveryTimes(
      server.port,
      `/api/sync/events?groups=${group}`,
      tokens.map(bearer),
      (n) => ({
        method: "POST",
        target: "/api/sync/changes",
        headers: bearer("token-of-the-writer"),
        body: JSON.stringify({ changes: [changeOf(n)] }),
      }),
    );
    const bare = await deliveryTimes(
      barePort,
      "/events",
      tokens.map(() => ({})),
      () => ({ method: "POST", target: "/publish", body: "{}" }),
    );
    for (const name of ["p50", "p99"] as const) {
      report({
        name: `a mark of one person at ${listeners} others, ${name}`,
        value: percentiles(ours)[name],
        unit: "ms",
        peer: "a bare Express route that writes nothing to disk",
        peerValue: percentiles(bare)[name],
      });
    }
  } finally {
    await server.close();
  }
}

const bearer = (token: string) => ({ Authorization: `Bearer ${token}` });

function changeOf(n: number) {
  return {
    id: randomUUID(),
    device: uuid(1),
    dataset: "bench",
    at: n,
    label: "Place point",
    edits: [{ op: "put", record: point(uuid(n), { user: writer }), base: 0 }],
  };
}

/** From when a change leaves the person who made it to when each of the others has heard of it. */
async function deliveryTimes(
  port: number,
  target: string,
  headers: readonly Readonly<Record<string, string>>[],
  publish: (n: number) => LoadRequest,
): Promise<number[]> {
  const agent = new Agent({ keepAlive: true });
  const heard = await Listeners.open(port, target, headers);
  const times: number[] = [];
  try {
    for (let n = 1; n <= events; ++n) {
      const of = await heard.timesOf(n, () =>
        timeRequest(port, agent, publish(n)),
      );
      times.push(...of);
    }
  } finally {
    heard.close();
    agent.destroy();
  }
  return times;
}

/** The writer and all who listen, in one group. */
async function addPeople(
  database: string,
  tokens: readonly string[],
): Promise<void> {
  const storage = await openStorage(database);
  const people = [
    [writer, "token-of-the-writer"],
    ...tokens.map((token, i) => [`listener-${i}@lab.org`, token]),
  ];
  await storage.write(async (write) => {
    for (const [user, token] of people) {
      await write.putAccount(
        account(user, { globalRoles: ["clio_general"], groups: [group] }),
      );
      await write.addToken({
        id: token,
        hash: hashOf(token),
        user,
        name: "for the benchmark",
        created: 1,
        expires: Date.now() + 3_600_000,
      });
    }
  });
  await storage.close();
}
