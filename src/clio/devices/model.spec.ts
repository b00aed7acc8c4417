/**
 * The invariant: devices of one person edit, delete, undo, settle what clashed, lose their connection and meet the server again, while
 * requests and answers are lost on the way or arrive twice. Then:
 *
 * 1. what a device shows is what its database holds, at every moment;
 * 2. undo and redo change the parts that their step had changed, and no other;
 * 3. a device that has delivered all, of which nothing clashed, and whom no other has overtaken, holds what the server has, without
 *    asking for it;
 * 4. once all have met the server, all hold the same, which is what the server has, and all know the same conflicts;
 * 5. each change was applied once, and comes to the same whenever it is delivered again;
 * 6. what was acknowledged is there: as it was put, or changed since by somebody who had seen it, or as a side of a conflict.
 */
import fc from "fast-check";
import type { Choice } from "../account/sync/settle.js";
import type { AnnotationRecord } from "../model/annotation.js";
import { editedId } from "../model/change.js";
import { changedFields, sameValue } from "../model/record_fields.js";
import { runs, stillRunning } from "../store/testing/counts.js";
import { insist } from "../store/testing/insist.js";
import { cleanUp } from "../store/testing/marks.js";
import { type Device, insistSame } from "./testing/device.js";
import { COUNT, Devices } from "./testing/devices.js";
import type { Way } from "./testing/network.js";

/** Milliseconds. */
const TIMEOUT = 60 * 60_000;

type Command = fc.AsyncCommand<object, Devices>;

function command(
  name: string,
  index: number,
  run: (device: Device, devices: Devices) => Promise<unknown>,
): Command {
  return {
    check: () => true,
    toString: () => `device ${index}: ${name}`,
    async run(_model, devices) {
      const device = devices.all[index];
      await run(device, devices);
      await device.check();
    },
  };
}

const ACTS: Record<
  string,
  (record: AnnotationRecord, unique: string) => AnnotationRecord | undefined
> = {
  describe: (record, description) => ({ ...record, description }),
  "give a title": (record, title) => ({ ...record, title }),
  "fill a field": (record, note) => ({
    ...record,
    fields: { ...record.fields, note },
  }),
  "fill a field of a name that all objects have": (record, text) => ({
    ...record,
    fields: { ...record.fields, constructor: text },
  }),
  check: (record) => ({ ...record, checked: !record.checked }),
  delete: () => undefined,
};

/** Does something to one of the marks that a device shows, or to two. */
const edit = (index: number, act: string, pick: number) =>
  command(`${act} ${pick}`, index, async (device) => {
    const ids = [...(await device.held()).keys()];
    if (ids.length === 0) return;
    const some = [ids[pick % ids.length], ids[(pick >> 3) % ids.length]];
    await device.editor.edit(act, [...new Set(some)], (record) =>
      ACTS[act](record, crypto.randomUUID()),
    );
  });

const add = (index: number) => command("add", index, (device) => device.add());

/** What the program finds out by itself, which is no step. */
const note = (index: number, pick: number) =>
  command(`note ${pick}`, index, async (device) => {
    const ids = [...(await device.held()).keys()];
    if (ids.length === 0) return;
    const segments = { source: "x", supervoxels: [String(pick)] };
    await device.editor.note([ids[pick % ids.length]], (record) => ({
      ...record,
      segments,
    }));
  });

const turn = (index: number, how: "undo" | "redo") =>
  command(how, index, async (device) => {
    const before = await device.held();
    device.last = [];
    await device.editor[how]();
    const after = await device.held();
    const edits = new Map(device.last.map((each) => [editedId(each), each]));
    for (const id of new Set([...before.keys(), ...after.keys()])) {
      const [was, is] = [before.get(id), after.get(id)];
      if (sameValue(was, is)) continue;
      const edit = edits.get(id);
      if (edit === undefined) throw new Error(`${how} has changed ${id}`);
      if (was === undefined || is === undefined) continue;
      const allowed = edit.op === "put" ? (edit.changed ?? []) : [];
      const others = changedFields(was, is).filter(
        (name) => !allowed.includes(name),
      );
      insist(others.join(), "");
    }
  });

