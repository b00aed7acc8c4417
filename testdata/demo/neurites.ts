import type { Random } from "./random.js";
import { add, dot, normalize, scale } from "./vector.js";
import type { Vec3 } from "./vector.js";

/** Distance in voxels between the points of a neurite's skeleton. */
export const STEP = 8;
/** How far skeletons reach beyond the volume, so that its border looks like the cut through a larger tissue. */
const OVERHANG = 48;

/** One unbranched stretch of a cell: its skeleton. */
export interface Chain {
  /** The cell it belongs to. */
  readonly cell: number;
  /** Points of the skeleton in order, with the radius that the cell asks for around each; voxels. */
  readonly points: { position: Vec3; radius: number }[];
  /** The piece (later a supervoxel) of the segment that starts at each point. */
  readonly pieces: number[];
}

/** The skeletons of all cells of a volume. */
export interface Neurites {
  readonly chains: readonly Chain[];
  readonly cellCount: number;
  /** The cell of each piece. */
  readonly pieceCell: readonly number[];
  /** The centre and radius of the one cell body, where the volume is large enough to hold one. */
  readonly soma?: { cell: number; centre: Vec3; radius: number };
}

/** How a class of neurites looks: radius and how it swells, and how straight it runs. */
interface Calibre {
  /** Share of the volume's room that neurites of this class start in: how often one is tried. */
  readonly perMegavoxel: number;
  readonly radius: readonly [number, number];
  readonly bend: number;
  readonly branchEvery: number;
  readonly swelling: number;
}

const CALIBRES: readonly Calibre[] = [
  {
    perMegavoxel: 0.04,
    radius: [26, 40],
    bend: 0.16,
    branchEvery: 30,
    swelling: 0.25,
  },
  {
    perMegavoxel: 1,
    radius: [13, 22],
    bend: 0.22,
    branchEvery: 24,
    swelling: 0.4,
  },
  {
    perMegavoxel: 22,
    radius: [5, 10.5],
    bend: 0.3,
    branchEvery: 30,
    swelling: 0.9,
  },
];

/** Beyond this many voxels it does not matter how much room there is. */
const FAR = 24;

/** The skeletons grown so far, findable by place. */
class Thicket {
  private static readonly BOX = 24;
  private readonly boxes = new Map<
    number,
    { position: Vec3; radius: number; cell: number }[]
  >();

  private key(x: number, y: number, z: number): number {
    return ((z + 512) * 4096 + (y + 512)) * 4096 + (x + 512);
  }

  add(position: Vec3, radius: number, cell: number): void {
    // A thick neurite is entered wherever it matters, so that a look-up visits one box alone.
    const [x0, y0, z0] = position.map((value) =>
      Math.floor((value - radius - FAR) / Thicket.BOX),
    );
    const [x1, y1, z1] = position.map((value) =>
      Math.floor((value + radius + FAR) / Thicket.BOX),
    );
    for (let z = z0; z <= z1; z++)
      for (let y = y0; y <= y1; y++)
        for (let x = x0; x <= x1; x++) {
          const key = this.key(x, y, z);
          const list = this.boxes.get(key);
          if (list) list.push({ position, radius, cell });
          else this.boxes.set(key, [{ position, radius, cell }]);
        }
  }

  /** Distance in voxels from `position` to the nearest surface of any cell but `except`; FAR where none is nearer. */
  clearance(position: Vec3, except: number): number {
    const [x, y, z] = position;
    const box = this.boxes.get(
      this.key(
        Math.floor(x / Thicket.BOX),
        Math.floor(y / Thicket.BOX),
        Math.floor(z / Thicket.BOX),
      ),
    );
    let nearest = FAR;
    for (const entry of box ?? []) {
      if (entry.cell === except) continue;
      const dx = entry.position[0] - x;
      const dy = entry.position[1] - y;
      const dz = entry.position[2] - z;
      const distance = Math.sqrt(dx * dx + dy * dy + dz * dz) - entry.radius;
      if (distance < nearest) nearest = distance;
    }
    return nearest;
  }
}

/** Grows the cells of one volume, the thick ones first and the thin ones into the room that is left. */
class Growth {
  readonly chains: Chain[] = [];
  readonly pieceCell: number[] = [];
  cellCount = 0;
  private readonly thicket = new Thicket();

  constructor(
    private readonly size: Vec3,
    private readonly random: Random,
  ) {}

  private inside(position: Vec3): boolean {
    return position.every(
      (value, axis) => value > -OVERHANG && value < this.size[axis] + OVERHANG,
    );
  }

  private anywhere(): Vec3 {
    return [0, 1, 2].map((axis) =>
      this.random.between(-OVERHANG / 2, this.size[axis] + OVERHANG / 2),
    ) as unknown as Vec3;
  }

  private place(chain: Chain): void {
    for (const { position, radius } of chain.points)
      this.thicket.add(position, radius, chain.cell);
    let left = 0;
    for (let i = 0; i + 1 < chain.points.length; i++) {
      if (left-- === 0) {
        this.pieceCell.push(chain.cell);
        left = this.random.integer(5, 18);
      }
      chain.pieces.push(this.pieceCell.length - 1);
    }
    this.chains.push(chain);
  }

