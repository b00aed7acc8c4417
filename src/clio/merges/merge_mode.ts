import { RefCounted } from "neuroglancer/unstable/util/disposable.js";
import {
  type ActionEvent,
  EventActionMap,
  registerActionListener,
} from "neuroglancer/unstable/util/event_action_map.js";
import { NullarySignal } from "neuroglancer/unstable/util/signal.js";
import { lookUnderPointer } from "../../../neuroglancer/data_panel.js";
import type { VoxelPosition } from "../model/annotation.js";
import { bindingsOf, type KeyAction } from "../model/keys.js";
import { followPress } from "../ui/clicks.js";
import { tell } from "../ui/tell.js";
import { MergeBanner } from "./merge_banner.js";
import type { MergeDesk } from "./merge_desk.js";
import { MergePreview } from "./merge_preview.js";

/** Above the viewer's own keys and those of Clio that act everywhere. */
const ABOVE = 10;

/** A click on a segment. */
interface Clicked {
  readonly id: bigint;
  readonly place: VoxelPosition | undefined;
}

/**
 * Merge mode. What would become one is seen, and two clicks on selected segments merge the one clicked second onto the first, there where
 * it was clicked. A click on anything else does nothing.
 */
export class MergeMode extends RefCounted {
  /** Told when it is turned on or off, and when the first of two segments is clicked or let go. */
  readonly changed = new NullarySignal();
  private readonly keys = EventActionMap.fromObject(bindingsOf("merging"), {
    label: "Merge mode",
  });
  private running: RefCounted | undefined;
  private first: Clicked | undefined;

  constructor(private readonly desk: MergeDesk) {
    super();
    this.registerDisposer(() => this.leave());
    this.registerDisposer(desk.changed.add(() => this.follow()));
  }

  get isOn(): boolean {
    return this.running !== undefined;
  }

  /** The segment that was clicked first; undefined where the next click is the first. */
  get clicked(): bigint | undefined {
    return this.first?.id;
  }

  toggle(): void {
    if (this.isOn) this.leave();
    else this.enter();
  }

  private enter(): void {
    const { desk, keys } = this;
    if (desk.book === undefined) {
      tell(`Merge mode is off. ${desk.hindrance ?? ""}`);
      return;
    }
    const running = (this.running = new RefCounted());
    const { viewer } = desk;
    const { global, sliceView, perspectiveView } = viewer.inputEventBindings;
    for (const map of [global, sliceView, perspectiveView]) {
      map.addParent(keys, ABOVE);
      running.registerDisposer(() => map.removeParent(keys));
    }
    const on = <Info>(action: KeyAction, act: (detail: Info) => void) =>
      running.registerDisposer(
        registerActionListener<Info>(
          viewer.element,
          action,
          (event: ActionEvent<Info>) => {
            event.stopPropagation();
            act(event.detail);
          },
        ),
      );
    const press = followPress(running);
    on<MouseEvent>("merge-click", (event) => {
      if (press.isClick(event)) this.click();
    });
    on("leave-merge-mode", () => {
      if (this.first === undefined) this.leave();
      else this.remember(undefined);
    });
    running.registerDisposer(new MergePreview(desk));
    running.registerDisposer(new MergeBanner(desk, this));
    this.changed.dispatch();
  }

  private leave(): void {
    this.first = undefined;
    const { running } = this;
    this.running = undefined;
    if (running === undefined) return;
    running.dispose();
    this.changed.dispatch();
  }

  /** The merges may be gone with the view; what was clicked may not be selected any more. */
  private follow(): void {
    const { desk, first } = this;
    if (desk.book === undefined) this.leave();
    else if (first !== undefined && !desk.selected.includes(first.id)) {
      this.remember(undefined);
    }
  }

  private click(): void {
    const { desk, first } = this;
    const { viewer } = desk;
    if (!lookUnderPointer(viewer.display, viewer.mouseState)) return;
    const id = desk.pointedAt;
    if (id === undefined || !desk.selected.includes(id)) return;
    if (first === undefined) {
      const place = desk.places.voxelAt(viewer.mouseState.position);
      this.remember({ id, place });
    } else if (first.id === id) this.remember(undefined);
    else {
      this.remember(undefined);
      const place = desk.places.voxelAt(viewer.mouseState.position);
      void desk.merge(first.id, [id], place ?? first.place);
    }
  }

  private remember(clicked: Clicked | undefined): void {
    this.first = clicked;
    this.changed.dispatch();
  }
}
