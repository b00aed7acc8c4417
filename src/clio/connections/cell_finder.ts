import { RefCounted } from "neuroglancer/unstable/util/disposable.js";
import type { CellFacts } from "../model/neuprint.js";
import { button } from "../ui/button.js";
import { element } from "../ui/element.js";
import { ConnectionsProblem } from "./connections_problem.js";
import type { ConnectionsSession } from "./connections_session.js";

/** Finds cells by id, type or name, and goes to those that a person chooses. */
export class CellFinder extends RefCounted {
  readonly element: HTMLElement;
  private readonly field = element("input", {
    class: "clio-field clio-connections-find",
    type: "search",
    placeholder: "find a cell: id, type or name",
    "aria-label": "Find a cell by id, type or name",
  });
  private readonly list = element("ul", {
    class: "clio-connections-found",
    "aria-label": "Cells found",
    hidden: "",
  });
  private readonly said = element("p", {
    class: "clio-connections-said",
    role: "status",
  });
  private stop = new AbortController();

  constructor(
    private readonly session: ConnectionsSession,
    private readonly chosen: () => void,
  ) {
    super();
    this.element = element(
      "div",
      { class: "clio-connections-finder" },
      element(
        "form",
        { class: "clio-connections-find-row", role: "search" },
        this.field,
      ),
      this.said,
      this.list,
    );
    this.element.querySelector("form")!.addEventListener("submit", (event) => {
      event.preventDefault();
      void this.find();
    });
    this.field.addEventListener("keydown", (event) => {
      // A form of one field without a button is sent by Enter in some browsers alone.
      if (event.key === "Enter") void this.find();
      else if (event.key === "Escape") this.show([], "");
      else return;
      event.preventDefault();
      event.stopPropagation();
    });
    this.field.addEventListener("input", () => {
      if (this.field.value === "") this.show([], "");
    });
    this.registerDisposer(() => this.stop.abort());
  }

  focus(): void {
    this.field.focus();
  }

  private async find(): Promise<void> {
    const { dataset, client } = this.session;
    const text = this.field.value.trim();
    this.stop.abort();
    if (text === "" || dataset === undefined) {
      this.show([], "");
      return;
    }
    const { signal } = (this.stop = new AbortController());
    this.show([], "Looking…");
    try {
      const { cells, complete } = await client.find(dataset, text, signal);
      const words =
        cells.length === 0
          ? `No cell has ${JSON.stringify(text)} in its type or name, or this id.`
          : complete
            ? ""
            : `The first ${cells.length}: more letters make them fewer.`;
      this.show(cells, words);
      this.list.querySelector("button")?.focus();
    } catch (error) {
      if (signal.aborted) return;
      if (!(error instanceof ConnectionsProblem)) throw error;
      this.show([], error.message);
    }
  }

  private show(cells: readonly CellFacts[], words: string): void {
    this.said.textContent = words;
    this.list.hidden = cells.length === 0;
    this.list.replaceChildren(...cells.map((cell) => this.line(cell)));
  }

  private line({ body, type, instance, inputs, outputs }: CellFacts) {
    const facts = [
      ...(inputs === null ? [] : [`${inputs.toLocaleString("en")} in`]),
      ...(outputs === null ? [] : [`${outputs.toLocaleString("en")} out`]),
    ].join(", ");
    const words = [instance || type, facts].filter(Boolean).join(" · ");
    return element(
      "li",
      {},
      button({
        label: words === "" ? body : `${body} · ${words}`,
        run: () => {
          this.session.goTo([this.session.cells.cellOf(BigInt(body))]);
          this.show([], "");
          this.chosen();
        },
      }),
    );
  }
}
