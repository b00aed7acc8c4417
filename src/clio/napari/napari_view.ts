import { RefCounted } from "neuroglancer/unstable/util/disposable.js";
import { animationFrameDebounce } from "neuroglancer/unstable/util/animation_frame_debounce.js";
import { type Box, shapeOf, type Vec3, vec3 } from "../model/box.js";
import { type CutoutInfo, boxInScale } from "../model/cutout.js";
import { button } from "../ui/button.js";
import { element } from "../ui/element.js";
import { notice } from "../ui/notice.js";
import { saveFile } from "../ui/save_file.js";
import {
  type CutoutClient,
  CutoutProblem,
  type Session,
} from "./cutout_client.js";
import {
  boxAround,
  bytesText,
  type CutoutPart,
  durationText,
  inNanometres,
  leadingLayer,
  partBytes,
  partsOf,
  sampleOf,
} from "./cutout_choice.js";
import { lookOf } from "./layer_look.js";
import { NapariForm } from "./napari_form.js";
import type { NapariContext } from "./napari_plugin.js";
import { scriptName, scriptText } from "./script.js";
import { crossHair } from "./cross_hair.js";
import "../ui/panel.css";
import "./napari_view.css";

/** What is chosen, as far as it comes to something. */
interface Choice {
  readonly place: Box;
  readonly parts: readonly CutoutPart[];
  readonly lead: CutoutPart | undefined;
}

/** What is in the panel of the way to napari: what goes along, how much that is, and the script. */
export class NapariView extends RefCounted {
  private readonly form: NapariForm;
  private readonly size = element("p", {
    class: "clio-napari-size",
    role: "status",
  });
  private readonly said = element("div", { class: "clio-napari-said" });
  private readonly get: HTMLButtonElement;
  private info: CutoutInfo | undefined;
  private session: Session | undefined;
  private dataset: string | undefined;
  private box: Box | undefined;
  /** In bytes a second; undefined until it was measured. */
  private rate: number | undefined;
  private reading = new AbortController();
  private readonly update: () => void;

  constructor(
    body: HTMLElement,
    private readonly context: NapariContext,
    private readonly client: CutoutClient,
  ) {
    super();
    const { viewer, open, marks } = context;
    const update = animationFrameDebounce(() => this.show());
    this.update = update;
    this.registerDisposer(() => {
      update.cancel();
      this.reading.abort();
    });
    this.form = new NapariForm(viewer, update);
    this.get = button({
      label: "Get the script",
      kind: "primary",
      icon: "export",
      run: () => void this.download(),
    });
    body.append(
      this.form.element,
      this.size,
      element("div", { class: "clio-napari-acts" }, this.get),
      this.said,
    );
    this.registerDisposer(open.changed.add(() => void this.read()));
    const look = () => void this.lookAtBox();
    this.registerDisposer(marks.changed.add(look));
    this.registerDisposer(marks.selected.changed.add(look));
    this.registerDisposer(viewer.position.changed.add(update));
    void this.read();
    look();
  }

  /** Takes the focus to what is chosen first. */
  enter(): void {
    if (this.info === undefined) this.said.querySelector("button")?.focus();
    else this.form.enter();
  }

  /** Asks what can be cut out of the dataset in view. */
  private async read(): Promise<void> {
    const { dataset } = this.context.open;
    this.reading.abort();
    this.reading = new AbortController();
    const { signal } = this.reading;
    this.dataset = dataset;
    this.info = undefined;
    this.rate = undefined;
    this.said.replaceChildren();
    this.show();
    if (dataset === undefined) return;
    try {
      const [info, session] = await Promise.all([
        this.client.info(dataset, signal),
        this.client.session(signal),
      ]);
      signal.throwIfAborted();
      this.info = info;
      this.session = session;
      this.form.offer(info, session.sync && session.user !== undefined);
      this.show();
      await this.measure(dataset, info, signal);
    } catch (error) {
      if (!signal.aborted) this.tell(error, () => void this.read());
    }
  }

  /** Finds out how fast voxels come, by a small part in the middle of the volume. */
  private async measure(
    dataset: string,
    info: CutoutInfo,
    signal: AbortSignal,
  ): Promise<void> {
    const layer = leadingLayer(info);
    if (layer === undefined) return;
    const sample = sampleOf({ layer, scale: 0, box: layer.scales[0] });
    this.rate = await this.client.rate(dataset, sample, signal);
    this.show();
  }

  private async lookAtBox(): Promise<void> {
    const { marks } = this.context;
    this.box = (await marks.selectedBox()) ?? (await marks.drawnBox());
    this.update();
  }

  /** What is chosen now; undefined where that is no place. */
  private choice(): Choice | undefined {
    const { info, form, context, box } = this;
    const leading = info && leadingLayer(info);
    if (info === undefined || leading === undefined) return undefined;
    const { nanometres } = context.marks;
    const finest: Vec3 = leading.scales[0].voxelSize;
    const position = crossHair(context.viewer);
    const { edges } = form;
    const place =
      form.place === "box"
        ? box && nanometres && inNanometres(box, nanometres)
        : position && edges && boxAround(position, edges, finest);
    if (place === undefined) return undefined;
    const { voxelSize } = leading.scales[form.scale];
    const layers = info.layers.filter(({ name }) => form.takes(name));
    const [lead] = partsOf([leading], place, voxelSize);
    return { place, parts: partsOf(layers, place, voxelSize), lead };
  }

