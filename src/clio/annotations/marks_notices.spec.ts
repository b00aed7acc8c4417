import type { Store } from "../store/store.js";
import { Fault } from "../store/testing/faults.js";
import {
  change,
  cleanUp,
  freshName,
  loseDatabase,
} from "../store/testing/marks.js";
import { closeTabs, Tab } from "../store/testing/tabs.js";
import { marksNotices, problemNotices, showNotices } from "./marks_notices.js";

let fault: Fault | undefined;

afterEach(async () => {
  fault?.heal();
  fault = undefined;
  closeTabs();
  await cleanUp();
});

async function readyStore(name = freshName()): Promise<Store> {
  const tab = new Tab({ name });
  await tab.reach("ready");
  return tab.store;
}

/** What is told to a person, and what was pressed in it. */
function told(
  store: Store,
  {
    readError,
    adopters = [],
  }: {
    readError?: string;
    adopters?: { id: string; title: string }[];
  } = {},
) {
  const done: string[] = [];
  const notices = marksNotices({
    store,
    readError,
    adopters,
    readAgain: () => done.push("read again"),
    adopt: (dataset) => done.push(`adopt ${dataset}`),
    save: () => done.push("save"),
  });
  const press = (label: string) => {
    const buttons = notices.flatMap((notice) => [
      ...notice.querySelectorAll("button"),
    ]);
    buttons.find(({ textContent }) => textContent === label)!.click();
    return done;
  };
  const texts = notices.map(({ textContent }) => textContent);
  return { texts, press };
}

describe("The notices about the marks", () => {
  it("are none where nothing is wrong and nothing is to be decided", async () => {
    expect(told(await readyStore()).texts).toEqual([]);
  });

  it("say what happened on a full disk, what was kept and what to do, and offer an export and another try", async () => {
    const store = await readyStore();
    fault = new Fault("full", 1);
    await store.apply(change("+1"));
    const { texts, press } = told(store);
    expect(texts.length).toBe(1);
    for (const part of [
      "is full. write-over-quota",
      "1 change is kept in this tab",
      "Free some space",
    ])
      expect(texts[0]).toContain(part);
    expect(press("Export")).toEqual(["save"]);

    fault.heal();
    press("Try again");
    await store.retry();
    expect(told(store).texts).toEqual([]);
  });

  it("tell of marks that were restored as of something done, with nothing to try again, and what else is wrong beside it", async () => {
    const name = freshName();
    const { store } = new Tab({ name });
    await store.apply(change("+1"));
    closeTabs();
    await loseDatabase(name);
    const { texts, press } = told(await readyStore(name), {
      readError: "why",
    });
    expect(texts.length).toBe(2);
    expect(texts[0]).toContain("Done: The browser found its copy");
    expect(texts[0]).toContain("database-restored");
    expect(texts[0]).not.toContain("Try again");
    expect(texts[1]).toContain("The marks could not be read: why");
    expect(press("Export")).toEqual(["save"]);
  });

  it("say why the marks could not be read, and offer to read them again", async () => {
    const { texts, press } = told(await readyStore(), { readError: "why" });
    expect(texts).toEqual([
      jasmine.stringContaining("The marks could not be read: why"),
    ]);
    expect(press("Try again")).toEqual(["read again"]);
  });

  it("do not tell the same news twice where the database itself is in the way", async () => {
    const store = await readyStore();
    fault = new Fault("full", 1);
    await store.apply(change("+1"));
    const { texts } = told(store, { readError: "why" });
    expect(texts.length).toBe(1);
    expect(texts[0]).toContain("write-over-quota");
  });

  it("stay as they are while they say the same, with the focus on their button", async () => {
    const store = await readyStore();
    fault = new Fault("full", 1);
    await store.apply(change("+1"));
    const place = document.createElement("div");
    document.body.append(place);
    const show = () =>
      showNotices(
        place,
        problemNotices(store.problems.value, { retry: () => undefined }),
      );
    show();
    const [retry] = place.querySelectorAll("button");
    retry.focus();
    show();
    expect(document.activeElement).toBe(retry);
    await store.apply(change("+2"));
    show();
    expect(place.textContent).toContain("2 changes are kept in this tab");
    place.remove();
  });

  it("offer the marks of a bare image to each dataset of that image", async () => {
    const { texts, press } = told(await readyStore(), {
      adopters: [
        { id: "demo", title: "Demo volume" },
        { id: "other", title: "The other" },
      ],
    });
    expect(texts.length).toBe(2);
    expect(texts[0]).toContain("Demo volume, whose image it is");
    expect(press("Move to The other")).toEqual(["adopt other"]);
  });
});
