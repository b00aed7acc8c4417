import axe from "axe-core";
import {
  mkdtempSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import type { Page } from "playwright-core";
import { downloaded } from "../../../../config/stories/downloaded.js";
import {
  localStories,
  newPage,
  noSharedData,
  sharedPath,
} from "../../../../config/stories/harness.js";
import {
  demoState,
  eventually,
  markCount,
  marksPanel,
  openState,
  positionsOf,
  statusReads,
} from "../testing/marks_page.js";
import {
  chooseFile,
  dropFile,
  dryRunReads,
  importDialog,
  openImport,
} from "./testing/exchange_page.js";

/** A file of the shared test data; the story is skipped where it is missing. */
function fixture(name: string): string {
  const file = sharedPath("fixtures", name);
  if (file === undefined) {
    pending(noSharedData);
    throw new Error(noSharedData);
  }
  return readFileSync(file, "utf8");
}

/** The part of a viewer's state that the annotations are counted in. */
interface RealState {
  layers?: { annotations?: unknown[] }[];
}

/** What axe finds in the dialog that is open: by the name of the rule, the elements. */
async function violations(page: Page): Promise<Record<string, string[]>> {
  await page.evaluate(axe.source);
  return page.evaluate(async () => {
    const inPage = window as unknown as { axe: typeof axe };
    const found = await inPage.axe.run({ include: [["dialog"]] });
    return Object.fromEntries(
      found.violations.map(({ id, nodes }) => [id, nodes.map((n) => n.html)]),
    );
  });
}

/** Gives the path of a table of a gigabyte, of which the disk has the first rows alone. */
async function withLargeFile(
  use: (file: string) => Promise<void>,
): Promise<void> {
  const folder = mkdtempSync(path.join(tmpdir(), "clio-large-"));
  try {
    const file = path.join(folder, "large.csv");
    writeFileSync(file, "x,y,z\n1,2,3\n");
    truncateSync(file, 2 ** 30);
    await use(file);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

async function marksPage(): Promise<Page> {
  const { page } = await newPage();
  await openState(page, demoState());
  await page.keyboard.press("i");
  await marksPanel(page).getByText("No marks yet").waitFor();
  return page;
}

/** Rows of the dry run as texts. */
async function shownRows(page: Page): Promise<string[]> {
  const rows = importDialog(page).locator(
    ".clio-table-row:not(.clio-table-waiting)",
  );
  await rows.first().waitFor();
  return rows.allInnerTexts();
}

localStories("Importing", () => {
  it("takes a real list of seed points that is dropped on the picture, whole, as one step that undo takes back", async () => {
    const text = fixture("clio/vnc_neck_seed_points.csv");
    const lines = text.trim().split("\n");
    const page = await marksPage();
    await dropFile(page, "seeds.csv", text);
    const dialog = importDialog(page);
    // The demo volume is smaller than the one that they are of.
    await dryRunReads(page, "3,781", "are refused");
    const [first] = await shownRows(page);
    expect(first).toMatch(/x: 20021, expected a place in the image, 0 to \d+/);
    await dialog.getByLabel("Also outside of the image").check();
    await dryRunReads(page, "3,781", "will be added");
    expect(await violations(page)).toEqual({});

    await dialog
      .getByRole("button", { name: "Import 3,781 marks" })
      .press("Enter");
    await dialog.waitFor({ state: "hidden" });
    await statusReads(page, /^3,781 marks/);
    const positions = await positionsOf(page);
    expect(positions.map((position) => position.join(",")).sort()).toEqual(
      lines.slice(1).sort(),
    );

    await openImport(page);
    await chooseFile(page, "seeds.csv", text);
    await dialog.getByLabel("Also outside of the image").check();
    await dryRunReads(page, "3,781", "are here already");
    await page.keyboard.press("Escape");
    await dialog.waitFor({ state: "hidden" });

    await page.keyboard.press("Control+z");
    await eventually(
      () => positionsOf(page),
      (left) => left.length === 0,
    );
  });

  it("reads the original's table of spheres with their authors, and the annotations of real links, no row lost", async () => {
    const spheres = fixture("clio/vnc_sphere_annotations_first200.csv");
    const states = (
      JSON.parse(fixture("ng-states/links.json")) as { state: RealState }[]
    ).map(({ state }) => state);
    const annotations = states.flatMap(({ layers = [] }) =>
      layers.flatMap((layer) => layer.annotations ?? []),
    );
    expect(annotations.length).toBeGreaterThan(1700);
    const links = states
      .map(
        (state) =>
          `https://example.org/#!${encodeURIComponent(JSON.stringify(state))}`,
      )
      .join("\n");

    const page = await marksPage();
    const dialog = importDialog(page);
    await dropFile(page, "spheres.csv", spheres);
    await dialog.getByLabel("Also outside of the image").check();
    await dryRunReads(page, "200", "will be added");
    await dialog.getByRole("button", { name: "Import 200 marks" }).click();
    await dialog.waitFor({ state: "hidden" });
    await openImport(page);
    await chooseFile(page, "links.txt", links);
    await dialog.getByLabel("Also outside of the image").check();
    const count = annotations.length.toLocaleString("en");
    await dryRunReads(page, String(count), "will be added");
    await dryRunReads(page, "0", "are refused");
  });

  it("says line and column of what it refuses, by keyboard alone, and keeps it for a report", async () => {
    const page = await marksPage();
    const dialog = importDialog(page);
    await marksPanel(page)
      .getByRole("button", { name: "Import marks" })
      .press("Enter");
    await dialog.getByLabel("Text to import").focus();
    await page.keyboard.insertText(
      'x,y,z,comment\n130,120,64,"=SUM(A1)"\n12.5,90,4,half\n1,2\n130,121,64,<img src=x onerror=alert(1)>\n',
    );
    expect(await violations(page)).toEqual({});
    await page.keyboard.press("Tab");
    await page.keyboard.press("Enter");
    await dryRunReads(page, "2", "will be added");
    const rows = await shownRows(page);
    expect(rows.length).toBe(4);
    expect(rows[1]).toMatch(
      /3\s+refuse\s+column 1, x: 12\.5, expected a whole voxel/,
    );
    expect(rows[2]).toMatch(/4\s+refuse.*2 cells, expected 4 cells/s);
    expect(rows[3]).toContain("<img src=x onerror=alert(1)>");

    const report = await downloaded(page, () =>
      dialog.getByRole("button", { name: "Save the report" }).press("Enter"),
    );
    expect(report.name).toBe("pasted text report.csv");
    expect(report.text).toContain("3,1,refuse,,,,,x,12.5,a whole voxel,");
    await dialog.getByRole("button", { name: "Import 2 marks" }).press("Enter");
    await markCount(page, 2);
  });

  it("refuses a file that is cut, one in another encoding, and an id that does not fit, and writes nothing", async () => {
    const page = await marksPage();
    const dialog = importDialog(page);
    const refusals: [string, string | Buffer, RegExp][] = [
      [
        "cut.json",
        '[{"kind":"point",\n"pos":[1,2',
        /line 2, column 11: the file is cut/,
      ],
      ["cut.csv", 'x,y,z,note\n1,2,3,"half', /line 2, column 4.*never closed/],
      [
        "latin.csv",
        Buffer.from("x,y,z,note\n1,2,3,caf\xe9\n", "latin1"),
        /Byte 21 \(e9\), in line 2, is not UTF-8/,
      ],
      ["wide.csv", "x,".repeat(1_000_000), /line 1 has 1,000,001 columns/],
    ];
    await openImport(page);
    for (const [name, contents, expected] of refusals) {
      await chooseFile(page, name, contents);
      const alert = dialog.getByRole("alert");
      await alert.filter({ hasText: name }).waitFor();
      expect(await alert.innerText()).toMatch(expected);
      expect(await violations(page)).toEqual({});
      await dialog.getByRole("button", { name: "Choose another file" }).click();
    }
    await withLargeFile(async (file) => {
      await dialog.locator("input[type=file]").setInputFiles(file);
      const alert = dialog.getByRole("alert");
      await alert.filter({ hasText: "large.csv" }).waitFor();
      expect(await alert.innerText()).toContain(
        "It has 1,024 MB, and at most 256 MB can be read at once, which end in line 3, column 268435445.",
      );
      await dialog.getByRole("button", { name: "Choose another file" }).click();
    });
    await chooseFile(
      page,
      "ids.json",
      '[{"kind":"point","pos":[1,2,3],\n"prop":{"body":18446744073709551616}}]',
    );
    await dryRunReads(page, "1", "are refused");
    expect((await shownRows(page))[0]).toContain(
      "body: 18446744073709551616, expected a segment id of at most 64 bits",
    );
    await page.keyboard.press("Escape");
    expect(await positionsOf(page)).toEqual([]);
  });
});

localStories("Exporting", () => {
  it("writes those marks that match the filter, with formulas made inert, and reads them back unchanged", async () => {
    const page = await marksPage();
    await dropFile(
      page,
      "marks.csv",
      'x,y,z,description,tags\n130,120,64,"=1+1",soma\n131,120,64,"two\nlines",glia;soma\n132,120,64,other,glia\n',
    );
    await importDialog(page)
      .getByRole("button", { name: "Import 3 marks" })
      .click();
    await statusReads(page, /^3 marks/);
    await marksPanel(page).getByRole("combobox").first().fill("tag:soma");
    await statusReads(page, /2 (shown|match)/);

    await marksPanel(page)
      .getByRole("button", { name: "Export marks" })
      .click();
    const dialog = page.getByRole("dialog", { name: "Export marks" });
    await dialog.getByLabel(/match the filter \(2\)/).waitFor();
    expect(await violations(page)).toEqual({});
    const { name, text } = await downloaded(page, () =>
      dialog.getByRole("button", { name: "Export" }).press("Enter"),
    );
    expect(name).toBe("clio-marks.csv");
    expect(text.split("\r\n").length).toBe(4);
    expect(text).toContain(",'=1+1,");
    expect(text).toContain(',"two\nlines",');
    expect(text).not.toContain(",other,");

    await dropFile(page, name, text);
    await dryRunReads(page, "2", "are here already");
    await page.keyboard.press("Escape");
  });
});
