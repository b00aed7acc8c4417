import type { Box, Triple } from "../../record.js";
import type { SearchQuery } from "../../search/query.js";
import { integers, Parameters, type Statement } from "./statement.js";
import type { TableLayout } from "./table_layout.js";

/** The order of hits. Signatures are signed there: those whose highest bit is set come last. */
const hitOrder = "distance, signature < 0, signature, z, y, x";

const axes = ["x", "y", "z"] as const;

/** How many places the nearest one is chosen from. */
const nearPlaces = 64;

/**
 * The first hits of a search's order, without regard to its separation, offset and limit; see `TableLayout.candidates` for what the
 * radius leaves out.
 * @param rows which of the order are wanted
 * @returns a statement whose rows are as `withVersion` has them
 */
export function searchStatement(
  layout: TableLayout,
  query: SearchQuery,
  radius: number | undefined,
  rows: { readonly offset: number; readonly limit: number },
): Statement {
  const parameters = new Parameters();
  const signatures = query.examples.map(({ signature }) => signature);
  const names = signatures.map((signature, i) =>
    parameters.signature(`example${i}`, signature),
  );
  const distances = names.map((name) => `BIT_COUNT(signature ^ ${name})`);
  const found = `WITH candidates AS (
${layout.candidates({ signatures, names }, radius)}
),
measured AS (
SELECT ${distances.length === 1 ? distances[0] : `LEAST(${distances.join(", ")})`} AS distance, signature, x, y, z
FROM candidates
),
found AS (
SELECT distance, signature, x, y, z
FROM measured
WHERE ${conditions(query, parameters).join("\nAND ")}
ORDER BY ${hitOrder}
LIMIT ${integers([rows.limit])} OFFSET ${integers([rows.offset])}
)`;
  return { sql: withVersion(found, layout), parameters: parameters.values };
}

/**
 * The places that are nearest to one in a box, which are few, in any order.
 * @param voxelSize in nm
 * @returns a statement whose rows are as `withVersion` has them, with no distance in them
 */
export function placeStatement(
  layout: TableLayout,
  place: Triple,
  voxelSize: Triple,
  box: Box,
): Statement {
  const parameters = new Parameters();
  const squares = axes.map((axis, i) => {
    const from = parameters.integer(`place${axis.toUpperCase()}`, place[i]);
    const size = parameters.float(`voxel${axis.toUpperCase()}`, voxelSize[i]);
    return `((${axis} - ${from}) * ${size}) * ((${axis} - ${from}) * ${size})`;
  });
  const found = `WITH near AS (
${layout.near(box)}
),
found AS (
SELECT 0 AS distance, signature, x, y, z
FROM near
WHERE ${inside("near", box, parameters)}
ORDER BY ${squares.join(" + ")}, z, y, x, signature < 0, signature
LIMIT ${integers([nearPlaces])}
)`;
  return { sql: withVersion(found, layout), parameters: parameters.values };
}

/**
 * The rows of `found` in their order. Where the tables have a version, the row before them names it in the place of a signature,
 * at a distance of -1: so that rows and version come from one state of the tables.
 */
function withVersion(found: string, { versionTable }: TableLayout): string {
  const columns = "distance, signature, x, y, z";
  const version =
    versionTable === undefined
      ? ""
      : `
UNION ALL
SELECT -1 AS distance, version AS signature, 0 AS x, 0 AS y, 0 AS z FROM ${versionTable}`;
  return `${found},
answer AS (
SELECT ${columns} FROM found${version}
)
SELECT ${columns}
FROM answer
ORDER BY ${hitOrder}`;
}

function conditions(query: SearchQuery, parameters: Parameters): string[] {
  const { maxDistance, excludedExamples, box, excludedBoxes } = query;
  return [
    `distance <= ${parameters.integer("maxDistance", maxDistance)}`,
    ...excludedExamples.map((signature, i) => {
      const name = parameters.signature(`excluded${i}`, signature);
      return `distance <= BIT_COUNT(signature ^ ${name})`;
    }),
    ...(box === undefined ? [] : [inside("box", box, parameters)]),
    ...excludedBoxes.map(
      (each, i) => `NOT (${inside(`excludedBox${i}`, each, parameters)})`,
    ),
  ];
}

/** Whether a place lies in a box. */
function inside(name: string, box: Box, parameters: Parameters): string {
  return axes
    .map((axis, i) => {
      const end = axis.toUpperCase();
      const min = parameters.integer(`${name}Min${end}`, box.min[i]);
      const max = parameters.integer(`${name}Max${end}`, box.max[i]);
      return `${axis} >= ${min} AND ${axis} < ${max}`;
    })
    .join(" AND ");
}
