/** Thrown where a volume cannot be read. The message names the file and says what is wrong with it. */
export class VolumeError extends Error {
  constructor(
    readonly place: string,
    readonly detail: string,
  ) {
    super(`${place}: ${detail}`);
    this.name = "VolumeError";
  }
}

/** What reading a volume came to. Plain data, as an error's class does not outlast the way from one thread to another. */
export type Outcome<T> =
  T | { readonly place: string; readonly problem: string };

/** @returns the value of `work`, or what is wrong with the volume */
export async function outcomeOf<T extends object>(
  work: Promise<T>,
): Promise<Outcome<T>> {
  try {
    return await work;
  } catch (error) {
    if (!(error instanceof VolumeError)) throw error;
    return { place: error.place, problem: error.detail };
  }
}

/** @throws VolumeError where the outcome is one */
export function valueOf<T extends object>(outcome: Outcome<T>): T {
  if ("problem" in outcome)
    throw new VolumeError(outcome.place, outcome.problem);
  return outcome;
}
