import type { Components } from "./components.js";
import type { Tissue } from "./tissue.js";
import type { Vec3 } from "./vector.js";

/** A place in the segmentation: a voxel x,y,z with the ids of 64 bits, decimal, that it has. */
export interface Place {
  readonly position: Vec3;
  readonly supervoxel: string;
  readonly body: string;
}

/** The kinds of organelle that a demo volume has. */
export type OrganelleKind =
  "mitochondrion" | "synapse" | "vesicle_cluster" | "nucleus";

/** What lies where in a demo volume. */
export interface Truth {
  readonly seed: number;
  /** In voxels. */
  readonly size: Vec3;
  /** In nm. */
  readonly voxelSize: Vec3;
  /** The centre of each organelle; a synapse's is the foot of its density, on the side that sends. */
  readonly organelles: readonly (Place & { kind: OrganelleKind })[];
  /** Each synapse's sending side, and a place in each of the bodies that receive. */
  readonly synapses: readonly { pre: Place; post: readonly Place[] }[];
  /** The true body of each supervoxel, by id. */
  readonly bodyOfSupervoxel: Readonly<Record<string, string>>;
}

/**
 * The id of a supervoxel by its number. Such ids have 1 in their top byte in the segmentations that people proofread (the
 * lowest level of a chunked graph), and do not fit a double: the demo shows early where they would be squeezed into one.
 */
export const supervoxelId = (number: number): bigint =>
  (1n << 56n) + BigInt(number);

/** The id of a body by its number. */
export const bodyId = (number: number): bigint => BigInt(number);

/**
 * Says what was planned where it really came out. What the division of space gave to another cell than planned is left out.
 * @param supervoxels the number of each voxel's supervoxel, x fastest
 */
export function tellTruth(
  tissue: Tissue,
  voxelSize: Vec3,
  supervoxels: Uint32Array,
  components: Components,
): Truth {
  const [width, height] = tissue.size;
  /** The place that a planned position came to be, where it is in the planned cell. */
  const placeOf = (position: Vec3, cell: number): Place | undefined => {
    const voxel = position.map(Math.round) as unknown as Vec3;
    if (voxel.some((value, axis) => value < 0 || value >= tissue.size[axis]))
      return undefined;
    const number =
      supervoxels[(voxel[2] * height + voxel[1]) * width + voxel[0]];
    if (components.cell[number] !== cell) return undefined;
    return {
      position: voxel,
      supervoxel: supervoxelId(number).toString(),
      body: bodyId(components.body[number]).toString(),
    };
  };
  const organelles: (Place & { kind: OrganelleKind })[] = [];
  const note = (kind: OrganelleKind, at: Vec3, cell: number): void => {
    const place = placeOf(at, cell);
    if (place) organelles.push({ kind, ...place });
  };
  for (const { centre, cell } of tissue.nuclei) note("nucleus", centre, cell);
  for (const { centre, cell } of tissue.mitochondria)
    note("mitochondrion", centre, cell);
  for (const { centre, cell } of tissue.clusters)
    note("vesicle_cluster", centre, cell);
  for (const { position, cell } of tissue.synapses)
    note("synapse", position, cell);
  const synapses = tissue.synapses.flatMap(({ position, cell, partners }) => {
    const pre = placeOf(position, cell);
    const post = partners.flatMap(
      (partner) => placeOf(partner.position, partner.cell) ?? [],
    );
    return pre && post.length > 0 ? [{ pre, post }] : [];
  });
  const bodyOfSupervoxel: Record<string, string> = {};
  for (let number = 1; number <= components.count; number++)
    bodyOfSupervoxel[supervoxelId(number).toString()] = bodyId(
      components.body[number],
    ).toString();
  const { seed, size } = tissue;
  return { seed, size, voxelSize, organelles, synapses, bodyOfSupervoxel };
}
