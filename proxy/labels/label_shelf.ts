import { mkdir, readdir, rename, rm } from "node:fs/promises";
import path from "node:path";
import type { Logger } from "pino";
import * as v from "valibot";
import {
  labelVolumeSchema,
  type LabelVolume,
} from "../../src/clio/model/labels.js";
import {
  CorruptIndexError,
  readSealed,
  syncFolder,
  writeSealed,
} from "../signatures/index/sealed_file.js";
import type { Account } from "../storage/storage.js";

/** What is said of a volume, in its folder. Begins with a dot: it is no file of the volume, and none that is served. */
const description = ".volume.json";

/** How the folder of a volume is called that is on its way out. */
const gone = ".gone-";

/** The volumes that are there, each in a folder of its own with all that is known of it. A folder is whole or not there. */
export class LabelShelf {
  private readonly volumes = new Map<string, LabelVolume>();

  private constructor(
    private readonly folder: string,
    private readonly log: Logger,
  ) {}

  /** @param folder made where it does not exist */
  static async open(folder: string, log: Logger): Promise<LabelShelf> {
    await mkdir(folder, { recursive: true });
    const shelf = new LabelShelf(folder, log);
    for (const id of await readdir(folder)) {
      if (id.startsWith(gone))
        await rm(path.join(folder, id), { recursive: true, force: true });
      else await shelf.load(id);
    }
    return shelf;
  }

  private async load(id: string): Promise<void> {
    try {
      const sealed = await readSealed(this.descriptionOf(id));
      const volume = v.parse(labelVolumeSchema, sealed?.json);
      this.volumes.set(id, volume);
    } catch (error) {
      if (!(error instanceof CorruptIndexError || v.isValiError(error)))
        throw error;
      this.log.error(
        { err: error, volume: id },
        "a volume of labels is left out: its description cannot be read",
      );
    }
  }

  /** The folder that the files of a volume lie in. */
  folderOf(id: string): string {
    return path.join(this.folder, id);
  }

  has(id: string): boolean {
    return this.volumes.has(id);
  }

  /** A volume, where there is one and somebody may see it. */
  find(account: Account, dataset: string, id: string): LabelVolume | undefined {
    const volume = this.volumes.get(id);
    return volume?.dataset === dataset && maySee(account, volume)
      ? seen(account, volume)
      : undefined;
  }

  /** The volumes of a dataset that somebody may see, the newest first. */
  list(account: Account, dataset: string): LabelVolume[] {
    return [...this.volumes.values()]
      .filter((each) => each.dataset === dataset && maySee(account, each))
      .sort((a, b) => b.created - a.created)
      .map((each) => seen(account, each));
  }

  /** How many bytes somebody's volumes take, in all datasets. */
  bytesOf(user: string): number {
    return [...this.volumes.values()]
      .filter(({ owner }) => owner === user)
      .reduce((sum, { bytes }) => sum + bytes, 0);
  }

  /**
   * Takes over a folder that was written elsewhere on the same disk; it is there at once and whole.
   * @param folder all of whose files are on the disk
   */
  async add(folder: string, volume: LabelVolume): Promise<void> {
    await writeSealed(path.join(folder, description), volume);
    await rename(folder, this.folderOf(volume.id));
    await syncFolder(this.folder);
    this.volumes.set(volume.id, volume);
  }

  /** Puts another description in the place of that of a volume. */
  async put(volume: LabelVolume): Promise<void> {
    await writeSealed(this.descriptionOf(volume.id), volume);
    this.volumes.set(volume.id, volume);
  }

  /** Removes a volume. Nobody sees it any more before the first of its files goes. */
  async remove(id: string): Promise<void> {
    const leaving = path.join(this.folder, `${gone}${id}`);
    await rename(this.folderOf(id), leaving);
    this.volumes.delete(id);
    await syncFolder(this.folder);
    await rm(leaving, { recursive: true, force: true });
  }

  private descriptionOf(id: string): string {
    return path.join(this.folderOf(id), description);
  }
}

function maySee(account: Account, { owner, groups }: LabelVolume): boolean {
  return (
    owner === account.user ||
    groups.some((group) => account.groups.includes(group))
  );
}

/** Of another's volume nobody learns with which other groups it is shared. */
function seen(account: Account, volume: LabelVolume): LabelVolume {
  if (volume.owner === account.user) return volume;
  const groups = volume.groups.filter((each) => account.groups.includes(each));
  return { ...volume, groups };
}
