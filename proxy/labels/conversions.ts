import { rm } from "node:fs/promises";
import type { Logger } from "pino";
import { Problem } from "../problems/problem.js";
import { convert } from "./convert/convert.js";
import type { DatasetSpaces } from "./dataset_spaces.js";
import type { KeptUpload } from "./kept_upload.js";
import type { LabelShelf } from "./label_shelf.js";
import { LabelsError } from "./labels_error.js";

/** How much one conversion may take. */
export interface ConversionLimits {
  /** The most voxels of a volume. */
  readonly voxels: number;
  /** The most bytes for those that are in work. */
  readonly memory: number;
  /** How many bytes somebody's volumes may take beside those that are there, and on their way. */
  room(user: string): number;
}

/** Makes volumes of uploads that have come whole. They take turns: each has the memory that one may have. */
export class Conversions {
  private turn: Promise<void> = Promise.resolve();
  private running?: KeptUpload;

  constructor(
    private readonly shelf: LabelShelf,
    private readonly spaces: DatasetSpaces,
    private readonly limits: ConversionLimits,
    private readonly log: Logger,
  ) {}

  /** Whether an upload is being converted right now. */
  isRunning(upload: KeptUpload): boolean {
    return this.running === upload;
  }

  /** Converts an upload when it is its turn. */
  queue(upload: KeptUpload): void {
    const converted = this.turn.then(() => this.convert(upload));
    this.turn = converted;
    upload.settled = converted;
  }

  /** Says of an upload why there is no volume of it. */
  async fail(upload: KeptUpload, error: unknown): Promise<void> {
    const { id } = upload.stored;
    let problem = "The server failed on this volume. Its log says why.";
    if (error instanceof LabelsError) problem = error.message;
    else if (error instanceof Problem) problem = error.detail;
    else if ((error as NodeJS.ErrnoException).code === "ENOSPC")
      problem =
        "The server's disk is full. Nothing of the volume was stored: bring it again when there is room.";
    this.log.warn({ err: error, upload: id }, "a volume of labels was refused");
    try {
      await upload.end({ state: "failed", problem });
    } catch (failure) {
      // Not even that can be written: it is converted anew by the next server.
      upload.stored = { ...upload.stored, state: "failed", problem };
      this.log.error({ err: failure, upload: id }, "an upload was not ended");
    }
  }

  private async convert(upload: KeptUpload): Promise<void> {
    const { stored, stop, volume: folder, file } = upload;
    if (stop.signal.aborted) return;
    const { id, owner, dataset, name, format, bytes, attempts } = stored;
    const { voxels, memory } = this.limits;
    this.running = upload;
    try {
      // On the disk before anything is read: a file that ends the server must not end each that is started after it.
      await upload.save({ attempts: attempts + 1 });
      await rm(folder, { recursive: true, force: true });
      const made = await convert(
        {
          brought: {
            ...{ file, format, shape: stored.shape, dtype: stored.dtype },
          },
          ...{ offset: stored.offset, voxelSize: stored.voxelSize },
          dataset: await this.spaces.of(dataset),
          ...{ folder, voxels, memory },
          // The bytes that were brought make room for those that are made of them.
          room: this.limits.room(owner) + bytes,
        },
        (done) => (upload.progress = done),
        stop.signal,
      );
      stop.signal.throwIfAborted();
      const { shape, offset, voxelSize } = made.space;
      await this.shelf.add(folder, {
        ...{ id, dataset, name, owner, groups: [], created: Date.now() },
        shape: [...shape],
        offset: [...offset],
        voxelSize: [...voxelSize],
        ...{ labels: made.labels, meshes: made.meshes, bytes: made.bytes },
      });
      await upload.end({ state: "done" });
    } catch (error) {
      // Cancelled, and then all of it goes; or the server stops, and the next one begins anew.
      if (stop.signal.aborted) return await this.takeBack(upload, attempts);
      await this.fail(upload, error);
    } finally {
      this.running = undefined;
    }
  }

  /** A conversion that was ended on purpose is none that failed. */
  private async takeBack(upload: KeptUpload, attempts: number): Promise<void> {
    try {
      await upload.save({ attempts });
    } catch (error) {
      const { id } = upload.stored;
      this.log.warn({ err: error, upload: id }, "an attempt stays counted");
    }
  }
}
