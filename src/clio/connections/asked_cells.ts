import { RefCounted } from "neuroglancer/unstable/util/disposable.js";
import { keyOf } from "../model/keys.js";
import { button } from "../ui/button.js";
import { element } from "../ui/element.js";
import type { ConnectionsSession } from "./connections_session.js";

/** So many cells are named. */
const NAMED_CELLS = 6;

/** The cells that are asked about, with their colours and types; and whether more are selected by now. */
export class AskedCells extends RefCounted {
  readonly element = element("ul", {
    class: "clio-connections-cells",
    "aria-label": "Cells",
  });
  private shown: string | undefined;

  constructor(private readonly session: ConnectionsSession) {
    super();
    const update = () => this.update();
    this.registerDisposer(session.changed.add(update));
    this.registerDisposer(session.names.changed.add(update));
    update();
  }

  private update(): void {
    const { session } = this;
    const { asked, cells } = session;
    const selected = session.isHeld ? cells.selected.length : 0;
    const named = asked.slice(0, NAMED_CELLS).map((cell) => ({
      name: session.nameOf(cell),
      color: cells.colorOf(cell),
      merged: cells.segmentsOf(cell).length,
    }));
    const shown = JSON.stringify([named, asked.length, selected]);
    // What has the focus in it would lose that.
    if (shown === this.shown) return;
    this.shown = shown;
    this.element.hidden = asked.length === 0;
    const more = asked.length - named.length;
    this.element.replaceChildren(
      ...named.map(({ name, color, merged }) => {
        const swatch = element("span", { class: "clio-connections-swatch" });
        swatch.style.setProperty("--cell", color);
        const note =
          merged > 1
            ? [
                element(
                  "span",
                  { class: "clio-connections-note" },
                  `${merged} merged`,
                ),
              ]
            : [];
        return element("li", {}, swatch, element("span", {}, name), ...note);
      }),
      ...(more > 0 ? [element("li", {}, `and ${more} more`)] : []),
      ...(selected > 0
        ? [
            element(
              "li",
              {},
              button({
                label: `Ask about all ${selected} selected`,
                key: keyOf("connections-follow"),
                run: () => session.askAboutSelected(),
              }),
            ),
          ]
        : []),
    );
  }
}
