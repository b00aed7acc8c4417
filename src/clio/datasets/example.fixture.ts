/** Catalogue entries as the server sends them, for the specs. */
const dimensions = { x: [8e-9, "m"], y: [8e-9, "m"], z: [8e-9, "m"] };

/** A dataset of one image layer, with what a spec wants different in it. */
export function exampleJson(changes: object = {}): Record<string, unknown> {
  return {
    title: "Demo volume",
    description: "Made on this machine",
    neuroglancer: {
      dimensions,
      layers: [
        {
          name: "image",
          type: "image",
          source: "precomputed://http://127.0.0.1:8080/volumes/demo/image",
        },
      ],
    },
    ...changes,
  };
}

/** Three datasets, in this order: `demo`, `medulla` and `fafb`. */
export const threeJson = {
  demo: exampleJson(),
  medulla: exampleJson({
    title: "Médulla, Spalte 7",
    description: "FIB-SEM of the optic lobe",
  }),
  fafb: exampleJson({
    title: "FAFB",
    description: "The whole brain, TEM",
    neuroglancer: {
      dimensions: { x: [4e-9, "m"], y: [4e-9, "m"], z: [4e-8, "m"] },
      layers: [
        { name: "em", type: "image", source: { url: "zarr://s3://fafb/em/" } },
      ],
    },
  }),
};
