import type { BodyFields } from "../model/body.js";
import type { BodyEdit } from "../model/body_wire.js";
import { bodySchemaOf } from "../model/body_schema.js";
import { parseDataset } from "../model/dataset.js";
import { cleanUp, freshName } from "../store/testing/marks.js";
import { closeTabs, Tab, until } from "../store/testing/tabs.js";
import { CellNames } from "../ui/cell_names.js";
import { BodiesClient } from "./bodies_client.js";
import { type BodiesProblem, refusalOf } from "./bodies_problem.js";
import { BodiesSession } from "./bodies_session.js";
import { BodyDesk } from "./body_desk.js";
import { BodyForm } from "./body_form.js";
import { valueText } from "./body_values.js";
import { UnsentBar } from "./unsent_bar.js";
import { UnsentEdits } from "./unsent_edits.js";

/** Writes all that it is told to, and remembers where. */
class WrittenTo extends BodiesClient {
  readonly written: [string, readonly BodyEdit[]][] = [];
  refusal: BodiesProblem | undefined;
  /** Until when it does not answer. */
  answers: Promise<void> = Promise.resolve();
  /** What is written of every body by now. */
  known: BodyFields = {};

  override page() {
    const row = { body: "5", revision: 1, fields: this.known };
    return Promise.resolve({ revision: 1, total: 1, bodies: [row] });
  }

  override async write(dataset: string, edits: readonly BodyEdit[]) {
    if (this.refusal !== undefined) throw this.refusal;
    this.written.push([dataset, edits]);
    await this.answers;
    const bodies = edits.map(({ body, set }) => ({
      ...{ body, revision: 1 },
      fields: set as BodyFields,
    }));
    return { revision: 1, bodies };
  }
}

const schema = bodySchemaOf(
  parseDataset("d", {
    neuroglancer: {
      dimensions: { x: [8e-9, "m"], y: [8e-9, "m"], z: [8e-9, "m"] },
      layers: [{ name: "em", type: "image", source: "precomputed://x" }],
    },
  }),
);

const place = { dataset: "demo", body: "5", field: "type" };

/** Each edit in a few words. */
function textsOf(unsent: UnsentEdits): string[] {
  return unsent.of("demo").map(({ body, text }) => `${body}: ${text}`);
}

/** The fields of body 5, of which the type is "KC". */
function openForm({ session, desk }: Awaited<ReturnType<typeof startDesk>>) {
  const body = { id: 5n, fields: { type: "KC" } };
  const form = new BodyForm(body, {
    ...{ session, desk, dataset: "demo" },
    crossHair: () => new Float32Array(3),
    leave: () => undefined,
  });
  return { form, control: form.element.querySelector("input")! };
}

function openBar({ session, desk }: Awaited<ReturnType<typeof startDesk>>) {
  session.standing = "ready";
  const bar = new UnsentBar({
    ...{ session, desk },
    open: () => undefined,
    show: () => undefined,
    leave: () => undefined,
  });
  const find = (label: string) =>
    [...bar.element.querySelectorAll("button")].find(
      ({ ariaLabel, textContent }) => [ariaLabel, textContent].includes(label),
    )!;
  return { bar, find };
}

/**
 * What a person does to bodies of the dataset "demo".
 * @param kept name of the database of what is typed
 */
async function startDesk(kept = freshName()) {
  const tab = new Tab({ name: freshName() });
  await tab.reach("ready");
  const client = new WrittenTo();
  const open = { dataset: "demo", changed: { add: () => () => undefined } };
  const session = new BodiesSession(client, open, {
    datasets: () => Promise.resolve(new Map()),
  });
  session.schema = schema;
  session.info = {
    ...{ store: "own", version: "", revision: 0, hasNews: false, count: 1 },
    ...{ mayWrite: true, mayDelete: false },
  };
  const places = {
    dataset: "demo",
    voxelAt: () => undefined,
    goTo: () => undefined,
    acted: () => undefined,
  };
  const unsent = new UnsentEdits(tab.store.person, kept);
  const desk = new BodyDesk(
    ...([session, places, tab.store, new CellNames(), unsent] as const),
  );
  return { client, open, session, desk, unsent };
}

