import type { Problem } from "../store/problems.js";
import type { Store } from "../store/store.js";
import { button } from "../ui/button.js";
import { notice } from "../ui/notice.js";

interface Noticed {
  store: Store;
  /** Reads the sandbox again. */
  readAgain: () => void;
  /** Why the sandbox could not be read. */
  readError: string | undefined;
  /** The datasets that could take over the marks of a bare image. */
  adopters: readonly { id: string; title: string }[];
  adopt: (dataset: string) => void;
  /** Saves all marks to a file. */
  save: () => void;
}

/** What a person can do about a problem. */
interface ProblemActs {
  /** Tries again what failed. */
  retry: () => void;
  /** Saves all marks to a file; absent where no sandbox is in view. */
  save?: () => void;
  dismiss?: (problem: Problem) => void;
}

/** One notice for each thing that is wrong with the store. */
export function problemNotices(
  problems: readonly Problem[],
  { retry, save, dismiss }: ProblemActs,
): HTMLElement[] {
  return problems.map((problem) => {
    const damaged = problem.code === "pages-damaged";
    const restored = problem.code === "database-restored";
    const actions: HTMLElement[] = [];
    if (save !== undefined) {
      actions.push(button({ label: "Export", run: save }));
    }
    // What is damaged stays so, however often it is read; what was restored needs nothing.
    if (!damaged && !restored)
      actions.push(button({ label: "Try again", run: retry }));
    if (dismiss !== undefined) {
      actions.push(button({ label: "Dismiss", run: () => dismiss(problem) }));
    }
    return notice({
      severity: restored ? "ok" : damaged ? "warn" : "bad",
      what: problem.happened,
      code: problem.code,
      kept: problem.kept,
      next: problem.advice,
      actions,
    });
  });
}

/**
 * Shows notices in a place, unless the same ones stand there already: to put them there anew would take the focus from their buttons
 * and have a screen reader say them again.
 */
export function showNotices(
  place: HTMLElement,
  notices: readonly HTMLElement[],
): void {
  const same =
    notices.length === place.childElementCount &&
    notices.every((notice, i) => notice.isEqualNode(place.children[i]));
  if (!same) place.replaceChildren(...notices);
}

/** What a person must know or may decide about the sandbox now, the worst first. */
export function marksNotices(noticed: Noticed): HTMLElement[] {
  const { store, readError, readAgain, adopters, adopt, save } = noticed;
  const retry = () => void store.retry();
  const problems = problemNotices(store.problems.value, { retry, save });
  // A sandbox that cannot be read while the database has a problem of its own is the same news twice.
  const known = store.problems.value.some(
    ({ code }) => code !== "database-restored",
  );
  if (readError !== undefined && !known) {
    problems.push(
      notice({
        severity: "bad",
        what: `The marks could not be read: ${readError}`,
        kept: "They are on this machine as they were.",
        next: "Try again, or reload the page. If that does not help, export them and report this.",
        actions: [
          button({ label: "Try again", run: readAgain }),
          button({ label: "Export", run: save }),
        ],
      }),
    );
  }
  const offers = adopters.map(({ id, title }) =>
    notice({
      severity: "ok",
      what: `These marks belong to an image without a dataset.`,
      next: `Move them to ${title}, whose image it is, to find them there.`,
      actions: [button({ label: `Move to ${title}`, run: () => adopt(id) })],
    }),
  );
  return [...problems, ...offers];
}
