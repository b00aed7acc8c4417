import {
  type FoundLinks,
  MOST_LINK_MARKS,
  type Link,
} from "../../src/clio/model/link.js";
import { linkRow, point, uuid } from "../storage/testing/rows.js";
import {
  jsonOf,
  startGroupServer,
  type GroupServer,
} from "../testing/group_server.js";
import { expectProblem } from "../testing/server_fixture.js";

const state = { layers: [{ type: "image", name: "em" }], position: [1, 2, 3] };
const view = { title: "A synapse", open: false, state };

/** Marks as a page sends them: it knows nothing of who is signed in. */
const marks = (dataset: string) => ({
  dataset,
  records: [
    point(uuid(1), { user: "local", description: "here" }),
    point(uuid(2), { user: "cleo@lab.org" }),
  ],
});

describe("A link", () => {
  let server: GroupServer;
  beforeAll(async () => {
    server = await startGroupServer();
  });
  afterAll(() => server.close());

  const make = async (more: object = {}, who: "bob" | "cleo" = "bob") => {
    const body = { ...view, ...more };
    const answer = await server.askAs(who, "/api/links", {
      method: "POST",
      body,
    });
    expect(answer.status).withContext(answer.body.toString()).toBe(200);
    return jsonOf<Link>(answer);
  };

  it("has an id that nobody comes upon, and leads into the viewer", async () => {
    const [one, other] = [await make(), await make()];
    expect(one.id).toMatch(/^[\w-]{22}$/);
    expect(one.id).not.toBe(other.id);
    const answer = await server.ask(one.path);
    expect(answer.status).toBe(303);
    expect(answer.headers.location).toBe(`/#!link://${one.id}`);
  });

  it("that is private opens for whoever is signed in, and for nobody else", async () => {
    const { id } = await make();
    expectProblem(await server.ask(`/api/links/${id}`), 401, "unauthorized");
    // Nothing at all in any dataset of it: the view alone shows nothing that the permissions of its layers do not allow.
    const answer = await server.askAs("eve", `/api/links/${id}`);
    expect(jsonOf(answer)).toEqual({
      id,
      path: `/l/${id}`,
      title: "A synapse",
      owner: "bob@lab.org",
      open: false,
      created: jasmine.any(Number),
      marks: 0,
      state,
    });
  });

  it("that is open opens for everybody", async () => {
    const { id } = await make({ open: true });
    const answer = await server.ask(`/api/links/${id}`);
    expect(jsonOf<{ state: unknown }>(answer).state).toEqual(state);
    expectProblem(await server.ask(`/api/links/${id}/marks`), 404, "not-found");
  });

  it("brings its marks to whoever may read their dataset, as marks of whoever made it", async () => {
    const { id, marks: count } = await make({
      open: true,
      marks: marks("vnc"),
    });
    expect(count).toBe(2);
    const target = `/api/links/${id}/marks`;
    const answer = await server.askAs("ada", target);
    expect(jsonOf(answer)).toEqual({
      owner: "bob@lab.org",
      title: "A synapse",
      dataset: "vnc",
      records: marks("vnc").records.map((record) => ({
        ...record,
        user: "bob@lab.org",
      })),
    });
    expectProblem(await server.ask(target), 401, "unauthorized");
    expectProblem(await server.askAs("eve", target), 403, "forbidden");
    // What is public, and what is of no dataset, is under no permission but the link's own.
    for (const dataset of [
      "open",
      "image:precomputed://https://x.example/em",
    ]) {
      const free = await make({ open: true, marks: marks(dataset) });
      const got = await server.ask(`/api/links/${free.id}/marks`);
      expect(got.status).withContext(dataset).toBe(200);
    }
  });

  it("brings no marks of a dataset that whoever makes it may not read", async () => {
    for (const dataset of ["other", "none"]) {
      const body = { ...view, marks: marks(dataset) };
      const answer = await server.askAs("bob", "/api/links", {
        method: "POST",
        body,
      });
      expectProblem(answer, 403, "forbidden");
    }
  });

  it("is listed for its owner, who takes it back, and within a day brings it back", async () => {
    const own = await make({ title: "Of Cleo" }, "cleo");
    const titles = async (who: "bob" | "cleo") =>
      jsonOf<Link[]>(await server.askAs(who, "/api/links")).map(
        ({ title }) => title,
      );
    expect(await titles("cleo")).toEqual(["Of Cleo"]);
    expect(await titles("bob")).not.toContain("Of Cleo");
    const target = `/api/links/${own.id}`;
    const method = "DELETE";
    const restore = (who: "bob" | "cleo") =>
      server.askAs(who, `${target}/restore`, { method: "POST" });
    expectProblem(await restore("cleo"), 404, "not-found");
    expectProblem(
      await server.askAs("bob", target, { method }),
      404,
      "not-found",
    );
    expect((await server.askAs("cleo", target, { method })).status).toBe(200);
    expectProblem(await server.askAs("cleo", target), 404, "not-found");
    expect(await titles("cleo")).toEqual([]);
    expectProblem(await restore("bob"), 404, "not-found");
    expect(jsonOf<Link>(await restore("cleo"))).toEqual(own);
    expect((await server.askAs("eve", target)).status).toBe(200);
    await server.askAs("cleo", target, { method });
    const at = Date.now() - 2 * 24 * 60 * 60 * 1000;
    await server.storage.write((writer) =>
      writer.putRevoked(own.id, { at, by: "cleo@lab.org" }),
    );
    expectProblem(await restore("cleo"), 404, "not-found");
  });

  it("of anybody is listed and revoked by an administrator, which stands in the audit list, and brought back by none but one", async () => {
    const { id } = await make();
    const list = "/api/links?user=Bob@lab.org";
    expectProblem(await server.askAs("cleo", list), 403, "forbidden");
    const listed = jsonOf<Link[]>(await server.askAs("root", list));
    expect(listed.map((link) => link.id)).toContain(id);
    const target = `/api/links/${id}`;
    const answer = await server.askAs("root", target, { method: "DELETE" });
    expect(answer.status).toBe(200);
    const restore = (who: "bob" | "root") =>
      server.askAs(who, `${target}/restore`, { method: "POST" });
    expectProblem(await server.askAs("bob", target), 404, "not-found");
    expectProblem(await restore("bob"), 404, "not-found");
    expect((await restore("root")).status).toBe(200);
    expect((await server.askAs("bob", target)).status).toBe(200);
    const audit = await server.storage.read.audit(Number.MAX_SAFE_INTEGER, 2);
    expect(
      audit.map(({ actor, action, subject, detail }) => [
        actor,
        action,
        subject,
        detail,
      ]),
    ).toEqual([
      ["root@lab.org", "restore link", "bob@lab.org", id],
      ["root@lab.org", "revoke link", "bob@lab.org", id],
    ]);
  });

  it("of anybody is found by an administrator, by words of its owner and its title", async () => {
    const find = async (search: string) => {
      const target = `/api/everybodys-links?search=${encodeURIComponent(search)}`;
      return jsonOf<FoundLinks>(await server.askAs("root", target));
    };
    const titles = async (search: string) =>
      (await find(search)).links.map(({ title }) => title);
    await make({ title: "Something else" });
    await make({ title: "Größe of a Soma" });
    const { id } = await make({ title: "size of a soma, 100 %" }, "cleo");
    expect(await titles("SOMA")).toEqual([
      "size of a soma, 100 %",
      "Größe of a Soma",
    ]);
    expect(await titles(" soma  cleo")).toEqual(["size of a soma, 100 %"]);
    expect(await titles("GRÖSSE")).toEqual([]);
    expect(await titles("GRÖßE")).toEqual(["Größe of a Soma"]);
    expect(await titles("100 %")).toEqual(["size of a soma, 100 %"]);
    expect(await titles("_oma")).toEqual([]);
    expect((await find("")).links.length).toBeGreaterThan(2);
    expect((await find("soma")).more).toBeFalse();

    // What is revoked can be brought back from the same list, for as long as that goes.
    const target = `/api/links/${id}`;
    await server.askAs("root", target, { method: "DELETE" });
    const [revoked] = (await find("cleo 100")).links;
    expect(revoked.revoked).toEqual({
      at: jasmine.any(Number),
      by: "root@lab.org",
    });
    const at = Date.now() - 2 * 24 * 60 * 60 * 1000;
    await server.storage.write((writer) =>
      writer.putRevoked(id, { at, by: "root@lab.org" }),
    );
    expect(await titles("cleo 100")).toEqual([]);
    expectProblem(
      await server.askAs("cleo", "/api/everybodys-links"),
      403,
      "forbidden",
    );
    const long = `/api/everybodys-links?search=${"x".repeat(201)}`;
    expectProblem(await server.askAs("root", long), 400, "bad-query");
  });

  it("of anybody is one of a hundred that are found, the newest, and there is said to be more", async () => {
    await server.storage.write(async (writer) => {
      for (let n = 0; n < 101; ++n) {
        const title = `one of many, ${n}`;
        await writer.addLink(
          linkRow(`many-${n}`.padEnd(22, "-"), { title, created: n }),
        );
      }
    });
    const target = "/api/everybodys-links?search=one%20of%20many";
    const found = jsonOf<FoundLinks>(await server.askAs("root", target));
    expect(found.links.length).toBe(100);
    expect(found.links[0].title).toBe("one of many, 100");
    expect(found.more).toBeTrue();
  });

  it("that has ended says so", async () => {
    const { id } = await make({
      open: true,
      marks: marks("open"),
      expires: Date.now() + 1000,
    });
    const row = (await server.storage.read.link(id))!;
    await server.storage.write(async (writer) => {
      await writer.removeLink(id);
      await writer.addLink({ ...row, expires: Date.parse("2026-01-02") });
    });
    for (const target of [`/api/links/${id}`, `/api/links/${id}/marks`]) {
      const problem = expectProblem(
        await server.ask(target),
        410,
        "link-ended",
      );
      expect(problem.detail).toContain("2026-01-02");
    }
    // A month later it is forgotten.
    await make();
    expectProblem(await server.ask(`/api/links/${id}`), 404, "not-found");
  });

  it("of an id that is none is not there, whatever it is", async () => {
    for (const id of [
      "A".repeat(22),
      "..%2f..%2fetc",
      "'%20OR%20''='",
      "%00",
      "constructor",
      "__proto__",
      "x".repeat(4000),
    ]) {
      for (const target of [`/l/${id}`, `/api/links/${id}`]) {
        const answer = await server.askAs("bob", target);
        const isId = target === `/l/${"A".repeat(22)}`;
        expect(isId ? [303] : [400, 404])
          .withContext(target)
          .toContain(answer.status);
      }
    }
  });

  it("is refused by the name of what is wrong with it", async () => {
    const records = marks("vnc").records;
    const many = Array.from({ length: MOST_LINK_MARKS + 1 }, () => records[0]);
    for (const [more, key] of [
      [{ title: " " }, "title"],
      [{ title: "two\nlines" }, "title"],
      [{ open: "yes" }, "open"],
      [{ state: [] }, "state"],
      [{ state: { title: "x".repeat(2 ** 20) } }, "state"],
      [{ expires: 1 }, "expires"],
      [{ marks: { dataset: "vnc", records: [] } }, "marks.records"],
      [{ marks: { dataset: "vnc", records: [{}] } }, "marks.records.0.kind"],
      [{ marks: { dataset: "vnc", records: many } }, "marks.records"],
    ] as const) {
      const answer = await server.askAs("bob", "/api/links", {
        method: "POST",
        body: { ...view, ...more },
      });
      const { detail } = expectProblem(answer, 400, "bad-body");
      expect(detail).toMatch(new RegExp(`^${key}: `));
    }
  });
});
