import type { Page } from "playwright-core";
import {
  needsMedulla,
  needsSections,
  newContext,
  newPage,
  pageIn,
  viewerReady,
} from "../../../config/stories/harness.js";
import { eventually } from "../../../config/stories/eventually.js";
import {
  datasetLink,
  type DatasetView,
  labelsAt,
  positionsOfMarks,
  viewPosition,
} from "./testing/marked_page.js";
import {
  addressOfSaved,
  matchCards,
  matchesListed,
  panelSays,
  questionsOf,
  savedSearches,
  searchLike,
  searchPanel,
  type SeenMatch,
  seenMatches,
} from "./testing/search_page.js";

/** A real volume, and what only it can show. */
interface RealVolume extends DatasetView {
  /** What its `voxel` lies inside of, which is clicked. */
  readonly clicked: string;
  readonly needs: () => void;
  readonly look: (page: Page, seen: readonly SeenMatch[]) => Promise<void>;
}

const VOLUMES: readonly RealVolume[] = [
  {
    clicked: "a mitochondrion of an isotropic volume",
    dataset: "fibsem-medulla-ts2",
    nanometres: [10, 10, 10],
    voxel: [165, 137, 125],
    scale: 0.4,
    labels: ["bodies"],
    needs: needsMedulla,
    look: findsInItsSegment,
  },
  {
    clicked: "a mitochondrion of serial sections",
    dataset: "sstem-vnc",
    nanometres: [4.6, 4.6, 45],
    voxel: [807, 532, 10],
    scale: 0.4,
    labels: ["mitochondria"],
    needs: needsSections,
    look: findsMitochondria,
  },
];

/** Of the matches, those in the segment of the example are found alone where that is wanted. */
async function findsInItsSegment(page: Page): Promise<void> {
  const all = await matchesListed(page);
  const where = searchPanel(page).getByLabel("Where to search");
  await where.selectOption("segment");
  await eventually(
    () =>
      matchCards(page)
        .count()
        .then((count) => (count > 0 ? matchesListed(page) : 0)),
    (count) => count > 0 && count < all,
  );
  await where.selectOption("volume");
  await eventually(
    () => matchesListed(page),
    (count) => count === all,
  );
  await searchPanel(page).getByRole("listbox").focus();
}

/** What is nearest lies in labelled mitochondria, which are one voxel in nineteen: how many of all queries do is measured elsewhere. */
async function findsMitochondria(
  page: Page,
  seen: readonly SeenMatch[],
): Promise<void> {
  const places = seen.slice(0, 10).map(({ place }) => place);
  const labels = await labelsAt(page, "mitochondria", places);
  expect(labels.filter((label) => label !== "0").length).toBeGreaterThan(7);
}

describe("Searching by example in real volumes", () => {
  for (const volume of VOLUMES) {
    const { clicked, dataset, voxel, needs, look } = volume;
    it(`goes from a click on ${clicked} to ten marks and a saved search, which is there later and opens elsewhere by its link`, async () => {
      needs();
      const context = await newContext();
      const { page } = await pageIn(context);
      await page.goto(datasetLink(volume));
      await viewerReady(page);
      await searchLike(page, voxel);
      const count = await matchesListed(page);
      expect(count).toBeGreaterThan(10);
      const seen = await seenMatches(page);
      await look(page, seen);

      await page.keyboard.press("ArrowRight");
      await page.keyboard.press("Enter");
      expect(await viewPosition(page)).toEqual([...seen[1].place]);
      await page.keyboard.press("Home");
      for (let i = 0; i < 10; ++i) await page.keyboard.press("a");
      await panelSays(page, /10 of [\d,]+ reviewed · 10 accepted/);
      await page.keyboard.press("Control+Enter");
      const kept = await eventually(
        () => positionsOfMarks(page, dataset),
        (marks) => marks.length === 10,
      );
      expect(kept.map(({ place }) => place.join()).sort()).toEqual(
        seen
          .slice(0, 10)
          .map(({ place }) => place.join())
          .sort(),
      );
      await page.keyboard.press("Control+s");
      await page.keyboard.type("Mitochondria");
      await page.keyboard.press("Enter");
      const link = await addressOfSaved(page, "Mitochondria");
      await panelSays(page, /saved here/);
      await page.close();

      // Another day: the view of the dataset alone.
      const { page: later } = await pageIn(context);
      const asked = questionsOf(later);
      await later.goto(datasetLink(volume));
      await viewerReady(later);
      await later.keyboard.press("w");
      await savedSearches(later)
        .getByRole("button", { name: "Mitochondria", exact: true })
        .click();
      expect(await matchesListed(later)).toBe(count);
      await panelSays(later, /10 of [\d,]+ reviewed · 0 accepted/);
      expect(await seenMatches(later)).toEqual(seen);
      expect(asked.filter((url) => url.includes("/search/"))).toEqual([]);

      const { page: elsewhere } = await newPage();
      const askedElsewhere = questionsOf(elsewhere);
      await elsewhere.goto(link);
      await viewerReady(elsewhere);
      await panelSays(elsewhere, /A search waits to be run/);
      expect(await matchCards(elsewhere).count()).toBe(0);
      expect(askedElsewhere).toEqual([]);
    });
  }
});
