// How the cost of a search grows with the number of signatures, as a picture.
import { mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";

/** One measured line. */
export interface Growth {
  readonly name: string;
  /** Ascending in their number: how many signatures, and milliseconds. */
  readonly points: readonly (readonly [count: number, milliseconds: number])[];
}

const width = 720;
const height = 460;
const margin = { left: 80, right: 220, top: 24, bottom: 48 };
const colours = [
  "#4477aa",
  "#ee6677",
  "#228833",
  "#ccbb44",
  "#66ccee",
  "#aa3377",
];

/** The milliseconds at a number beyond those measured, by the power that the last two points grow with. */
export function extrapolated({ points }: Growth, count: number): number {
  const [[n, first], [m, last]] = points.slice(-2);
  const power = Math.log(last / first) / Math.log(m / n);
  return last * (count / m) ** power;
}

/** Writes the picture, both axes logarithmic. @returns its file */
export function plotGrowth(lines: readonly Growth[], folder: string): string {
  const all = lines.flatMap(({ points }) => points);
  const x = axisOf(
    all.map(([count]) => count),
    margin.left,
    width - margin.right,
  );
  const y = axisOf(
    all.map(([, milliseconds]) => milliseconds),
    height - margin.bottom,
    margin.top,
  );
  const parts = [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" font-family="sans-serif" font-size="12">`,
    `<rect width="${width}" height="${height}" fill="white"/>`,
    ...x.ticks.map(
      (tick) =>
        `<path d="M${x.at(tick)} ${margin.top}V${height - margin.bottom}" stroke="#ddd"/>` +
        `<text x="${x.at(tick)}" y="${height - margin.bottom + 18}" text-anchor="middle">${countText(tick)}</text>`,
    ),
    ...y.ticks.map(
      (tick) =>
        `<path d="M${margin.left} ${y.at(tick)}H${width - margin.right}" stroke="#ddd"/>` +
        `<text x="${margin.left - 8}" y="${y.at(tick) + 4}" text-anchor="end">${tick} ms</text>`,
    ),
    `<text x="${(margin.left + width - margin.right) / 2}" y="${height - 8}" text-anchor="middle">signatures</text>`,
    ...lines.flatMap(({ name, points }, i) => {
      const colour = colours[i % colours.length];
      const path = points.map(([n, ms]) => `${x.at(n)} ${y.at(ms)}`).join("L");
      const [n, ms] = points[points.length - 1];
      return [
        `<path d="M${path}" fill="none" stroke="${colour}" stroke-width="2"/>`,
        ...points.map(
          ([count, milliseconds]) =>
            `<circle cx="${x.at(count)}" cy="${y.at(milliseconds)}" r="3" fill="${colour}"/>`,
        ),
        `<text x="${x.at(n) + 8}" y="${y.at(ms) + 4}" fill="${colour}">${name}</text>`,
      ];
    }),
    "</svg>",
  ];
  mkdirSync(folder, { recursive: true });
  const file = path.resolve(folder, "signatures-growth.svg");
  writeFileSync(file, parts.join("\n"));
  return file;
}

/** A logarithmic axis over whole powers of ten. */
function axisOf(values: readonly number[], from: number, to: number) {
  const low = Math.floor(Math.log10(Math.min(...values)));
  const high = Math.max(low + 1, Math.ceil(Math.log10(Math.max(...values))));
  return {
    ticks: Array.from({ length: high - low + 1 }, (_, i) =>
      Number(`1e${low + i}`),
    ),
    at: (value: number) =>
      Number(
        (
          from +
          ((to - from) * (Math.log10(value) - low)) / (high - low)
        ).toFixed(1),
      ),
  };
}

/** 1000000 is 1M. */
export function countText(count: number): string {
  if (count >= 1e9) return `${count / 1e9}G`;
  if (count >= 1e6) return `${count / 1e6}M`;
  return count >= 1e3 ? `${count / 1e3}k` : String(count);
}
