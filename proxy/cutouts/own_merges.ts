import { createHash } from "node:crypto";
import { segmentationVersion } from "../../src/clio/model/dataset_versions.js";
import { everybodysEdge } from "../../src/clio/model/everybodys_merge.js";
import {
  mergesDataset,
  type MergedSegmentation,
} from "../../src/clio/model/merge.js";
import { MergeSets } from "../../src/clio/model/merge_sets.js";
import { Problem } from "../problems/problem.js";
import type { DatasetSource } from "../permissions/permissions.js";
import type { Reader, Storage } from "../storage/storage.js";

/** How many states of merges are kept, so that all chunks of a cut-out show the same one, whatever is merged meanwhile. */
const keptStates = 16;

/** Which segments are one for somebody, as they were at one moment. */
export interface MergeState {
  /** Names the state: of equal merges it is equal. */
  readonly hash: string;
  /** The main of each merged segment that is none itself. */
  readonly mains: ReadonlyMap<bigint, bigint>;
}

/** The merges of people as their sandboxes on this server have them, on top of those that hold for everybody. */
export class OwnMerges {
  private readonly kept = new Map<string, MergeState>();

  constructor(
    private readonly storage: Storage,
    private readonly datasets: DatasetSource,
  ) {}

  /**
   * The merges of a dataset's segments.
   * @param user undefined for somebody who is not signed in: then what holds for everybody
   * @param hash of a state that was told before; undefined for that of now
   * @throws Problem 409 where the state of that hash is no more
   */
  async of(
    dataset: string,
    user: string | undefined,
    hash?: string,
  ): Promise<MergeState> {
    const key = (of: string) => JSON.stringify([dataset, user, of]);
    const known = hash === undefined ? undefined : this.kept.get(key(hash));
    if (known !== undefined) return known;
    const found = await this.datasets.find(dataset);
    const version = (found && segmentationVersion(found.dataset)) ?? "";
    const state = await stateOf(this.storage.read, { dataset, version }, user);
    if (hash !== undefined && state.hash !== hash)
      throw new Problem(
        409,
        "merges-changed",
        "The merges have changed since this cut-out was begun. Run the script again.",
      );
    this.kept.set(key(state.hash), state);
    if (this.kept.size > keptStates)
      this.kept.delete(this.kept.keys().next().value!);
    return state;
  }
}

async function stateOf(
  read: Reader,
  of: MergedSegmentation,
  user: string | undefined,
): Promise<MergeState> {
  const sets = new MergeSets();
  const shared = await read.publicMerges(of, 0, Number.MAX_SAFE_INTEGER);
  for (const { merge } of shared) sets.put(everybodysEdge(merge.merge));
  if (user !== undefined)
    for (const { record } of await read.recordsOf({
      user,
      dataset: mergesDataset(of),
    }))
      if (record?.kind === "merge") sets.put(record);
  const mains = new Map<bigint, bigint>();
  for (const [main, ...others] of sets.sets())
    for (const id of others) mains.set(id, main);
  const lines = [...mains].map(([id, main]) => `${id} ${main}`).sort();
  const hash = createHash("sha256").update(lines.join("\n")).digest("hex");
  return { hash: hash.slice(0, 16), mains };
}
