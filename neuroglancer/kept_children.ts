/**
 * Takes those children out of an element that it shall not have any longer, so that none of the others has to be moved for them: what is
 * moved loses the focus that is in it.
 * @returns all that it shall have, in order
 */
export function takeOutOthers(
  element: HTMLElement,
  wanted: Iterable<HTMLElement>,
): readonly HTMLElement[] {
  const children = [...wanted];
  const kept = new Set<Element>(children);
  for (const child of [...element.children]) {
    if (!kept.has(child)) child.remove();
  }
  return children;
}
