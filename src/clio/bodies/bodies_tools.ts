import { keyOf } from "../model/keys.js";
import { button } from "../ui/button.js";
import { element } from "../ui/element.js";
import type { BodiesSession } from "./bodies_session.js";
import type { FoundBodies } from "./found_bodies.js";

interface BodiesToolsOptions {
  readonly session: BodiesSession;
  readonly found: FoundBodies;
  readonly chooseColumns: () => void;
  readonly import: () => void;
}

/** What is done with all bodies that are found, and with the table of them. */
export class BodiesTools {
  readonly element: HTMLElement;
  private readonly color = element("input", {
    type: "color",
    class: "clio-bodies-color",
    value: "#61e1ff",
    "aria-label": "Colour of those found",
  });
  /** Those that need something that is found. */
  private readonly acting: readonly (HTMLButtonElement | HTMLInputElement)[];
  private readonly importButton: HTMLButtonElement;
  private readonly staleButton: HTMLButtonElement;

  constructor(options: BodiesToolsOptions) {
    const { session, found } = options;
    const all = button({
      label: "Select all",
      key: keyOf("bodies-all"),
      run: () => void found.toggle(),
    });
    this.importButton = button({
      label: "Import",
      icon: "import",
      run: options.import,
    });
    const columns = button({
      label: "Columns",
      icon: "columns",
      run: options.chooseColumns,
    });
    const exportButton = button({
      label: "Export",
      icon: "export",
      run: () => void found.export(),
    });
    const colorButton = button({
      label: "Colour",
      run: () => void found.color(this.color.value),
    });
    const resetButton = button({
      label: "Reset",
      run: () => void found.color(undefined),
    });
    colorButton.title = "Gives this colour to all that are found";
    resetButton.title =
      "Gives those found the colours back that they have by themselves";
    this.staleButton = button({
      label: "Others have written: ask again",
      icon: "refresh",
      run: () => session.again(),
    });
    this.acting = [all, exportButton, colorButton, resetButton, this.color];
    this.element = element(
      "div",
      { class: "clio-bodies-tools", role: "toolbar", "aria-label": "Bodies" },
      all,
      element(
        "span",
        { class: "clio-bodies-coloring" },
        this.color,
        colorButton,
        resetButton,
      ),
      columns,
      this.importButton,
      exportButton,
      this.staleButton,
    );
  }

  /** @param isReady whether bodies are found */
  update({ mayWrite, isStale, standing }: BodiesSession, isReady: boolean) {
    this.importButton.hidden = !mayWrite;
    this.staleButton.hidden = !isStale || standing !== "ready";
    for (const each of this.acting) each.disabled = !isReady;
  }
}
