/**
 * The invariant: whatever is written, and wherever in the middle of it the process is killed, the log holds what a plain map holds after
 * the same writes, the last one whole or not at all; and it says of itself where bytes are not what was written.
 */
import fc from "fast-check";
import { insist } from "../testing/insist.js";
import { Killed, MemoryDisk } from "../testing/memory_file.js";
import { runs } from "../testing/counts.js";
import type { RowOperation } from "./frames.js";
import { RowLog } from "./row_log.js";

const VERSION = 2;

function bytesOf(text: string): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(text);
}

function put(key: number | string, text: string): RowOperation {
  const bytes = bytesOf(text);
  return { store: "rows", key, fact: bytes.length, bytes };
}

function opened(disk: MemoryDisk, version = VERSION): RowLog {
  const log = new RowLog(disk.files, version);
  log.refresh();
  return log;
}

/** All that a log holds, in the order of keys. */
function held(log: RowLog): string {
  return [...log.rows("rows")]
    .map(({ key, fact }) => {
      const bytes = log.read("rows", key);
      insist(String(bytes?.length), String(fact));
      return `${String(key)}=${new TextDecoder().decode(bytes)}`;
    })
    .sort()
    .join(" ");
}

/** A map as `held` tells it. */
function told(map: ReadonlyMap<number, string>): string {
  return [...map]
    .map(([key, text]) => `${key}=${text}`)
    .sort()
    .join(" ");
}

type Write = (readonly [key: number, text: string | undefined])[];

const write: fc.Arbitrary<Write> = fc.array(
  fc.tuple(
    fc.nat(9),
    fc.option(fc.string({ unit: "binary", maxLength: 20 }), {
      nil: undefined,
    }),
  ),
  { maxLength: 6 },
);

function operationsOf(write: Write): RowOperation[] {
  return write.map(([key, text]) =>
    text === undefined ? { store: "rows", key } : put(key, text),
  );
}

function applyTo(map: Map<number, string>, write: Write): void {
  for (const [key, text] of write) {
    if (text === undefined) map.delete(key);
    // Half a character does not come back as it was: that is the text's fault, not the log's.
    else map.set(key, new TextDecoder().decode(bytesOf(text)));
  }
}

