import { formatLength } from "../model/measurement.js";

/** A bar whose length people can read, and how long it is. */
export interface ScaleBar {
  readonly pixels: number;
  readonly label: string;
}

/** The share of a picture's width that its bar takes at most. */
const MOST_SHARE = 0.3;

/** The longest bar of 1, 2 or 5 times a power of ten nm that is no longer than three tenths of a picture. */
export function scaleBarFor(width: number, nmPerPixel: number): ScaleBar {
  const most = width * MOST_SHARE * nmPerPixel;
  const power = 10 ** Math.floor(Math.log10(most));
  const factor = [5, 2, 1].find((each) => each * power <= most) ?? 1;
  const nm = factor * power;
  return { pixels: nm / nmPerPixel, label: formatLength(nm) };
}

/** Draws the bar into the lower left corner, on a dark plate so that it shows on any tissue. */
export function drawScaleBar(
  canvas: HTMLCanvasElement,
  nmPerPixel: number,
): void {
  const context = canvas.getContext("2d")!;
  const { pixels, label } = scaleBarFor(canvas.width, nmPerPixel);
  // Read at the size of a card as well as in full.
  const type = Math.max(11, Math.round(canvas.width / 40));
  const pad = Math.round(type * 0.45);
  context.font = `600 ${type}px system-ui, sans-serif`;
  const words = context.measureText(label).width;
  const plate = Math.max(pixels, words) + 2 * pad;
  const high = type + 3 * pad + 2;
  const left = pad;
  const top = canvas.height - high - pad;
  context.fillStyle = "rgb(10 12 14 / 0.86)";
  context.fillRect(left, top, plate, high);
  context.fillStyle = "#ffffff";
  context.textAlign = "center";
  context.textBaseline = "top";
  context.fillText(label, left + plate / 2, top + pad * 0.7);
  const bar = Math.max(2, Math.round(type / 5));
  context.fillRect(
    left + (plate - pixels) / 2,
    top + high - pad - bar,
    pixels,
    bar,
  );
}
