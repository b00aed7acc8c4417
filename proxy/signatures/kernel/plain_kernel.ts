import type { Kernel } from "./kernel.js";

/** How many bits are set. After Warren, "Hacker's Delight", section 5-1. */
function bitCount(value: number): number {
  let bits = value - ((value >>> 1) & 0x55555555);
  bits = (bits & 0x33333333) + ((bits >>> 2) & 0x33333333);
  bits = (bits + (bits >>> 4)) & 0x0f0f0f0f;
  return Math.imul(bits, 0x01010101) >>> 24;
}

/** Whether a step before `step` has met a signature that differs from the query in these halves. */
function metBefore(low: number, high: number, step: number): boolean {
  const lane = step % 4;
  const radius = step >> 2;
  return [high >>> 16, high & 0xffff, low >>> 16, low & 0xffff].some(
    (bits, i) => bitCount(bits) < radius + (i < lane ? 1 : 0),
  );
}

/** The kernel in JavaScript alone. */
export class PlainKernel implements Kernel {
  memory = new ArrayBuffer(0);

  reserve(bytes: number): void {
    if (bytes <= this.memory.byteLength) return;
    const larger = new ArrayBuffer(bytes);
    new Uint8Array(larger).set(new Uint8Array(this.memory));
    this.memory = larger;
  }

  scan(
    codes: number,
    count: number,
    query: bigint,
    bound: number,
    step: number,
    hits: number,
  ): number {
    const queryLow = Number(query & 0xffff_ffffn);
    const queryHigh = Number((query >> 32n) & 0xffff_ffffn);
    const halves = new Uint32Array(this.memory, codes, 2 * count);
    const found = new Uint32Array(this.memory, hits);
    let length = 0;
    for (let i = 0; i < count; i++) {
      const low = halves[2 * i] ^ queryLow;
      const high = halves[2 * i + 1] ^ queryHigh;
      const distance = bitCount(low) + bitCount(high);
      if (distance <= bound && !metBefore(low, high, step)) {
        found[length++] = (i << 7) | distance;
      }
    }
    return length;
  }

  sortPass(
    digits: number,
    stride: number,
    order: number,
    sorted: number,
    count: number,
    counts: number,
  ): number {
    const bits = new Uint16Array(this.memory, digits);
    const step = stride / 2;
    const before = new Uint32Array(this.memory, order, count);
    const after = new Uint32Array(this.memory, sorted, count);
    const next = new Uint32Array(this.memory, counts, 2 ** 16).fill(0);
    for (const row of before) next[bits[row * step]]++;
    if (!toStarts(next, count)) return 0;
    for (const row of before) after[next[bits[row * step]]++] = row;
    return 1;
  }

  movePass(
    codes: number,
    digit: number,
    moved: number,
    count: number,
    counts: number,
  ): number {
    const bits = new Uint16Array(this.memory, codes + digit);
    const before = new Uint32Array(this.memory, codes, 2 * count);
    const after = new Uint32Array(this.memory, moved, 2 * count);
    const next = new Uint32Array(this.memory, counts, 2 ** 16).fill(0);
    for (let i = 0; i < count; i++) next[bits[4 * i]]++;
    if (!toStarts(next, count)) return 0;
    for (let i = 0; i < count; i++) {
      const at = 2 * next[bits[4 * i]]++;
      after[at] = before[2 * i];
      after[at + 1] = before[2 * i + 1];
    }
    return 1;
  }
}

/**
 * Makes of how often each digit occurs where the rows of each begin.
 * @returns false where all rows have the same
 */
function toStarts(counts: Uint32Array, rows: number): boolean {
  let sum = 0;
  for (let digit = 0; digit < counts.length; digit++) {
    const size = counts[digit];
    if (size === rows) return false;
    counts[digit] = sum;
    sum += size;
  }
  return true;
}
