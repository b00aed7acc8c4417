import { Camera } from "./camera.js";
import { Cytoplasm } from "./cytoplasm.js";
import { Division } from "./division.js";
import { Field } from "./field.js";
import { drawMicrotubules, planMicrotubules } from "./microtubules.js";
import type { Microtubule } from "./microtubules.js";
import {
  drawMitochondria,
  isInMitochondrion,
  planMitochondria,
} from "./mitochondria.js";
import type { Mitochondrion } from "./mitochondria.js";
import { growNeurites } from "./neurites.js";
import type { Neurites } from "./neurites.js";
import { Chromatin, planNucleus } from "./nucleus.js";
import type { Nucleus } from "./nucleus.js";
import { Random, STREAM } from "./random.js";
import { Slab } from "./slab.js";
import { drawSynapses, planSynapses } from "./synapses.js";
import type { Synapse } from "./synapses.js";
import type { Vec3 } from "./vector.js";
import { drawVesicles, planVesicles } from "./vesicles.js";
import type { VesicleCluster } from "./vesicles.js";

/** All that a volume will show, before any voxel is worked out: plain data, which a worker can be handed. */
export interface Tissue {
  readonly size: Vec3;
  readonly seed: number;
  readonly neurites: Neurites;
  readonly nuclei: readonly Nucleus[];
  readonly mitochondria: readonly Mitochondrion[];
  readonly microtubules: readonly Microtubule[];
  readonly synapses: readonly Synapse[];
  readonly clusters: readonly VesicleCluster[];
}

/** How many synapses a megavoxel of neuropil (0.5 cubic micrometres at 8 nm) holds. */
const SYNAPSES_PER_MEGAVOXEL = 1.5;

/** Plans the tissue of a volume of `size` voxels; the same seed gives the same tissue. */
export function planTissue(size: Vec3, seed: number): Tissue {
  const neurites = growNeurites(size, new Random(seed, STREAM.neurites));
  const field = new Field(neurites, seed);
  const { chains } = neurites;
  const organelles = new Random(seed, STREAM.organelles);
  const mitochondria = planMitochondria(chains, field, size, organelles);
  const isTaken = (position: Vec3): boolean =>
    isInMitochondrion(mitochondria, position, 4);
  const random = new Random(seed, STREAM.synapses);
  const count = Math.ceil(
    (size[0] * size[1] * size[2] * SYNAPSES_PER_MEGAVOXEL) / 1e6,
  );
  const synapses = planSynapses(chains, field, size, count, isTaken, random);
  return {
    size,
    seed,
    neurites,
    nuclei: planNucleus(neurites),
    mitochondria,
    microtubules: planMicrotubules(chains, field, organelles),
    synapses,
    clusters: planVesicles(synapses, field, isTaken, random),
  };
}

/** Works out the voxels of a planned tissue, slab by slab. */
export class Painter {
  private readonly slab: Slab;
  private readonly division: Division;
  private readonly cytoplasm: Cytoplasm;
  private readonly chromatin: Chromatin;
  private readonly camera: Camera;

  constructor(private readonly tissue: Tissue) {
    const { neurites, seed, size } = tissue;
    this.slab = new Slab(size);
    this.division = new Division(new Field(neurites, seed), seed);
    this.cytoplasm = new Cytoplasm(
      neurites.cellCount,
      neurites.pieceCell,
      seed,
    );
    this.chromatin = new Chromatin(seed);
    this.camera = new Camera(size[2], seed);
  }

  /**
   * Fills the sections z0 to z0 + BLOCK of the volume.
   * @param image one byte a voxel, @param pieces the piece of each voxel; both of the whole volume, x fastest
   */
  paint(z0: number, image: Uint8Array, pieces: Uint32Array): void {
    const { tissue } = this;
    const { pieceCell } = tissue.neurites;
    const { slab } = this;
    slab.divide(this.division, z0);
    this.cytoplasm.draw(slab);
    drawMicrotubules(slab, tissue.microtubules, pieceCell);
    this.chromatin.draw(slab, tissue.nuclei, pieceCell);
    drawMitochondria(slab, tissue.mitochondria, pieceCell);
    drawVesicles(slab, tissue.clusters);
    drawSynapses(slab, tissue.synapses, pieceCell);
    this.camera.expose(slab, image);
    slab.copyPieces(pieces);
  }
}
