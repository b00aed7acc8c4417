import type { IncomingMessage } from "node:http";
import { mkdir, readdir, rm } from "node:fs/promises";
import path from "node:path";
import type { Logger } from "pino";
import type * as v from "valibot";
import {
  MOST_PART_BYTES,
  newLabelsSchema,
  type LabelsUpload,
} from "../../src/clio/model/labels.js";
import type { Lifecycle } from "../health/lifecycle.js";
import { notFound, Problem } from "../problems/problem.js";
import { syncFolder } from "../signatures/index/sealed_file.js";
import type { Account } from "../storage/storage.js";
import { appendPart } from "./append_part.js";
import { requireTakeable } from "./asked_labels.js";
import { Conversions } from "./conversions.js";
import type { DatasetSpaces } from "./dataset_spaces.js";
import { drainBody } from "./drain_body.js";
import { KeptUpload } from "./kept_upload.js";
import type { LabelShelf } from "./label_shelf.js";
import type { LabelsConfig } from "./labels_config.js";
import { LabelsError } from "./labels_error.js";
import { newUpload, seenUpload, type StoredUpload } from "./stored_upload.js";

const MEBIBYTE = 2 ** 20;
const hour = 60 * 60 * 1000;
const day = 24 * hour;

/** So long an upload of which nothing more comes is kept, one of which nothing has come at all, and what is said of one that is over. */
const keptWaiting = 7 * day;
const keptEmpty = hour;
const keptOver = day;

/** The most uploads that one person may have on their way. */
const mostUploads = 16;

/** So many conversions of one file may end with the server: by then the file is what ends it. */
const mostAttempts = 2;

/** What people bring, until it is a volume: each in a folder of its own. */
export class Uploads {
  private readonly uploads = new Map<string, KeptUpload>();
  private readonly conversions: Conversions;

  private constructor(
    private readonly folder: string,
    private readonly shelf: LabelShelf,
    private readonly spaces: DatasetSpaces,
    private readonly limits: LabelsConfig,
    log: Logger,
  ) {
    const room = (user: string) => this.quota - this.bytesOf(user);
    const { voxels, memory } = this;
    this.conversions = new Conversions(
      ...([shelf, spaces, { voxels, memory, room }, log] as const),
    );
  }

  /** Goes on with what a former server left: bytes that had come are still there, and what was being converted is converted anew. */
  static async open(
    folder: string,
    shelf: LabelShelf,
    spaces: DatasetSpaces,
    limits: LabelsConfig,
    log: Logger,
    lifecycle: Lifecycle,
  ): Promise<Uploads> {
    await mkdir(folder, { recursive: true });
    const uploads = new Uploads(folder, shelf, spaces, limits, log);
    for (const id of await readdir(folder)) await uploads.load(id);
    lifecycle.onStop(() => {
      for (const { stop } of uploads.uploads.values()) stop.abort();
    });
    return uploads;
  }

  private async load(id: string): Promise<void> {
    const folder = path.join(this.folder, id);
    const upload = await KeptUpload.read(folder);
    if (upload === undefined) {
      await rm(folder, { recursive: true, force: true });
      return;
    }
    this.uploads.set(id, upload);
    const { state, attempts } = upload.stored;
    if (state !== "converting") return;
    if (this.shelf.has(id)) await upload.end({ state: "done" });
    else if (attempts >= mostAttempts)
      await this.conversions.fail(
        upload,
        new LabelsError(
          `the server was ended ${attempts} times while it converted this volume. Bring it in smaller parts or in another format, and tell whoever runs the server`,
        ),
      );
    else this.conversions.queue(upload);
  }

  /** Somebody's uploads to a dataset that have not become volumes, the newest first. */
  list(account: Account, dataset: string): LabelsUpload[] {
    return this.ofOwner(account.user)
      .filter(({ stored }) => stored.dataset === dataset)
      .filter(({ stored }) => stored.state !== "done")
      .sort((a, b) => b.stored.created - a.stored.created)
      .map(seen);
  }

