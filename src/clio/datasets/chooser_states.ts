/** What the chooser shows where it has no list to show. */
import { button } from "../ui/button.js";
import { element } from "../ui/element.js";
import { notice } from "../ui/notice.js";
import type { CatalogueError } from "./catalogue.js";

/** The command that explains how a volume becomes a dataset. */
const makeCommand = "npm run dataset -- make --help";

/** As many rows as fit, of the size that entries have. */
const skeletonRows = 5;

/** The list's own shape while the server has not answered. */
export function loadingState(): HTMLElement {
  const row = () =>
    element(
      "div",
      { class: "clio-dataset clio-dataset-skeleton" },
      element("span", { class: "clio-dataset-title" }),
      element("span", { class: "clio-dataset-text" }),
    );
  return element(
    "div",
    {},
    element(
      "span",
      { class: "clio-unseen", role: "status" },
      "Asking the server for the datasets",
    ),
    ...Array.from({ length: skeletonRows }, row),
  );
}

/** Why there is no list. `retry` asks for it again. */
export function failedState(
  error: CatalogueError,
  retry: () => void,
): HTMLElement {
  return element(
    "div",
    { class: "clio-chooser-notice" },
    notice({
      severity: "bad",
      what: error.what,
      kept: "The view and all your marks are as they were.",
      next: error.next,
      ...(error.code === undefined ? {} : { code: error.code }),
      actions: [
        button({
          label: "Try again",
          kind: "primary",
          icon: "refresh",
          run: retry,
        }),
      ],
    }),
  );
}

/** The server has no dataset at all. `refresh` asks it again. */
export function nothingYetState(refresh: () => void): HTMLElement {
  return emptyState(
    "No datasets yet",
    [
      "Make one of your own volume: in the folder of Clio, this command says how. It is listed here as soon as it is made.",
      element("code", { class: "clio-chooser-command" }, makeCommand),
    ],
    button({
      label: "Look again",
      kind: "primary",
      icon: "refresh",
      run: refresh,
    }),
  );
}

/** There are datasets, `total` in number, and none has all the words of `query`. */
export function nothingMatchesState(
  query: string,
  total: number,
  clear: () => void,
): HTMLElement {
  const hidden = total === 1 ? "1 dataset is" : `${total} datasets are`;
  return emptyState(
    `Nothing matches “${query.trim()}”`,
    [
      `${hidden} hidden by this search: a dataset has to have every word in its title, description or id.`,
    ],
    button({
      label: "Clear the search",
      kind: "primary",
      run: clear,
    }),
  );
}

function emptyState(
  heading: string,
  text: readonly (string | HTMLElement)[],
  act: HTMLButtonElement,
): HTMLElement {
  return element(
    "div",
    { class: "clio-chooser-empty" },
    element("h3", {}, heading),
    element("p", {}, ...text),
    act,
  );
}
