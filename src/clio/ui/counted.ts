/** A number of things in words. */
export function counted(
  count: number,
  thing: string,
  things = `${thing}s`,
): string {
  return `${count.toLocaleString("en")} ${count === 1 ? thing : things}`;
}
