import type { Surface } from "../mesh/surface.js";

/**
 * What is wrong with a surface that should be closed: edges that are not passed as often in one direction as in the other,
 * triangles that name a vertex which is not there or the same one twice. Empty where all is well.
 */
export function meshProblems({ positions, triangles }: Surface): string[] {
  const problems: string[] = [];
  const passes = new Map<string, number>();
  for (let i = 0; i < triangles.length; i += 3)
    for (let corner = 0; corner < 3; corner++) {
      const from = triangles[i + corner];
      const to = triangles[i + ((corner + 1) % 3)];
      if (from === to) problems.push(`triangle ${i / 3} has ${from} twice`);
      if (from * 3 >= positions.length)
        problems.push(`triangle ${i / 3} has no vertex ${from}`);
      const key = from < to ? `${from} ${to}` : `${to} ${from}`;
      passes.set(key, (passes.get(key) ?? 0) + (from < to ? 1 : -1));
    }
  for (const [edge, balance] of passes)
    if (balance !== 0) problems.push(`edge ${edge} is open (${balance})`);
  if (!positions.every(Number.isFinite))
    problems.push("a position is no number");
  return problems;
}

/** Edges that belong to more than two triangles: where a surface touches itself. */
export function sharedEdges({ triangles }: Surface): number {
  const times = new Map<string, number>();
  for (let i = 0; i < triangles.length; i += 3)
    for (let corner = 0; corner < 3; corner++) {
      const pair = [triangles[i + corner], triangles[i + ((corner + 1) % 3)]];
      const key = pair.sort((a, b) => a - b).join(" ");
      times.set(key, (times.get(key) ?? 0) + 1);
    }
  return [...times.values()].filter((count) => count !== 2).length;
}

/** The lowest and highest coordinate of each axis. */
export function boundsOf({ positions }: Surface): {
  low: number[];
  high: number[];
} {
  const low = [Infinity, Infinity, Infinity];
  const high = [-Infinity, -Infinity, -Infinity];
  positions.forEach((value, at) => {
    low[at % 3] = Math.min(low[at % 3], value);
    high[at % 3] = Math.max(high[at % 3], value);
  });
  return { low, high };
}
