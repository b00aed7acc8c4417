/** Which synapses a layer shows, and the source URL that says it: by reference alone, so that a link carries no place. */
import type { Side } from "../model/neuprint.js";

const PREFIX = "clio://synapses/";

/** The synapses of cells with one partner or with all. Cells are as the viewer gives them, whatever they were merged of. */
export interface SynapseSet {
  readonly dataset: string;
  readonly side: Side;
  readonly cells: readonly bigint[];
  /** The cell on the other side; undefined for all of them. */
  readonly partner: bigint | undefined;
  /** Partners with fewer connections are left out. */
  readonly least: number;
}

/** `clio://synapses/<dataset>?side=<inputs|outputs>&of=<cell>,<cell>…[&partner=<cell>][&least=<connections>]` */
export function synapsesUrl(set: SynapseSet): string {
  const { dataset, side, cells, partner, least } = set;
  const parts = [
    `side=${side}`,
    `of=${cells.join(",")}`,
    ...(partner === undefined ? [] : [`partner=${partner}`]),
    ...(least > 1 ? [`least=${least}`] : []),
  ];
  return `${PREFIX}${encodeURIComponent(dataset)}?${parts.join("&")}`;
}

const urlPattern = /^([^/?#]+)\?([^?#]*)$/;
const idPattern = /^\d{1,20}$/;
const largestId = 2n ** 64n - 1n;

/**
 * The synapses of a source URL.
 * @throws {Error} that names the part that is wrong, what it is, and what was expected
 */
export function parseSynapsesUrl(url: string): SynapseSet {
  const [, name, query] =
    urlPattern.exec(url.startsWith(PREFIX) ? url.slice(PREFIX.length) : "") ??
    [];
  const dataset = name && decoded(name);
  if (!dataset) throw wrong("source", url, `${PREFIX}<dataset>?side=…&of=…`);
  const params = new URLSearchParams(query);
  const side = params.get("side");
  if (side !== "inputs" && side !== "outputs") {
    throw wrong("side", side, "inputs or outputs");
  }
  const partner = params.get("partner");
  const least = params.get("least") ?? "1";
  if (!/^[1-9]\d{0,8}$/.test(least)) {
    throw wrong("least", least, "a whole number from 1");
  }
  return {
    ...{ dataset, side, least: Number(least) },
    cells: (params.get("of") ?? "").split(",").map((id) => idOf("of", id)),
    partner: partner === null ? undefined : idOf("partner", partner),
  };
}

function idOf(part: string, text: string): bigint {
  if (idPattern.test(text) && BigInt(text) <= largestId) return BigInt(text);
  throw wrong(part, text, "the id of a cell");
}

function decoded(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}

/** Of a wrong value so much is repeated, in characters. */
const SHOWN = 60;

function wrong(part: string, value: string | null, expected: string): Error {
  const said =
    value === null ? "missing" : JSON.stringify(value.slice(0, SHOWN));
  return new Error(`${part}: ${said}, expected ${expected}`);
}
