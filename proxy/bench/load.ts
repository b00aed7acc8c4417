import { Agent, request, type IncomingMessage } from "node:http";
import { readFile } from "node:fs/promises";

/** One request of a load. */
export interface LoadRequest {
  readonly method: "GET" | "POST";
  readonly target: string;
  readonly body?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** What became of a load; times in milliseconds. */
export interface LoadResult {
  readonly perSecond: number;
  readonly reads: Percentiles;
  readonly writes: Percentiles;
}
export interface Percentiles {
  readonly p50: number;
  readonly p99: number;
}

/** Asks one thing, and gives how long it took until the last byte, in milliseconds. */
export function timeRequest(
  port: number,
  agent: Agent,
  { method, target, body, headers }: LoadRequest,
): Promise<number> {
  const begun = performance.now();
  return new Promise((resolve, reject) => {
    const asked = request(
      {
        host: "127.0.0.1",
        port,
        path: target,
        method,
        agent,
        headers: {
          ...headers,
          ...(body === undefined
            ? {}
            : {
                "Content-Type": "application/json",
                "Content-Length": Buffer.byteLength(body),
              }),
        },
      },
      (response: IncomingMessage) => {
        response.on("data", () => undefined);
        response.on("error", reject);
        response.on("end", () => {
          if (response.statusCode === 200) resolve(performance.now() - begun);
          else reject(new Error(`${target} answers ${response.statusCode}`));
        });
      },
    );
    asked.on("error", reject);
    asked.end(body);
  });
}

/**
 * Keeps `clients` connections busy for a time, each with one request after the other.
 * @param pick the nth request
 */
export async function load(
  port: number,
  clients: number,
  seconds: number,
  pick: (n: number) => LoadRequest,
): Promise<LoadResult> {
  const agent = new Agent({ keepAlive: true, maxSockets: clients });
  const end = performance.now() + seconds * 1000;
  const times = { GET: [] as number[], POST: [] as number[] };
  let n = 0;
  const client = async () => {
    while (performance.now() < end) {
      const next = pick(n++);
      times[next.method].push(await timeRequest(port, agent, next));
    }
  };
  try {
    await Promise.all(Array.from({ length: clients }, client));
  } finally {
    agent.destroy();
  }
  return {
    perSecond: (times.GET.length + times.POST.length) / seconds,
    reads: percentiles(times.GET),
    writes: percentiles(times.POST),
  };
}

export function percentiles(times: readonly number[]): Percentiles {
  const sorted = [...times].sort((a, b) => a - b);
  const at = (share: number) =>
    sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))];
  return { p50: at(0.5), p99: at(0.99) };
}

/** The memory of a process that is resident now, in MiB. Linux alone says it so. */
export async function residentMiB(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, "utf8");
  return Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1]) / 1024;
}
