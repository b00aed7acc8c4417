import type { Measurement } from "./figure.js";

/** What a benchmark hands its measurements to, as they come. */
export type Report = (measured: Measurement) => void;

interface Benchmark {
  readonly name: string;
  readonly measure: (report: Report) => Promise<void>;
}

const registered: Benchmark[] = [];

/**
 * Declares a benchmark, as `it` declares a spec.
 * @param name what `npm run bench -- <name>` chooses it by
 * @param measure starts what it needs, measures, and ends what it started
 */
export function bench(
  name: string,
  measure: (report: Report) => Promise<void>,
): void {
  registered.push({ name, measure });
}

/** All that were declared, in the order of their files. */
export function benchmarks(): readonly Benchmark[] {
  return registered;
}
