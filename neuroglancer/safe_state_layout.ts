import { isStateJson } from "./safe_state_text.js";

const stacks: unknown[] = ["row", "column"];
const inNestedStack: unknown[] = ["viewer", ...stacks];

/** In pixels, of either side. Each slice that is drawn into a 3D view takes that much of the graphics memory. */
const maxSliceSize = 4096;

/**
 * Checks what upstream takes and then fails at later, in its own timers and while it draws.
 * @throws {TypeError}
 */
export function checkLayout(layout: unknown, depth = 0): void {
  if (!isStateJson(layout)) return;
  checkSlices(layout.crossSections);
  if (layout.type === "viewer") checkLayout(layout.layout);
  if (!stacks.includes(layout.type) || !Array.isArray(layout.children)) return;
  for (const child of layout.children as unknown[]) {
    // A row or column in another one is replaced by its last child where the others go, which upstream cannot do with a child
    // that is a mere layout, such as {"type": "xy"}.
    const type = isStateJson(child) ? child.type : undefined;
    if (depth > 0 && !inNestedStack.includes(type)) {
      throw new TypeError(
        `expected "viewer", "row" or "column" in a ${String(layout.type)} that is in another`,
      );
    }
    checkLayout(child, depth + 1);
  }
}

/** More than a graphics card can hold ends in an exception at every frame. */
function checkSlices(crossSections: unknown): void {
  if (!isStateJson(crossSections)) return;
  for (const [name, slice] of Object.entries(crossSections)) {
    if (!isStateJson(slice)) continue;
    for (const side of ["width", "height"]) {
      // As upstream reads it: numbers in strings too.
      const size = parseInt(String(slice[side]), 10);
      if (size > maxSliceSize) {
        throw new TypeError(
          `crossSections.${name.slice(0, 40)}.${side} is ${size}, expected at most ${maxSliceSize}`,
        );
      }
    }
  }
}
