import type { TrackableSidePanelLocation } from "neuroglancer/unstable/ui/side_panel_location.js";
import { RefCounted } from "neuroglancer/unstable/util/disposable.js";
import { element } from "../ui/element.js";
import { problemNotices, showNotices } from "./marks_notices.js";
import type { SandboxContext } from "./sandbox_context.js";
import "./problem_banner.css";

/** Says over the view what is wrong with the storage while the marks panel, which says it too, is closed. */
export class ProblemBanner extends RefCounted {
  readonly element = element("section", {
    class: "clio-problems",
    "aria-label": "Problems with your marks",
  });
  /** Codes of the problems that the person has read and closed. */
  private readonly dismissed = new Set<string>();

  constructor(
    private readonly context: Pick<
      SandboxContext,
      "store" | "layer" | "export"
    >,
    private readonly panel: TrackableSidePanelLocation,
  ) {
    super();
    const update = () => this.update();
    this.registerDisposer(context.store.problems.changed.add(update));
    // What there is to export may come after the problem.
    this.registerDisposer(context.store.unsaved.changed.add(update));
    this.registerDisposer(panel.locationChanged.add(update));
    this.registerDisposer(() => this.element.remove());
    update();
  }

  private update(): void {
    const { context, dismissed } = this;
    const problems = context.store.problems.value;
    for (const code of dismissed) {
      // What went away and comes again is news.
      if (!problems.some((problem) => problem.code === code)) {
        dismissed.delete(code);
      }
    }
    const told = this.panel.visible
      ? []
      : problems.filter(({ code }) => !dismissed.has(code));
    const inView = context.layer?.sandboxSource !== undefined;
    showNotices(
      this.element,
      problemNotices(told, {
        retry: () => void context.store.retry(),
        save: inView ? () => void context.export() : undefined,
        dismiss: ({ code }) => {
          dismissed.add(code);
          this.update();
        },
      }),
    );
  }
}
