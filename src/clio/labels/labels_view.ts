import { RefCounted } from "neuroglancer/unstable/util/disposable.js";
import { type LabelsUpload, type LabelVolume } from "../model/labels.js";
import { button } from "../ui/button.js";
import { element } from "../ui/element.js";
import { icon } from "../ui/icons.js";
import { notice } from "../ui/notice.js";
import { progressBar } from "../ui/progress_bar.js";
import type { FollowState } from "./label_follows.js";
import type { Bringing, LabelsSession } from "./labels_session.js";
import { sizeText } from "./size_text.js";
import { askAboutFile } from "./upload_dialog.js";
import {
  askForField,
  askForGroups,
  askForName,
  askToDelete,
} from "./volume_dialogs.js";
import "../ui/panel.css";
import "./labels_view.css";

/** What can be chosen: files whose name says what they are. */
const FILES = ".npy,.npz,.zip,.tif,.tiff";

const day = new Intl.DateTimeFormat("en", { dateStyle: "medium" });

/** What is in the panel of labels: what is being brought, and the volumes that are there. */
export class LabelsView extends RefCounted {
  private readonly choose = button({
    label: "Upload a file",
    kind: "primary",
    icon: "import",
    run: () => this.file.click(),
  });
  private readonly file = element("input", {
    ...{ type: "file", accept: FILES, hidden: "" },
    "aria-label": "A file of labels",
  });
  private readonly quota = element("p", { class: "clio-labels-quota" });
  private readonly problem = element("div", {});
  private readonly coming = element("ul", { class: "clio-labels-list" });
  private readonly volumes = element("ul", {
    class: "clio-labels-list",
    "aria-label": "Volumes of labels",
  });
  private readonly empty = element(
    "div",
    { class: "clio-empty" },
    icon("import"),
    element("p", { class: "clio-empty-title" }, "No labels yet"),
    element(
      "p",
      {},
      "Drop a file here that another program has painted: NumPy (.npy, .npz), TIFF, or a Zarr in a zip. It is yours alone until you share it.",
    ),
  );
  private readonly status = element("p", {
    class: "clio-labels-status",
    role: "status",
  });

  constructor(
    body: HTMLElement,
    private readonly session: LabelsSession,
  ) {
    super();
    this.file.addEventListener("change", () => {
      const [file] = this.file.files ?? [];
      this.file.value = "";
      if (file !== undefined)
        askAboutFile(session, file, () => this.choose.focus());
    });
    body.append(
      element("div", { class: "clio-labels-top" }, this.choose, this.quota),
      this.file,
      this.problem,
      element(
        "div",
        { class: "clio-labels-body", tabindex: "-1" },
        this.coming,
        this.volumes,
        this.empty,
      ),
      this.status,
    );
    this.registerDisposer(session.changed.add(() => this.update()));
    this.update();
    void session.refresh();
  }

  /** Takes the focus to where a person goes on. */
  enter(): void {
    const first = this.volumes.querySelector<HTMLElement>("button");
    (first ?? this.choose).focus();
  }

  private update(): void {
    const { session } = this;
    const { list, dataset, problem, bringing } = session;
    this.choose.disabled = dataset === undefined;
    this.showProblem(dataset === undefined, problem);
    this.quota.textContent =
      list === undefined
        ? ""
        : `${sizeText(list.quota.used)} of ${sizeText(list.quota.limit)} taken`;
    const known = new Set(bringing.map(({ upload }) => upload?.id));
    const others = (list?.uploads ?? []).filter(({ id }) => !known.has(id));
    fill(this.coming, [
      ...bringing.map((each) => this.bringingRow(each)),
      ...others.map((each) => this.uploadRow(each)),
    ]);
    fill(
      this.volumes,
      (list?.volumes ?? []).map((each) => this.volumeRow(each)),
    );
    this.coming.hidden = this.coming.childElementCount === 0;
    this.volumes.hidden = this.volumes.childElementCount === 0;
    this.empty.hidden =
      !this.coming.hidden || !this.volumes.hidden || list === undefined;
  }

  private showProblem(isWithout: boolean, problem: string | undefined): void {
    const what = isWithout
      ? "No dataset is open: labels belong to one."
      : problem === undefined
        ? undefined
        : `The volumes of labels could not be read: ${problem}`;
    if (this.problem.dataset.what === what) return;
    this.problem.dataset.what = what ?? "";
    this.problem.replaceChildren();
    if (what === undefined) return;
    const again = button({
      label: "Try again",
      run: () => void this.session.refresh(),
    });
    this.problem.append(
      notice({
        severity: "warn",
        what,
        actions: isWithout ? [] : [again],
      }),
    );
  }

