import { LONGEST_LABELS_NAME, type LabelVolume } from "../model/labels.js";
import { button } from "../ui/button.js";
import { Dialog } from "../ui/dialog.js";
import { type Child, element } from "../ui/element.js";
import { LabeledField } from "./labeled_field.js";
import type { LabelsSession } from "./labels_session.js";
import "./labels_dialogs.css";

/** Names of own fields of marks: those that a search can be typed with. */
const FIELD_NAME = /^[A-Za-z_][A-Za-z0-9_]*$/;

interface Question {
  readonly title: string;
  readonly parts: readonly Child[];
  readonly act: string;
  /** Does it; the dialog stays open where it fails, and says why. */
  readonly run: () => Promise<void>;
  /** What has the focus first; the button that leaves all as it is where not given. */
  readonly first?: HTMLElement;
}

function askTo({ title, parts, act, run, first }: Question): void {
  const problem = element("p", { class: "clio-bad", role: "alert" });
  const cancel = button({ label: "Cancel", run: () => dialog.close() });
  const go = button({ label: act, kind: "primary", run: () => void tryIt() });
  const form = element(
    "form",
    { class: "clio-labels-form", novalidate: "" },
    ...parts,
    problem,
    element("div", { class: "clio-labels-answers" }, cancel, go),
  );
  const dialog = new Dialog({ title, parts: [form] });
  const tryIt = async (): Promise<void> => {
    go.disabled = true;
    try {
      await run();
      dialog.close();
    } catch (error) {
      problem.textContent = `${title} failed: ${(error as Error).message}`;
      go.disabled = false;
      go.focus();
    }
  };
  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || !(event.target instanceof HTMLInputElement))
      return;
    event.preventDefault();
    void tryIt();
  });
  dialog.open(first ?? cancel);
}

/** Asks for another name of a volume. */
export function askForName(session: LabelsSession, volume: LabelVolume): void {
  const name = new LabeledField("Name", "", volume.name);
  name.input.maxLength = LONGEST_LABELS_NAME;
  askTo({
    title: "Rename labels",
    parts: [name.element],
    act: "Rename",
    first: name.input,
    run: () => session.change(volume, { name: name.input.value }),
  });
  name.input.select();
}

/** Asks which groups are to see a volume. */
export function askForGroups(
  session: LabelsSession,
  volume: LabelVolume,
): void {
  const groups = [
    ...new Set([...(session.list?.groups ?? []), ...volume.groups]),
  ].sort();
  const boxes = groups.map((group) => {
    const box = element("input", { type: "checkbox", value: group });
    box.checked = volume.groups.includes(group);
    return box;
  });
  const choice = boxes.map((box) =>
    element("label", { class: "clio-labels-group" }, box, box.value),
  );
  askTo({
    title: "Share labels",
    parts:
      groups.length === 0
        ? [
            element(
              "p",
              {},
              "You are in no group yet: an administrator makes them.",
            ),
          ]
        : [
            element(
              "fieldset",
              { class: "clio-labels-groups" },
              element(
                "legend",
                {},
                `Who sees “${volume.name}”, beside you, where they may read the dataset`,
              ),
              ...choice,
            ),
          ],
    act: "Share",
    first: boxes[0],
    run: () =>
      session.change(volume, {
        groups: boxes
          .filter(({ checked }) => checked)
          .map(({ value }) => value),
      }),
  });
}

/** Asks whether a volume is to be deleted. */
export function askToDelete(session: LabelsSession, volume: LabelVolume): void {
  const shared =
    volume.groups.length === 0
      ? ""
      : ` It is shared with ${volume.groups.join(", ")}, who lose it too.`;
  askTo({
    title: "Delete labels",
    parts: [
      element(
        "p",
        {},
        `“${volume.name}” goes from the server, and nothing brings it back.${shared}`,
      ),
    ],
    act: "Delete",
    run: () => session.remove(volume),
  });
}

/**
 * Asks for the field of the marks that labels are written to.
 * @param told gets what has come of it, for a person to read
 */
export function askForField(
  session: LabelsSession,
  volume: LabelVolume,
  told: (text: string) => void,
): void {
  const follow = session.followOf(volume);
  const field = new LabeledField(
    "Field",
    "",
    follow?.field ?? fieldOf(volume.name),
  );
  const goesOn = element("input", { type: "checkbox" });
  goesOn.checked = true;
  askTo({
    title: "Label marks",
    parts: [
      element(
        "p",
        {},
        `Each of your marks gets the label of “${volume.name}” that it lies in, in a field of its own. One step of undo takes that back.`,
      ),
      field.element,
      element(
        "label",
        { class: "clio-labels-group" },
        goesOn,
        "Marks that you place, move or import in this browser later get theirs too, until you stop it",
      ),
    ],
    act: "Label marks",
    first: field.input,
    async run() {
      const name = field.input.value.trim();
      if (!FIELD_NAME.test(name))
        throw new Error(
          `“${name}” is not a name of letters, digits and _ that begins with a letter`,
        );
      const { count, seq } = await session.writeLabels(volume, name);
      if (goesOn.checked) await session.followMarks(volume, name, seq);
      else await session.stopFollowing(volume);
      const lie = count === 1 ? "mark lies" : "marks lie";
      told(
        `${count.toLocaleString("en")} ${lie} in a label. Search for ${name}:7, or colour marks by ${name}.`,
      );
    },
  });
  field.input.select();
}

/** A name that a search can be typed with, made of that of a volume. */
function fieldOf(name: string): string {
  const words = name.replace(/[^A-Za-z0-9]+/g, "_").replace(/^_+|_+$/g, "");
  return /^[A-Za-z]/.test(words) ? words : "label";
}
