import fc from "fast-check";
import { origin } from "../../../config/stories/harness.js";
import { hostileLinks } from "./testing/hostile_link.js";
import { type Fault, HostilePage, readable } from "./testing/hostile_page.js";
import { fewestThatFail, shrinkLink } from "./testing/shrink.js";

const links = process.env.CLIO_NIGHTLY === "1" ? 10_000 : 1_000;
/** So many follow each other in one page; the viewer itself keeps a little of each. */
const linksPerPage = 250;
const linksPerBatch = 50;
/** These are loaded with the page, which takes a second each. */
const loadedPerPage = 4;
/** A good link is drawn in a fifth of a second where nobody else wants the machine. */
const patienceMs = 60_000;
/** Where it is known that something fails, and only to be found what. */
const briefPatienceMs = 5_000;
const shrinkMs = 40_000;
/** Longer than other stories may take: where one fails, what it takes to fail is looked for. */
const storyMs = 5 * 60_000;
const shownLength = 3_000;

/** The links of a batch: the seed of the run and the number of the batch give the same ones at any time. */
function linksOf(batch: number, count: number): string[] {
  const seed = (fc.readConfigureGlobal().seed ?? 0) + batch;
  return fc.sample(hostileLinks(origin()), { seed, numRuns: count });
}

/** @returns what was seen that no link may do, while the links were followed or by what they leave */
async function faultOf(
  page: HostilePage,
  fragments: readonly string[],
  patience: number,
): Promise<Fault | undefined> {
  const [fault] = await page.followAll(fragments);
  if (fault !== undefined) return fault;
  const what = await page.aftermath(patience);
  return what === undefined ? undefined : { index: fragments.length - 1, what };
}

/** Finds which link of a batch is to blame, and the least of it that does the same. */
async function explain(
  fragments: readonly string[],
  { index, what }: Fault,
): Promise<string> {
  const fails = async (followed: readonly string[]) => {
    const page = await HostilePage.open();
    try {
      return (await faultOf(page, followed, briefPatienceMs)) !== undefined;
    } finally {
      await page.close();
    }
  };
  const followed = fragments.slice(0, Math.max(0, index) + 1);
  const count = await fewestThatFail(followed, fails);
  if (count === undefined) {
    return `${what}\nThe links of the batch alone do not do so in a new page. The last one: ${show(followed[followed.length - 1])}`;
  }
  const blamed = followed[count - 1];
  if (!(await fails([blamed]))) {
    return `${what}\nIt takes the first ${count} links of the batch. The last of them: ${show(blamed)}`;
  }
  const least = await shrinkLink(
    blamed,
    (fragment) => fails([fragment]),
    performance.now() + shrinkMs,
  );
  return `${what}\nThe least of the link that does so: ${show(least)}`;
}

function show(fragment: string): string {
  return readable(fragment).slice(0, shownLength);
}

const pages = links / linksPerPage;
const batchesPerPage = linksPerPage / linksPerBatch;

// A suite each, because lanes share stories out by suites.
for (let i = 0; i < pages; ++i) {
  describe("A hostile link", () => {
    it(
      `raises nothing, writes nothing, asks no host that it does not name, and leaves a page that works (${i + 1} of ${pages})`,
      async () => {
        const page = await HostilePage.open();
        try {
          for (let k = 0; k < batchesPerPage; ++k) {
            const batch = linksOf(i * batchesPerPage + k, linksPerBatch);
            const fault = await faultOf(page, batch, patienceMs);
            if (fault !== undefined) return fail(await explain(batch, fault));
          }
        } finally {
          await page.close();
        }
        for (const fragment of linksOf(links + i, loadedPerPage)) {
          const loaded = await HostilePage.open(fragment);
          const fault = await faultOf(loaded, [], patienceMs);
          expect(fault).withContext(show(fragment)).toBeUndefined();
          await loaded.close();
        }
      },
      storyMs,
    );
  });
}
