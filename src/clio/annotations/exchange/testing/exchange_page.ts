/** What the stories of importing and exporting do on a page with the viewer. */
import type { Page } from "playwright-core";
import { marksPanel } from "../../testing/marks_page.js";

/** The dialog of an import. */
export function importDialog(page: Page) {
  return page.getByRole("dialog", { name: "Import marks" });
}

/** Drops a file with these contents onto the picture. */
export async function dropFile(
  page: Page,
  name: string,
  contents: string,
): Promise<void> {
  const dataTransfer = await page.evaluateHandle(
    ([name, contents]) => {
      const data = new DataTransfer();
      data.items.add(new File([contents], name));
      return data;
    },
    [name, contents],
  );
  const panel = page.locator(".neuroglancer-rendered-data-panel").first();
  await panel.dispatchEvent("dragover", { dataTransfer });
  await panel.dispatchEvent("drop", { dataTransfer });
}

/** Opens the import from the panel, which is open. */
export async function openImport(page: Page): Promise<void> {
  await marksPanel(page).getByRole("button", { name: "Import marks" }).click();
  await importDialog(page).waitFor();
}

/** Gives a file to the dialog of the import, which is open. */
export async function chooseFile(
  page: Page,
  name: string,
  contents: string | Buffer,
): Promise<void> {
  await importDialog(page)
    .locator("input[type=file]")
    .setInputFiles({
      name,
      mimeType: "text/plain",
      buffer: Buffer.from(contents),
    });
}

/** Waits until the dialog has said of how many rows this would become, such as "3,781" and "are refused". */
export async function dryRunReads(
  page: Page,
  count: string,
  words: string,
): Promise<void> {
  await importDialog(page)
    .locator(".clio-import-count")
    .filter({ has: page.getByText(words, { exact: true }) })
    .filter({ has: page.getByText(count, { exact: true }) })
    .waitFor();
}
