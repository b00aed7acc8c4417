import { button } from "../ui/button.js";
import { element } from "../ui/element.js";
import { select } from "./filter_bar.js";
import { FIELDS_OF_VIEW } from "./match_pictures.js";

/** Sizes of thumbnails: in pixels, and in words. */
const SIZES = {
  S: { pixels: 84, words: "Small" },
  M: { pixels: 116, words: "Middle" },
  L: { pixels: 180, words: "Large" },
} as const;
type Size = keyof typeof SIZES;

/** Where a person's own size of thumbnails is kept on this machine. */
const SIZE_KEY = "clio.matchSize";

interface SizeBarOptions {
  /** Gives thumbnails a size, in pixels: called at once, and when a person chooses another. */
  readonly resize: (pixels: number) => void;
  /** What a thumbnail shows of the volume to begin with, in nm. */
  readonly width: number;
  /** Has thumbnails show so much of the volume. */
  readonly widen: (width: number) => void;
}

/** How large thumbnails are, and how much of the volume they show. */
export class SizeBar {
  readonly element: HTMLElement;

  constructor({ resize, width, widen }: SizeBarOptions) {
    const group = element("div", {
      class: "clio-search-sizes",
      role: "group",
      "aria-label": "Size of thumbnails",
    });
    const choose = (chosen: Size) => {
      for (const [size, made] of buttons) {
        made.setAttribute("aria-pressed", String(size === chosen));
      }
      resize(SIZES[chosen].pixels);
    };
    const buttons = (Object.keys(SIZES) as Size[]).map((size) => {
      const made = button({
        label: size,
        run: () => {
          choose(size);
          keep(size);
        },
      });
      made.setAttribute(
        "aria-label",
        `${size}: ${SIZES[size].words} thumbnails`,
      );
      return [size, made] as const;
    });
    group.append(...buttons.map(([, made]) => made));
    const fields = FIELDS_OF_VIEW.map(
      (nm) => [String(nm), `${lengthText(nm)} wide`] as const,
    );
    const field = select("Field of view of thumbnails", fields, (value) =>
      widen(Number(value)),
    );
    field.value = String(width);
    this.element = element(
      "div",
      { class: "clio-search-size-bar" },
      group,
      field,
    );
    choose(kept());
  }
}

function lengthText(nanometres: number): string {
  return nanometres < 1000 ? `${nanometres} nm` : `${nanometres / 1000} µm`;
}

function kept(): Size {
  try {
    const size = localStorage.getItem(SIZE_KEY);
    return size !== null && Object.hasOwn(SIZES, size) ? (size as Size) : "M";
  } catch {
    return "M";
  }
}

function keep(size: Size): void {
  try {
    localStorage.setItem(SIZE_KEY, size);
  } catch {
    // Storage is blocked or full: the size holds until the page is closed.
  }
}
