/**
 * The connected parts (voxels by their faces) of a label volume: how many there are of all labels together, found by filling.
 * @param labels x fastest
 * @returns the parts by their first voxel, with their label
 */
export function partsOf(
  labels: ArrayLike<number>,
  size: readonly [number, number, number],
): Map<number, number> {
  const [width, height, depth] = size;
  const seen = new Uint8Array(labels.length);
  const parts = new Map<number, number>();
  const waiting: number[] = [];
  for (let first = 0; first < labels.length; first++) {
    if (seen[first]) continue;
    parts.set(first, labels[first]);
    seen[first] = 1;
    waiting.push(first);
    while (waiting.length > 0) {
      const at = waiting.pop()!;
      const x = at % width;
      const y = Math.floor(at / width) % height;
      const z = Math.floor(at / (width * height));
      const visit = (isInside: boolean, to: number): void => {
        if (!isInside || seen[to] || labels[to] !== labels[at]) return;
        seen[to] = 1;
        waiting.push(to);
      };
      visit(x > 0, at - 1);
      visit(x + 1 < width, at + 1);
      visit(y > 0, at - width);
      visit(y + 1 < height, at + width);
      visit(z > 0, at - width * height);
      visit(z + 1 < depth, at + width * height);
    }
  }
  return parts;
}
