import { StatusMessage } from "neuroglancer/unstable/status.js";
import { RefCounted } from "neuroglancer/unstable/util/disposable.js";
import { keyOf } from "../model/keys.js";
import { imageSourceOf, isOwnSandbox } from "../model/sandbox.js";
import { button } from "../ui/button.js";
import { element } from "../ui/element.js";
import { icon } from "../ui/icons.js";
import { keyText } from "../ui/key_cap.js";
import type { SandboxSource } from "./frontend.js";
import type { SandboxLayer } from "./layer.js";
import { UndoButtons } from "./history/undo_buttons.js";
import { marksNotices, showNotices } from "./marks_notices.js";
import { marksStatus } from "./marks_status.js";
import type { SandboxContext } from "./sandbox_context.js";
import { SHAPES } from "./shapes/shape.js";
import { MarksPane } from "./table/marks_pane.js";
import "../ui/panel.css";
import "./marks_view.css";

/** The viewer's own key for the tool that a marks layer binds to the letter P. */
const POINT_TOOL_KEY = "shift+keyp";

/** What is in the panel of marks: the tools, what stands in the way, the table, and whether all are saved. */
export class MarksView extends RefCounted {
  private readonly heading = element("p", { class: "clio-marks-of" });
  private readonly notices = element("div", { class: "clio-marks-notices" });
  private readonly middle = element("div", { class: "clio-marks-middle" });
  private readonly status = element("p", {
    class: "clio-marks-status",
    role: "status",
  });
  private readonly row = element("span", { class: "clio-marks-row" });
  /** The sandbox that is shown, and its table. */
  private shown: { source: SandboxSource; pane: MarksPane } | undefined;
  /** The datasets that could take these marks over. */
  private adopters: { id: string; title: string }[] = [];

  constructor(
    private readonly body: HTMLElement,
    private readonly context: SandboxContext,
  ) {
    super();
    body.append(
      this.heading,
      this.makeTools(),
      this.notices,
      this.middle,
      element(
        "div",
        { class: "clio-marks-foot" },
        this.status,
        // Said by the table already, as soon as it changes.
        this.row,
      ),
    );
    const { viewer, store } = context;
    for (const signal of [
      viewer.layerManager.layersChanged,
      viewer.selectedLayer.changed,
    ]) {
      this.registerDisposer(signal.add(() => this.update()));
    }
    for (const { changed } of [
      store.problems,
      store.unsaved,
      store.standing,
      store.state,
      store.sync,
    ]) {
      this.registerDisposer(changed.add(() => this.updateStanding()));
    }
    this.update();
  }

  override disposed(): void {
    this.shown?.pane.dispose();
    super.disposed();
  }

  /** Takes the focus to the table, or to what stands in its place. */
  enter(): void {
    if (this.shown !== undefined) this.shown.pane.enter();
    else this.body.querySelector("button")?.focus();
  }

  private makeTools(): HTMLElement {
    return element(
      "div",
      { class: "clio-marks-tools", role: "toolbar", "aria-label": "Tools" },
      ...SHAPES.map(({ kind, title, letter }) =>
        button({
          label: title,
          icon: kind,
          key: `shift+key${letter.toLowerCase()}`,
          run: () => this.context.toggleTool(kind),
        }),
      ),
      this.registerDisposer(new UndoButtons(this.context.history)).element,
    );
  }

  /** Shows the sandbox that the view is about now. */
  private update(): void {
    const { layer } = this.context;
    const source = layer?.sandboxSource;
    if (this.shown?.source !== source) {
      this.shown?.pane.dispose();
      this.shown = undefined;
      if (layer !== undefined && source !== undefined) {
        this.follow(layer, source);
      }
    }
    this.heading.textContent = headingOf(source, this.context.store.person);
    if (source === undefined) this.middle.replaceChildren(this.empty());
    this.updateStanding();
  }

  private follow(layer: SandboxLayer, source: SandboxSource): void {
    const { context, body } = this;
    const pane = new MarksPane({
      context,
      layer,
      source,
      panel: body,
      empty: () => this.empty(),
      changed: () => this.updateStanding(),
    });
    this.shown = { source, pane };
    this.middle.replaceChildren(pane.element);
    // What cannot be read is told by the source, and by no search.
    pane.registerDisposer(
      source.readError.changed.add(() => this.updateStanding()),
    );
    this.adopters = [];
    void this.context.adopters().then(
      (adopters) => {
        this.adopters = adopters;
        this.updateStanding();
      },
      // Without the catalogue there is nobody to offer; the chooser says what is wrong with it.
      () => undefined,
    );
  }

  private updateStanding(): void {
    const { context, adopters } = this;
    const source = this.shown?.source;
    showNotices(
      this.notices,
      marksNotices({
        store: context.store,
        readError: source?.readError.value,
        readAgain: () => this.shown?.source.readAgain(),
        adopters: source?.count.value ? adopters : [],
        adopt: (dataset) => void this.adopt(dataset),
        save: () => void context.export(),
      }),
    );
    const row = this.shown?.pane.selection.row;
    this.status.replaceChildren(
      ...marksStatus(
        context.store,
        source?.count.value,
        source?.query.matching,
      ),
    );
    this.row.textContent =
      row === undefined
        ? ""
        : `row ${(row + 1).toLocaleString("en")} of ${source?.query.matching?.toLocaleString("en") ?? "…"}`;
  }

  private async adopt(dataset: string): Promise<void> {
    try {
      await this.context.adopt(dataset);
    } catch (error) {
      new StatusMessage().setErrorMessage(
        `The marks were not moved: ${(error as Error).message}. They are where they were.`,
      );
    }
  }

  /** What stands where there are no marks, or nothing to mark. */
  private empty(): HTMLElement {
    const { dataset } = this.context;
    const made = element(
      "div",
      { class: "clio-empty" },
      icon("point"),
      element(
        "h3",
        { class: "clio-empty-title" },
        dataset === undefined ? "Nothing to mark yet" : "No marks yet",
      ),
      element(
        "p",
        {},
        dataset === undefined
          ? "Open a dataset first, and mark what you see in it."
          : `Point at something in a slice and press ${keyText(keyOf("place-point"))}, or take the tool and click. A mark is kept on this machine as soon as you see it.`,
      ),
    );
    if (dataset !== undefined) {
      made.append(
        button({
          label: "Take the point tool",
          kind: "primary",
          icon: "point",
          key: POINT_TOOL_KEY,
          run: () => this.context.toggleTool("point"),
        }),
      );
    }
    return made;
  }
}

function headingOf(source: SandboxSource | undefined, person: string): string {
  if (source === undefined) return "Your private sandbox";
  const { key } = source.parameters;
  if (!isOwnSandbox(key, person)) {
    return `Marks of ${key.user}, to look at · ${source.editor.description.title}`;
  }
  const image = imageSourceOf(source.parameters.key.dataset);
  return image === undefined
    ? `Your private sandbox · ${source.editor.description.title}`
    : `Your private sandbox of the image ${image}`;
}
