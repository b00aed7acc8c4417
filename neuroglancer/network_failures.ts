/** What a failed request without any answer means, where upstream takes it for a file that is not there. */

/** How long to wait before our own server is asked again, in milliseconds: the shortest and the longest time. */
const FIRST_WAIT = 500;
const LONGEST_WAIT = 8_000;

/**
 * Whether what cannot be reached may be a file that is not there. A store elsewhere whose refusals carry no CORS headers tells a page no
 * more than that; a machine without a network, and our own server, which a page may read all of, do not answer because they are away.
 */
export function mayBeMissing(url: string): boolean {
  return navigator.onLine && !isOwn(url);
}

/**
 * Has a worker, in which chunks are read, wait for our own server where that is away: the view then becomes whole by itself when it is back.
 * The page itself does not wait, as whoever opens something there is to be told.
 * @param waits how often it was waited for this request already
 * @returns false where there is nothing to wait for
 * @throws the signal's reason as soon as it aborts
 */
export async function waitForServer(
  input: RequestInfo | URL,
  error: unknown,
  waits: number,
  signal: AbortSignal | null | undefined,
): Promise<boolean> {
  const url = input instanceof Request ? input.url : String(input);
  const inWorker = typeof document === "undefined";
  if (!(error instanceof TypeError) || !inWorker || !isOwn(url)) return false;
  const wait = Math.min(FIRST_WAIT * 2 ** waits, LONGEST_WAIT);
  await new Promise<void>((resolve, reject) => {
    const abort = () => {
      clearTimeout(timer);
      reject(signal?.reason as Error);
    };
    const timer = setTimeout(
      () => {
        signal?.removeEventListener("abort", abort);
        resolve();
      },
      // Not all chunks at the same moment.
      wait * (1 + Math.random()),
    );
    signal?.addEventListener("abort", abort);
  });
  return true;
}

function isOwn(url: string): boolean {
  const { origin } = self.location;
  return new URL(url, origin).origin === origin;
}