describe("A row log", () => {
  it("holds what a map holds, in a tab that wrote it, in another, and when it is opened again", () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.nat(1), write), { maxLength: 20 }),
        (writes) => {
          const disk = new MemoryDisk();
          const tabs = [opened(disk), opened(disk)];
          const map = new Map<number, string>();
          for (const [tab, edits] of writes) {
            tabs[tab].refresh();
            tabs[tab].write(operationsOf(edits));
            applyTo(map, edits);
            insist(held(tabs[tab]), told(map));
          }
          tabs.forEach((tab) => tab.refresh());
          for (const log of [...tabs, opened(disk)]) {
            insist(held(log), told(map));
            insist(String(log.damaged), "false");
          }
        },
      ),
      { numRuns: runs(200, 5000) },
    );
  });

  it("has a write whole or not at all where the process is killed after any byte of it", () => {
    fc.assert(
      fc.property(write, write, write, (first, cut, next) => {
        const whole = new MemoryDisk();
        opened(whole).write(operationsOf(first));
        const before = whole.files.map(({ bytes }) => bytes.length);
        opened(whole).write(operationsOf(cut));
        const written = whole.files[0].bytes.length - before[0];
        for (let killAfter = 0; killAfter <= written; killAfter += 1) {
          const disk = new MemoryDisk();
          opened(disk).write(operationsOf(first));
          const map = new Map<number, string>();
          applyTo(map, first);
          const without = told(map);
          disk.killAfter = killAfter;
          try {
            opened(disk).write(operationsOf(cut));
          } catch (error) {
            if (!(error instanceof Killed)) throw error;
          }
          disk.revive();
          applyTo(map, cut);
          const log = opened(disk);
          insist(held(log), killAfter < written ? without : told(map));
          insist(String(log.damaged), "false");
          // Twice, for what is written behind a cut frame was the browser's own undoing.
          const after = new Map<number, string>();
          applyTo(after, first);
          if (killAfter >= written) applyTo(after, cut);
          log.write(operationsOf(next));
          applyTo(after, next);
          insist(held(opened(disk)), told(after));
        }
      }),
      { numRuns: runs(20, 500) },
    );
  });

  it("lets no byte of outdated rows stay for long, and moves without losing one, killed at any byte of it or not", () => {
    const large = "x".repeat(1 << 20);
    const rewritten = (disk: MemoryDisk, times: number) => {
      const log = opened(disk);
      log.write([put(0, "kept"), put(1, "")]);
      for (let i = 0; i < times; i += 1) log.write([put(1, `${i}${large}`)]);
      return log;
    };
    const expected = (i: number) => `0=kept 1=${i}${large}`;
    let moves = 0;
    const disk = new MemoryDisk();
    const log = rewritten(disk, 0);
    for (let i = 0; i < 20; i += 1) {
      const [a, b] = disk.files.map(({ bytes }) => bytes.length);
      log.write([put(1, `${i}${large}`)]);
      const [c, d] = disk.files.map(({ bytes }) => bytes.length);
      if (a > b !== c > d) moves += 1;
      expect(held(log) === expected(i)).toBeTrue();
      expect(c + d).toBeLessThan(8 << 20);
    }
    expect(moves).toBeGreaterThan(1);
    // Where it is about to move, it is killed at some bytes of the move.
    const before = rewritten(new MemoryDisk(), 5);
    expect(held(before) === expected(4)).toBeTrue();
    const steps = [0, 1, 100, 1 << 20, (1 << 20) + 200, (2 << 20) + 300];
    for (const killAfter of [...steps, (2 << 20) + 321]) {
      const killed = new MemoryDisk();
      const writer = rewritten(killed, 5);
      killed.killAfter = killAfter;
      try {
        writer.write([put(1, `5${large}`)]);
        writer.write([put(1, `6${large}`)]);
      } catch (error) {
        if (!(error instanceof Killed)) throw error;
      }
      killed.revive();
      const found = held(opened(killed));
      expect([4, 5, 6].some((i) => found === expected(i)))
        .withContext(`killed after ${killAfter} bytes`)
        .toBeTrue();
    }
  });

  it("refuses what the disk has no room for, and is as it was", () => {
    const disk = new MemoryDisk();
    const log = opened(disk);
    log.write([put(1, "one")]);
    disk.room = 30;
    expect(() => log.write([put(2, "x".repeat(100))])).toThrowMatching(
      (error) => error instanceof DOMException,
    );
    disk.room = Infinity;
    expect(held(log)).toBe("1=one");
    log.write([put(3, "three")]);
    expect(held(opened(disk))).toBe("1=one 3=three");
  });

  it("stays in its file where the disk has no room for another, and moves when it has", () => {
    const large = "x".repeat(1 << 20);
    const disk = new MemoryDisk();
    const log = opened(disk);
    for (let i = 0; i < 4; i += 1) log.write([put(i, large)]);
    disk.files[1].capacity = 1 << 20;
    for (let i = 0; i < 20; i += 1) log.write([put(0, `${i}${large}`)]);
    expect(disk.files[0].bytes.length).toBeGreaterThan(20 << 20);
    expect(disk.files[1].bytes.length).toBe(0);
    disk.files[1].capacity = Infinity;
    for (let i = 0; i < 30; i += 1) log.write([put(0, `${i}${large}`)]);
    const sizes = disk.files.map(({ bytes }) => bytes.length);
    expect(Math.min(...sizes)).toBe(0);
    expect(Math.max(...sizes)).toBeLessThan(16 << 20);
    expect(held(opened(disk)).startsWith(`0=29${large}`)).toBeTrue();
  });

  it("says that it is damaged where any byte of an older frame is another, and gives no row that was not written", () => {
    const make = () => {
      const disk = new MemoryDisk();
      const log = opened(disk);
      log.write([put(1, "one"), put(2, "two")]);
      log.write([put(3, "three")]);
      log.write([put(4, "four")]);
      return disk;
    };
    const sound = new Set(["1=one", "2=two", "3=three", "4=four"]);
    const { length } = make().files[0].bytes;
    const header = 20;
    const lastFrame = (() => {
      const disk = new MemoryDisk();
      const log = opened(disk);
      log.write([put(1, "one"), put(2, "two")]);
      log.write([put(3, "three")]);
      return disk.files[0].bytes.length;
    })();
    for (let at = header; at < length; at += 1) {
      const disk = make();
      disk.files[0].bytes[at] ^= 0x10;
      const log = opened(disk);
      const found: string[] = [];
      for (const { key } of log.rows("rows")) {
        const bytes = log.read("rows", key);
        if (bytes)
          found.push(`${String(key)}=${new TextDecoder().decode(bytes)}`);
      }
      expect(found.every((row) => sound.has(row)))
        .withContext(`byte ${at}`)
        .toBeTrue();
      expect(found.length).withContext(`byte ${at}`).toBeLessThan(4);
      // A damaged last frame may as well have been cut short by a kill.
      if (at < lastFrame) expect(log.damaged).withContext(`${at}`).toBeTrue();
      log.clear();
      expect([held(log), log.damaged]).toEqual(["", false]);
    }
  });

  it("does not write again what it has already", () => {
    const disk = new MemoryDisk();
    const log = opened(disk);
    log.write([put(1, "one"), put(2, "two")]);
    const size = disk.files[0].bytes.length;
    log.write([put(1, "one"), put(2, "two"), { store: "rows", key: 7 }]);
    expect(disk.files[0].bytes.length).toBe(size);
  });

  it("takes over what an older version wrote, and lets that write no more", () => {
    const disk = new MemoryDisk();
    const old = opened(disk, 1);
    old.write([put(1, "one")]);
    expect(held(opened(disk, 2))).toBe("1=one");
    expect(() => old.refresh()).toThrowError(/newer Clio \(.*version 2\)/);
    expect(held(opened(disk, 2))).toBe("1=one");
  });
});
