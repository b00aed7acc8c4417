/** The other tabs: a nudge that something was written. What it was, they read from the database. */

/** As much of a `BroadcastChannel` as is used, so that a test can put delays and losses in its place. */
export type NudgeChannel = Pick<
  BroadcastChannel,
  "postMessage" | "addEventListener" | "removeEventListener" | "close"
>;

export class Tabs {
  constructor(
    private readonly channel: NudgeChannel,
    private readonly onNudge: () => void,
  ) {
    channel.addEventListener("message", onNudge);
    // A tab in the background may be frozen and miss nudges; it must not show old marks when the person comes back to it.
    document.addEventListener("visibilitychange", onNudge);
  }

  nudge(): void {
    this.channel.postMessage("written");
  }

  close(): void {
    this.channel.removeEventListener("message", this.onNudge);
    document.removeEventListener("visibilitychange", this.onNudge);
    this.channel.close();
  }
}
