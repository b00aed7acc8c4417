import type { Box, Triple } from "../../record.js";
import { flips } from "./flips.js";
import { integers, tableName, type TableHome } from "./statement.js";
import type { ExampleParameters, TableLayout } from "./table_layout.js";

/** How many values a key has, and how many of them share a partition: a load may touch 4,000 partitions at most. */
const keys = 2 ** 16;
const keysPerPartition = 32;

const lanes = [0, 1, 2, 3] as const;
const laneBits = Array.from({ length: 16 }, (_, bit) => 1n << BigInt(bit));

/** The edge of a cell of places, in voxels, as a power of two. */
const cellShift = 7;
/** Factors that spread the cells over the keys. Cells of one key do no harm but that they are read. */
const cellFactors: Triple = [73_856_093, 19_349_663, 83_492_791];
/** A box of more cells is sought in all of the table. */
const mostCells = 4096;

const columns = "signature, x, y, z";

function laneShift(lane: number): number {
  return 16 * (3 - lane);
}

/** The bits of a lane, signed. */
function laneMask(lane: number): bigint {
  return BigInt.asIntN(64, 0xffffn << BigInt(laneShift(lane)));
}

/**
 * Our own layout: the tables `lane0` to `lane3`, each partitioned and clustered by `key`, which is the lane's 16 bits; `places`, in
 * which the key follows from the place; and `info`, which says what is in them.
 */
export class LaneTables implements TableLayout {
  /** Key, signature, x, y, z. */
  readonly recordBytes = 40;

  constructor(private readonly home: TableHome) {}

  get versionTable(): string {
    return this.table("info");
  }

  candidates(examples: ExampleParameters, radius: number | undefined): string {
    if (radius === undefined) {
      return `SELECT ${columns} FROM ${this.table("lane0")} WHERE ${anyKey}`;
    }
    return lanes
      .map((lane) => {
        const met = lanes
          .slice(0, lane)
          .map((earlier) => ` AND NOT ${isLike(examples, earlier, radius)}`);
        return `SELECT ${columns} FROM ${this.table(`lane${lane}`)}
WHERE key IN (${laneKeys(examples, lane, radius)})${met.join("")}`;
      })
      .join("\nUNION ALL\n");
  }

  near(box: Box): string {
    const cells = cellsTouching(box);
    const where = cells === undefined ? anyKey : `key IN (${integers(cells)})`;
    return `SELECT ${columns} FROM ${this.table("places")} WHERE ${where}`;
  }

  /**
   * Makes the tables of the lanes and of the places, in the place of former ones.
   * @param source a table of the columns signature, x, y, z
   */
  makeTables(source: string): { table: string; sql: string }[] {
    const made = lanes.map((lane) => ({
      table: `lane${lane}`,
      key: `(signature >> ${laneShift(lane)}) & 65535`,
    }));
    const [x, y, z] = ["x", "y", "z"].map(
      (axis, i) => `(${axis} >> ${cellShift}) * ${cellFactors[i]}`,
    );
    made.push({ table: "places", key: `MOD(${x} + ${y} + ${z}, ${keys})` });
    return made.map(({ table, key }) => ({
      table,
      sql: `CREATE OR REPLACE TABLE ${this.table(table)}
PARTITION BY RANGE_BUCKET(key, GENERATE_ARRAY(0, ${keys}, ${keysPerPartition}))
CLUSTER BY key
OPTIONS (require_partition_filter = TRUE)
AS SELECT ${key} AS key, ${columns}
FROM ${this.table(source)}`,
    }));
  }

  /** A table's name for a statement. */
  table(name: string): string {
    return tableName(this.home, name);
  }
}

/** The tables are read by key alone, lest a mistake reads all of one. */
const anyKey = `key BETWEEN 0 AND ${keys - 1}`;

/** The keys of a lane that differ from an example's in at most `radius` bits. */
function laneKeys(
  { signatures }: ExampleParameters,
  lane: number,
  radius: number,
): string {
  const near = signatures.flatMap((signature) => {
    const own = (signature >> BigInt(laneShift(lane))) & 0xffffn;
    return flips(laneBits, radius).map((flip) => Number(own ^ flip));
  });
  return integers([...new Set(near)].sort((a, b) => a - b));
}

/** Whether a lane of a signature differs from an example's in at most `radius` bits: then that lane's table has given it. */
function isLike(
  { names }: ExampleParameters,
  lane: number,
  radius: number,
): string {
  const likes = names.map(
    (name) =>
      `BIT_COUNT((signature ^ ${name}) & ${laneMask(lane)}) <= ${radius}`,
  );
  return `(${likes.join(" OR ")})`;
}

/** The keys of the cells that a box touches; undefined where they are too many. */
function cellsTouching({ min, max }: Box): number[] | undefined {
  const first = min.map((value) => Math.floor(value / 2 ** cellShift));
  const last = max.map((value) => Math.floor((value - 1) / 2 ** cellShift));
  const count = first.reduce(
    (product, value, axis) => product * (last[axis] - value + 1),
    1,
  );
  if (count > mostCells) return undefined;
  const cells = new Set<number>();
  for (let x = first[0]; x <= last[0]; x++)
    for (let y = first[1]; y <= last[1]; y++)
      for (let z = first[2]; z <= last[2]; z++) {
        const sum =
          x * cellFactors[0] + y * cellFactors[1] + z * cellFactors[2];
        // No more than 3 · 2^25 · 2^27, which a number holds exactly.
        cells.add(sum % keys);
      }
  return [...cells].sort((a, b) => a - b);
}
