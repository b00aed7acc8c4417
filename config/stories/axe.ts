/** What a screen reader would stumble over. */
import axe from "axe-core";
import type { Page } from "playwright-core";

/** By the name of the rule: the elements that break it. */
export type Violations = Record<string, string[]>;

/** What axe finds in the whole of a page, or in what these selectors name. */
export async function violations(
  page: Page,
  include?: readonly string[],
): Promise<Violations> {
  await page.evaluate(axe.source);
  return page.evaluate(async (include) => {
    const inPage = window as unknown as { axe: typeof axe };
    const found = await inPage.axe.run(
      include === undefined ? document : { include: include.map((s) => [s]) },
    );
    return Object.fromEntries(
      found.violations.map(({ id, nodes }) => [id, nodes.map((n) => n.html)]),
    );
  }, include);
}