  private show(): void {
    const { info, form, size, get, context } = this;
    const isOpen = info !== undefined && info.layers.length > 0;
    form.element.hidden = !isOpen;
    size.hidden = !isOpen;
    get.hidden = !isOpen;
    if (!isOpen) {
      if (this.said.childElementCount === 0) this.sayWhyNot();
      return;
    }
    if (this.said.querySelector(".clio-napari-empty")) {
      this.said.replaceChildren();
    }
    const { nanometres } = context.marks;
    form.showBox(this.box && nanometres && shapeOf(this.box));
    const choice = this.choice();
    const problem = this.whyNot(choice);
    get.disabled = problem !== undefined;
    size.textContent = problem ?? this.sizeText(choice!);
  }

  /** Why what is chosen cannot be taken along, as sentences; undefined where it can. */
  private whyNot(choice: Choice | undefined): string | undefined {
    if (choice === undefined) {
      return this.form.place === "box"
        ? "There is no box. Draw one with Shift+B, or click on one."
        : "How large is the box to be? Type three numbers of voxels.";
    }
    if (choice.lead === undefined) {
      return "The place lies outside of the volume.";
    }
    if (choice.parts.length === 0) {
      return "Nothing of it is in the layers that are chosen.";
    }
    const { limit } = this.info!;
    const large = choice.parts.find((part) => partBytes(part) > limit);
    if (large === undefined) return undefined;
    return `${large.layer.name} would take ${bytesText(partBytes(large))}, and the server sends at most ${bytesText(limit)} of a layer. Choose a smaller box or a coarser scale.`;
  }

  private sizeText({ parts, lead }: Choice): string {
    const bytes = parts.reduce((sum, part) => sum + partBytes(part), 0);
    const shape = shapeOf(lead!.box).join(" × ");
    const time =
      this.rate === undefined ? "" : `, ${durationText(bytes / this.rate)}`;
    return `${shape} voxels, ${bytesText(bytes)}${time}`;
  }

  private sayWhyNot(): void {
    const { info, dataset } = this;
    const words =
      dataset === undefined
        ? "Open a dataset to take a place of it to napari."
        : info === undefined
          ? "Looking at what can be taken along…"
          : info.others
              .map(({ name, reason }) => `${name}: ${reason}`)
              .join(" ");
    this.said.replaceChildren(
      element("p", { class: "clio-napari-empty" }, words),
    );
  }

  private async download(): Promise<void> {
    const { dataset, context, client, form } = this;
    const choice = this.choice();
    if (dataset === undefined || choice?.lead === undefined) return;
    this.get.disabled = true;
    this.said.replaceChildren();
    try {
      const { place, parts, lead } = choice;
      const { viewer, marks, matches } = context;
      const { nanometres } = marks;
      const [finest] = lead.layer.scales;
      const around = boxInScale(finest, place);
      const found = form.matches ? await matches() : [];
      // Whoever is not signed in reads what is public, and that takes no token.
      const token =
        this.session?.user === undefined
          ? undefined
          : await client.token(dataset, this.reading.signal);
      const text = scriptText({
        ...{ server: location.origin, dataset, token },
        title: dataset,
        parts: parts.map((part) => ({
          ...part,
          look: lookOf(viewer, part.layer.name),
        })),
        labels: form.labels ? lead : undefined,
        marks:
          form.marks && nanometres
            ? { box: inVoxels(place, nanometres), voxelSize: nanometres }
            : undefined,
        matches: found.filter(({ position }) =>
          position.every(
            (n, axis) => n >= around.lower[axis] && n < around.upper[axis],
          ),
        ),
        matchVoxelSize: finest.voxelSize,
      });
      const name = scriptName(dataset);
      saveFile(new Blob([text], { type: "text/x-python" }), name);
      this.said.replaceChildren(
        notice({
          severity: "ok",
          what: "The script is in your downloads.",
          next: `Run python3 ${name}. It needs numpy, zarr and napari; with --save DIR it writes the data and opens no window.${token === undefined ? "" : " A token of yours is in it, good for a day: do not hand it on."}`,
        }),
      );
    } catch (error) {
      this.tell(error, () => void this.download());
    }
    this.show();
    this.get.focus();
  }

  private tell(error: unknown, again: () => void): void {
    const isOurs = error instanceof CutoutProblem;
    const what = error instanceof Error ? error.message : String(error);
    this.said.replaceChildren(
      notice({
        severity: "bad",
        what,
        ...(isOurs && error.code !== undefined && { code: error.code }),
        kept: "Your marks and merges are as they were.",
        actions: [button({ label: "Try again", run: again })],
      }),
    );
  }
}

function inVoxels({ lower, upper }: Box, voxelSize: Vec3): Box {
  return {
    lower: vec3((axis) => Math.floor(lower[axis] / voxelSize[axis] + 1e-6)),
    upper: vec3((axis) => Math.ceil(upper[axis] / voxelSize[axis] - 1e-6)),
  };
}
