import axe from "axe-core";
import { type Card, CardGrid } from "./card_grid.js";
import { element } from "./element.js";

const MANY = 100_000;

describe("A grid of cards", () => {
  let grid: CardGrid;
  let live: Set<number>;
  let said: string[];

  class NumberCard implements Card {
    readonly element: HTMLElement;

    constructor(private readonly index: number) {
      live.add(index);
      this.element = element("span", {}, `card ${index}`);
    }

    update(): void {
      this.element.dataset.updated = "";
    }

    dispose(): void {
      live.delete(this.index);
    }
  }

  beforeEach(async () => {
    live = new Set();
    said = [];
    grid = new CardGrid({
      label: "Numbers",
      makeCard: (index) => new NumberCard(index),
      activated: (index) => said.push(`activated ${index}`),
      entered: (index) => said.push(`entered ${index}`),
      hovered: (index) => said.push(`hovered ${index}`),
    });
    Object.assign(grid.element.style, { width: "470px", height: "330px" });
    document.body.append(grid.element);
    grid.resize(100, 100);
    grid.show(MANY, 0);
    await settled();
  });

  afterEach(() => {
    grid.dispose();
    grid.element.remove();
    expect(live.size).toBe(0);
  });

  /** Until its size was seen. */
  async function settled(): Promise<void> {
    for (let i = 0; i < 3; ++i) {
      await new Promise((resolve) => requestAnimationFrame(resolve));
    }
  }

  function press(key: string): void {
    grid.element.dispatchEvent(
      new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true }),
    );
  }

  it("makes the cards in view alone, however many there are", () => {
    expect(grid.columns).toBe(4);
    expect(live.size).toBeGreaterThanOrEqual(12);
    expect(live.size).toBeLessThan(40);
    expect(live.has(0)).toBeTrue();
  });

  it("walks to the last card, which exists then, and the first does not any more", () => {
    press("End");
    expect(grid.active).toBe(MANY - 1);
    expect(live.has(MANY - 1)).toBeTrue();
    expect(live.has(0)).toBeFalse();
    const id = grid.element.getAttribute("aria-activedescendant")!;
    const option = document.getElementById(id)!;
    expect(option.textContent).toBe(`card ${MANY - 1}`);
    expect(option.getAttribute("aria-posinset")).toBe(String(MANY));
    const card = option.getBoundingClientRect();
    const view = grid.element.getBoundingClientRect();
    expect(card.bottom).toBeLessThanOrEqual(view.bottom);
    expect(card.top).toBeGreaterThanOrEqual(view.top);
  });

  it("keeps the arrows for itself, and leaves other keys to the viewer", () => {
    const heard: string[] = [];
    const listen = ({ key }: KeyboardEvent) => heard.push(key);
    document.body.addEventListener("keydown", listen);
    press("ArrowRight");
    press("a");
    document.body.removeEventListener("keydown", listen);
    expect(heard).toEqual(["a"]);
    expect(said).toEqual(["activated 1"]);
  });

  it("makes the card that is clicked the active one, and says so", () => {
    const id = grid.element.getAttribute("aria-activedescendant")!;
    const second = document.getElementById(id)!.nextElementSibling!;
    second.querySelector("span")!.click();
    expect(said).toEqual(["activated 1", "entered 1"]);
  });

  it("is in order for a screen reader, full and empty", async () => {
    for (const count of [MANY, 3]) {
      grid.show(count, 0);
      expect((await axe.run(grid.element)).violations).toEqual([]);
    }
  });
});
