import type { Field } from "./field.js";
import type { Random } from "./random.js";
import type { Slab } from "./slab.js";
import { heightOver } from "./synapses.js";
import type { Synapse } from "./synapses.js";
import { add, length, scale, subtract } from "./vector.js";
import type { Vec3 } from "./vector.js";

const LUMEN = 172;
const RIM = 70;
const CORE = 48;

/** A vesicle: clear (40 nm across) or with a dense core (80 nm). */
export interface Vesicle {
  readonly centre: Vec3;
  readonly radius: number;
  readonly dense: boolean;
}

/** The vesicles gathered at one synapse. */
export interface VesicleCluster {
  readonly cell: number;
  /** The centre of the vesicle that lies nearest to the middle of the cluster. */
  readonly centre: Vec3;
  readonly vesicles: readonly Vesicle[];
}

/** Fills the room over a synapse with vesicles that neither touch each other nor the membrane. */
function gather(
  synapse: Synapse,
  field: Field,
  isTaken: (position: Vec3) => boolean,
  random: Random,
): VesicleCluster | undefined {
  const wanted = random.integer(30, 90);
  const middle = add(synapse.position, scale(synapse.inward, 13));
  const vesicles: Vesicle[] = [];
  for (
    let attempt = 0;
    attempt < wanted * 12 && vesicles.length < wanted;
    attempt++
  ) {
    const centre = add(
      middle,
      scale(random.direction(), 26 * Math.cbrt(random.unit())),
    );
    const dense = random.unit() < 0.04;
    const radius = dense ? random.between(4, 5) : random.between(2.3, 2.9);
    // The room of the density itself stays free.
    if (
      heightOver(synapse, centre) < 3 ||
      length(subtract(centre, synapse.position)) < 11
    )
      continue;
    if (
      vesicles.some(
        (other) =>
          length(subtract(other.centre, centre)) < other.radius + radius + 0.8,
      )
    )
      continue;
    const probe = field.probe(centre);
    if (probe.cell === synapse.cell && probe.lead > 8 && !isTaken(centre))
      vesicles.push({ centre, radius, dense });
  }
  if (vesicles.length < 6) return undefined;
  const sum = vesicles.reduce<Vec3>(
    (total, { centre }) => add(total, centre),
    [0, 0, 0],
  );
  const mean = scale(sum, 1 / vesicles.length);
  const distance = (vesicle: Vesicle): number =>
    length(subtract(vesicle.centre, mean));
  const central = vesicles.reduce((best, vesicle) =>
    distance(vesicle) < distance(best) ? vesicle : best,
  );
  return { cell: synapse.cell, centre: central.centre, vesicles };
}

/**
 * A cluster of vesicles for each synapse that has room for one.
 * @param isTaken whether another organelle lies at a position
 */
export function planVesicles(
  synapses: readonly Synapse[],
  field: Field,
  isTaken: (position: Vec3) => boolean,
  random: Random,
): VesicleCluster[] {
  return synapses.flatMap(
    (synapse) => gather(synapse, field, isTaken, random) ?? [],
  );
}

/** Paints the vesicles that reach into the slab. */
export function drawVesicles(
  slab: Slab,
  clusters: readonly VesicleCluster[],
): void {
  for (const { vesicles } of clusters)
    for (const { centre, radius, dense } of vesicles)
      slab.around(centre, radius + 1, (index, dx, dy, dz) => {
        const off = Math.sqrt(dx * dx + dy * dy + dz * dz);
        const inside = Math.min(1, Math.max(0, radius + 0.7 - off));
        const rim = Math.max(0, 1 - Math.abs(off - radius + 0.2) / 1.1);
        const core = dense && off < radius - 1.6 ? CORE : LUMEN;
        slab.shade[index] +=
          inside * (core + rim * (RIM - core) - slab.shade[index]);
      });
}
