/** What stands in an element: other nodes, and text, which is shown as text whatever it holds. */
export type Child = Node | string;

/** Attributes by name. A handler as text is refused: the page's policy would not run it, and data could get into it. */
export interface Attributes {
  readonly [handler: `on${string}`]: never;
  readonly [name: string]: string;
}

/** Makes an HTML element with its attributes and what stands in it. */
export function element<Tag extends keyof HTMLElementTagNameMap>(
  tag: Tag,
  attributes: Attributes = {},
  ...children: readonly Child[]
): HTMLElementTagNameMap[Tag] {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    made.setAttribute(name, value);
  }
  made.append(...children);
  return made;
}
