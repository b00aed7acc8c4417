import sharp from "sharp";

/** The side in pixels of the window that contrast is equalised over: the largest in which the limit below can be asked for. */
const WINDOW = 92;
/** How many times contrast may be raised. */
const STEEPEST = 3;
/** The share of the darkest and brightest pixels that may be cut off when 16 bits become 8. */
const CUT = 0.001;

/**
 * Contrast-limited adaptive histogram equalisation (Zuiderveld 1994) of one section, after it has been brought to 8 bits.
 * @param section width * height pixels
 */
export async function equalise(
  section: Uint8Array | Uint16Array,
  width: number,
  height: number,
): Promise<Uint8Array> {
  const bytes = section instanceof Uint16Array ? toBytes(section) : section;
  const window = {
    width: Math.min(WINDOW, width),
    height: Math.min(WINDOW, height),
  };
  return sharp(bytes, { raw: { width, height, channels: 1 } })
    .clahe({
      ...window,
      // The limit is on the pixels of the window that may share one of 256 levels, not on the slope that its name says.
      maxSlope: Math.max(
        1,
        Math.round((STEEPEST * window.width * window.height) / 256),
      ),
    })
    .toColourspace("b-w")
    .raw()
    .toBuffer();
}

function toBytes(section: Uint16Array): Uint8Array {
  const histogram = new Uint32Array(65536);
  for (const value of section) histogram[value]++;
  const cut = section.length * CUT;
  let low = 0;
  for (let below = histogram[0]; below <= cut;) below += histogram[++low];
  let high = 65535;
  for (let above = histogram[high]; above <= cut;) above += histogram[--high];
  const range = Math.max(1, high - low);
  return Uint8Array.from(section, (value) =>
    Math.min(255, Math.max(0, ((value - low) / range) * 255 + 0.5)),
  );
}
