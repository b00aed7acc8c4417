/** How many ids are looked at before others get a turn: about 10 ms. */
const idsAtOnce = 2 ** 20;

type Ids = Uint8Array | Uint16Array | Uint32Array;

/**
 * Puts the main of its set in the place of every id that is merged.
 * @param bytes ids, little-endian, beginning where an array of them may; changed in place
 * @param mains by id; what is not among them stays
 * @throws the signal's reason
 */
export async function relabel(
  bytes: Uint8Array,
  bytesPerId: number,
  mains: ReadonlyMap<bigint, bigint>,
  signal?: AbortSignal,
): Promise<void> {
  if (mains.size === 0) return;
  const step = idsAtOnce * bytesPerId;
  for (let from = 0; from < bytes.length; from += step) {
    const { buffer, byteOffset } = bytes;
    const length = Math.min(step, bytes.length - from);
    const at = byteOffset + from;
    if (bytesPerId === 8)
      relabelPairs(new Uint32Array(buffer, at, length / 4), mains);
    else relabelNumbers(arrayOf(bytesPerId, buffer, at, length), mains);
    await new Promise(setImmediate);
    signal?.throwIfAborted();
  }
}

function arrayOf(
  bytesPerId: number,
  buffer: ArrayBufferLike,
  at: number,
  length: number,
): Ids {
  if (bytesPerId === 1) return new Uint8Array(buffer, at, length);
  if (bytesPerId === 2) return new Uint16Array(buffer, at, length / 2);
  return new Uint32Array(buffer, at, length / 4);
}

/** Neighbours mostly have the same id, so that only where it changes is a bigint made and looked up. */
function relabelNumbers(ids: Ids, mains: ReadonlyMap<bigint, bigint>): void {
  let last = -1;
  let main = 0;
  for (let i = 0; i < ids.length; i++) {
    const id = ids[i];
    if (id !== last) {
      last = id;
      main = Number(mains.get(BigInt(id)) ?? id);
    }
    ids[i] = main;
  }
}

/** The same of ids of 64 bits, whose low halves come first. */
function relabelPairs(
  halves: Uint32Array,
  mains: ReadonlyMap<bigint, bigint>,
): void {
  let lastLow = -1;
  let lastHigh = -1;
  let isMerged = false;
  let low = 0;
  let high = 0;
  for (let i = 0; i < halves.length; i += 2) {
    if (halves[i] !== lastLow || halves[i + 1] !== lastHigh) {
      lastLow = halves[i];
      lastHigh = halves[i + 1];
      const main = mains.get((BigInt(lastHigh) << 32n) | BigInt(lastLow));
      isMerged = main !== undefined;
      if (main !== undefined) {
        low = Number(main & 0xffffffffn);
        high = Number(main >> 32n);
      }
    }
    if (!isMerged) continue;
    halves[i] = low;
    halves[i + 1] = high;
  }
}
