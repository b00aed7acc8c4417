import { element } from "../../ui/element.js";
import { uniqueId } from "./form_part.js";

/**
 * Offers words to a line of text, by the browser's own list: it is operated by keys, read out and fit for touch in every browser. The
 * person may type any other word.
 * @param words asked each time the line is entered, the likeliest first
 */
export function completeFrom(
  control: HTMLInputElement,
  words: () => Promise<readonly string[]>,
): void {
  const list = element("datalist", { id: uniqueId() });
  control.setAttribute("list", list.id);
  control.after(list);
  control.addEventListener("focus", () => {
    words().then(
      (found) =>
        list.replaceChildren(
          ...found.map((word) => element("option", { value: word })),
        ),
      (error: unknown) => {
        // A word can be typed all the same.
        console.warn("Clio could not find the words in use:", error);
      },
    );
  });
}
