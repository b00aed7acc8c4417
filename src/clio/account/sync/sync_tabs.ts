import { RefCounted } from "neuroglancer/unstable/util/disposable.js";
import type { SandboxKey } from "../../model/sandbox.js";
import type { Store } from "../../store/store.js";
import type { SyncStanding } from "../../store/sync_standing.js";
import type { Account } from "../account.js";
import { SyncClient } from "./sync_client.js";

type Message =
  /** Of the tab that delivers: how it stands. */
  | { standing: SyncStanding | undefined }
  /** Of another one, that has just come. */
  | "how is it"
  /** Of another one, in which the person wants it tried again, or has settled a conflict. */
  | "try again"
  /** Of the tab that has just begun to deliver. */
  | "whom do you follow"
  /** Of one that shows marks of others. */
  | { follow: readonly SandboxKey[] };

/** Sees to it that one tab of the browser delivers, and that all tabs know how it stands. */
export class SyncTabs extends RefCounted {
  private readonly channel: BroadcastChannel;
  private client: SyncClient | undefined;

  constructor(
    private readonly store: Store,
    private readonly account: Account,
  ) {
    super();
    const { name, sync, followed } = store;
    this.channel = new BroadcastChannel(`${name}:sync`);
    this.registerDisposer(() => this.channel.close());
    this.registerEventListener(this.channel, "message", (event: Event) =>
      this.hear((event as MessageEvent<Message>).data),
    );
    this.registerDisposer(
      sync.changed.add(() => {
        if (this.client !== undefined) this.say({ standing: sync.value });
      }),
    );
    this.registerDisposer(
      followed.changed.add(() => {
        if (this.client === undefined) this.say({ follow: followed.value });
        else this.client.follow(followed.value);
      }),
    );
    this.say("how is it");
    // The browser gives it to the next tab when this one is closed, and freezes no tab that has it.
    void navigator.locks.request(`${name}:sync`, () => this.lead());
  }

  /** Tries at once what was refused, or could not be asked. */
  retry(): void {
    if (this.client === undefined) this.say("try again");
    else this.client.retry();
  }

  private lead(): Promise<void> {
    if (this.wasDisposed) return Promise.resolve();
    const client = new SyncClient(this.store, this.account);
    this.client = client;
    client.follow(this.store.followed.value);
    this.say("whom do you follow");
    return new Promise((resolve) => {
      this.registerDisposer(() => {
        client.dispose();
        resolve();
      });
    });
  }

  private hear(message: Message): void {
    if (message === "try again") this.client?.retry();
    else if (message === "how is it") {
      if (this.client !== undefined) {
        this.say({ standing: this.store.sync.value });
      }
    } else if (message === "whom do you follow") {
      this.say({ follow: this.store.followed.value });
    } else if ("follow" in message) this.client?.follow(message.follow);
    else if (this.client === undefined) {
      this.store.sync.found(message.standing);
    }
  }

  private say(message: Message): void {
    this.channel.postMessage(message);
  }
}
