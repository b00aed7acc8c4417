/** The roles of the original Clio. Each higher one includes the lower ones. */

/** What a person may be in one dataset, from the lowest on. */
export const datasetRoles = [
  "clio_read",
  "clio_general",
  "clio_write",
  "dataset_admin",
] as const;
export type DatasetRole = (typeof datasetRoles)[number];

/** What a person may be everywhere, from the lowest on. An `admin` administers every dataset. */
export const globalRoles = ["clio_general", "clio_write", "admin"] as const;
export type GlobalRole = (typeof globalRoles)[number];

/** What a role in all datasets is worth in each. */
const worth: Readonly<Record<GlobalRole, DatasetRole>> = {
  clio_general: "clio_general",
  clio_write: "clio_write",
  admin: "dataset_admin",
};

/** What a person needs to be. */
export interface Roles {
  readonly globalRoles: readonly GlobalRole[];
  readonly datasets: ReadonlyMap<string, readonly DatasetRole[]>;
}

export function isAdmin({ globalRoles }: Roles): boolean {
  return globalRoles.includes("admin");
}

/** Whether somebody with `roles` has in `dataset` the role `needed`, or one that includes it. */
export function hasRole(
  roles: Roles,
  dataset: string,
  needed: DatasetRole,
): boolean {
  const held = [
    ...(roles.datasets.get(dataset) ?? []),
    ...roles.globalRoles.map((role) => worth[role]),
  ];
  return held.some(
    (role) => datasetRoles.indexOf(role) >= datasetRoles.indexOf(needed),
  );
}
