import { once } from "node:events";
import { Writable } from "node:stream";
import { drained } from "./drain.js";

/** A stream that is full with the first byte, and a signal that says when it is closed. */
function fullStream(onWrite: (done: () => void) => void) {
  const stream = new Writable({
    highWaterMark: 1,
    write: (_bytes, _encoding, done) => onWrite(done),
  });
  const gone = new AbortController();
  stream.once("close", () => gone.abort(new Error("gone")));
  expect(stream.write("all")).toBeFalse();
  return { stream, signal: gone.signal };
}

describe("Waiting for whoever reads a cut-out", () => {
  it("ends when there is room again, and lets the stream be", async () => {
    const { stream, signal } = fullStream((done) => setTimeout(done, 5));
    await drained(stream, 60_000, signal);
    expect(stream.destroyed).toBeFalse();
  });

  it("cuts off who does not read", async () => {
    const { stream, signal } = fullStream(() => undefined);
    const closed = once(stream, "close");
    await expectAsync(drained(stream, 5, signal)).toBeRejected();
    await closed;
    expect(stream.destroyed).toBeTrue();
  });
});
