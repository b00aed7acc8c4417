import axe from "axe-core";
import { Catalogue } from "./catalogue.js";
import { Chooser } from "./chooser.js";
import { exampleJson, threeJson } from "./example.fixture.js";
import { rememberOpened } from "./last_opened.js";

const dialog = () => document.querySelector("dialog");
const search = () => dialog()!.querySelector("input")!;
const options = () => [...dialog()!.querySelectorAll("[role=option]")];
const titles = () =>
  options().map(
    (option) => option.querySelector(".clio-dataset-title")!.textContent,
  );
const count = () => dialog()!.querySelector(".clio-chooser-count")!.textContent;

/** Resolves when there is a list; where it never comes the spec times out. */
async function listShown(): Promise<void> {
  while (options().length === 0) {
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

/** The title of the option that is highlighted, for the eye and for a screen reader alike. */
function highlighted(): string | null {
  const selected = options().filter(
    (option) => option.getAttribute("aria-selected") === "true",
  );
  expect(selected.length).toBe(1);
  const [option] = selected;
  expect(search().getAttribute("aria-activedescendant")).toBe(option.id);
  return option.querySelector(".clio-dataset-title")!.textContent;
}

function press(key: string, modifiers: KeyboardEventInit = {}): void {
  search().dispatchEvent(
    new KeyboardEvent("keydown", { key, bubbles: true, ...modifiers }),
  );
}

function type(text: string): void {
  search().value = text;
  search().dispatchEvent(new InputEvent("input", { bubbles: true }));
}

function clickButton(label: string): void {
  const found = [...dialog()!.querySelectorAll("button")].find((button) =>
    button.textContent.startsWith(label),
  );
  expect(found).withContext(label).toBeDefined();
  found?.click();
}

describe("the dataset chooser", () => {
  let chosen: string[];

  beforeEach(() => {
    chosen = [];
    localStorage.clear();
  });

  afterEach(() => {
    dialog()?.close();
    dialog()?.remove();
    localStorage.clear();
  });

  function show(answer: () => Promise<Response>, openId?: string) {
    return new Chooser({
      catalogue: new Catalogue(answer),
      key: "keyd",
      openId,
      open: ({ id }) => chosen.push(id),
    }).show();
  }

  const showThree = (openId?: string) =>
    show(() => Promise.resolve(Response.json(threeJson)), openId);

  it("lists what there is, with the focus in the search field and the first one highlighted", async () => {
    await showThree();
    expect(titles()).toEqual(["Demo volume", "Médulla, Spalte 7", "FAFB"]);
    expect(document.activeElement).toBe(search());
    expect(highlighted()).toBe("Demo volume");
    expect(count()).toBe("3 datasets");
    expect(options()[2].textContent).toBe(
      "FAFB4 × 4 × 40 nmThe whole brain, TEM",
    );
  });

  it("highlights what was opened last, so that Enter opens it", async () => {
    rememberOpened("medulla");
    await showThree();
    expect(highlighted()).toBe("Médulla, Spalte 7");
    press("Enter");
    expect(chosen).toEqual(["medulla"]);
  });

  it("marks the dataset that is open now, and begins there", async () => {
    rememberOpened("medulla");
    await showThree("fafb");
    expect(highlighted()).toBe("FAFB");
    expect(options()[2].textContent).toContain("open now");
    expect(options()[1].textContent).not.toContain("open now");
  });

  it("moves by the arrow keys to the ends and no further, and by Home and End", async () => {
    await showThree();
    const seen = ["ArrowUp", "ArrowDown", "End", "ArrowDown", "Home"].map(
      (key) => {
        press(key);
        return highlighted();
      },
    );
    expect(seen).toEqual([
      "Demo volume",
      "Médulla, Spalte 7",
      "FAFB",
      "FAFB",
      "Demo volume",
    ]);
  });

  it("leaves keys alone that edit the text or belong to an input method", async () => {
    await showThree();
    press("End", { shiftKey: true });
    press("ArrowDown", { isComposing: true });
    press("Enter", { isComposing: true });
    expect(highlighted()).toBe("Demo volume");
    expect(chosen).toEqual([]);
  });

  it("filters while a person types, and stays at the highlighted one as long as it matches", async () => {
    await showThree();
    press("ArrowDown");
    type("spalte");
    expect(titles()).toEqual(["Médulla, Spalte 7"]);
    expect(count()).toBe("1 of 3 match");
    type("e");
    expect(highlighted()).toBe("Médulla, Spalte 7");
    type("brain");
    expect(highlighted()).toBe("FAFB");
  });

  it("opens what is clicked, closes, and remembers it", async () => {
    await showThree();
    (options()[2] as HTMLElement).click();
    expect(chosen).toEqual(["fafb"]);
    expect(dialog()).toBeNull();
    await showThree();
    expect(highlighted()).toBe("FAFB");
  });

  it("opens the highlighted one by its button", async () => {
    await showThree();
    clickButton("Open");
    expect(chosen).toEqual(["demo"]);
  });

  it("tells nothing that matches from nothing at all, and offers to clear the search", async () => {
    await showThree();
    type("zebrafish");
    expect(dialog()!.textContent).toContain("Nothing matches “zebrafish”");
    expect(count()).toBe("0 of 3 match");
    press("Enter");
    expect(chosen).toEqual([]);
    clickButton("Clear the search");
    expect(titles().length).toBe(3);
    expect(document.activeElement).toBe(search());
  });

  it("says how to make a dataset where there is none, and looks again", async () => {
    const answers = [{}, threeJson];
    await show(() => Promise.resolve(Response.json(answers.shift())));
    expect(dialog()!.textContent).toContain("No datasets yet");
    expect(dialog()!.textContent).toContain("npm run dataset -- make --help");
    type("demo");
    expect(dialog()!.textContent).toContain("No datasets yet");
    type("");
    clickButton("Look again");
    await listShown();
    expect(titles().length).toBe(3);
    expect(document.activeElement).toBe(search());
  });

  it("says why the list did not come, what was kept and what to do, and tries again", async () => {
    const answers = [
      new Response("", { status: 503 }),
      Response.json(threeJson),
    ];
    await show(() => Promise.resolve(answers.shift()!));
    const alert = dialog()!.querySelector("[role=alert]")!;
    expect(alert.textContent).toContain("Error: The server");
    expect(alert.textContent).toContain("keptThe view and all your marks");
    expect(alert.textContent).toContain("next");
    press("Enter");
    press("ArrowDown");
    expect(chosen).toEqual([]);
    clickButton("Try again");
    await listShown();
    expect(titles().length).toBe(3);
  });

  it("shows nothing at first while it waits, then the shape of a list, and no message of its own", async () => {
    jasmine.clock().install();
    try {
      let answer: (response: Response) => void = () => undefined;
      const shown = show(() => new Promise((resolve) => (answer = resolve)));
      const body = dialog()!.querySelector(".clio-chooser-body")!;
      type("fafb");
      jasmine.clock().tick(199);
      expect(body.childElementCount).toBe(0);
      jasmine.clock().tick(1);
      expect(body.querySelectorAll(".clio-dataset-skeleton").length).toBe(5);
      answer(Response.json(threeJson));
      await shown;
      expect(titles()).toEqual(["FAFB"]);
      jasmine.clock().tick(1000);
      expect(body.querySelector(".clio-dataset-skeleton")).toBeNull();
    } finally {
      jasmine.clock().uninstall();
    }
  });

  /** Presses Enter, and does more, before the list comes. */
  async function awaited(text: string, more: () => void = () => undefined) {
    let answer: (response: Response) => void = () => undefined;
    const shown = show(() => new Promise((resolve) => (answer = resolve)));
    type(text);
    press("Enter");
    more();
    answer(Response.json(threeJson));
    await shown;
    return chosen;
  }

  it("opens what Enter was pressed for before the list was there", async () => {
    rememberOpened("medulla");
    expect(await awaited("")).toEqual(["medulla"]);
    expect(dialog()).toBeNull();
    expect(await awaited("brain")).toEqual(["medulla", "fafb"]);
  });

  it("opens nothing for it where nothing matches, where the person goes on typing, or where they have left", async () => {
    expect(await awaited("zebrafish")).toEqual([]);
    expect(await awaited("brain", () => type("e"))).toEqual([]);
    expect(titles().length).toBe(3);
    expect(await awaited("brain", () => dialog()!.close())).toEqual([]);
  });

  it("shows what a catalogue holds as text", async () => {
    const title = "<img src=x onerror=alert(1)>";
    await show(() =>
      Promise.resolve(
        Response.json({ odd: exampleJson({ title, description: title }) }),
      ),
    );
    expect(titles()).toEqual([title]);
    expect(dialog()!.querySelector("img")).toBeNull();
    expect(count()).toBe("1 dataset");
  });

  it("is found in order by axe in each of its states", async () => {
    const violations = async () => {
      const result = await axe.run(dialog()!);
      return result.violations.map(({ id, nodes }) => [
        id,
        ...nodes.map(({ html }) => html),
      ]);
    };
    await showThree("demo");
    expect(await violations()).toEqual([]);
    type("zebrafish");
    expect(await violations()).toEqual([]);
    await show(() => Promise.resolve(Response.json({})));
    expect(await violations()).toEqual([]);
    await show(() => Promise.resolve(new Response("", { status: 503 })));
    expect(await violations()).toEqual([]);
    void show(() => new Promise(() => undefined));
    await new Promise((resolve) => setTimeout(resolve, 250));
    expect(await violations()).toEqual([]);
  });
});