  /** One large round cell whose centre lies near a corner of the volume. */
  soma(): NonNullable<Neurites["soma"]> {
    const cell = this.cellCount++;
    const radius = Math.min(...this.size) * 0.6;
    const centre: Vec3 = [
      this.size[0] * 0.96,
      this.size[1] * 0.08,
      this.size[2] * 0.45,
    ];
    const end: Vec3 = [centre[0] - 1, centre[1], centre[2]];
    this.place({
      cell,
      points: [
        { position: centre, radius },
        { position: end, radius },
      ],
      pieces: [],
    });
    return { cell, centre, radius };
  }

  /** The step from `position` that keeps its course and stays clear of other cells. */
  private turn(
    position: Vec3,
    heading: Vec3,
    calibre: Calibre,
    cell: number,
  ): { heading: Vec3; room: number } {
    let best = { heading, room: -Infinity };
    let bestScore = -Infinity;
    for (let i = 0; i < 7; i++) {
      const candidate = normalize(
        add(
          heading,
          scale(this.random.direction(), i === 0 ? 0 : calibre.bend * 1.6),
        ),
      );
      const room = this.thicket.clearance(
        add(position, scale(candidate, STEP * 1.5)),
        cell,
      );
      const score =
        room + 14 * dot(candidate, heading) + this.random.unit() * 2;
      if (score > bestScore) {
        bestScore = score;
        best = { heading: candidate, room };
      }
    }
    return best;
  }

  private stretch(
    start: Vec3,
    heading: Vec3,
    radius: number,
    calibre: Calibre,
    cell: number,
  ): Chain["points"] {
    const points: Chain["points"] = [];
    let position = start;
    const phase = this.random.between(0, 2 * Math.PI);
    const period = this.random.between(14, 34);
    for (let i = 0; i < 400 && this.inside(position); i++) {
      const next = this.turn(position, heading, calibre, cell);
      // A neurite that runs into another ends there, like a terminal; crossing would cut the other one in two.
      if (i > 2 && next.room < 2) break;
      const swell =
        1 +
        calibre.swelling *
          Math.max(0, Math.sin(phase + (2 * Math.PI * i) / period)) ** 3;
      points.push({
        position,
        radius: Math.min(radius * swell, Math.max(radius * 0.6, next.room)),
      });
      heading = next.heading;
      position = add(position, scale(heading, STEP));
    }
    return points;
  }

  /** A cell through `start`, both ways, with its branches. */
  neurite(start: Vec3, calibre: Calibre, radius: number, course?: Vec3): void {
    const cell = this.cellCount;
    const heading = course ?? this.random.direction();
    const forth = this.stretch(start, heading, radius, calibre, cell);
    const back = this.stretch(start, scale(heading, -1), radius, calibre, cell);
    const points = [...back.slice(1).reverse(), ...forth];
    if (points.length < 4) return;
    this.cellCount++;
    this.place({ cell, points, pieces: [] });
    for (let i = 4; i + 4 < points.length; i++) {
      if (this.random.unit() * calibre.branchEvery > 1) continue;
      const branch = this.stretch(
        points[i].position,
        this.random.direction(),
        radius * this.random.between(0.35, 0.75),
        calibre,
        cell,
      );
      if (branch.length >= 4) this.place({ cell, points: branch, pieces: [] });
    }
  }

  /** The emptiest of a few random places: where the next neurite starts. */
  private emptiest(tries: number): { start: Vec3; room: number } {
    let best = { start: this.anywhere(), room: -Infinity };
    for (let i = 0; i < tries; i++) {
      const start = this.anywhere();
      const room = this.thicket.clearance(start, -1);
      if (room > best.room) best = { start, room };
    }
    return best;
  }

  fill(calibre: Calibre): void {
    const megavoxels =
      this.size.reduce((product, value) => product * (value + OVERHANG), 1) /
      1e6;
    // A few directions that many neurites share make the bundles that tissue has.
    const courses = [
      this.random.direction(),
      this.random.direction(),
      this.random.direction(),
    ];
    for (let i = 0; i < calibre.perMegavoxel * megavoxels; i++) {
      const { start, room } = this.emptiest(12);
      const radius = this.random.between(...calibre.radius);
      if (room < calibre.radius[0] * 0.8) continue;
      const course =
        this.random.unit() < 0.55
          ? normalize(
              add(
                courses[this.random.integer(0, 3)],
                scale(this.random.direction(), 0.25),
              ),
            )
          : undefined;
      this.neurite(start, calibre, radius, course);
    }
  }
}

/**
 * Lays the skeletons of space-filling neuropil: curved, branching neurites of three calibres that stay clear of each other,
 * and in a volume of at least 256 voxels a side a part of a cell body.
 * @param size of the volume in voxels
 */
export function growNeurites(size: Vec3, random: Random): Neurites {
  const growth = new Growth(size, random);
  const soma = Math.min(...size) >= 256 ? growth.soma() : undefined;
  for (const calibre of CALIBRES) growth.fill(calibre);
  return {
    chains: growth.chains,
    cellCount: growth.cellCount,
    pieceCell: growth.pieceCell,
    soma,
  };
}
