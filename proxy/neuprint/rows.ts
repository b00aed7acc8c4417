/** From neuPrint's rows to what our routes answer, each row checked: another server may stand there than yesterday. */
import * as v from "valibot";
import type {
  CellFacts,
  Edge,
  Synapse,
} from "../../src/clio/model/neuprint.js";
import { segmentIdSchema } from "../../src/clio/model/annotation.js";
import { describeIssues } from "../../src/clio/model/schema_issues.js";
import { problems, type Table } from "./neuprint_client.js";

const count = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
const optionalCount = v.nullable(count);

const labelled = v.pipe(
  v.string(),
  v.parseJson(),
  v.object({ label: v.string() }),
);

/** A text that a cell may lack; some datasets write a word with an address behind it, as JSON inside of the text. */
const word = v.pipe(
  v.nullable(v.union([v.string(), v.number()])),
  v.transform((said) => {
    const text = String(said ?? "");
    if (!text.startsWith("{")) return text;
    const read = v.safeParse(labelled, text);
    return read.success ? read.output.label : text;
  }),
);

const facts = [segmentIdSchema, word, word, word] as const;

const cellRow = v.strictTuple([
  ...facts,
  optionalCount,
  optionalCount,
  optionalCount,
  optionalCount,
]);

/** How often two bodies are connected in each region; a connection is where it is received. */
const regions = v.pipe(
  v.nullable(v.string()),
  v.transform((text) => (text === null || text === "" ? "{}" : text)),
  v.parseJson(),
  v.record(v.string(), v.looseObject({ post: v.optional(count, 0) })),
  v.transform((byName) =>
    Object.entries(byName)
      .filter(([, { post }]) => post > 0)
      .map(([name, { post }]): [string, number] => [name, post]),
  ),
);

const edgeRow = v.strictTuple([
  segmentIdSchema,
  ...facts,
  count,
  v.nullable(v.string()),
]);
const place = [v.number(), v.number(), v.number()] as const;
const synapseRow = v.strictTuple([
  segmentIdSchema,
  segmentIdSchema,
  ...place,
  ...place,
]);

/** @throws Problem where the rows are no cells */
export function cellsOf(table: Table): CellFacts[] {
  return rowsOf(table, cellRow).map(
    ([body, type, instance, status, upstream, downstream, post, size]) => ({
      ...{ body, type, instance, status },
      // Older datasets count what is received alone.
      inputs: upstream ?? post,
      outputs: downstream,
      size,
    }),
  );
}

/** @throws Problem where the rows are no connections */
export function edgesOf(table: Table): Edge[] {
  // Most connections are few, and say the same of their regions: each text is read once.
  const known = new Map<string | null, Edge["regions"]>();
  const inRegions = (text: string | null, index: number) => {
    let read = known.get(text);
    if (read === undefined) {
      read = valid(regions, text, `row ${index + 1}, regions`);
      known.set(text, read);
    }
    return read;
  };
  return rowsOf(table, edgeRow).map(
    ([of, body, type, instance, status, weight, text], index) => ({
      ...{ of, body, type, instance, status, weight },
      regions: inRegions(text, index),
    }),
  );
}

/** @throws Problem where the rows are no synapses */
export function synapsesOf(table: Table): Synapse[] {
  return rowsOf(table, synapseRow).map(([from, to, x, y, z, ...post]) => ({
    ...{ from, to, post },
    pre: [x, y, z],
  }));
}

/** @throws Problem where the rows are no names of regions */
export function primaryRegionsOf(table: Table): string[] {
  const row = v.strictTuple([v.nullable(v.array(v.string()))]);
  return rowsOf(table, row).flatMap(([names]) => names ?? []);
}

function rowsOf<T extends v.GenericSchema>(
  { data }: Table,
  row: T,
): v.InferOutput<T>[] {
  return data.map((each, index) =>
    valid(row, each, `row ${index + 1}, column`),
  );
}

/** @param where it stands in the answer */
function valid<T extends v.GenericSchema>(
  schema: T,
  said: unknown,
  where: string,
): v.InferOutput<T> {
  const result = v.safeParse(schema, said, { abortEarly: true });
  if (result.success) return result.output;
  throw problems.changed(`${where} ${describeIssues(result.issues)[0]}`);
}
