import type { MarksVocabulary } from "../../src/clio/model/fields.js";

/** The words and fields with which marks in neuropil are described. */
export const NEUROPIL: MarksVocabulary = {
  types: {
    point: ["synapse", "vesicle", "dense-core vesicle", "ribosome", "question"],
    line: ["synaptic cleft", "gap junction", "membrane gap", "diameter"],
    polyline: ["neurite", "microtubule", "cell-body fibre"],
    sphere: ["soma", "nucleus", "MVB", "lysosome", "vesicle cluster"],
    box: ["region to segment", "artefact"],
    ellipsoid: ["mitochondrion", "Golgi"],
  },
  fields: [
    {
      name: "confidence",
      title: "Confidence",
      type: "number",
      min: 1,
      max: 5,
      integer: true,
    },
    {
      name: "cell_class",
      title: "Cell class",
      type: "choice",
      options: ["neuron", "glia", "trachea", "unsure"],
    },
    {
      name: "reviewed",
      title: "Seen by a second person",
      type: "boolean",
    },
    { name: "note", title: "Note", type: "text" },
  ],
};
