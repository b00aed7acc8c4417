import type { Dataset } from "../../src/clio/model/dataset.js";
import { forbidden, notFound, unauthorized } from "../problems/problem.js";
import type { Account } from "../storage/storage.js";
import { hasRole, isAdmin, type DatasetRole } from "./roles.js";

/** What a request wants to do in a dataset: read it, write what is one's own, write what is others', administer it. */
export type DatasetAccess = "read" | "own" | "others" | "administer";

/** The role that each of them needs. What is public can be read by anybody, and be marked by anybody who is signed in. */
const needed: Readonly<Record<DatasetAccess, DatasetRole>> = {
  read: "clio_read",
  own: "clio_general",
  others: "clio_write",
  administer: "dataset_admin",
};

const wish: Readonly<Record<DatasetAccess, string>> = {
  read: "read",
  own: "write to",
  others: "write what belongs to others in",
  administer: "administer",
};

/** A dataset that is there. */
export interface FoundDataset {
  dataset: Dataset;
  /** In which dataset roles are given for it: in itself, or in that whose version it is. */
  home: string;
}

/** Where datasets are looked up. */
export interface DatasetSource {
  find(id: string): Promise<FoundDataset | undefined>;
}

/** Who may do what. */
export class Permissions {
  constructor(private readonly datasets: DatasetSource) {}

  /**
   * Whether somebody may do something in a dataset that is there.
   * @param account undefined for somebody who is not signed in
   * @param home in which dataset roles are given for it
   */
  mayInDataset(
    account: Account | undefined,
    access: DatasetAccess,
    home: string,
    dataset: Dataset,
  ): boolean {
    const isPublic = dataset.public === true;
    if (isPublic && access === "read") return true;
    if (account === undefined) return false;
    return (
      (isPublic && access === "own") || hasRole(account, home, needed[access])
    );
  }

  /** Those of these datasets that somebody may read. */
  async readable(
    account: Account | undefined,
    ids: readonly string[],
  ): Promise<string[]> {
    const readable: string[] = [];
    for (const id of ids) {
      const found = await this.datasets.find(id);
      if (found === undefined) continue;
      const { home, dataset } = found;
      if (this.mayInDataset(account, "read", home, dataset)) readable.push(id);
    }
    return readable;
  }

  /**
   * @throws Problem 401 where signing in could help, 403 where it could not. Both are said of a dataset that is not there too, so that
   *   nobody learns from them which there are; only an administrator is told by 404.
   */
  async requireInDataset(
    account: Account | undefined,
    access: DatasetAccess,
    id: string,
  ): Promise<void> {
    const found = await this.datasets.find(id);
    if (
      found !== undefined &&
      this.mayInDataset(account, access, found.home, found.dataset)
    ) {
      return;
    }
    const act = `${wish[access]} dataset ${JSON.stringify(id)}`;
    if (account === undefined) throw unauthorized(`Sign in to ${act}.`);
    if (found === undefined && isAdmin(account)) {
      throw notFound(`There is no dataset ${JSON.stringify(id)}.`);
    }
    throw forbidden(
      `${account.user} has no permission to ${act}, if there is one: that takes the role ${needed[access]}.`,
    );
  }
}
