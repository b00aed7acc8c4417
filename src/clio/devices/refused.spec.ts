import type { AnnotationRecord } from "../model/annotation.js";
import { cleanUp } from "../store/testing/marks.js";
import { type Device, insistSame } from "./testing/device.js";
import { Devices } from "./testing/devices.js";

type Act = (record: AnnotationRecord) => AnnotationRecord | undefined;

/** What a device does with a mark while another gives it a title, and what of it the server refuses then. */
const ACTS: Record<string, Act> = {
  "A deletion": () => undefined,
  "A title": (record) => ({ ...record, title: "of the first" }),
};

describe("What the server refuses", () => {
  let devices: Devices;
  let first: Device;
  let second: Device;
  let third: Device;
  let mark: string;

  beforeEach(async () => {
    devices = new Devices();
    spyOn(window, "fetch").and.callFake((...request) =>
      devices.network.fetch(...request),
    );
    await devices.begin();
    [first, second, third] = devices.all;
    [mark] = (await first.held()).keys();
  });
  afterEach(async () => {
    devices.close();
    await cleanUp();
  });

  async function clash(act: Act): Promise<void> {
    await second.editor.edit("Edit title", [mark], (record) => ({
      ...record,
      title: "of the second",
    }));
    await second.deliver();
    await first.editor.edit("Act", [mark], act);
  }

  async function insistAllSame(): Promise<void> {
    const kept = await devices.kept();
    expect(kept.get(mark)?.title).toBe("of the second");
    for (const device of devices.all) {
      await device.listen();
      insistSame(await device.held(), kept);
    }
  }

  for (const [name, act] of Object.entries(ACTS)) {
    it(`is what the server has, although its answer was lost and its news were heard meanwhile: ${name}`, async () => {
      await clash(act);
      devices.network.way = "answer is lost";
      await first.deliver();
      devices.network.way = "good";
      await first.listen();
      expect(await first.waits()).toBeTrue();
      // So that it listens once more.
      expect(await first.deliver()).toBeTrue();
      await insistAllSame();
    });

    it(`is what the server has, although another device has settled it before its news were heard: ${name}`, async () => {
      await clash(act);
      // The news of the second, while what the first has done still waits on top of them.
      await first.listen();
      expect(await first.deliver()).toBeTrue();
      await third.listen();
      await third.settle(0, "kept");
      await third.deliver();
      await insistAllSame();
      expect(await first.conflicts()).toEqual([]);
    });
  }
});
