import { keyOf } from "../model/keys.js";
import { button } from "../ui/button.js";
import { Dialog } from "../ui/dialog.js";
import { element } from "../ui/element.js";
import { keyText } from "../ui/key_cap.js";

/**
 * Asks whether all merges are to be taken back.
 * @param count how many there are, in words
 */
export function askToClear(count: string, clear: () => void): void {
  const cancel = button({ label: "Keep them", run: () => dialog.close() });
  const dialog = new Dialog({
    title: "Clear all merges?",
    parts: [
      element(
        "p",
        { class: "clio-merges-ask" },
        `${count} of this segmentation: all are taken back. ${keyText(keyOf("undo"))} brings them back.`,
      ),
      element(
        "div",
        { class: "clio-merges-answers" },
        cancel,
        button({
          label: "Clear all merges",
          kind: "primary",
          run: () => {
            dialog.close();
            clear();
          },
        }),
      ),
    ],
  });
  dialog.open(cancel);
}
