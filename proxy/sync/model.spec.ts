import fc from "fast-check";
import type { AnnotationRecord } from "../../src/clio/model/annotation.js";
import { fieldsOf } from "../../src/clio/model/record_fields.js";
import type { News, Outcome } from "../../src/clio/model/sync.js";
import { SqliteStorage } from "../storage/sqlite/sqlite_storage.js";
import { point } from "../storage/testing/rows.js";
import { ServerProcess } from "../testing/server_process.js";
import { Device, type Ask } from "./testing/device.js";

/*
 * Devices of one person edit, delete, lose their connection and meet again, while requests and answers are lost on the way and the
 * server is killed in the middle of some. Then:
 *
 * 1. all devices show the same, which is what the server has;
 * 2. each change that was acknowledged was applied once, by an outcome that is the same whenever it is asked for;
 * 3. what was acknowledged is there: as it was put, or changed since by somebody who had seen it, or as a side of a conflict.
 */

const nightly = process.env.CLIO_NIGHTLY === "1";
const runs = nightly ? 500 : 60;

/** In one of so many runs the server is killed: it takes a second to be back. */
const killIn = 5;

interface Step {
  device: number;
  act:
    | "add"
    | "describe"
    | "title"
    | "field"
    | "move"
    | "delete"
    | "deliver"
    | "pull"
    | "lose request"
    | "lose answer"
    | "kill";
  pick: number;
}

const steps = fc.array(
  fc.record<Step>({
    device: fc.nat({ max: 3 }),
    act: fc.constantFrom(
      "add",
      "describe",
      "describe",
      "title",
      "field",
      "move",
      "delete",
      "deliver",
      "deliver",
      "pull",
      "pull",
      "lose request",
      "lose answer",
      "kill",
    ),
    pick: fc.nat({ max: 1000 }),
  }),
  // Not as few as fast-check would mostly take: devices clash only after a while.
  { minLength: 40, maxLength: 120, size: "max" },
);