describe("What is written of bodies", () => {
  afterEach(async () => {
    closeTabs();
    await cleanUp();
  });

  it("goes to the dataset in which it was typed, whichever is in view by then", async () => {
    const started = await startDesk();
    const { client, open, session } = started;
    const { form, control } = openForm(started);
    control.value = "MBON";
    open.dataset = "another";
    session.schema = undefined;
    form.dispose();
    await until(() => Promise.resolve(client.written.length > 0));
    const edit = { body: "5", base: { type: "KC" }, set: { type: "MBON" } };
    expect(client.written).toEqual([["demo", [edit]]]);
    await started.unsent.written();
    started.unsent.dispose();
    session.dispose();
  });

  it("is passed over by undo where it is refused for good, and stays in its way where it is not", async () => {
    const { client, session, desk, unsent } = await startDesk();
    const step = {
      dataset: "demo",
      edits: [{ body: "5", before: { type: "KC" }, after: { type: "MBON" } }],
    };
    client.refusal = refusalOf(401, { detail: "No.", code: "signed-out" });
    await expectAsync(desk.carry(step, "undo")).toBeRejectedWith(
      client.refusal,
    );
    client.refusal = refusalOf(400, { detail: "No.", code: "bad-body" });
    await expectAsync(desk.carry(step, "undo")).toBeResolved();
    client.refusal = undefined;
    await desk.carry(step, "undo");
    const edit = { body: "5", base: { type: "MBON" }, set: { type: "KC" } };
    expect(client.written).toEqual([["demo", [edit]]]);
    await unsent.written();
    unsent.dispose();
    session.dispose();
  });

  it("is sent again over what the person saw, and stays kept where it is refused", async () => {
    const { client, session, desk, unsent } = await startDesk();
    unsent.keep({ ...place, text: "MBON", base: "KC" });
    const edit = unsent.find(place)!;
    client.known = { type: "theirs" };
    client.refusal = refusalOf(409, { detail: "No.", code: "bodies-changed" });
    await expectAsync(desk.send(edit)).toBeRejectedWith(client.refusal);
    expect(unsent.of("demo").length).toBe(1);
    client.refusal = undefined;
    await desk.send(edit);
    const sent = { body: "5", base: { type: "KC" }, set: { type: "MBON" } };
    expect(client.written).toEqual([["demo", [sent]]]);
    expect(unsent.of("demo")).toEqual([]);
    // Nor is it sent twice.
    await desk.send(edit);
    expect(client.written.length).toBe(1);
    await unsent.written();
    unsent.dispose();
    session.dispose();
  });

  it("is sent from a list as far as it is still kept as it was listed, and newer text stays", async () => {
    const started = await startDesk();
    const { client, session, unsent } = started;
    for (const body of ["5", "6", "7"])
      unsent.keep({ ...place, body, text: "MBON", base: "KC" });
    const { bar, find } = openBar(started);
    let answer = (): void => undefined;
    client.answers = new Promise((done) => (answer = done));
    find("Send").click();
    await until(() => client.written.length === 1);
    unsent.keep({ ...place, text: "newer", base: "KC" });
    unsent.keep({ ...place, body: "6", text: "newer", base: "KC" });
    unsent.drop({ ...place, body: "7" });
    answer();
    // It sends no two lists at a time.
    await until(() => {
      const isSent = unsent.of("demo").length === 0;
      if (!isSent) find("Send").click();
      return isSent;
    });
    const sent = client.written.map(
      ([, [{ body, set }]]) => `${body}: ${valueText(set.type ?? undefined)}`,
    );
    expect(sent).toEqual(["5: MBON", "5: newer", "6: newer"]);
    bar.dispose();
    await unsent.written();
    unsent.dispose();
    session.dispose();
  });

  it("is dropped and put back as it was, not over what was typed since", async () => {
    const started = await startDesk();
    const { session, unsent } = started;
    unsent.keep({ ...place, text: "old", base: "KC" });
    const { bar, find } = openBar(started);
    const drop = async () => {
      find("Drop type of body 5").click();
      await until(() => unsent.of("demo").length === 0);
      return find("Undo");
    };
    (await drop()).click();
    await until(() => textsOf(unsent).join() === "5: old");
    const undo = await drop();
    unsent.keep({ ...place, text: "newer", base: "KC" });
    undo.click();
    await unsent.refresh();
    await unsent.written();
    expect(textsOf(unsent)).toEqual(["5: newer"]);
    expect(bar.element.textContent).not.toContain("Undo");
    bar.dispose();
    unsent.dispose();
    session.dispose();
  });

  it("is told to the form that is open, whatever has put it back, and closing that lets nothing go", async () => {
    const name = freshName();
    const before = await startDesk(name);
    before.unsent.keep({ ...place, text: "MBON", base: "KC" });
    await before.unsent.written();

    const started = await startDesk(name);
    const { session, unsent, client } = started;
    // Before what is kept is read.
    const { form, control } = openForm(started);
    await until(() => control.value === "MBON");
    unsent.drop(place);
    expect(control.value).toBe("KC");
    unsent.keep({ ...place, text: "put back", base: "KC" });
    expect(control.value).toBe("put back");
    expect(form.element.textContent).toContain("was not written yet");
    form.dispose();
    expect(textsOf(unsent)).toEqual(["5: put back"]);
    expect(client.written).toEqual([]);
    for (const each of [before, { session, unsent }]) {
      await each.unsent.written();
      each.unsent.dispose();
      each.session.dispose();
    }
  });
});
