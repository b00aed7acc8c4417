import type { IncomingMessage } from "node:http";
import { mkdir, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import * as v from "valibot";
import {
  CorruptIndexError,
  readSealed,
  writeSealed,
} from "../signatures/index/sealed_file.js";
import { storedUploadSchema, type StoredUpload } from "./stored_upload.js";

/** An upload: what is known of it, the bytes that have come, each a file in a folder of its own, and what is going on with it. */
export class KeptUpload {
  /** How far its conversion is, from 0 to 1. */
  progress: number;
  /** The request that brings a part of it. */
  request?: IncomingMessage;
  /** The end of what is going on with it. */
  settled: Promise<void> = Promise.resolve();
  /** Ends its conversion. */
  readonly stop = new AbortController();

  constructor(
    private readonly folder: string,
    /** As the disk has it. */
    public stored: StoredUpload,
  ) {
    this.progress = stored.state === "done" ? 1 : 0;
  }

  /** What was left in a folder; undefined where it was being begun, of which nobody was told. */
  static async read(folder: string): Promise<KeptUpload | undefined> {
    try {
      const sealed = await readSealed(path.join(folder, "upload.json"));
      return new KeptUpload(folder, v.parse(storedUploadSchema, sealed?.json));
    } catch (error) {
      if (error instanceof CorruptIndexError || v.isValiError(error))
        return undefined;
      throw error;
    }
  }

  /** The bytes that have come. */
  get file(): string {
    return path.join(this.folder, "bytes");
  }

  /** Where a volume is made of them. */
  get volume(): string {
    return path.join(this.folder, "volume");
  }

  /** Puts it on the disk for the first time. */
  async begin(): Promise<void> {
    await mkdir(this.folder);
    await writeFile(this.file, "");
    await this.save({});
  }

  /** Keeps a change of what is known of it; it holds once it is on the disk. */
  async save(change: Partial<StoredUpload>): Promise<void> {
    const stored = { ...this.stored, ...change, touched: Date.now() };
    await writeSealed(path.join(this.folder, "upload.json"), stored);
    this.stored = stored;
    if (stored.state === "done") this.progress = 1;
  }

  /** Says of it that it is over; what came of it goes. */
  async end(change: Pick<StoredUpload, "state" | "problem">): Promise<void> {
    await rm(this.volume, { recursive: true, force: true });
    // First on a full disk, where there is no room to say so before.
    if (change.state === "failed") await rm(this.file, { force: true });
    await this.save(change);
    await rm(this.file, { force: true });
  }

  /** Takes all of it off the disk. */
  async remove(): Promise<void> {
    await rm(this.folder, { recursive: true, force: true });
  }
}
