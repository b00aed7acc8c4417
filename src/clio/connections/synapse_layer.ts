import { AnnotationUserLayer } from "neuroglancer/unstable/layer/annotation/index.js";

/**
 * Places of synapses. Its source says which (see `SynapseSet`) and has none of them: they are asked for wherever a link is opened. How they
 * look is in the part that loads later (see `dressLayer`).
 */
export class SynapseLayer extends AnnotationUserLayer {
  static override type = "clio-synapses";
  static override typeAbbreviation = "syn";
}
