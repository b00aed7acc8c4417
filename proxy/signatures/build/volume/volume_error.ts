/** Thrown where a volume cannot be read. The message names the file and says what is wrong with it. */
export class VolumeError extends Error {
  constructor(place: string, detail: string) {
    super(`${place}: ${detail}`);
    this.name = "VolumeError";
  }
}