  /** How many bytes of somebody's quota are taken, by what is there and what is on its way. */
  bytesOf(user: string): number {
    const coming = this.ofOwner(user)
      .filter(({ stored }) => isOnItsWay(stored))
      .reduce((sum, { stored }) => sum + stored.bytes, 0);
    return coming + this.shelf.bytesOf(user);
  }

  /** How many bytes one person may have. */
  get quota(): number {
    return this.limits.quota * MEBIBYTE;
  }

  /**
   * Begins an upload. Asked again with the same key and the same of all else, it is the same, as far as it is by then.
   * @throws Problem 400, 413 or 429 where what is to come cannot be taken
   */
  async begin(
    { user }: Account,
    dataset: string,
    asked: v.InferOutput<typeof newLabelsSchema>,
  ): Promise<LabelsUpload> {
    await this.forgetOld();
    const space = await this.spaces.of(dataset);
    // Nothing is waited for from here until the upload is among the others: it may be asked for twice at the same time.
    const begun = this.begun(user, dataset, asked);
    if (begun !== undefined) return seen(begun);
    const { voxels, memory } = this;
    requireTakeable(asked, space, { voxels, memory });
    if (asked.bytes > this.quota)
      throw new Problem(
        413,
        "quota-reached",
        `bytes is ${asked.bytes}, expected at most ${this.quota}, which is all that ${user} may have: bring it in parts.`,
      );
    const coming = this.ofOwner(user).filter(
      ({ stored }) => stored.state === "receiving",
    );
    if (coming.length >= mostUploads)
      throw new Problem(
        429,
        "too-many-uploads",
        `${user} has ${coming.length} uploads on their way, expected less than ${mostUploads}: finish or cancel one.`,
      );
    const left = this.quota - this.bytesOf(user);
    if (asked.bytes > left)
      throw new Problem(
        413,
        "quota-reached",
        `bytes is ${asked.bytes}, and ${Math.max(0, left)} of the ${this.quota} bytes are left that ${user} may have, uploads under way counted: cancel those, or delete volumes of labels, that are no longer needed.`,
      );
    const stored = newUpload(user, dataset, asked);
    const upload = new KeptUpload(path.join(this.folder, stored.id), stored);
    this.uploads.set(stored.id, upload);
    const written = onDisk(async () => {
      await upload.begin();
      await syncFolder(this.folder);
    });
    upload.settled = written.catch(() => undefined);
    try {
      await written;
    } catch (error) {
      await this.drop(upload);
      throw error;
    }
    return seen(upload);
  }

  /** The upload that was begun by the same words, where its sender says by a key that it is the same file. */
  private begun(
    user: string,
    dataset: string,
    asked: v.InferOutput<typeof newLabelsSchema>,
  ): KeptUpload | undefined {
    if (asked.key === undefined) return undefined;
    const all = Object.keys(newLabelsSchema.entries) as (keyof typeof asked)[];
    return this.ofOwner(user).find(
      ({ stored }) =>
        stored.dataset === dataset &&
        isOnItsWay(stored) &&
        all.every(
          (name) =>
            JSON.stringify(stored[name]) === JSON.stringify(asked[name]),
        ),
    );
  }

  /** Those of somebody that are not forgotten. */
  private ofOwner(user: string): KeptUpload[] {
    return [...this.uploads.values()].filter(
      (each) => each.stored.owner === user && !isForgotten(each),
    );
  }

  private get voxels(): number {
    return this.limits.voxels * MEBIBYTE;
  }

  private get memory(): number {
    return this.limits.memory * MEBIBYTE;
  }

  /** @throws Problem 404 where there is no such upload of somebody's */
  find({ user }: Account, dataset: string, id: string): LabelsUpload {
    return seen(this.own(user, dataset, id));
  }

