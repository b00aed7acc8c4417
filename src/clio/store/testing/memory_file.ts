/** A file in memory for the specs of the second copy: it can be cut short, damaged, full, or die in the middle of a write. */
import type { RowFile } from "../mirror/frames.js";
import type { RowFiles } from "../mirror/file_rows.js";

export class Killed extends Error {}

export class MemoryFile implements RowFile {
  bytes = new Uint8Array();
  /** Bytes that it may have. */
  capacity = Infinity;

  constructor(private readonly disk: MemoryDisk) {}

  read(buffer: Uint8Array, { at }: { at: number }): number {
    const found = this.bytes.subarray(at, at + buffer.length);
    buffer.set(found);
    return found.length;
  }

  write(buffer: Uint8Array, { at }: { at: number }): number {
    const fitting = Math.max(0, Math.min(buffer.length, this.capacity - at));
    const taken = this.disk.take(fitting);
    const size = Math.max(this.bytes.length, at + taken);
    const next = new Uint8Array(size);
    next.set(this.bytes);
    next.set(buffer.subarray(0, taken), at);
    this.bytes = next;
    this.disk.dieIfDue();
    return taken;
  }

  getSize(): number {
    return this.bytes.length;
  }

  truncate(size: number): void {
    this.disk.dieIfDue();
    const next = new Uint8Array(size);
    next.set(this.bytes.subarray(0, size));
    this.bytes = next;
  }

  flush(): void {
    this.disk.dieIfDue();
  }

  close(): void {
    // Nothing is held.
  }
}

/** Two files on one disk. */
export class MemoryDisk implements RowFiles {
  readonly files: readonly [MemoryFile, MemoryFile] = [
    new MemoryFile(this),
    new MemoryFile(this),
  ];
  /** Bytes that may still be written before the process is killed, in the middle of a write. */
  killAfter = Infinity;
  /** Writes that still get through; of the one after them a half does, and the process is killed. */
  killAfterWrites = Infinity;
  /** Bytes that the disk has room for. */
  room = Infinity;

  exist(): Promise<boolean> {
    return Promise.resolve(true);
  }

  open(): Promise<readonly [RowFile, RowFile]> {
    return Promise.resolve(this.files);
  }

  /** How many of `wanted` bytes get written. */
  take(wanted: number): number {
    this.killAfterWrites -= 1;
    if (this.killAfterWrites === -1) this.killAfter = wanted >> 1;
    const taken = Math.min(wanted, this.killAfter, this.room);
    this.killAfter -= taken;
    this.room -= taken;
    return taken;
  }

  get isDead(): boolean {
    return this.killAfter === 0 || this.killAfterWrites < 0;
  }

  /** Another process finds what the one that was killed has left. */
  revive(): void {
    this.killAfter = Infinity;
    this.killAfterWrites = Infinity;
  }

  /** A process that was killed does nothing more. */
  dieIfDue(): void {
    if (this.isDead) throw new Killed("killed by the spec");
  }
}
