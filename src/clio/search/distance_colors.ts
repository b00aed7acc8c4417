/** Colours of matches by their distance, the nearest are the lightest, for every kind of colour vision. */
const STEPS = [
  { upTo: 2, color: "#ebf99b" },
  { upTo: 5, color: "#c6d66b" },
  { upTo: 9, color: "#9fb24e" },
  { upTo: 64, color: "#788a3d" },
] as const;

/** @param distance in bits */
export function distanceColor(distance: number): string {
  return STEPS.find(({ upTo }) => distance <= upTo)!.color;
}
