/** How the viewer writes one and the same precomputed volume: with a scheme in front, or as a step of a pipeline behind. */
const precomputedForms = [/^precomputed:\/\//, /\|neuroglancer-precomputed:$/];

/** Whether two addresses of a layer's source lead to the same volume: spellings differ by form, host case and last slash. */
export function sameSource(a: string, b: string): boolean {
  return plainSource(a) === plainSource(b);
}

function plainSource(url: string): string {
  let plain = url.trim();
  for (const form of precomputedForms) plain = plain.replace(form, "");
  const withoutSlash = plain.replace(/\/+$/, "");
  if (!/^https?:/i.test(withoutSlash)) return withoutSlash;
  return URL.parse(withoutSlash)?.href.replace(/\/+$/, "") ?? withoutSlash;
}
