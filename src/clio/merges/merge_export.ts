import type { MergeRecord } from "../model/merge.js";
import { button } from "../ui/button.js";
import { Dialog } from "../ui/dialog.js";
import { element } from "../ui/element.js";
import { saveFile } from "../ui/save_file.js";
import {
  type AcceptedMerge,
  acceptedCsv,
  acceptedJson,
  equivalencesJson,
  mergesCsv,
  mergesJson,
} from "./write_merges.js";

/** The forms in which merges are saved, with what the name of the file ends in. */
const FORMS = {
  csv: { label: "Save as CSV", ending: ".csv" },
  json: { label: "Save as JSON", ending: ".json" },
  equivalences: {
    label: "Save as equivalences",
    ending: "-equivalences.json",
  },
} as const;
type Form = keyof typeof FORMS;

/** Merges that can be saved. */
export interface ExportedMerges {
  /** What they are, as the choice of them says. */
  readonly label: string;
  /** What the name of the file begins with. */
  readonly file: string;
  readonly write: Readonly<Record<Form, () => Blob>>;
}

/** A person's own merges. */
export function ownMerges(decisions: Iterable<MergeRecord>): ExportedMerges {
  const all = [...decisions];
  return {
    label: "your own",
    file: "clio-merges",
    write: {
      csv: () => mergesCsv(all),
      json: () => mergesJson(all),
      equivalences: () => equivalencesJson(all),
    },
  };
}

/** Merges that were accepted, each with who did. */
export function acceptedMerges(
  label: string,
  file: string,
  accepted: Iterable<AcceptedMerge>,
): ExportedMerges {
  const all = [...accepted];
  return {
    label,
    file,
    write: {
      csv: () => acceptedCsv(all),
      json: () => acceptedJson(all),
      equivalences: () => equivalencesJson(all.map(({ merge }) => merge)),
    },
  };
}

/**
 * Asks which merges are wanted, where there are several to choose from, and in which form, and saves them as a file.
 * @param closed told when the person has chosen, or does not want any
 */
export function askToExport(
  choices: readonly ExportedMerges[],
  closed?: () => void,
): void {
  const which = element(
    "select",
    { class: "clio-field", "aria-label": "Which merges" },
    ...choices.map(({ label }, i) =>
      element("option", { value: String(i) }, label),
    ),
  );
  which.disabled = choices.length < 2;
  const save = (form: Form) => {
    dialog.close();
    const chosen = choices.at(which.selectedIndex);
    if (chosen === undefined) return;
    saveFile(chosen.write[form](), chosen.file + FORMS[form].ending);
  };
  const buttons = Object.entries(FORMS).map(([form, { label }], i) =>
    button({
      label,
      kind: i === 0 ? "primary" : "plain",
      icon: "export",
      run: () => save(form as Form),
    }),
  );
  const dialog = new Dialog({
    title: "Export merges",
    parts: [
      element("label", { class: "clio-merges-ask" }, "Merges: ", which),
      element(
        "p",
        { class: "clio-merges-ask" },
        "CSV has a row a merged segment, with author, time, place and comment, and who accepted it, where somebody did. JSON has every field of every merge, and the sets beside them. Equivalences are the sets alone, as the layer of a plain Neuroglancer takes them.",
      ),
      element("div", { class: "clio-merges-answers" }, ...buttons),
    ],
  });
  if (closed !== undefined) dialog.element.addEventListener("close", closed);
  dialog.open(buttons[0]);
}
