import type { RefCounted } from "neuroglancer/unstable/util/disposable.js";

/** In pixels of the screen: what is under the mouse moves in a page, and the page in its window. */
interface Place {
  readonly x: number;
  readonly y: number;
}

/** Where the mouse was last moved to; undefined as long as it was not moved over the page. */
let last: Place | undefined;

/** Follows the mouse of the page, so that it is known where it rests. */
export function followMouse(): void {
  window.addEventListener(
    "mousemove",
    // It comes after the mouse has entered what it is moved into.
    (event) => (last = placeOf(event)),
    { capture: true, passive: true },
  );
}

/**
 * Acts whenever the mouse is moved into an element. Where that comes to lie under a resting mouse, because something was shown or hidden
 * beside it, browsers say that the mouse enters as well: then it acts as soon as the mouse is moved there.
 */
export function onMouseMovedInto(
  owner: RefCounted,
  element: HTMLElement,
  act: () => void,
): void {
  /** Where the mouse rests that the element has come to lie under. */
  let rest: Place | undefined;
  const listen = (type: string, heard: (place: Place) => void) =>
    owner.registerEventListener(element, type, (event: Event) =>
      heard(placeOf(event as MouseEvent)),
    );
  listen("mouseenter", (place) => {
    rest = isSame(place, last) ? last : undefined;
    if (rest === undefined) act();
  });
  listen("mousemove", (place) => {
    if (rest === undefined || isSame(place, rest)) return;
    rest = undefined;
    act();
  });
  listen("mouseleave", () => (rest = undefined));
}

function placeOf({ screenX: x, screenY: y }: MouseEvent): Place {
  return { x, y };
}

function isSame(a: Place, b: Place | undefined): boolean {
  return a.x === b?.x && a.y === b.y;
}
