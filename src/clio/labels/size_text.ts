const KIBIBYTE = 2 ** 10;
const MEBIBYTE = 2 ** 20;

/** A number of bytes, as people read it. */
export function sizeText(bytes: number): string {
  const [unit, name] = bytes < MEBIBYTE ? [KIBIBYTE, "KiB"] : [MEBIBYTE, "MiB"];
  const digits = { maximumFractionDigits: 1 };
  return `${(bytes / unit).toLocaleString("en", digits)} ${name}`;
}
