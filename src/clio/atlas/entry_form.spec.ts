import fc from "fast-check";
import {
  type AtlasEntry,
  type EntryWords,
  LONGEST_ENTRY_TAG,
} from "../model/atlas.js";
import { LOCAL_USER } from "../model/sandbox.js";
import { Store } from "../store/store.js";
import { beforeCleanUp, cleanUp, freshName } from "../store/testing/marks.js";
import { until } from "../store/testing/tabs.js";
import { ownItem } from "./album_item.js";
import type { AtlasDesk } from "./atlas_desk.js";
import { EntryForm, tagsIn } from "./entry_form.js";
import { OwnEntries } from "./own_entries.js";

const ID = "0123abcd-0000-4000-8000-0123456789ab";

const open: (() => void)[] = [];
beforeCleanUp(() => {
  for (const close of open.splice(0)) close();
});
afterEach(cleanUp);

/** An entry, and what opens its form: at a desk without a view. */
async function made(more: Partial<AtlasEntry>) {
  const name = freshName();
  const openTab = async () => {
    const store = new Store({ name, retryAfter: 1e9 });
    const own = new OwnEntries(store);
    open.push(() => {
      own.dispose();
      store.dispose();
    });
    await until(() => own.isRead);
    return own;
  };
  let own = await openTab();
  await own.add("demo", {
    id: ID,
    kind: "atlas",
    title: "",
    description: "",
    tags: [],
    position: [1, 2, 3],
    user: LOCAL_USER,
    created: 1,
    modified: 1,
    ...more,
  });
  const saved = () => own.find("demo", ID)!;
  const desk = {
    get own() {
      return own;
    },
    unsaved: new Map<string, EntryWords>(),
    overlays: {},
    album: { standing: "loaded" },
    change: async (_item: unknown, more: Partial<AtlasEntry>) => {
      await own.change("demo", ID, "Edit place of the atlas", more);
      return true;
    },
  };
  const openForm = () => {
    const item = ownItem("demo", saved(), undefined);
    const form = new EntryForm(item, desk as unknown as AtlasDesk);
    const [title, tags] = form.element.querySelectorAll("input");
    const press = (label: string) =>
      [...form.element.querySelectorAll("button")]
        .find(({ textContent }) => textContent === label)!
        .click();
    return { form, title, tags, press };
  };
  /** Begins anew with what is stored. */
  const reload = async () => {
    desk.unsaved.clear();
    own = await openTab();
  };
  return { saved, openForm, reload };
}

function type(field: HTMLInputElement, text: string): void {
  field.value = text;
  field.dispatchEvent(new Event("input"));
}

describe("The form of an entry", () => {
  it("saves a draft while it is written, and when it is left", async () => {
    const { saved, openForm } = await made({});
    const { form, title, tags } = openForm();
    type(title, "Pale axon");
    type(tags, "axon, ");
    await until(() => saved().title === "Pale axon");
    expect(saved().tags).toEqual(["axon"]);
    form.update(ownItem("demo", saved(), undefined));
    expect(tags.value).toBe("axon, ");
    type(title, "Pale axons");
    window.dispatchEvent(new Event("pagehide"));
    await until(() => saved().title === "Pale axons");
    type(title, "Dark axon");
    form.dispose();
    await until(() => saved().title === "Dark axon");
  });

  it("keeps what is written of a submitted entry for its author, over a reload too, until that is submitted or dropped", async () => {
    const { saved, openForm, reload } = await made({
      title: "Sent",
      submitted: 5,
    });
    const first = openForm();
    type(first.title, "Better");
    first.form.dispose();
    const before = openForm();
    expect(before.title.value).toBe("Better");
    await until(() => saved().unsent?.title === "Better");
    // The reviewers have what was submitted: as far as they are concerned nothing is another.
    expect([saved().title, saved().modified]).toEqual(["Sent", 1]);
    before.form.dispose();

    await reload();
    const again = openForm();
    expect(again.title.value).toBe("Better");
    again.press("Drop the changes");
    await until(() => saved().unsent === undefined);
    expect(again.title.value).toBe("Sent");
    type(again.title, "Best");
    again.form.element.dispatchEvent(new Event("submit"));
    await until(() => saved().title === "Best");
    expect(saved().unsent).toBe(undefined);
    expect(saved().modified).toBeGreaterThan(1);
    again.form.dispose();
  });

  it("reads the same tags out of what it has read", () => {
    const tag = fc.string({
      unit: fc.constantFrom("a", " ", ",", "\u00e4"),
      maxLength: 12,
    });
    const long = fc.nat(4).map((n) => "a".repeat(LONGEST_ENTRY_TAG - n));
    const text = fc.array(fc.oneof(tag, long)).map((parts) => parts.join(""));
    fc.assert(
      fc.property(text, (text) => {
        const tags = tagsIn(text);
        expect(tagsIn(tags.join(", "))).toEqual(tags);
      }),
    );
    const cut = `${"a".repeat(LONGEST_ENTRY_TAG - 1)} b`;
    expect(tagsIn(cut)).toEqual(["a".repeat(LONGEST_ENTRY_TAG - 1)]);
  });

  it("takes what its fields cannot hold for nothing that its author has written", async () => {
    const { saved, openForm } = await made({
      title: "Two\nlines ",
      description: "Two\r\nlines\rand three",
      tags: ["a, b", " c\n"],
      submitted: 5,
    });
    const { form, title, tags } = openForm();
    const [send, drop] = form.element.querySelectorAll<HTMLButtonElement>(
      ".clio-atlas-acts button",
    );
    expect([title.value, tags.value]).toEqual(["Twolines ", "a, b, c"]);
    expect([send.disabled, drop.hidden]).toEqual([true, true]);
    const newer = { ...saved(), title: "One\rline" };
    form.update(ownItem("demo", newer, undefined));
    expect(title.value).toBe("Oneline");
    type(title, "Mine");
    expect([send.disabled, drop.hidden]).toEqual([false, false]);
    form.update(ownItem("demo", { ...newer, title: "Other" }, undefined));
    expect(title.value).toBe("Mine");
    await until(() => saved().unsent?.title === "Mine");
    form.dispose();
  });
});
