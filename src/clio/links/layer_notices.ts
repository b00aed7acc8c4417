import { button, iconButton } from "../ui/button.js";
import { element } from "../ui/element.js";
import type { NoticeOptions } from "../ui/notice.js";
import { noticeRow, shorten, showNotice } from "./notice_rows.js";
import type {
  UnreachableLayer,
  UnreachableLayers,
} from "./unreachable_layers.js";

/** Says which layers of the view cannot be reached. */
export class LayerNotices {
  readonly element = element("div");

  constructor(private readonly unreachable: UnreachableLayers) {
    unreachable.changed.add(() => this.show());
  }

  private show(): void {
    const { list } = this.unreachable;
    if (list.length === 0) {
      this.element.replaceChildren();
      return;
    }
    const retry = button({
      label: "Try again",
      kind: "primary",
      icon: "refresh",
      run: () => {
        retry.disabled = true;
        void this.unreachable.retry();
      },
    });
    const hide = button({
      label: list.length === 1 ? "Hide layer" : "Hide layers",
      run: () => this.unreachable.hide(list),
    });
    showNotice(
      this.element,
      { ...this.layerWords(list), actions: [retry, hide] },
      list.length === 1 ? [] : list.map((one) => this.layerRow(one)),
      () => this.unreachable.dismiss(list),
    );
  }

  private layerWords(
    list: readonly UnreachableLayer[],
  ): Omit<NoticeOptions, "actions"> {
    const [{ layer, failure }] = list;
    const { others } = this.unreachable;
    const open =
      others === 0
        ? "The view is open."
        : `The other ${others === 1 ? "layer" : `${others} layers`} and the view are open.`;
    if (list.length === 1) {
      return {
        severity: "warn",
        what: `Layer “${shorten(layer.name)}” cannot be reached`,
        kept: `${open} The layer stays in the list.`,
        next: `${failure.place} ${failure.reason}. ${failure.next}`,
      };
    }
    const advice = new Set(list.map(({ failure }) => failure.next));
    return {
      severity: "warn",
      what: `${list.length} layers cannot be reached`,
      kept: `${open} These layers stay in the list.`,
      next: [...advice].join(" "),
    };
  }

  private layerRow(one: UnreachableLayer): HTMLElement {
    const { layer, failure } = one;
    const name = shorten(layer.name);
    return noticeRow(
      name,
      `${failure.place} ${failure.reason}`,
      iconButton("close", `Hide layer ${name}`, () =>
        this.unreachable.hide([one]),
      ),
    );
  }
}
