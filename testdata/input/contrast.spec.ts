import { equalise } from "./contrast.js";

describe("Equalised contrast", () => {
  const width = 256;
  const height = 192;
  /** A faint texture on a background that brightens from left to right. */
  const section = (from: number, to: number, depth: number) =>
    Array.from({ length: width * height }, (_, i) => {
      const x = i % width;
      const y = Math.floor(i / width);
      return from + ((to - from) * x) / width + ((x + y) % 2) * depth;
    });
  const texture = (values: Uint8Array, from: number, to: number) => {
    let sum = 0;
    let count = 0;
    for (let y = 40; y < height - 40; y++)
      for (let x = from; x < to; x++, count++)
        sum += Math.abs(values[y * width + x] - values[y * width + x + 1]);
    return sum / count;
  };

  it("raises a faint texture on the dark and on the bright side alike", async () => {
    const before = Uint8Array.from(section(40, 160, 6));
    const after = await equalise(before, width, height);
    expect(after.length).toBe(before.length);
    for (const [from, to] of [
      [20, 80],
      [170, 230],
    ])
      expect(texture(after, from, to)).toBeGreaterThan(
        1.5 * texture(before, from, to),
      );
  });

  it("brings 16 bits to 8, whatever part of their range they use, and ignores single hot pixels", async () => {
    const values = Uint16Array.from(section(20_000, 20_400, 40));
    values[1000] = 65_535;
    const after = await equalise(values, width, height);
    const sorted = [...after].sort((a, b) => a - b);
    expect(sorted[sorted.length >> 4]).toBeLessThan(80);
    expect(sorted[sorted.length - (sorted.length >> 4)]).toBeGreaterThan(175);
  });
});
