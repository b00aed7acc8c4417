// The entry of a thread that holds a part of all signatures and looks at each of them.
import { closeSync, openSync, readSync } from "node:fs";
import { answerTasks } from "../thread.js";
import moduleBytes from "./planes.wat";

export type LookTask =
  /** Takes a part of a file of signatures. */
  | {
      readonly kind: "load";
      readonly codesFile: string;
      readonly first: number;
      readonly count: number;
    }
  /** Reads all of them. */
  | { readonly kind: "read" }
  /** Counts those that lie within a distance. */
  | { readonly kind: "count"; readonly query: bigint; readonly bound: number };

interface PlanesExports {
  memory: WebAssembly.Memory;
  countWithin(begin: number, quarter: number, query: number): number;
  sum(at: number, quarter: number): number;
}

const pageBytes = 65536;
const blockRecords = 128;
const blockBytes = 8 * blockRecords;
/** How many streams are looked at side by side, each of whole blocks. */
const streams = 4;
/** The query comes first and the bound, and then the blocks. */
const begin = 2048;
/** Signatures are read from the file so many at once. */
const pieceRecords = 2 ** 20;

const module = new WebAssembly.Module(moduleBytes);
const { exports } = new WebAssembly.Instance(module);
// What planes.wat exports.
const planes = exports as unknown as PlanesExports;
let held = 0;
/** How many signatures of 0 fill up the last blocks. */
let padding = 0;

function load(codesFile: string, first: number, count: number): void {
  const blocks = streams * Math.ceil(count / blockRecords / streams);
  const bytes = begin + blockBytes * blocks;
  planes.memory.grow(Math.ceil(bytes / pageBytes));
  held = blocks * blockRecords;
  padding = held - count;
  const piece = new Uint8Array(8 * pieceRecords);
  const words = new Uint32Array(piece.buffer);
  const file = openSync(codesFile, "r");
  try {
    for (let done = 0; done < count; done += pieceRecords) {
      const wanted = 8 * Math.min(pieceRecords, count - done);
      piece.fill(0, wanted);
      if (readSync(file, piece, 0, wanted, 8 * (first + done)) !== wanted)
        throw new Error(`${codesFile} ends before signature ${first + count}`);
      for (let at = 0; 8 * at < wanted; at += blockRecords)
        putBlock(words.subarray(2 * at), begin + 8 * (done + at));
    }
  } finally {
    closeSync(file);
  }
}

const square = new Uint32Array(32);

/** Puts the next 128 signatures into planes: word g of plane p has bit p of signatures 32 g to 32 g + 31. */
function putBlock(words: Uint32Array, at: number): void {
  const target = new Uint32Array(planes.memory.buffer, at, blockBytes / 4);
  for (let g = 0; g < 4; g++)
    for (let half = 0; half < 2; half++) {
      for (let i = 0; i < 32; i++) square[i] = words[2 * (32 * g + i) + half];
      transpose(square);
      for (let i = 0; i < 32; i++) target[4 * (32 * half + i) + g] = square[i];
    }
}

/** Swaps rows and columns of 32 words of 32 bits. Source: Warren, "Hacker's Delight" (2012), 7-3. */
function transpose(rows: Uint32Array): void {
  let mask = 0xffff;
  for (let j = 16; j > 0; j >>= 1, mask ^= mask << j)
    for (let k = 0; k < 32; k = (k + j + 1) & ~j) {
      const swapped = ((rows[k] >>> j) ^ rows[k + j]) & mask;
      rows[k] ^= swapped << j;
      rows[k + j] ^= swapped;
    }
}

function countWithin(query: bigint, bound: number): number {
  const masks = new Int32Array(planes.memory.buffer, 0, begin / 4);
  let distance = 0;
  for (let bit = 0; bit < 64; bit++) {
    const value = Number((query >> BigInt(bit)) & 1n);
    masks.fill(-value, 4 * bit, 4 * bit + 4);
    distance += value;
  }
  for (let digit = 0; digit < 7; digit++) {
    const at = 4 * (64 + digit);
    masks.fill(-((bound >> digit) & 1), at, at + 4);
  }
  const within = planes.countWithin(begin, (8 * held) / streams, 0);
  // Those that fill up are as far from the query as 0 is.
  return distance <= bound ? within - padding : within;
}

answerTasks<LookTask, number>((task) => {
  switch (task.kind) {
    case "load":
      load(task.codesFile, task.first, task.count);
      return { answer: held };
    case "read":
      return { answer: planes.sum(begin, 2 * held) };
    case "count":
      return { answer: countWithin(task.query, task.bound) };
  }
});
