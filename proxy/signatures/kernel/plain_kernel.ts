import type { Kernel } from "./kernel.js";

/** How many bits are set. After Warren, "Hacker's Delight", section 5-1. */
function bitCount(value: number): number {
  let bits = value - ((value >>> 1) & 0x55555555);
  bits = (bits & 0x33333333) + ((bits >>> 2) & 0x33333333);
  bits = (bits + (bits >>> 4)) & 0x0f0f0f0f;
  return Math.imul(bits, 0x01010101) >>> 24;
}

/** Whether an earlier step has met a signature that differs from the query in these halves. */
function metBefore(low: number, high: number, met: number): boolean {
  return [high >>> 16, high & 0xffff, low >>> 16, low & 0xffff].some(
    (bits, lane) => bitCount(bits) < ((met >>> (8 * lane)) & 0xff),
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
    met: number,
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
      if (distance <= bound && !metBefore(low, high, met)) {
        found[length++] = (i << 7) | distance;
      }
    }
    return length;
  }

  countBytes(keys: number, count: number, counts: number): void {
    const bytes = new Uint8Array(this.memory, keys, 8 * count);
    const tables = new Uint32Array(this.memory, counts, 8 * 256).fill(0);
    for (let i = 0; i < bytes.length; i++) tables[256 * (i % 8) + bytes[i]]++;
  }

  sortPass(
    keys: number,
    rows: number,
    count: number,
    byte: number,
    starts: number,
    sortedKeys: number,
    sortedRows: number,
  ): void {
    const bytes = new Uint8Array(this.memory, keys + byte);
    const before = new Uint32Array(this.memory, keys, 2 * count);
    const rowsBefore = new Uint32Array(this.memory, rows, count);
    const next = new Uint32Array(this.memory, starts, 256);
    const after = new Uint32Array(this.memory, sortedKeys, 2 * count);
    const rowsAfter = new Uint32Array(this.memory, sortedRows, count);
    for (let i = 0; i < count; i++) {
      const at = next[bytes[8 * i]]++;
      after[2 * at] = before[2 * i];
      after[2 * at + 1] = before[2 * i + 1];
      rowsAfter[at] = rowsBefore[i];
    }
  }

  movePass(
    keys: number,
    count: number,
    byte: number,
    starts: number,
    sortedKeys: number,
  ): void {
    const bytes = new Uint8Array(this.memory, keys + byte);
    const before = new Uint32Array(this.memory, keys, 2 * count);
    const next = new Uint32Array(this.memory, starts, 256);
    const after = new Uint32Array(this.memory, sortedKeys, 2 * count);
    for (let i = 0; i < count; i++) {
      const at = next[bytes[8 * i]]++;
      after[2 * at] = before[2 * i];
      after[2 * at + 1] = before[2 * i + 1];
    }
  }

  mergeRuns(
    codes: number,
    rows: number,
    middle: number,
    count: number,
    lane: number,
    places: number,
    sortedCodes: number,
    sortedRows: number,
  ): void {
    const { memory } = this;
    const before = new Uint32Array(memory, codes, 2 * count);
    const rowsBefore = new Uint32Array(memory, rows, count);
    const after = new Uint32Array(memory, sortedCodes, 2 * count);
    const rowsAfter = new Uint32Array(memory, sortedRows, count);
    const positions = new Uint32Array(memory, places);
    const half = lane < 2 ? 1 : 0;
    const shift = lane % 2 === 0 ? 16 : 0;
    const laneOf = (i: number) => (before[2 * i + half] >>> shift) & 0xffff;
    const placesApart = (a: number, b: number, axis: number) =>
      positions[3 * rowsBefore[a] + axis] - positions[3 * rowsBefore[b] + axis];
    const compare = (a: number, b: number) =>
      laneOf(a) - laneOf(b) ||
      before[2 * a + 1] - before[2 * b + 1] ||
      before[2 * a] - before[2 * b] ||
      (lane === 0
        ? placesApart(a, b, 2) || placesApart(a, b, 1) || placesApart(a, b, 0)
        : 0);
    let a = 0;
    let b = middle;
    for (let to = 0; to < count; to++) {
      const takesB = a === middle || (b < count && compare(b, a) < 0);
      const from = takesB ? b++ : a++;
      after[2 * to] = before[2 * from];
      after[2 * to + 1] = before[2 * from + 1];
      if (lane === 0) rowsAfter[to] = rowsBefore[from];
    }
  }
}
