import { button } from "../../ui/button.js";
import { element } from "../../ui/element.js";

/** Where an import begins without a file: choosing files, or pasting text. */
export interface ImportChoice {
  readonly element: HTMLElement;
  readonly first: HTMLElement;
}

/** @param chosen called with what is to be imported */
export function importChoice(
  chosen: (files: readonly File[]) => void,
): ImportChoice {
  const input = element("input", {
    type: "file",
    multiple: "",
    class: "clio-unseen",
    tabindex: "-1",
    "aria-label": "Files of marks",
    accept: ".csv,.tsv,.txt,.json,text/*,application/json",
  });
  input.addEventListener("change", () => {
    if (input.files !== null && input.files.length > 0) {
      chosen([...input.files]);
    }
  });
  const choose = button({
    label: "Choose files",
    kind: "primary",
    icon: "import",
    run: () => input.click(),
  });
  const text = element("textarea", {
    class: "clio-import-paste",
    rows: "6",
    spellcheck: "false",
    "aria-label": "Text to import",
    placeholder: "Or paste rows of a table, JSON, or links to views here",
  });
  const read = button({
    label: "Read the text",
    run: () => chosen([new File([text.value], "pasted text")]),
  });
  const update = () => {
    read.disabled = text.value.trim() === "";
  };
  text.addEventListener("input", update);
  update();
  return {
    first: choose,
    element: element(
      "div",
      { class: "clio-import-choice" },
      element(
        "p",
        {},
        "Clio reads its own CSV and JSON, tables with a position in each row, the JSON of the original Clio and of DVID, and states of viewers or links to them. You can also drop files anywhere on the viewer.",
      ),
      element("p", {}, "Before anything is written you see what would be."),
      element("div", { class: "clio-import-acts" }, choose, input),
      text,
      element("div", { class: "clio-import-acts" }, read),
    ),
  };
}