  /**
   * Takes the next bytes of an upload. What has come when the connection is cut stays, and is on the disk before it counts.
   * @param from how many bytes have come before these
   * @throws Problem 404, 409, 413 or 507
   */
  async receive(
    { user }: Account,
    dataset: string,
    id: string,
    from: number,
    request: IncomingMessage,
  ): Promise<LabelsUpload> {
    const upload = this.own(user, dataset, id);
    if (upload.stored.state !== "receiving") await drainBody(request);
    requireState(upload, "receiving");
    // Its sender has given up on a request that is still open: the connection was cut, and nobody has noticed here.
    upload.request?.destroy();
    upload.request = request;
    const before = upload.settled;
    let settle: () => void = () => undefined;
    upload.settled = new Promise((resolve) => (settle = resolve));
    try {
      await before;
      const { state, received, bytes } = upload.stored;
      if (state !== "receiving" || from !== received) await drainBody(request);
      requireState(upload, "receiving");
      if (from !== received)
        throw new Problem(
          409,
          "wrong-offset",
          `from is ${from}, expected ${received}: so many bytes have come.`,
        );
      const most = Math.min(MOST_PART_BYTES, bytes - received);
      await onDisk(() =>
        appendPart(upload.file, received, request, most, (came) =>
          upload.save({ received: received + came }),
        ),
      );
    } finally {
      if (upload.request === request) upload.request = undefined;
      settle();
    }
    return seen(upload);
  }

  /**
   * Makes a volume of what has come. Asked again it is the same.
   * @throws Problem 404 or 409
   */
  async finish(
    { user }: Account,
    dataset: string,
    id: string,
  ): Promise<LabelsUpload> {
    const upload = this.own(user, dataset, id);
    // Of one that is converted already it is said how far it is, and not waited for.
    if (upload.stored.state === "receiving") await upload.settled;
    const { stored } = upload;
    const { state, received, bytes } = stored;
    if (state === "receiving") {
      if (received !== bytes)
        throw new Problem(
          409,
          "upload-incomplete",
          `${received} bytes have come, expected ${bytes}.`,
        );
      // Before it is on the disk: whoever asks at the same time has it made no second time.
      upload.stored = { ...stored, state: "converting" };
      try {
        await onDisk(() => upload.save({}));
      } catch (error) {
        upload.stored = stored;
        throw error;
      }
      this.conversions.queue(upload);
    }
    return seen(upload);
  }

  /** Gives an upload up: nothing of it stays. @throws Problem 404 */
  async cancel({ user }: Account, dataset: string, id: string): Promise<void> {
    const upload = this.own(user, dataset, id);
    upload.request?.destroy();
    upload.stop.abort();
    // One that waits for its turn is over at once.
    const isWaiting =
      upload.stored.state === "converting" &&
      !this.conversions.isRunning(upload);
    if (!isWaiting) await upload.settled;
    await this.drop(upload);
  }

  private async forgetOld(): Promise<void> {
    for (const upload of [...this.uploads.values()])
      if (isForgotten(upload)) await this.drop(upload);
  }

  private async drop(upload: KeptUpload): Promise<void> {
    this.uploads.delete(upload.stored.id);
    await upload.remove();
  }

  private own(user: string, dataset: string, id: string): KeptUpload {
    const upload = this.uploads.get(id);
    if (
      upload?.stored.owner !== user ||
      upload.stored.dataset !== dataset ||
      isForgotten(upload)
    )
      throw notFound(`${user} has no such upload.`);
    return upload;
  }
}

/** What its owner learns of an upload. */
function seen({ stored, progress }: KeptUpload): LabelsUpload {
  return seenUpload(stored, progress);
}

/** @throws Problem 507 where the disk is full */
async function onDisk(work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENOSPC") throw error;
    throw new Problem(
      507,
      "disk-full",
      "The server's disk is full. What has come of the upload before is kept: go on when there is room, or cancel it.",
      { Connection: "close" },
      { cause: error },
    );
  }
}

function isOnItsWay({ state }: StoredUpload): boolean {
  return state === "receiving" || state === "converting";
}

/** Whether an upload has been left for so long that nobody goes on with it. */
function isForgotten({ stored, request }: KeptUpload): boolean {
  const { state, received, touched } = stored;
  if (state === "converting" || request !== undefined) return false;
  const kept =
    state !== "receiving" ? keptOver : received > 0 ? keptWaiting : keptEmpty;
  return Date.now() - touched > kept;
}

function requireState(
  { stored }: KeptUpload,
  state: StoredUpload["state"],
): void {
  if (stored.state !== state)
    throw new Problem(
      409,
      "upload-over",
      `The upload is ${stored.state}, expected ${state}.`,
    );
}
