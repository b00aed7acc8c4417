/**
 * The invariant: at whatever call of a merge, or of one that is taken back, the browser's database fails or the browser is killed, what is
 * stored then is what was before, or what is after, and never a part; what was said to be saved is there; and it can be done again.
 */
import { mergesDataset } from "../model/merge.js";
import { LOCAL_USER } from "../model/sandbox.js";
import { Store } from "../store/store.js";
import { stillRunning } from "../store/testing/counts.js";
import { Fault, type FaultKind } from "../store/testing/faults.js";
import { beforeCleanUp, cleanUp, freshName } from "../store/testing/marks.js";
import { until } from "../store/testing/tabs.js";
import { MergeBook } from "./merge_book.js";
import { described } from "./testing/plain_sets.js";

/** Milliseconds; each call of an act is a database of its own. */
const EXHAUSTIVE_TIMEOUT = 120_000;

const KEY = {
  user: LOCAL_USER,
  dataset: mergesDataset({ dataset: "demo", version: "v1" }),
};

const BIG = 18446744073709551615n;

interface Opened {
  readonly store: Store;
  readonly book: MergeBook;
}

const opened: Opened[] = [];

function closeAll(): void {
  for (const { book, store } of opened.splice(0)) {
    book.dispose();
    store.dispose();
  }
}

beforeCleanUp(closeAll);
afterEach(cleanUp);

async function open(name: string): Promise<Opened> {
  const store = new Store({ name, retryAfter: 1e9 });
  const book = new MergeBook(store, KEY);
  opened.push({ store, book });
  await until(() => book.isRead);
  return { store, book };
}

const BEFORE = [`${BIG}: ${BIG} 7 8`];

interface Act {
  readonly name: string;
  readonly run: (book: MergeBook) => Promise<unknown>;
  readonly after: readonly string[];
}

const ACTS: readonly Act[] = [
  {
    name: "a merge",
    run: (book) => book.merge(9n, [BIG]),
    after: [`9: ${BIG} 7 8 9`],
  },
  {
    name: "taking one apart",
    run: (book) => book.unmerge(BIG),
    after: ["7: 7 8"],
  },
];

const FAULTS: Record<FaultKind, string> = {
  throw: "fails",
  full: "is on a full disk",
  abort: "is aborted",
  crash: "is the last one before a crash",
};

describe("Whatever call of the database fails", () => {
  for (const { name: act, run, after } of ACTS) {
    for (const kind of Object.keys(FAULTS) as FaultKind[]) {
      it(
        `no merge is lost or torn by ${act} when its n-th call ${FAULTS[kind]}, for every n`,
        async () => {
          let at = 0;
          for (let hit = true; hit;) {
            at += 1;
            stillRunning();
            const name = freshName();
            const { book, store } = await open(name);
            await book.merge(7n, [8n]);
            await book.merge(BIG, [7n]);
            expect(described(book.sets)).toEqual(BEFORE);
            const fault = new Fault(kind, at);
            let isSaved = false;
            try {
              await run(book);
              isSaved = store.pending.length === 0;
            } catch {
              // It says that it could not be done.
            } finally {
              fault.heal();
              ({ hit } = fault);
            }
            closeAll();
            const again = await open(name);
            const stored = described(again.book.sets);
            const context = `call ${at}`;
            if (isSaved)
              expect(stored)
                .withContext(context)
                .toEqual([...after]);
            else expect([BEFORE, after]).withContext(context).toContain(stored);
            if (String(stored) === String(BEFORE)) await run(again.book);
            await again.book.settled();
            expect(described(again.book.sets))
              .withContext(context)
              .toEqual([...after]);
            await cleanUp();
          }
          // Without any, nothing would be proven.
          expect(at).toBeGreaterThan(3);
        },
        EXHAUSTIVE_TIMEOUT,
      );
    }
  }
});
