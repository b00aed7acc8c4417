/** Partners as a table for people and scripts. */
import { csvRow, idCell, textCell } from "../model/csv_cell.js";
import type { Side } from "../model/neuprint.js";
import { runSlices } from "../model/slices.js";
import { PartnerIndex } from "./partner_index.js";
import { type Partner, totalOf } from "./partners.js";

const END = "\r\n";

/**
 * A row a partner, in the order given, with a column a region. Of very many it is made in slices, so that the page answers meanwhile.
 * @param of the cells that were asked about
 * @param all the partners that shares are of, those included that are not exported
 */
export async function partnersCsv(
  of: readonly bigint[],
  side: Side,
  shown: readonly Partner[],
  all: readonly Partner[],
): Promise<Blob> {
  const { regions } = await PartnerIndex.of(shown);
  const names = regions.map(([name]) => name);
  const head = [
    ...["cell", "side", "partner", "segments", "type", "instance", "status"],
    ...["itself", "weight", "share", ...names],
  ].map(textCell);
  // The mark at the beginning tells spreadsheets that this is UTF-8.
  const lines = [`\uFEFF${csvRow(head)}${END}`];
  const asked = idCell(of.join(" "));
  const rowOf = rowsOf([asked, side], totalOf(all, ""), names);
  await runSlices(writing(shown, rowOf, lines));
  return new Blob(lines, { type: "text/csv;charset=utf-8" });
}

function* writing(
  partners: readonly Partner[],
  rowOf: (partner: Partner) => string[],
  into: string[],
): Generator<void> {
  for (const partner of partners) {
    into.push(csvRow(rowOf(partner)) + END);
    yield;
  }
}

/** @param asked what each row begins with */
function rowsOf(
  asked: readonly string[],
  total: number,
  regions: readonly string[],
): (partner: Partner) => string[] {
  return (partner) => [
    ...asked,
    idCell(String(partner.cell)),
    idCell(partner.bodies.join(" ")),
    textCell(partner.type),
    textCell(partner.instance),
    textCell(partner.status),
    partner.isSelf ? "yes" : "",
    String(partner.weight),
    total === 0 ? "" : (partner.weight / total).toFixed(6),
    ...regions.map((name) => String(partner.regions.get(name) ?? 0)),
  ];
}
