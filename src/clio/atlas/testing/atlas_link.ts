/** The album beside a view of the demo dataset without its image: whoever only reads or reviews has less to draw. */
export function albumLink(at: string): string {
  return linkWith(at, []);
}

/** A view of the demo volume from near by, with the panel of the atlas. */
export function atlasLink(at: string): string {
  const source = `precomputed://${at}/volumes/demo/image`;
  return linkWith(at, [{ type: "image", name: "image", source }]);
}

function linkWith(at: string, layers: readonly object[]): string {
  const state = {
    dimensions: { x: [8e-9, "m"], y: [8e-9, "m"], z: [8e-9, "m"] },
    position: [128.5, 128.5, 64.5],
    crossSectionScale: 0.5,
    layout: "xy",
    layers: [
      ...layers,
      {
        type: "clio-annotation",
        name: "marks",
        source: "clio://sandbox/demo",
      },
    ],
    clio: { dataset: "demo" },
    clioAtlas: { visible: true },
  };
  return `${at}/#!${encodeURIComponent(JSON.stringify(state))}`;
}
