import { RefCounted } from "neuroglancer/unstable/util/disposable.js";
import { button } from "../ui/button.js";
import { element } from "../ui/element.js";
import type { Whose } from "./merge_book.js";
import type { MergeDesk } from "./merge_desk.js";

interface WhoseChoiceOptions {
  /** Whose merges are listed. */
  readonly whose: () => Whose;
  readonly list: (whose: Whose) => void;
}

/** The choice of whose merges are listed, and whether those that hold for everybody are shown; there as soon as there are any. */
export class WhoseChoice extends RefCounted {
  readonly element: HTMLElement;
  private readonly own: HTMLButtonElement;
  private readonly everybodys: HTMLButtonElement;
  private readonly shown: HTMLButtonElement;

  constructor(
    private readonly desk: MergeDesk,
    private readonly options: WhoseChoiceOptions,
  ) {
    super();
    const choose = (whose: Whose) => {
      options.list(whose);
      this.update();
    };
    this.own = button({ label: "Yours", run: () => choose("own") });
    this.everybodys = button({
      label: "For everybody",
      run: () => choose("everybody's"),
    });
    this.shown = button({
      label: "Show those for everybody",
      icon: "shown",
      run: () => desk.layer?.everybodys.toggle(),
    });
    this.element = element(
      "div",
      {
        class: "clio-merges-whose",
        role: "group",
        "aria-label": "Whose merges",
      },
      this.own,
      this.everybodys,
      this.shown,
    );
    this.registerDisposer(desk.changed.add(() => this.update()));
    this.update();
  }

  private update(): void {
    const { book, layer } = this.desk;
    const whose = this.options.whose();
    const own = book?.rowsOf("own").oldestFirst.length ?? 0;
    const everybodys = book?.rowsOf("everybody's").oldestFirst.length ?? 0;
    this.element.hidden = everybodys === 0 && whose === "own";
    press(this.own, whose === "own", `Yours (${own.toLocaleString("en")})`);
    press(
      this.everybodys,
      whose === "everybody's",
      `For everybody (${everybodys.toLocaleString("en")})`,
    );
    press(
      this.shown,
      layer?.everybodys.value === true,
      "Show those for everybody",
    );
  }
}

function press(
  made: HTMLButtonElement,
  isPressed: boolean,
  label: string,
): void {
  made.setAttribute("aria-pressed", String(isPressed));
  made.querySelector(".clio-button-label")!.textContent = label;
}
