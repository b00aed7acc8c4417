import { keyOf } from "../model/keys.js";
import { button } from "../ui/button.js";
import { element } from "../ui/element.js";
import { icon } from "../ui/icons.js";
import { keyText } from "../ui/key_cap.js";
import type { MergeDesk } from "./merge_desk.js";
import type { MergeMode } from "./merge_mode.js";

/** What is said where a person has merged nothing. */
export const NONE_YET = `No merges yet. Select two segments or more by double clicks, then press ${keyText(keyOf("merge-selected"))}: they become one, for you alone.`;

interface InsteadOptions {
  readonly desk: MergeDesk;
  readonly mode: MergeMode;
  /** As `MergesView` wants it. */
  readonly addLayer: () => Promise<(() => void) | undefined>;
  /** Whether the reason still is why no rows are shown. */
  readonly isShown: () => boolean;
  /** Lists all merges again; absent where there are none. */
  readonly showAll?: () => void;
}

/** What stands in the place of the table: why there are no rows, and what one can do. */
export function instead(
  reason: string,
  { desk, mode, addLayer, isShown, showAll }: InsteadOptions,
): HTMLElement {
  const made = element(
    "div",
    { class: "clio-empty" },
    icon("merge"),
    element("p", {}, reason),
  );
  if (reason === NONE_YET) {
    made.append(
      button({
        label: "Turn on merge mode",
        kind: "primary",
        icon: "merge",
        key: keyOf("toggle-merge-mode"),
        run: () => mode.toggle(),
      }),
    );
  } else if (desk.layer === undefined) {
    void addLayer().then((add) => {
      // By then something else may stand there.
      if (add === undefined || !isShown()) return;
      made.append(
        button({ label: "Add your merges", kind: "primary", run: add }),
      );
    });
  } else if (desk.equivalences !== undefined) {
    made.append(
      button({
        label: "Import them",
        kind: "primary",
        icon: "import",
        run: () => void desk.importEquivalences(),
      }),
    );
  } else if (showAll !== undefined) {
    made.append(button({ label: "Show all", kind: "primary", run: showAll }));
  }
  return made;
}
