/** What a benchmark measured. */
export interface Measurement {
  /** What was measured, such as `adding one point, 1M stored`. */
  readonly name: string;
  readonly value: number;
  readonly unit: string;
  /** The bound that the value is to keep: `< 16`, `<= 60`, `> 30`, `>= 1`, in the same unit. */
  readonly target?: string;
  /** What the same was measured on, in the same run. */
  readonly peer?: string;
  readonly peerValue?: number;
}

/** A measurement as `npm run bench -- --json` prints it. */
export interface Figure extends Measurement {
  readonly bench: string;
  /** Whether the target is kept; absent where there is none. */
  readonly ok?: boolean;
  /** The value by the peer's; absent where there is no peer. */
  readonly ratio?: number;
}

/** @throws Error where the target is no bound, or the value no number */
export function toFigure(bench: string, measured: Measurement): Figure {
  const { name, value, unit, target, peer, peerValue } = measured;
  if (!Number.isFinite(value))
    throw new Error(`${bench}: ${name} is ${value}: expected a number.`);
  return {
    bench,
    name,
    value,
    unit,
    ...(target === undefined ? {} : { target, ok: keeps(value, target) }),
    ...(peer === undefined ? {} : { peer }),
    ...(peerValue === undefined ? {} : { peerValue, ratio: value / peerValue }),
  };
}

function keeps(value: number, target: string): boolean {
  const [, sign, bound] = /^(<=|<|>=|>) *(\d+(?:\.\d+)?)$/.exec(target) ?? [];
  const limit = Number(bound);
  switch (sign) {
    case "<":
      return value < limit;
    case "<=":
      return value <= limit;
    case ">":
      return value > limit;
    case ">=":
      return value >= limit;
    default:
      throw new Error(
        `The target ${JSON.stringify(target)} is no bound: expected one such as "< 16".`,
      );
  }
}

/** The figures as a table for people; a missed target is marked. */
export function table(figures: readonly Figure[]): string {
  const rows = figures.map((figure) => [
    figure.bench,
    figure.name,
    `${short(figure.value)} ${figure.unit}`,
    figure.target === undefined
      ? ""
      : `${figure.target} ${figure.ok ? "kept" : "MISSED"}`,
    figure.peer === undefined
      ? ""
      : `${figure.peer}${figure.peerValue === undefined ? "" : `: ${short(figure.peerValue)} ${figure.unit}`}`,
    figure.ratio === undefined ? "" : `${short(figure.ratio)}×`,
  ]);
  const all = [["bench", "what", "value", "target", "peer", "ratio"], ...rows];
  const widths = all[0].map((_, column) =>
    Math.max(...all.map((row) => row[column].length)),
  );
  return all
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column]))
        .join("  ")
        .trimEnd(),
    )
    .join("\n");
}

/** Three significant digits, without an exponent. */
function short(value: number): string {
  return Math.abs(value) >= 100
    ? value.toFixed(0)
    : String(Number(value.toPrecision(3)));
}
