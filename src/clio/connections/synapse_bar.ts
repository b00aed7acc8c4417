import { RefCounted } from "neuroglancer/unstable/util/disposable.js";
import { keyOf } from "../model/keys.js";
import { button, iconButton } from "../ui/button.js";
import { element } from "../ui/element.js";
import { counted } from "../ui/counted.js";
import type { SynapseSet } from "./synapse_set.js";
import type { SynapseWalk } from "./synapse_walk.js";

/** What says which synapses are shown, and walks them. */
export class SynapseBar extends RefCounted {
  readonly element: HTMLElement;
  private readonly words = element("p", {
    class: "clio-connections-synapses",
    role: "status",
  });
  private readonly walking: readonly HTMLButtonElement[];
  private readonly again: HTMLButtonElement;

  constructor(
    private readonly walk: SynapseWalk,
    keep: () => void,
  ) {
    super();
    this.walking = [
      button({
        label: "Previous",
        key: keyOf("synapse-previous"),
        run: () => walk.move(-1),
      }),
      button({
        label: "Next",
        key: keyOf("synapse-next"),
        run: () => walk.move(1),
      }),
      button({
        label: "To marks",
        icon: "point",
        key: keyOf("synapses-keep"),
        run: keep,
      }),
    ];
    this.again = button({ label: "Try again", run: () => walk.again() });
    this.element = element(
      "div",
      {
        class: "clio-connections-synapse-bar",
        role: "toolbar",
        "aria-label": "Synapses",
      },
      this.words,
      ...this.walking,
      this.again,
      iconButton("close", "Take the layer of synapses out of the view", () =>
        walk.hide(),
      ),
    );
    this.registerDisposer(walk.changed.add(() => this.update()));
    this.update();
  }

  private update(): void {
    const { layer, problem, source, set } = this.walk;
    this.element.hidden = layer === undefined;
    if (layer === undefined) return;
    this.again.hidden = problem === undefined;
    for (const each of this.walking) each.hidden = problem !== undefined;
    const isEmpty = this.walk.synapses.length === 0;
    for (const each of this.walking) each.disabled = isEmpty;
    const words =
      problem ??
      (source === undefined || set === undefined
        ? "Asking for the synapses…"
        : this.saying(set));
    // Set anew it would be read out again.
    if (this.words.textContent !== words) this.words.textContent = words;
  }

  private saying(set: SynapseSet): string {
    const { index, source, synapses, isShown } = this.walk;
    const at = index === undefined ? "" : `${index + 1} of `;
    const all = `${source?.found.complete === false ? "the first " : ""}${counted(synapses.length, "synapse")}`;
    return `${at}${all} ${partnerText(set)}${isShown ? "" : " (the layer is hidden)"}`;
  }
}

function partnerText({ side, partner, least }: SynapseSet): string {
  const way = side === "inputs" ? "from" : "to";
  if (partner !== undefined) return `${way} ${partner}`;
  return least > 1
    ? `${way} all with ${least.toLocaleString("en")} connections or more`
    : `${way} all partners`;
}
