/** A catalogue of datasets with those ids, for specs of the routes: where their images lie is of no interest. */
export function catalogueOf(...ids: string[]): string {
  const dimensions = { x: [8e-9, "m"], y: [8e-9, "m"], z: [3e-8, "m"] };
  const image = {
    type: "image",
    name: "image",
    source: "precomputed://https://example.org/image",
  };
  return JSON.stringify(
    Object.fromEntries(
      ids.map((id) => [
        id,
        { title: id, neuroglancer: { dimensions, layers: [image] } },
      ]),
    ),
  );
}
