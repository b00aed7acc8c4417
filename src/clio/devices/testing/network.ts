import type { DeliveredChange, Outcome } from "../../model/sync.js";

/** The browser's own, which a spec puts a network in the place of. */
const send = window.fetch.bind(window);

/** What becomes of a request: the server is real, and so is the way to it, until it fails. */
export type Way =
  "good" | "request is lost" | "answer is lost" | "arrives twice";

/** The way to the server, and who has gone it. */
export class Network {
  way: Way = "good";
  /** Ids of all changes that have reached the server. */
  readonly reached = new Set<string>();
  /** What a device knows to be applied. */
  readonly acknowledged: { change: DeliveredChange; outcome: Outcome }[] = [];
  readonly fetch: typeof window.fetch = async (target, init) => {
    if (this.way === "request is lost") throw new TypeError("lost");
    const { changes = [] } = JSON.parse(
      typeof init?.body === "string" ? init.body : "{}",
    ) as { changes?: DeliveredChange[] };
    for (const { id } of changes) this.reached.add(id);
    const answer = await send(target, init);
    if (this.way === "answer is lost") throw new TypeError("lost");
    const last =
      this.way === "arrives twice" ? await send(target, init) : answer;
    if (changes.length > 0) {
      const { outcomes } = (await last.clone().json()) as {
        outcomes: Outcome[];
      };
      outcomes.forEach((outcome, i) =>
        this.acknowledged.push({ change: changes[i], outcome }),
      );
    }
    return last;
  };

  async ask<T>(target: string, body?: unknown): Promise<T> {
    const answer = await send(target, {
      method: body === undefined ? "GET" : "POST",
      headers: { "Content-Type": "application/json" },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    if (!answer.ok) throw new Error(await answer.text());
    return (await answer.json()) as T;
  }
}
