import type { WatchableValueInterface } from "neuroglancer/unstable/trackable_value.js";
import { RefCounted } from "neuroglancer/unstable/util/disposable.js";
import type { AnnotationRecord } from "../../model/annotation.js";
import { element } from "../../ui/element.js";
import type { VirtualTable } from "../../ui/virtual_table.js";
import type { SandboxQuery } from "../query/sandbox_query.js";
import type { OpenMark } from "./open_mark.js";

interface SelectionOptions {
  readonly table: VirtualTable<AnnotationRecord>;
  readonly query: SandboxQuery;
  readonly open: OpenMark;
  /** Id of the mark that is selected in the viewer. */
  readonly selected: WatchableValueInterface<string | undefined>;
  /** Told when another row is the selected one. */
  readonly changed: () => void;
}

/** Keeps the table at the mark that is selected in the viewer: scrolls its row in, opens its form, and says which one it is. */
export class Selection extends RefCounted {
  /** Where screen readers are told which mark is selected. */
  readonly announcement = element("p", {
    class: "clio-unseen",
    role: "status",
  });
  /** Row of the selected mark; undefined where it does not match. */
  row: number | undefined;
  /** The mark whose row was scrolled in last. */
  private shown: string | undefined;
  /** Searches for the selected mark: how many were begun, and the last one whose answer was shown. */
  private begun = 0;
  private answered = 0;

  constructor(private readonly options: SelectionOptions) {
    super();
    this.registerDisposer(options.selected.changed.add(() => this.follow()));
    this.registerDisposer(
      options.query.query.changed.add(() => {
        // The rows are others, and begin with the first one.
        this.shown = undefined;
        options.open.close();
      }),
    );
  }

  /** Finds the row of the selected mark again. */
  follow(): void {
    void this.find();
  }

  private async find(): Promise<void> {
    const { query, selected } = this.options;
    const id = selected.value;
    const number = ++this.begun;
    if (id === undefined) {
      this.none();
      return;
    }
    const [row, [record]] = await Promise.all([
      query.rankOf(id),
      query.records([id]),
    ]);
    // Another one was selected meanwhile, which is being found.
    if (selected.value !== id || this.wasDisposed) return;
    // Where the question changed, an answer comes after those to what was asked later: it is older than what is shown.
    if (number < this.answered) return;
    this.answered = number;
    if (row === undefined || record === undefined) this.none();
    else this.show(record, row);
  }

  private none(): void {
    const { table, open, changed } = this.options;
    const hadRow = this.row !== undefined;
    this.row = this.shown = undefined;
    open.close();
    table.activate(undefined);
    this.say("");
    if (hadRow) changed();
  }

  private show(record: AnnotationRecord, row: number): void {
    const { table, open, query, changed } = this.options;
    this.row = row;
    if (this.shown === record.id) {
      table.activeMoved(row);
      open.update(record);
    } else {
      this.shown = record.id;
      open.closeOther(record.id);
      table.activate(row);
      open.openSoon(record);
    }
    const of = query.matching?.toLocaleString("en") ?? "…";
    this.say(
      `Mark ${(row + 1).toLocaleString("en")} of ${of}, ${record.checked ? "checked" : "not checked"}`,
    );
    changed();
  }

  private say(text: string): void {
    if (this.announcement.textContent !== text) {
      this.announcement.textContent = text;
    }
  }
}
