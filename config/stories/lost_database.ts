// What a kill may do to a browser: one of some two hundred tears the log of its database, and the browser deletes all of it.
import { existsSync, rmSync } from "node:fs";
import path from "node:path";
import type { Page } from "playwright-core";
import type { Store } from "../../src/clio/store/store.js";

/** Deletes what the origins of a profile keep in databases; their files, with the second copy, stay. */
export function loseDatabase(profile: string): void {
  const databases = path.join(profile, "Default", "IndexedDB");
  expect(existsSync(databases)).toBeTrue();
  rmSync(databases, { recursive: true });
}

/** Whether the store of a page says that the database was lost and came back from its second copy. */
export function isRestored(page: Page): Promise<boolean> {
  return page.evaluate(() => {
    const { clio } = window as unknown as { clio: { store: Store } };
    return clio.store.problems.value.some(
      ({ code }) => code === "database-restored",
    );
  });
}
