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
  // In one write a pixel, alpha in the highest byte: byte by byte, a page of thumbnails keeps the main thread for many frames.
  const pixels = new Uint32Array(image.data.buffer);
  for (let y = inside.top; y < inside.bottom; ++y) {
    for (let x = inside.left; x < inside.right; ++x) {
      const at = y * edge + x;
      pixels[at] = 0xff000000 + 0x010101 * grey[at];
    }
  }
  canvas.getContext("2d")!.putImageData(image, 0, 0);
}
