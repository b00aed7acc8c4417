/** The colours of values, as 0xrrggbb: such as people with any kind of colour vision tell apart. */

/**
 * For categories, in the order in which they are given out. Okabe and Ito, "Color Universal Design" (2008), without its black, which is
 * not seen on dark cytoplasm.
 */
export const CATEGORY_COLORS: readonly number[] = [
  0xe69f00, 0x56b4e9, 0x009e73, 0xf0e442, 0xd55e00, 0xcc79a7, 0x0072b2,
];

/** For marks that have no value, and for values beyond the categories' colours. */
export const NEUTRAL_COLOR = 0xb4b4b4;

/** Viridis (van der Walt and Smith, 2015) at equal steps. */
const VIRIDIS = [
  [0x44, 0x01, 0x54],
  [0x41, 0x44, 0x87],
  [0x2a, 0x78, 0x8e],
  [0x22, 0xa8, 0x84],
  [0x7a, 0xd1, 0x51],
  [0xfd, 0xe7, 0x25],
] as const;

/**
 * For numbers: a colour from dark to light, so that a greater number is lighter for everybody.
 * @param share of the way from the least number to the greatest, 0 to 1
 */
export function rampColor(share: number): number {
  const at = Math.min(1, Math.max(0, share)) * (VIRIDIS.length - 1);
  const from = Math.min(VIRIDIS.length - 2, Math.floor(at));
  const channel = (i: 0 | 1 | 2) => {
    const low = VIRIDIS[from][i];
    return Math.round(low + (at - from) * (VIRIDIS[from + 1][i] - low));
  };
  return (channel(0) << 16) | (channel(1) << 8) | channel(2);
}
