import type { ManagedUserLayer } from "neuroglancer/unstable/layer/index.js";
import { RefCounted } from "neuroglancer/unstable/util/disposable.js";
import { StatusMessage } from "neuroglancer/unstable/status.js";
import type { AnnotationRecord } from "../../model/annotation.js";
import { linkOfMarksUrl } from "../../model/link.js";
import { LOCAL_USER } from "../../model/sandbox.js";
import { button } from "../../ui/button.js";
import { element } from "../../ui/element.js";
import { notice } from "../../ui/notice.js";
import { tell } from "../../ui/tell.js";
import type { SandboxLayer } from "../layer.js";
import type { SandboxContext } from "../sandbox_context.js";
import type { LinkedMarks, SharedMarksSource } from "./shared_marks_source.js";
import "./shared_notices.css";

/**
 * Says over the view which of its marks a link has brought, and copies them into the person's own sandbox when the person wants that:
 * until then they are nowhere but in the view.
 */
export class SharedNotices extends RefCounted {
  readonly element = element("section", {
    class: "clio-shared",
    "aria-label": "Marks of this link",
  });
  /** Links that the person has answered. */
  private readonly answered = new Set<string>();

  constructor(private readonly context: SandboxContext) {
    super();
    const { layerManager } = context.viewer;
    const update = () => this.update();
    this.registerDisposer(layerManager.layersChanged.add(update));
    this.registerDisposer(layerManager.specificationChanged.add(update));
    // A source is there some time after its layer, which says so.
    this.registerDisposer(layerManager.readyStateChanged.add(update));
    this.registerDisposer(() => this.element.remove());
  }

  /** Says what there is to say of the links in view now; of those that come later it does by itself. */
  update(): void {
    const shown = new Set<string>();
    for (const layer of this.context.viewer.layerManager.managedLayers) {
      const found = linkedMarksOf(layer);
      if (found === undefined || this.answered.has(found.id)) continue;
      shown.add(found.id);
      if (this.noticeOf(found.id) === undefined) {
        this.element.append(this.makeNotice(found.id, found.link));
      }
    }
    for (const child of [...this.element.children]) {
      if (!shown.has((child as HTMLElement).dataset.link!)) child.remove();
    }
  }

  private noticeOf(id: string): Element | undefined {
    return [...this.element.children].find(
      (child) => (child as HTMLElement).dataset.link === id,
    );
  }

  private makeNotice(id: string, link: LinkedMarks): HTMLElement {
    const { title, records } = link;
    const copy = button({
      label: "Copy to my marks",
      kind: "primary",
      run: () => {
        copy.disabled = true;
        void this.copy(id, link).catch((error: Error) => {
          copy.disabled = false;
          new StatusMessage().setErrorMessage(
            `The marks were not copied: ${error.message}. Yours are as they were.`,
          );
        });
      },
    });
    const made = notice({
      severity: "ok",
      what: `This link shows ${marks(records.length)}${ofOwner(link)}: ${title}`,
      kept: "They can be looked at and not changed, and are none of yours.",
      next: "Copy them to change them: the copies are yours, and undo takes them back.",
      actions: [copy, button({ label: "Dismiss", run: () => this.answer(id) })],
    });
    made.dataset.link = id;
    return made;
  }

  private answer(id: string): void {
    this.answered.add(id);
    this.update();
  }

  /** Copies marks into the person's own sandbox of their dataset: one step of undo. */
  private async copy(id: string, link: LinkedMarks): Promise<void> {
    const layer = this.ownLayer(link.dataset);
    await layer.loaded();
    const { editor } = layer.sandboxSource!;
    const now = Date.now();
    const copies = link.records.map((record): AnnotationRecord => {
      // A set has a meaning in the sandbox that it was made in.
      const { set, ...rest } = record;
      void set;
      return {
        ...rest,
        id: crypto.randomUUID(),
        user: editor.key.user,
        modified: now,
      };
    });
    await editor.add(copies, `Copy ${marks(copies.length)} of a link`);
    this.answer(id);
    tell(`${marks(copies.length)}${ofOwner(link)} copied to yours.`);
  }

  private ownLayer(dataset: string): SandboxLayer {
    const { context } = this;
    for (const { layer } of context.viewer.layerManager.managedLayers) {
      const own = layer as Partial<SandboxLayer> | null;
      if (own?.sandboxSource?.parameters.key.dataset === dataset) {
        return layer as SandboxLayer;
      }
    }
    return context.addLayer(dataset)!;
  }
}

/** The marks that a layer shows of a link, as soon as they are there. */
function linkedMarksOf({
  layer,
}: ManagedUserLayer): { id: string; link: LinkedMarks } | undefined {
  for (const { spec, loadState } of layer?.dataSources ?? []) {
    const id = linkOfMarksUrl(spec.url);
    if (id === undefined || loadState?.error !== undefined) continue;
    const [first] = loadState?.dataSource.subsources ?? [];
    const source = first?.subsource.annotation as SharedMarksSource | undefined;
    if (source?.link !== undefined) return { id, link: source.link };
  }
  return undefined;
}

/** Where nobody signs in there is nobody to name. */
function ofOwner({ owner }: LinkedMarks): string {
  return owner === LOCAL_USER ? "" : ` of ${owner}`;
}

function marks(count: number): string {
  return `${count.toLocaleString("en")} mark${count === 1 ? "" : "s"}`;
}