const deliver = (index: number, way: Way) =>
  command(`deliver, ${way}`, index, async (device, devices) => {
    devices.network.way = way;
    const more = await devices.deliver(device);
    if (more === undefined || device.isOvertaken) return;
    insistSame(await device.held(), await devices.kept());
  });

const hear = (index: number, way: Way) =>
  command(`listen, ${way}`, index, async (device, devices) => {
    devices.network.way = way;
    await device.listen();
  });

/** Two devices that have not met since give the same mark a title. */
const clash = (index: number, pick: number) =>
  command(`clash ${pick}`, index, async (device, devices) => {
    const other = devices.all[(index + 1) % COUNT];
    const there = await other.held();
    const ids = [...(await device.held()).keys()].filter((id) => there.has(id));
    if (ids.length === 0) return;
    const id = ids[pick % ids.length];
    devices.network.way = "good";
    for (const each of [device, other]) {
      await each.editor.edit("give a title", [id], (record) => ({
        ...record,
        title: crypto.randomUUID(),
      }));
      await devices.deliver(each);
      await each.check();
    }
  });

const settled = (index: number, pick: number, choice: Choice) =>
  command(`settle ${pick}: ${choice}`, index, (device) =>
    device.settle(pick, choice),
  );

const reopened = (index: number) =>
  command("is opened again", index, async (device) => {
    device.close();
    await device.open();
  });

const folded = (index: number) =>
  command("fold", index, (device) => device.fold());

const device = fc.nat(COUNT - 1);
const pick = fc.nat(63);
const way = fc.constantFrom<Way[]>(
  "good",
  "good",
  "request is lost",
  "answer is lost",
  "arrives twice",
);
const edits = fc
  .tuple(device, fc.constantFrom(...Object.keys(ACTS)), pick)
  .map((args) => edit(...args));

const commands = [
  edits,
  edits,
  edits,
  device.map(add),
  fc.tuple(device, pick).map((args) => note(...args)),
  fc
    .tuple(device, fc.constantFrom("undo" as const, "redo" as const))
    .map((args) => turn(...args)),
  fc.tuple(device, fc.constant("undo" as const)).map((args) => turn(...args)),
  fc.tuple(device, way).map((args) => deliver(...args)),
  fc.tuple(device, way).map((args) => deliver(...args)),
  fc.tuple(device, way).map((args) => hear(...args)),
  fc
    .tuple(device, pick, fc.constantFrom<Choice[]>("kept", "refused"))
    .map((args) => settled(...args)),
  fc.tuple(device, pick).map((args) => clash(...args)),
  device.map(reopened),
  device.map(folded),
];

describe("Three devices and a server", () => {
  afterEach(cleanUp);

  it(
    "come to the same whatever is done on each, and lose, repeat and take back nothing that nobody wanted",
    async () => {
      let devices: Devices;
      spyOn(window, "fetch").and.callFake((...request) =>
        devices.network.fetch(...request),
      );
      let clashes = 0;
      await fc.assert(
        fc.asyncProperty(
          fc.commands(commands, { size: "max", maxCommands: 60 }),
          async (commands) => {
            stillRunning();
            devices = new Devices();
            try {
              await devices.begin();
              const setup = () => ({ model: {}, real: devices });
              await fc.asyncModelRun(setup, commands);
              await devices.meet();
              await devices.checkMet();
              clashes += (await devices.news()).conflicts.length;
            } finally {
              devices.close();
              await cleanUp();
            }
          },
        ),
        { numRuns: runs(8, 500) },
      );
      // Without any, nothing would be proven.
      expect(clashes).toBeGreaterThan(0);
    },
    TIMEOUT,
  );
});
