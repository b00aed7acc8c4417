import { FileRefused } from "../model/files/refusal.js";
import { checkSize, decodeText } from "../model/files/text.js";
import { button } from "../ui/button.js";
import { Dialog } from "../ui/dialog.js";
import { element } from "../ui/element.js";
import { notice } from "../ui/notice.js";
import type { MergeDesk } from "./merge_desk.js";
import { readMerges } from "./read_merges.js";

/** A button that takes in the merges of a file that the person chooses. */
export function importButton(desk: MergeDesk): HTMLElement {
  const input = element("input", {
    type: "file",
    class: "clio-unseen",
    tabindex: "-1",
    "aria-label": "File of merges",
    accept: ".csv,.tsv,.txt,.json,text/*,application/json",
  });
  input.addEventListener("change", () => {
    const file = input.files?.[0];
    if (file === undefined) return;
    void importMerges(desk, file);
    // The same file may be chosen again, when it is mended.
    input.value = "";
  });
  return element(
    "span",
    {},
    button({ label: "Import…", icon: "import", run: () => input.click() }),
    input,
  );
}

/** Makes decisions of what is in a file, all or none; a file that is refused is told of until the person closes that. */
async function importMerges(desk: MergeDesk, file: File): Promise<void> {
  try {
    await checkSize(file);
    const bytes = new Uint8Array(await file.arrayBuffer());
    await desk.add(readMerges(decodeText(bytes), file.name));
  } catch (error) {
    if (!(error instanceof FileRefused)) throw error;
    showRefusal(file.name, error.message);
  }
}

function showRefusal(name: string, reason: string): void {
  const close = button({ label: "Close", run: () => dialog.close() });
  const dialog = new Dialog({
    title: "Import merges",
    parts: [
      element(
        "div",
        { class: "clio-merges-ask" },
        notice({
          severity: "bad",
          what: `${name} was not imported.`,
          kept: "Your merges are as they were.",
          next: `${reason} Mend the file and import it again.`,
        }),
      ),
      element("div", { class: "clio-merges-answers" }, close),
    ],
  });
  dialog.open(close);
}
