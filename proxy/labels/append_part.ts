import { open } from "node:fs/promises";
import type { IncomingMessage } from "node:http";
import { Problem } from "../problems/problem.js";

/**
 * Writes the body of a request behind what a file holds, as it comes.
 * @param at how many bytes of the file count
 * @param most bytes that the body may have
 * @param keep told how many bytes have come, once they are on the disk: also where the connection was cut in the middle
 * @throws Problem 413 where the body has more
 */
export async function appendPart(
  file: string,
  at: number,
  request: IncomingMessage,
  most: number,
  keep: (came: number) => Promise<void>,
): Promise<void> {
  const handle = await open(file, "r+");
  let came = 0;
  try {
    // The request outlives the loop: were it ended where something is wrong, the answer that says so would not arrive.
    const parts = request.iterator({ destroyOnReturn: false });
    for await (const part of parts as AsyncIterable<Buffer>) {
      if (came + part.length > most)
        throw new Problem(
          413,
          "body-too-large",
          `The body is larger than ${most} bytes, which is the most here.`,
          { Connection: "close" },
        );
      // The system may write less than it was given, and say so.
      for (let left = part; left.length > 0;) {
        const { bytesWritten } = await handle.write(
          left,
          0,
          left.length,
          at + came,
        );
        came += bytesWritten;
        left = left.subarray(bytesWritten);
      }
    }
  } catch (error) {
    request.resume();
    const isCut = !request.complete && !(error instanceof Problem);
    // Whoever has sent it is gone and cannot be told; what has come is kept. The file's own errors name what the system did.
    if (!isCut || isOfTheFile(error)) throw error;
  } finally {
    try {
      await handle.sync();
    } finally {
      await handle.close();
    }
    await keep(came);
  }
}

function isOfTheFile(error: unknown): boolean {
  const { syscall } = error as NodeJS.ErrnoException;
  return syscall === "write" || syscall === "fsync";
}
