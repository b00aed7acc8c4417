import type { SandboxKey } from "../model/sandbox.js";
import { imageDataset, imageSourceOf, LOCAL_USER } from "../model/sandbox.js";
import type { ClioDatabase } from "./database.js";
import { appendChanges } from "./journal.js";
import { maintain } from "./maintenance.js";
import {
  adoptSandbox,
  describeSandbox,
  findSandbox,
  listSandboxes,
} from "./sandboxes.js";
import { sweepPages } from "./staging.js";
import { Fault } from "./testing/faults.js";
import {
  change,
  cleanUp,
  connect,
  DEMO,
  freshName,
  marks,
} from "./testing/marks.js";
import { Tab, until } from "./testing/tabs.js";

const IMAGE: SandboxKey = {
  user: LOCAL_USER,
  dataset: imageDataset("precomputed://https://example.org/image"),
};

afterEach(cleanUp);

/** Plays "+1 | fold | +2" in the sandbox `key`. */
async function play(db: ClioDatabase, key: SandboxKey, script: string) {
  for (const step of script.split(" | ").filter((step) => step !== "")) {
    if (step === "fold") await maintain(db, key);
    else await appendChanges(db, [change(step, key)]);
  }
}

function adopt(db: ClioDatabase) {
  return adoptSandbox(db, IMAGE, DEMO, { id: crypto.randomUUID(), at: 0 });
}

describe("A sandbox", () => {
  it("is there once something was marked or described", async () => {
    const db = await connect();
    expect(await findSandbox(db, DEMO)).toBeUndefined();
    await appendChanges(db, [change("+1")]);
    expect(await findSandbox(db, DEMO)).toEqual(
      jasmine.objectContaining({ ...DEMO, title: "demo" }),
    );
  });

  it("keeps its marks when it is described anew", async () => {
    const db = await connect();
    await appendChanges(db, [change("+1")]);
    const space = {
      names: ["x", "y", "z"] as [string, string, string],
      scales: [8e-9, 8e-9, 8e-9] as [number, number, number],
      lower: [0, 0, 0] as [number, number, number],
      upper: [512, 512, 256] as [number, number, number],
    };
    await describeSandbox(db, DEMO, { title: "Demo", image: "x", space }, 0);
    expect(await findSandbox(db, DEMO)).toEqual(
      jasmine.objectContaining({ title: "Demo", image: "x", space }),
    );
    expect(await marks(db)).toBe("1.0");
  });

  it("is apart from that of another user or dataset", async () => {
    const db = await connect();
    const other = { ...DEMO, user: "other" };
    await appendChanges(db, [
      change("+1"),
      change("+2", other),
      change("+3", IMAGE),
    ]);
    await maintain(db, other);
    expect(await marks(db)).toBe("1.0");
    expect(await marks(db, other)).toBe("2.0");
    expect(await marks(db, IMAGE)).toBe("3.0");
  });

  it("is listed with what it holds", async () => {
    const db = await connect();
    await play(db, DEMO, "+1 +2 +3 | fold | -1");
    await describeSandbox(db, IMAGE, { title: "An image" }, 5);
    const [demo, image] = await listSandboxes(db);
    expect(demo).toEqual(
      jasmine.objectContaining({ ...DEMO, atMost: 3, quarantined: 0 }),
    );
    expect(demo.bytes).toBeGreaterThan(0);
    expect(image).toEqual({
      ...IMAGE,
      title: "An image",
      created: 5,
      atMost: 0,
      bytes: 0,
      quarantined: 0,
    });
  });

  it("of an image source is known by that", () => {
    expect(imageSourceOf(IMAGE.dataset)).toBe(
      "precomputed://https://example.org/image",
    );
    expect(imageSourceOf(DEMO.dataset)).toBeUndefined();
  });
});

describe("Adopting marks", () => {
  for (const [image, demo, expected] of [
    ["+1 +2", "", "1.0 2.0"],
    ["+1 | fold | +2", "", "1.0 2.0"],
    ["+1 | fold | +2", "+3", "1.0 2.0 3.0"],
    ["+1", "+3 | fold | +4", "1.0 3.0 4.0"],
    ["+1 | fold | +2 | fold", "+3 | fold | -3", "1.0 2.0"],
    ["+1 | fold", "+1.1 | fold", "1.1"],
    ["+1 | fold", "+1.1 | fold | -1", ""],
  ]) {
    it(`brings "${image}" into "${demo}"`, async () => {
      const db = await connect();
      await play(db, IMAGE, image);
      await play(db, DEMO, demo);
      expect(await adopt(db)).toBeTrue();
      expect(await marks(db)).toBe(expected);
      expect(await marks(db, IMAGE)).toBe("");
      expect((await listSandboxes(db)).map(({ dataset }) => dataset)).toEqual([
        "demo",
      ]);
      await play(db, DEMO, "+8 | fold");
      expect(await sweepPages(db)).toBe(0);
      expect(await marks(db)).toBe(`${expected} 8.0`.trim());
    });
  }

  it("takes along where the image is, unless the dataset knows better", async () => {
    const db = await connect();
    await describeSandbox(db, IMAGE, { title: "I", image: "there" }, 0);
    await adopt(db);
    expect((await findSandbox(db, DEMO))?.image).toBe("there");
    expect((await findSandbox(db, DEMO))?.title).toBe("demo");
  });

  it("says that there was nothing to adopt", async () => {
    expect(await adopt(await connect())).toBeFalse();
  });

  it("refuses to adopt from itself", async () => {
    const db = await connect();
    expect(() => adoptSandbox(db, DEMO, DEMO, { id: "", at: 0 })).toThrowError(
      "demo cannot adopt its own marks",
    );
  });

  it("waits for nothing that the disk refuses, and leaves nothing behind", async () => {
    const tab = new Tab({ name: freshName() }, IMAGE);
    await tab.reach("ready");
    await tab.store.apply(change("+1", IMAGE));
    const fault = new Fault("full", 1);
    await tab.store.apply(change("+2", IMAGE));
    await expectAsync(tab.store.adopt(IMAGE, DEMO)).toBeRejectedWithError(
      /marks of image:.* stay where they are.* 1 is not saved yet/,
    );
    fault.heal();
    expect(await tab.store.adopt(IMAGE, DEMO)).toBeTrue();
    expect(await marks(tab.db)).toBe("1.0 2.0");
  });

  it("shows in every tab", async () => {
    const name = freshName();
    const tabs = [new Tab({ name }), new Tab({ name })];
    const image = new Tab({ name }, IMAGE);
    await Promise.all([...tabs, image].map((tab) => tab.reach("ready")));
    await tabs[0].store.apply(change("+1"));
    await tabs[1].store.apply(change("+2", IMAGE));
    await until(() => tabs[0].heard.length === 2 && image.heard.length === 2);
    expect(await image.shows()).toBe("2.0");
    await tabs[0].store.adopt(IMAGE, DEMO);
    await until(() =>
      [...tabs, image].every((tab) => tab.heard.includes("(again)")),
    );
    expect(await tabs[0].shows()).toBe("1.0 2.0");
    expect(await tabs[1].shows()).toBe("1.0 2.0");
    expect(await image.shows()).toBe("");
  });
});
