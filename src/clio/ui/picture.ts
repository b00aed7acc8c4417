/** A square picture in grey, as thumbnails are. */
export interface Picture {
  /** Pixels along both edges. */
  readonly edge: number;
  /** Row by row. */
  readonly grey: Uint8ClampedArray<ArrayBuffer>;
  /** The pixels that show something; the others lie outside of what was cut. */
  readonly inside: {
    readonly left: number;
    readonly top: number;
    readonly right: number;
    readonly bottom: number;
  };
}

/** Paints a picture; what lies outside of what was cut stays transparent. */
export function paint(canvas: HTMLCanvasElement, picture: Picture): void {
  const { edge, grey, inside } = picture;
  canvas.width = edge;
  canvas.height = edge;
  const image = new ImageData(edge, edge);
  for (let y = inside.top; y < inside.bottom; ++y) {
    for (let x = inside.left; x < inside.right; ++x) {
      const at = y * edge + x;
      image.data.fill(grey[at], 4 * at, 4 * at + 3);
      image.data[4 * at + 3] = 255;
    }
  }
  canvas.getContext("2d")!.putImageData(image, 0, 0);
}
