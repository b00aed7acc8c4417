import type { Request, Response } from "express";
import { mergedSegmentationOf } from "../../src/clio/model/merge.js";
import { EVERYBODY } from "../../src/clio/model/sandbox.js";
import type { Lifecycle } from "../health/lifecycle.js";
import type { Identities } from "../identity/identities.js";
import type { Identity } from "../identity/identity.js";
import { accountOf } from "../identity/identity.js";
import type { Permissions } from "../permissions/permissions.js";
import { Problem } from "../problems/problem.js";
import type { RecordEvent, RecordEvents } from "../records/events.js";
import type { DatasetSource } from "../permissions/permissions.js";

/** How often a stream says that it is still there, in milliseconds: proxies cut what is silent for a minute. */
const heartbeat = 20_000;

/** The most streams that one person may have open. A browser holds one, in one of its tabs. */
const mostStreams = 16;

/** The streams of server-sent events that are open. */
export class EventStreams {
  private readonly perUser = new Map<string, number>();

  constructor(
    private readonly events: RecordEvents,
    private readonly identities: Identities,
    private readonly permissions: Permissions,
    private readonly datasets: DatasetSource,
    private readonly lifecycle: Lifecycle,
  ) {}

  /**
   * Answers a request by a stream that stays open until the client goes, the server stops, or the credential is no longer good.
   * @param others whose events it tells beside one's own and everybody's, of datasets that one may read
   * @throws Problem 429 where the person has too many open
   */
  open(
    identity: Identity,
    others: ReadonlySet<string>,
    request: Request,
    response: Response,
  ): void {
    const account = accountOf(identity);
    const { user } = account;
    this.count(user, 1);
    response.writeHead(200, {
      "Content-Type": "text/event-stream",
      // A proxy that collected it would hold every event up.
      "X-Accel-Buffering": "no",
    });
    const stream = new EventStream(response);
    stream.comment("open");
    const stopListening = this.events.listen((event) => {
      if (event.user === user) stream.tell(event);
      else if (event.user === EVERYBODY || others.has(event.user)) {
        void this.tellIfReadable(identity, event, stream);
      }
    });
    const beat = setInterval(() => {
      void this.isStillGood(request, response).then((good) => {
        if (good) stream.comment("");
        else response.end();
      });
    }, heartbeat);
    const stopWatching = this.lifecycle.onStop(() => response.end());
    response.once("close", () => {
      clearInterval(beat);
      stopListening();
      stopWatching();
      this.count(user, -1);
    });
  }

  private async tellIfReadable(
    { account }: Identity,
    event: RecordEvent,
    stream: EventStream,
  ): Promise<void> {
    const id =
      event.user === EVERYBODY
        ? mergedSegmentationOf(event.dataset)!.dataset
        : event.dataset;
    const found = await this.datasets.find(id);
    if (
      found !== undefined &&
      this.permissions.mayInDataset(account, "read", found.home, found.dataset)
    ) {
      stream.tell(event);
    }
  }

  private async isStillGood(
    request: Request,
    response: Response,
  ): Promise<boolean> {
    try {
      const identity = await this.identities.identify(request, response);
      return identity.account !== undefined;
    } catch {
      return false;
    }
  }

  private count(user: string, by: 1 | -1): void {
    const now = (this.perUser.get(user) ?? 0) + by;
    if (now > mostStreams) {
      throw new Problem(
        429,
        "too-many-streams",
        `${user} has ${mostStreams} streams of events open already.`,
      );
    }
    if (now === 0) this.perUser.delete(user);
    else this.perUser.set(user, now);
  }
}

/** One stream. Of what a slow client has not taken yet only the newest event of each shelf is kept, so it takes no memory. */
class EventStream {
  private readonly waiting = new Map<string, RecordEvent>();

  constructor(private readonly response: Response) {
    response.on("drain", () => this.send());
  }

  tell(event: RecordEvent): void {
    this.waiting.set(JSON.stringify([event.user, event.dataset]), event);
    this.send();
  }

  comment(text: string): void {
    if (!this.response.writableNeedDrain) this.response.write(`:${text}\n\n`);
  }

  private send(): void {
    for (const [key, event] of this.waiting) {
      if (this.response.writableNeedDrain || this.response.writableEnded) {
        return;
      }
      this.waiting.delete(key);
      this.response.write(`data: ${JSON.stringify(event)}\n\n`);
    }
  }
}