  private bringingRow(bringing: Bringing): HTMLElement {
    const { name, upload, problem } = bringing;
    const leave = button({
      label: problem === undefined ? "Cancel" : "Dismiss",
      run: () => {
        this.choose.focus();
        void this.session.cancel(bringing);
      },
    });
    leave.setAttribute("aria-label", `${leave.textContent} ${name}`);
    leave.dataset.key = `${upload?.id ?? name} leave`;
    if (problem !== undefined)
      return row(
        notice({
          ...{ severity: "bad", what: `${name}: ${problem}` },
          kept: "Nothing of it was stored.",
          actions: [leave],
        }),
      );
    const isConverting = upload?.state === "converting";
    const bar = progressBar(
      `${isConverting ? "Preparing" : "Sending"} ${name}`,
    );
    if (isConverting) bar.show(Math.round(100 * upload.progress), 100, "%");
    else {
      const sent = Math.round((upload?.received ?? 0) / 2 ** 20);
      bar.show(sent, Math.ceil(bringing.file.size / 2 ** 20), "MiB");
    }
    return row(bar.element, leave);
  }

  /** What another tab or a script brings, or has left. */
  private uploadRow(upload: LabelsUpload): HTMLElement {
    const { id, name, state, received, bytes, problem } = upload;
    const leave = button({
      label: state === "failed" ? "Dismiss" : "Give up",
      run: () => {
        this.choose.focus();
        void this.session.giveUp(upload).catch(() => this.session.refresh());
      },
    });
    leave.setAttribute("aria-label", `${leave.textContent} ${name}`);
    leave.dataset.key = `${id} leave`;
    const words =
      state === "failed"
        ? (problem ?? "")
        : state === "converting"
          ? "is being prepared"
          : `${sizeText(received)} of ${sizeText(bytes)} have come; choose the file again to go on`;
    return row(
      element(
        "div",
        { class: "clio-labels-words" },
        element("strong", {}, name),
        element("span", {}, words),
      ),
      leave,
    );
  }

  private volumeRow(volume: LabelVolume): HTMLElement {
    const { session } = this;
    const { id, name, owner, groups, shape, labels, bytes, created } = volume;
    const act = (label: string, run: () => void): HTMLButtonElement => {
      const made = button({ label, run });
      made.setAttribute("aria-label", `${label} ${name}`);
      made.dataset.key = `${id} ${label}`;
      return made;
    };
    const isShown = session.isShown(volume);
    const show = act("In view", () => session.show(volume, !isShown));
    show.setAttribute("aria-pressed", String(isShown));
    const isOwn = owner === session.list?.user;
    const about = [
      `${labels.toLocaleString("en")} ${labels === 1 ? "label" : "labels"}`,
      `${shape.join(" × ")} voxels`,
      sizeText(bytes),
      day.format(created),
      ...(isOwn ? [] : [`of ${owner}`]),
      ...(groups.length === 0 ? [] : [`shared with ${groups.join(", ")}`]),
    ];
    const follow = session.followOf(volume);
    return row(
      element(
        "div",
        { class: "clio-labels-words" },
        element("strong", {}, name),
        element("span", {}, about.join(" · ")),
        ...(follow === undefined
          ? []
          : [element("span", {}, followText(follow))]),
      ),
      element(
        "div",
        { class: "clio-labels-acts" },
        show,
        act("Go to", () => {
          session.show(volume, true);
          session.goTo(volume);
        }),
        act("Label marks", () =>
          askForField(session, volume, (text) => this.tell(text)),
        ),
        ...(follow === undefined
          ? []
          : [
              act("Stop labelling", () => {
                void session.stopFollowing(volume).then(() => {
                  focusOn(this.volumes, `${id} Label marks`);
                  this.tell("Marks keep the labels that they have.");
                });
              }),
            ]),
        ...(isOwn
          ? [
              act("Rename", () => askForName(session, volume)),
              act("Share", () => askForGroups(session, volume)),
              act("Delete", () => askToDelete(session, volume)),
            ]
          : []),
      ),
    );
  }

  private tell(text: string): void {
    this.status.textContent = text;
  }
}

/** What becomes of marks that are placed or moved here. */
function followText({ field, isOn, problem }: FollowState): string {
  const words = `Marks that you place, move or import in this browser get their label in “${field}”`;
  if (problem !== undefined) return `${words}; it is tried again: ${problem}`;
  return isOn ? `${words}.` : `${words} when this is in view.`;
}

const row = (...parts: readonly Node[]): HTMLElement =>
  element("li", { class: "clio-labels-row" }, ...parts);

/** Puts rows in the place of others; the focus stays where it is, on the button that means the same. */
function fill(list: HTMLElement, rows: readonly HTMLElement[]): void {
  const { activeElement: active } = document;
  const key =
    active instanceof HTMLElement && list.contains(active)
      ? active.dataset.key
      : undefined;
  list.replaceChildren(...rows);
  if (key !== undefined) focusOn(list, key);
}

/** Takes the focus to the button that means the same as one before. */
function focusOn(list: HTMLElement, key: string): void {
  for (const each of list.querySelectorAll<HTMLElement>("button"))
    if (each.dataset.key === key) each.focus();
}
