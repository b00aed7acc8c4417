import { WatchableValue } from "neuroglancer/unstable/trackable_value.js";
import type { Store } from "../store/store.js";
import { rememberPerson } from "./person.js";
import { askSession, type Session } from "./sync/server.js";

/** Who is signed in at the server, as far as is known. */
export class Account {
  /** Undefined as long as the server has not answered. */
  readonly session = new WatchableValue<Session | undefined>(undefined);

  constructor(private readonly store: Store) {}

  /**
   * Asks the server who is signed in. Where that is another person than the page works for, the page begins anew with that person's
   * sandbox, as soon as all that was done in it is on disk.
   * @throws ServerAway; Error
   */
  async refresh(): Promise<Session> {
    const session = await askSession();
    this.session.value = session;
    const { user } = session;
    if (user !== undefined && user !== this.store.person) {
      await this.store.retry();
      if (this.store.pending.length === 0 && rememberPerson(user)) {
        location.reload();
      }
    }
    return session;
  }
}
