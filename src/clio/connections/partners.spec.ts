import fc from "fast-check";
import type { Edge } from "../model/neuprint.js";
import { runs } from "../store/testing/counts.js";
import { PartnerIndex, type PartnerOrder } from "./partner_index.js";
import { type Partner, sumPartners, totalOf, weightIn } from "./partners.js";
import { partnersCsv } from "./partners_csv.js";

/** Ids that no JavaScript number holds. */
const idOf = (number: number) => (1n << 60n) + BigInt(number);

const edgeArbitrary = fc.record({
  of: fc.nat(5),
  body: fc.nat(11),
  weight: fc.integer({ min: 1, max: 9 }),
  left: fc.nat(4),
});

interface Wiring {
  readonly edges: Edge[];
  /** The cell of each body, by number. */
  readonly cells: number[];
}

const wirings: fc.Arbitrary<Wiring> = fc
  .tuple(
    fc.array(edgeArbitrary, { maxLength: 40 }),
    fc.array(fc.nat(11), { minLength: 12, maxLength: 12 }),
  )
  .map(([drawn, cells]) => ({
    edges: drawn.map(({ of, body, weight, left }) => ({
      of: String(idOf(of)),
      body: String(idOf(body)),
      type: body % 3 === 0 ? "" : `T${body % 4}`,
      instance: "",
      status: "Traced",
      weight,
      regions: left === 0 ? [] : [["left", left]],
    })),
    cells,
  }));

const numberOf = (id: bigint | string) => Number(BigInt(id) - idOf(0));

function sums({ edges, cells }: Wiring): Promise<Partner[]> {
  return sumPartners(edges, (body) => idOf(cells[numberOf(body)]));
}

describe("The sums over what is merged", () => {
  it("are those of a plain computation, the cell with itself apart", async () => {
    await fc.assert(
      fc.asyncProperty(wirings, async (wiring) => {
        const { edges, cells } = wiring;
        const expected = new Map<string, number>();
        for (const { of, body, weight, regions } of edges) {
          const cell = cells[numberOf(body)];
          const isSelf = cell === cells[numberOf(of)];
          for (const [name, count] of [["", weight] as const, ...regions]) {
            const key = `${cell} ${isSelf} ${name}`;
            expected.set(key, (expected.get(key) ?? 0) + count);
          }
        }
        const got = (await sums(wiring)).flatMap((partner) =>
          [["", partner.weight] as const, ...partner.regions].map(
            ([name, count]): [string, number] => [
              `${numberOf(partner.cell)} ${partner.isSelf} ${name}`,
              count,
            ],
          ),
        );
        expect(new Map(got)).toEqual(expected);
        expect(got.length).toBe(expected.size);
      }),
      { numRuns: runs(200, 20_000) },
    );
  });

  it("lose nothing, whatever is merged", async () => {
    const regionsOf = async (partners: Partner[]) =>
      (await PartnerIndex.of(partners)).regions;
    await fc.assert(
      fc.asyncProperty(wirings, async ({ edges, cells }) => {
        const apart = cells.map((_, i) => i);
        const before = await sums({ edges, cells: apart });
        const after = await sums({ edges, cells });
        expect(totalOf(after, "")).toBe(totalOf(before, ""));
        expect(await regionsOf(after)).toEqual(await regionsOf(before));
        const bodies = (partners: Partner[]) =>
          new Set(partners.flatMap((partner) => partner.bodies));
        expect(bodies(after)).toEqual(bodies(before));
      }),
      { numRuns: runs(200, 20_000) },
    );
  });

  it("name all types of what was merged", async () => {
    const edge = (body: number, type: string): Edge => ({
      of: String(idOf(0)),
      body: String(idOf(body)),
      ...{ type, instance: "", status: "Traced", weight: 1, regions: [] },
    });
    const edges = [edge(1, "T2"), edge(2, "T1"), edge(3, "T1"), edge(4, "")];
    const [partner] = await sumPartners(edges, (id) =>
      id === idOf(0) ? id : idOf(1),
    );
    expect(partner.type).toBe("T1 + T2");
    expect(partner.status).toBe("Traced");
  });
});

describe("What is shown of partners", () => {
  it("is what each condition lets through, sorted with ties in a fixed order, as a plain computation has it", async () => {
    const collator = new Intl.Collator("en", { numeric: true });
    await fc.assert(
      fc.asyncProperty(
        wirings,
        fc.record({
          text: fc.constantFrom("", "t1", "TRACED t", "4", "nothing"),
          least: fc.integer({ min: 1, max: 20 }),
          region: fc.constantFrom("", "left", "none"),
        }),
        fc.constantFrom<PartnerOrder>("cell", "type", "status", "weight"),
        fc.boolean(),
        async (wiring, filter, order, descending) => {
          const all = await sums(wiring);
          const { text, least, region } = filter;
          const said = ({ cell, bodies, type, status }: Partner) =>
            [cell, ...bodies, type, status].join("\n").toLowerCase();
          const words = text.toLowerCase().split(" ");
          const sign = descending ? -1 : 1;
          const expected = all
            .filter((each) => weightIn(each, region) >= least)
            .filter((each) => words.every((word) => said(each).includes(word)))
            .sort((a, b) => {
              const byId = numberOf(a.cell) - numberOf(b.cell);
              const byWeight = weightIn(a, region) - weightIn(b, region);
              const by =
                order === "cell"
                  ? byId
                  : order === "weight"
                    ? byWeight
                    : collator.compare(a[order], b[order]);
              const bySelf = Number(a.isSelf) - Number(b.isSelf);
              return sign * by || -byWeight || byId || bySelf;
            });
          const index = await PartnerIndex.of(all);
          await index.prepare(order);
          expect(index.matching(filter, order, descending)).toEqual(expected);
          expect(index.partners).toBe(all);
        },
      ),
      { numRuns: runs(200, 10_000) },
    );
  });

  it("is exported whole, with ids that no spreadsheet rounds and no cell that it takes for a formula", async () => {
    const edge: Edge = {
      of: String(idOf(0)),
      body: String(idOf(1)),
      ...{ type: "=1+1", instance: 'a"b', status: "", weight: 3 },
      regions: [["=R", 2]],
    };
    const other = { ...edge, body: String(idOf(2)), weight: 1, regions: [] };
    const all = await sumPartners([edge, other], (id) => id);
    const blob = await partnersCsv([idOf(0)], "inputs", all.slice(0, 1), all);
    // The mark at the beginning is no part of the text any more.
    expect((await blob.text()).split("\r\n")).toEqual([
      "cell,side,partner,segments,type,instance,status,itself,weight,share,'=R",
      `'${idOf(0)},inputs,'${idOf(1)},'${idOf(1)},'=1+1,"a""b",,,3,0.750000,2`,
      "",
    ]);
  });
});
