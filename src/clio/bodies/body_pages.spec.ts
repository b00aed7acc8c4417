import { BodyPages } from "./body_pages.js";
import type { Body } from "./bodies_session.js";

const body = (id: number): Body => ({ id: BigInt(id), fields: {} });

/** Pages of so many bodies, 1 and on, with what was asked for; `unwritten` come last. */
async function pagesOf(found: number, unwritten: readonly number[] = []) {
  const asked: string[] = [];
  const pages = new BodyPages((offset, limit) => {
    asked.push(`${offset}+${limit}`);
    const count = Math.max(0, Math.min(limit, found - offset));
    const bodies = Array.from({ length: count }, (_, i) =>
      body(offset + i + 1),
    );
    return Promise.resolve({ total: found, bodies });
  }, unwritten.map(body));
  await pages.begin();
  return { pages, asked };
}

const ids = (bodies: readonly Body[]) => bodies.map(({ id }) => Number(id));

describe("The pages of what is found", () => {
  it("are asked for once each, wherever rows begin and end", async () => {
    const { pages, asked } = await pagesOf(450);
    expect(pages.total).toBe(450);
    expect(ids(await pages.rows(198, 202))).toEqual([199, 200, 201, 202]);
    expect(ids(await pages.rows(448, 900))).toEqual([449, 450]);
    expect(ids(await pages.rows(0, 2))).toEqual([1, 2]);
    expect(pages.at(201)?.id).toBe(202n);
    expect(pages.at(450)).toBeUndefined();
    expect(asked).toEqual(["0+200", "200+200", "400+200"]);
  });

  it("end with bodies that were named and of which nothing is written", async () => {
    const { pages } = await pagesOf(2, [77, 78]);
    expect(pages.total).toBe(4);
    expect(ids(await pages.rows(0, 50))).toEqual([1, 2, 77, 78]);
    expect(ids(await pages.rows(3, 50))).toEqual([78]);
    expect(ids(await pages.rows(0, 3))).toEqual([1, 2, 77]);
    expect(pages.at(3)?.id).toBe(78n);
  });

  it("show a body as it is written now in its place, and say where it is not among them", async () => {
    const { pages } = await pagesOf(2, [77]);
    for (const id of [2n, 77n]) {
      expect(pages.put({ id, fields: { type: "KC" } })).toBe(true);
    }
    expect(pages.put(body(5))).toBe(false);
    const types = (await pages.rows(0, 9)).map(({ fields }) => fields.type);
    expect(types.map(String)).toEqual(["undefined", "KC", "KC"]);
    expect(ids(pages.here)).toEqual([1, 2, 77]);
  });
});
