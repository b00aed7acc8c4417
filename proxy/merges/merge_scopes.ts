/** How the original names whose merges are kept where: `merges-<dataset>`, or `merges-<dataset>-<tag>` where the dataset has a tag. */
import { segmentationVersion } from "../../src/clio/model/dataset_versions.js";
import type { MergedSegmentation } from "../../src/clio/model/merge.js";
import type { DatasetSource, Permissions } from "../permissions/permissions.js";
import type { Account } from "../storage/storage.js";

const prefix = "merges-";

/** Finds segmentations by those names. */
export class MergeScopes {
  constructor(
    private readonly permissions: Permissions,
    private readonly datasets: DatasetSource,
  ) {}

  /** The segmentation that a scope names; undefined where it names none that the person may read. */
  async find(
    account: Account,
    scope: string,
  ): Promise<MergedSegmentation | undefined> {
    if (!scope.startsWith(prefix)) return undefined;
    const rest = scope.slice(prefix.length);
    const named = await this.readable(account, rest);
    if (named !== undefined) {
      const { dataset, home } = named;
      // A version is one by itself; of another dataset, this name is that of its segments before they had a tag.
      const hasOwnTag = dataset.tag !== undefined && home === rest;
      const version = hasOwnTag ? "" : (segmentationVersion(dataset) ?? "");
      return { dataset: rest, version };
    }
    for (
      let end = rest.lastIndexOf("-");
      end > 0;
      end = rest.lastIndexOf("-", end - 1)
    ) {
      const id = rest.slice(0, end);
      const version = rest.slice(end + 1);
      if (version === "" || (await this.readable(account, id)) === undefined) {
        continue;
      }
      return { dataset: id, version };
    }
    return undefined;
  }

  /** The scope that names a segmentation. */
  async of(account: Account, of: MergedSegmentation): Promise<string> {
    const short = prefix + of.dataset;
    const found = await this.find(account, short);
    return found?.version === of.version ? short : `${short}-${of.version}`;
  }

  private async readable(account: Account, id: string) {
    const found = await this.datasets.find(id);
    return found !== undefined &&
      this.permissions.mayInDataset(account, "read", found.home, found.dataset)
      ? found
      : undefined;
  }
}
