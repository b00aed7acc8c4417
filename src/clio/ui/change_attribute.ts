/** Gives an element an attribute. One that has the value already is left alone: to set it anew counts as a change of the page. */
export function changeAttribute(
  element: Element,
  name: string,
  value: string,
): void {
  if (element.getAttribute(name) !== value) element.setAttribute(name, value);
}
