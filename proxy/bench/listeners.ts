import {
  Agent,
  get,
  type ClientRequest,
  type IncomingMessage,
} from "node:http";

/** Listeners to streams of server-sent events that carry a `revision`. */
export class Listeners {
  private readonly requests: ClientRequest[] = [];
  private readonly agent = new Agent({ maxSockets: Infinity });
  private waiting:
    | { revision: number; left: number; times: number[]; done: () => void }
    | undefined;

  /** @param target of the stream, and the headers of each listener */
  static async open(
    port: number,
    target: string,
    headers: readonly Readonly<Record<string, string>>[],
  ): Promise<Listeners> {
    const listeners = new Listeners();
    await Promise.all(
      headers.map((each) => listeners.listen(port, target, each)),
    );
    return listeners;
  }

  /** How long after now each listener has the event of a revision, in milliseconds. */
  async timesOf(revision: number, publish: () => Promise<unknown>) {
    const begun = performance.now();
    const times: number[] = [];
    const arrived = new Promise<void>((done) => {
      this.waiting = { revision, left: this.requests.length, times, done };
    });
    await Promise.all([publish(), arrived]);
    return times.map((time) => time - begun);
  }

  close(): void {
    for (const request of this.requests) request.destroy();
    this.agent.destroy();
  }

  private listen(
    port: number,
    path: string,
    headers: Readonly<Record<string, string>>,
  ): Promise<void> {
    return new Promise((resolve, reject) => {
      const request = get(
        { host: "127.0.0.1", port, path, headers, agent: this.agent },
        (response: IncomingMessage) => {
          if (response.statusCode !== 200) {
            reject(new Error(`${path} answers ${response.statusCode}`));
            return;
          }
          response.setEncoding("utf8");
          response.on("data", (text: string) => {
            resolve();
            this.hear(text);
          });
          response.on("error", () => undefined);
        },
      );
      request.on("error", reject);
      this.requests.push(request);
    });
  }

  private hear(text: string): void {
    const { waiting } = this;
    if (waiting === undefined) return;
    if (!text.includes(`"revision":${waiting.revision}}`)) return;
    waiting.times.push(performance.now());
    if (--waiting.left === 0) waiting.done();
  }
}
