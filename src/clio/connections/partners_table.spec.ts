import type { Edge } from "../model/neuprint.js";
import { element } from "../ui/element.js";
import { PartnerIndex, type PartnerOrder } from "./partner_index.js";
import { sumPartners } from "./partners.js";
import { PartnersTable } from "./partners_table.js";

const edges = [
  { body: "11", type: "T2", weight: 8, regions: [["left", 2]] },
  { body: "12", type: "T1", weight: 6, regions: [["left", 1]] },
  { body: "13", type: "T3", weight: 4, regions: [["right", 4]] },
  { body: "14", type: "T1", weight: 2, regions: [["left", 1]] },
].map((edge): Edge => ({
  ...{ of: "1", instance: "", status: "" },
  ...(edge as Pick<Edge, "body" | "type" | "weight" | "regions">),
}));

const all = { text: "", least: 1, region: "" };

describe("The table of partners", () => {
  let table: PartnersTable;
  let place: HTMLElement;
  let session: { index: PartnerIndex; order: PartnerOrder };
  let sorted: number;

  beforeEach(async () => {
    const partners = await sumPartners(edges, (body) => body);
    const index = await PartnerIndex.of(partners);
    sorted = 0;
    const made = {
      ...{ index, order: "weight" as PartnerOrder },
      ...{ primary: new Set<string>(), select: () => undefined },
      cells: { isSelected: () => false, colorOf: () => "red" },
    };
    session = made;
    table = new PartnersTable({
      session: made,
      activated: () => undefined,
      entered: () => undefined,
      sorted: () => (sorted += 1),
    });
    const { element: grid } = table.table;
    grid.style.height = "300px";
    place = element("div", { style: "width: 600px" }, grid);
    document.body.append(place);
    table.update();
    await settled();
  });
  afterEach(() => {
    table.dispose();
    place.remove();
  });

  /** A few turns, in which rows come and sizes are seen. */
  async function settled(): Promise<void> {
    for (let i = 0; i < 3; ++i) {
      await new Promise((resolve) => requestAnimationFrame(resolve));
    }
  }

  /** The rows in view, each with its partner, n, its share of all, and how long its bar is in percent. */
  const rows = () =>
    [...place.querySelectorAll(".clio-table-row")].map((row) => {
      const texts = [...row.children].map(({ textContent }) => textContent);
      const bar = row.querySelector<HTMLElement>(".clio-connections-bar");
      const width = Math.round(parseFloat(bar!.style.width));
      return [texts[1], texts[5], texts[6], width];
    });

  const shown = () => table.shown.map(({ cell }) => Number(cell));

  function press(title: string): void {
    [...place.querySelectorAll<HTMLElement>(".clio-table-sort")]
      .find(({ textContent }) => textContent === title)!
      .click();
  }

  it("has the figures of the region that is chosen, and bars beside the largest that is shown, also in rows that stay where they were", async () => {
    expect(rows()).toEqual([
      ["11", "8", "40.0", 100],
      ["12", "6", "30.0", 75],
      ["13", "4", "20.0", 50],
      ["14", "2", "10.0", 25],
    ]);
    table.filter = { ...all, region: "left" };
    table.update();
    await settled();
    expect(rows()).toEqual([
      ["11", "2", "50.0", 100],
      ["12", "1", "25.0", 50],
      ["14", "1", "25.0", 50],
    ]);
    table.filter = { ...all, text: "T1" };
    table.update();
    await settled();
    expect(rows()).toEqual([
      ["12", "6", "30.0", 100],
      ["14", "2", "10.0", 33],
    ]);
  });

  it("is filtered in the order of before while another one is prepared, and says when that is there", async () => {
    press("Type");
    expect(session.index.isReady("type")).toBeFalse();
    table.filter = { ...all, least: 3 };
    table.update();
    expect(shown()).toEqual([11, 12, 13]);
    expect([session.order, sorted]).toEqual(["weight", 0]);
    await settled();
    expect(shown()).toEqual([12, 11, 13]);
    expect([session.order, sorted]).toEqual(["type", 1]);
    const heads = [...place.querySelectorAll('[aria-sort="ascending"]')];
    expect(heads.map(({ textContent }) => textContent)).toEqual(["Type"]);
  });

  it("comes into the order that was wanted last, whichever is ready last", async () => {
    press("Type");
    press("Partner");
    press("Partner");
    expect(shown()).toEqual([14, 13, 12, 11]);
    await settled();
    expect(shown()).toEqual([14, 13, 12, 11]);
    expect([session.order, sorted]).toEqual(["cell", 2]);
  });
});