describe("Devices of one person", () => {
  let server: ServerProcess;
  let run = 0;
  /** Conflicts that there were in all runs: without any, nothing would be proven. */
  let clashes = 0;
  beforeAll(async () => {
    server = await ServerProcess.start();
  });
  afterAll(() => server.close());

  const ask: Ask = async (method, target, body) => {
    const answer = await fetch(server.origin + target, {
      method,
      headers: { "Content-Type": "application/json" },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const json: unknown = await answer.json();
    if (!answer.ok) throw new Error(JSON.stringify(json));
    return json;
  };

  /** Delivers into the void: nothing arrives, or nothing comes back. */
  const losing =
    (what: "lose request" | "lose answer"): Ask =>
    async (...request) => {
      if (what === "lose answer") await ask(...request);
      throw new Error("lost");
    };

  /** Delivers to a server that is killed meanwhile. */
  const killing: Ask = async (...request) => {
    const answer = ask(...request);
    answer.catch(() => undefined);
    await new Promise((resolve) => setTimeout(resolve, run % 4));
    await server.kill();
    await server.restart();
    return answer;
  };

  async function act(device: Device, { act, pick }: Step, mayKill: boolean) {
    const shown = [...device.shown().values()];
    const record = shown[pick % Math.max(1, shown.length)];
    const unique = crypto.randomUUID();
    const put = (more: Partial<AnnotationRecord>) => {
      if (record === undefined) return;
      const modified = Math.max(0, device.now());
      device.put({ ...record, ...more, modified } as AnnotationRecord);
    };
    switch (act) {
      case "add":
        return device.put(point(unique, { description: unique }));
      case "describe":
        return put({ description: unique });
      case "title":
        return put({ title: unique });
      case "field":
        return put({ fields: { note: unique } });
      case "move":
        return put({ kind: "point", position: [pick, Date.now() % 1e6, run] });
      case "delete":
        return record && device.remove(record.id);
      case "pull":
        return device.pull(ask);
      case "deliver":
        return device.deliver(ask, 1 + (pick % 3));
      case "kill":
        return mayKill
          ? device.deliver(killing, 3).catch(() => undefined)
          : undefined;
      default:
        return device.deliver(losing(act), 3).catch(() => undefined);
    }
  }

  /** 3. of the invariant, for one part of one acknowledged edit. */
  function isAccountedFor(
    devices: readonly Device[],
    id: string,
    field: string,
    value: unknown,
    revision: number,
    by: Device,
  ): boolean {
    const [one] = devices;
    const now = one.known.get(id)?.record;
    if (now !== undefined && fieldsOf(now).get(field) === value) return true;
    const isSide = [...one.conflicts.values()].some((conflict) =>
      JSON.stringify([conflict.kept, conflict.refused]).includes(
        JSON.stringify(value),
      ),
    );
    if (isSide) return true;
    return devices.some((device) =>
      device.acknowledged.some(
        ({ change: { edits }, outcome }) =>
          outcome.revision > revision &&
          edits.some(
            (edit) =>
              edit.op !== "settle" &&
              (edit.op === "put" ? edit.record.id : edit.id) === id &&
              (edit.op === "delete" ||
                (edit.changed?.includes(field) ?? true)) &&
              (edit.base >= revision || device === by),
          ),
      ),
    );
  }

  it(
    "converge, lose nothing that was acknowledged, and apply nothing twice",
    async () => {
      await fc.assert(
        fc.asyncProperty(
          fc.integer({ min: 2, max: 4 }),
          steps,
          fc.array(fc.integer({ min: -1e12, max: 1e9 }), {
            minLength: 4,
            maxLength: 4,
          }),
          async (count, script, skews) => {
            run += 1;
            const dataset = `image:run-${run}`;
            const start = (await ask("GET", "/api/sync/news?since=0")) as News;
            const devices = Array.from(
              { length: count },
              (_, i) => new Device(dataset, start.revision, skews[i]),
            );
            for (let n = 0; n < 3; ++n) {
              devices[0].put(point(crypto.randomUUID()));
            }
            await devices[0].deliver(ask, 3);
            for (const device of devices) await device.pull(ask);
            let kills = run % killIn === 0 ? 1 : 0;
            for (const step of script) {
              const mayKill = step.act === "kill" && kills-- > 0;
              await act(devices[step.device % count], step, mayKill);
            }
            for (const device of devices) {
              while (device.outbox.length > 0) await device.deliver(ask, 3);
            }
            for (const device of devices) await device.pull(ask);

            const news = (await ask(
              "GET",
              `/api/sync/news?since=${start.revision}`,
            )) as News;
            for (const device of devices) {
              expect(
                new Map(
                  [...device.known].map(([id, { record }]) => [id, record]),
                ),
              ).toEqual(new Map(news.records.map((r) => [r.id, r.record])));
            }
            clashes += devices[0].conflicts.size;
            const all = devices.flatMap((each) => each.acknowledged);
            const revisions = all.map(({ outcome }) => outcome.revision);
            expect(new Set(revisions).size).toBe(all.length);
            expect(news.revision).toBe(start.revision + all.length);
            const again = (await ask("POST", "/api/sync/changes", {
              changes: all.map(({ change }) => change),
            })) as { outcomes: Outcome[] };
            expect(again.outcomes).toEqual(all.map(({ outcome }) => outcome));

            for (const device of devices) {
              for (const { change, outcome } of device.acknowledged) {
                const [edit] = change.edits;
                if (edit.op !== "put") continue;
                const fields = fieldsOf(edit.record);
                for (const name of edit.changed ?? fields.keys()) {
                  const value = fields.get(name);
                  // Only what is unique can be told from what others wrote.
                  if (typeof value !== "string" || value === "") continue;
                  const { id } = edit.record;
                  expect(
                    isAccountedFor(
                      devices,
                      id,
                      name,
                      value,
                      outcome.revision,
                      device,
                    ),
                  )
                    .withContext(`${name} of ${id}`)
                    .toBeTrue();
                }
              }
            }
          },
        ),
        { numRuns: runs, endOnFailure: true },
      );
      expect(clashes).toBeGreaterThan(runs);
    },
    nightly ? 3_600_000 : 120_000,
  );
});

describe("The server's process under write load", () => {
  it(
    "keeps every acknowledged write when it is killed, and an intact database",
    async () => {
      const server = await ServerProcess.start();
      const kills = nightly ? 500 : 15;
      const acknowledged = new Set<string>();
      let stopped = false;
      const device = crypto.randomUUID();

      async function writeOn(worker: number): Promise<void> {
        while (!stopped) {
          const id = crypto.randomUUID();
          const record = point(id, { description: `by ${worker}` });
          const change = {
            id: crypto.randomUUID(),
            device,
            dataset: "image:kill-loop",
            at: 1,
            label: "Add point",
            edits: [{ op: "put", record, base: 0 }],
          };
          try {
            const answer = await fetch(`${server.origin}/api/sync/changes`, {
              method: "POST",
              headers: { "Content-Type": "application/json" },
              body: JSON.stringify({ changes: [change] }),
            });
            if (answer.ok && (await answer.text()) !== "") acknowledged.add(id);
          } catch {
            // Killed meanwhile: it may be there or not.
            await new Promise((resolve) => setTimeout(resolve, 20));
          }
        }
      }

      try {
        const workers = [1, 2, 3, 4].map(writeOn);
        for (let kill = 0; kill < kills; ++kill) {
          await new Promise((resolve) =>
            setTimeout(resolve, 30 + ((kill * 37) % 120)),
          );
          await server.kill();
          await server.restart();
        }
        stopped = true;
        await Promise.all(workers);
        await server.kill();
        const storage = await SqliteStorage.open(server.database);
        expect(await storage.check()).toEqual([]);
        const shelf = { user: "local", dataset: "image:kill-loop" };
        const kept = await storage.read.recordsOf(shelf);
        const ids = new Set(kept.map(({ id }) => id));
        const lost = [...acknowledged].filter((id) => !ids.has(id));
        expect(lost).toEqual([]);
        expect(acknowledged.size).toBeGreaterThan(kills);
        // One revision a change: none was applied twice.
        expect(await storage.read.revision("local")).toBe(kept.length);
        await storage.close();
      } finally {
        await server.close();
      }
    },
    nightly ? 3_600_000 : 60_000,
  );
});
