import type { IncomingMessage } from "node:http";
import { finished } from "node:stream/promises";

/** How long a body may take, in milliseconds. */
const patience = 10_000;

/**
 * Lets the body of a request that is refused pass: clients that write all of it before they read the answer would find a cut connection
 * in the place of one. Who is gone or takes longer gets no answer.
 */
export async function drainBody(request: IncomingMessage): Promise<void> {
  request.resume();
  const signal = AbortSignal.timeout(patience);
  await finished(request, { writable: false, signal }).catch(() => undefined);
}
