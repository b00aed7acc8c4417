import { LONGEST_LABELS_NAME } from "../model/labels.js";
import { button } from "../ui/button.js";
import { Dialog } from "../ui/dialog.js";
import { element } from "../ui/element.js";
import { LabeledField } from "./labeled_field.js";
import type { LabelsSession, SaidOfFile } from "./labels_session.js";
import { sizeText } from "./size_text.js";
import "./labels_dialogs.css";

/** Three numbers with commas between; undefined where nothing was written. */
type Triple = [number, number, number] | undefined;

/**
 * Asks what is to be known of a file, and brings it.
 * @param closed called once it is answered, or left
 */
export function askAboutFile(
  session: LabelsSession,
  file: File,
  closed: () => void,
): void {
  const name = new LabeledField("Name", "", file.name.replace(/\.\w+$/, ""));
  name.input.maxLength = LONGEST_LABELS_NAME;
  const offset = new LabeledField(
    "First voxel (x, y, z)",
    "what the file says, or 0, 0, 0",
  );
  const voxelSize = new LabeledField(
    "Voxel size in nm (x, y, z)",
    "what the file says, or that of the dataset",
  );
  const upload = button({
    label: "Upload",
    kind: "primary",
    run: () => send(),
  });
  const cancel = button({ label: "Cancel", run: () => dialog.close() });
  const form = element(
    "form",
    { class: "clio-labels-form", novalidate: "" },
    element("p", {}, `${file.name}, ${sizeText(file.size)}`),
    name.element,
    offset.element,
    voxelSize.element,
    element("div", { class: "clio-labels-answers" }, cancel, upload),
  );
  const dialog = new Dialog({ title: "Upload labels", parts: [form] });
  const send = (): void => {
    const said = read();
    if (said === undefined) return;
    dialog.close();
    void session.bring(file, said);
  };
  const read = (): SaidOfFile | undefined => {
    const called = name.input.value.trim();
    name.problem = called === "" ? "A name is needed." : "";
    const from = readTriple(offset, "whole numbers from 0 on", isWhole);
    const size = readTriple(voxelSize, "lengths above 0", (n) => n > 0);
    const wrong = [name, offset, voxelSize].find(({ problem }) => problem);
    wrong?.input.focus();
    if (wrong !== undefined) return undefined;
    return { name: called, offset: from, voxelSize: size };
  };
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    send();
  });
  // Enter in a field sends the form, which has no button of that type.
  form.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && event.target instanceof HTMLInputElement) {
      event.preventDefault();
      send();
    }
  });
  dialog.element.addEventListener("close", closed, { once: true });
  dialog.open(name.input);
  name.input.select();
}

const isWhole = (n: number): boolean => Number.isSafeInteger(n) && n >= 0;

function readTriple(
  field: LabeledField,
  expected: string,
  isRight: (n: number) => boolean,
): Triple {
  const text = field.input.value.trim();
  field.problem = "";
  if (text === "") return undefined;
  const values = text.split(/[\s,]+/).map(Number);
  if (
    values.length === 3 &&
    values.every((n) => Number.isFinite(n) && isRight(n))
  )
    return [values[0], values[1], values[2]];
  field.problem = `“${text}” is not three ${expected}.`;
  return undefined;
}
