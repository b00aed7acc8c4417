import { stat } from "node:fs/promises";

/**
 * What was made of a file, made again only when the file has changed. A failure is remembered likewise, so that it is
 * reported once and not at each request.
 */
export class WatchedFile<T> {
  private stamp: string | undefined;
  private value: Promise<T> | undefined;

  /**
   * @param file path of the file, which need not exist
   * @param read makes the value; called once for each version of the file
   */
  constructor(
    private readonly file: string,
    private readonly read: () => Promise<T>,
  ) {}

  /** The value of the present version, or undefined where there is no such file. */
  async get(): Promise<T | undefined> {
    const stamp = await this.presentStamp();
    if (stamp !== this.stamp) {
      this.stamp = stamp;
      this.value = stamp === undefined ? undefined : this.read();
    }
    return this.value;
  }

  private async presentStamp(): Promise<string | undefined> {
    try {
      const { mtimeNs, ctimeNs, size, ino } = await stat(this.file, {
        bigint: true,
      });
      return [mtimeNs, ctimeNs, size, ino].join(" ");
    } catch {
      return undefined;
    }
  }
}
