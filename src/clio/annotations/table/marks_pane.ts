import { StatusMessage } from "neuroglancer/unstable/status.js";
import { RefCounted } from "neuroglancer/unstable/util/disposable.js";
import type { AnnotationRecord } from "../../model/annotation.js";
import { keyOf } from "../../model/keys.js";
import { editsOfMarks, unpackEdits } from "../../store/packed_edits.js";
import { iconButton } from "../../ui/button.js";
import { element } from "../../ui/element.js";
import { tell } from "../../ui/tell.js";
import type { MarkFormContext } from "../details/form_context.js";
import { formContextOf } from "../details/sandbox_form_context.js";
import { exportMarks, importMarks } from "../exchange/commands.js";
import { LookSection } from "../coloring/look_section.js";
import type { SandboxSource } from "../frontend.js";
import type { SandboxLayer } from "../layer.js";
import type { EditWatch } from "../edit_watch.js";
import type { SandboxContext } from "../sandbox_context.js";
import { ViewerBodies } from "../segments/viewer_bodies.js";
import { SetsSection } from "../sets/sets_section.js";
import { goingOn } from "../triage/going_on.js";
import { letterHolder } from "../triage/letter_holder.js";
import { Review } from "../triage/review.js";
import { ReviewFooter } from "../triage/review_footer.js";
import { ReviewKeys } from "../triage/review_keys.js";
import { TagKeyDialog } from "../triage/tag_key_dialog.js";
import { TagKeys } from "../triage/tag_keys.js";
import { BulkBar } from "./bulk_bar.js";
import type { BulkEdit } from "./bulk_edits.js";
import type { CheckSet } from "./check_set.js";
import { ColumnChooser } from "./column_chooser.js";
import { FilterSwitch } from "./filter_switch.js";
import { nothingMatches } from "./empty_states.js";
import { MarksTable } from "./marks_table.js";
import { OpenMark } from "./open_mark.js";
import { SearchBox } from "./search_box.js";
import { Selection } from "./selection.js";
import "./marks_pane.css";

interface MarksPaneOptions {
  readonly context: SandboxContext;
  /** The layer that shows the sandbox. */
  readonly layer: SandboxLayer;
  readonly source: SandboxSource;
  /** The panel: while it has the focus its keys act. */
  readonly panel: HTMLElement;
  /** What stands where there is no mark at all. */
  readonly empty: () => HTMLElement;
  /** Told when what the status line says may be another. */
  readonly changed: () => void;
}

/** The marks of one sandbox in the panel: search, acts on many, the table with the form of the selected mark, and the keys at the foot. */
export class MarksPane extends RefCounted {
  readonly element: HTMLElement;
  readonly selection: Selection;
  private readonly chosen: CheckSet;
  private readonly marks: MarksTable;
  private readonly open: OpenMark;
  private readonly search: SearchBox;
  private readonly review: Review;
  private readonly formContext: MarkFormContext;
  private readonly tagKeys: TagKeys;
  private readonly instead = element("div", { class: "clio-marks-instead" });

  constructor(private readonly options: MarksPaneOptions) {
    super();
    const { context, layer, source, panel, changed } = options;
    const { query, vocabulary, editor } = source;
    this.chosen = context.chosen;
    // What was chosen in another sandbox is not in this one.
    this.registerDisposer(() => this.chosen.clear());
    const bodies = this.registerDisposer(
      new ViewerBodies(context.viewer.layerManager),
    );
    const focusTable = () => this.marks.table.element.focus();
    this.formContext = formContextOf(source, bodies, {
      go: (record) => context.show(record),
      remove: ({ id }) => {
        this.review.delete(id);
        focusTable();
      },
      leave: focusTable,
    });
    this.marks = this.registerDisposer(
      new MarksTable({
        layer,
        source,
        chosen: this.chosen,
        bodies,
        select: ({ id }) => context.select(id),
        show: (record) => context.show(record),
      }),
    );
    const { table } = this.marks;
    this.open = this.registerDisposer(new OpenMark(table, this.formContext));
    this.selection = this.registerDisposer(
      new Selection({
        table,
        query,
        open: this.open,
        selected: context.selected,
        changed,
      }),
    );
    const goesOn = goingOn();
    this.review = new Review({
      editor,
      query,
      vocabulary,
      selected: () => context.selected.value,
      show: (record) => context.show(record),
      showNone: () => context.select(undefined),
      openAt: (record, field) => this.openAt(record, field),
      goesOn: () => goesOn.value,
      say: tell,
    });
    this.tagKeys = new TagKeys(letterHolder(context.viewer));
    this.search = this.registerDisposer(
      new SearchBox({
        query,
        vocabulary,
        key: keyOf("review-search"),
        leave: focusTable,
      }),
    );
    const bulk = this.registerDisposer(
      new BulkBar({
        chosen: this.chosen,
        vocabulary,
        words: () => this.formContext.words(),
        edit: (...asked) => this.bulkEdit(...asked),
        leave: focusTable,
      }),
    );
    const foot = this.registerDisposer(
      new ReviewFooter({
        tagKeys: this.tagKeys,
        goesOn,
        bindTags: () => void this.bindTags(),
        help: () => context.viewer.toggleHelpPanel(),
      }),
    );
    this.registerDisposer(
      new ReviewKeys({
        viewer: context.viewer,
        panel,
        selected: context.selected,
        review: this.review,
        tagKeys: this.tagKeys,
        search: () => this.search.enter(),
        focusTable,
      }),
    );
    this.element = element(
      "div",
      { class: "clio-marks-pane" },
      element(
        "div",
        { class: "clio-marks-search" },
        this.search.element,
        this.registerDisposer(new FilterSwitch(layer.filterInView)).element,
        iconButton("columns", "Columns", () => this.chooseColumns()),
        iconButton("import", "Import marks", () => void importMarks(context)),
        iconButton("export", "Export marks", () => void exportMarks(context)),
      ),
      this.search.problem,
      bulk.element,
      table.element,
      this.instead,
      this.registerDisposer(new LookSection(layer, source)).element,
      this.registerDisposer(new SetsSection(layer, source)).element,
      foot.element,
      this.selection.announcement,
    );
    this.registerDisposer(
      context.store.changes.add(({ edits }) => {
        if (this.chosen.size === 0) return;
        this.chosen.delete(
          unpackEdits(editsOfMarks(edits)).flatMap((edit) =>
            edit.op === "delete" ? [edit.id] : [],
          ),
        );
      }),
    );
    this.registerDisposer(query.changed.add(() => this.update()));
    this.update();
  }

  override disposed(): void {
    this.element.remove();
    super.disposed();
  }

  /** Takes the focus to the table, or to what stands in its place. */
  enter(): void {
    const { element: table } = this.marks.table;
    if (table.hidden) this.instead.querySelector("button")?.focus();
    else table.focus();
  }

  private update(): void {
    const { query } = this.options.source;
    this.marks.update();
    this.showInstead(
      query.total === 0
        ? this.options.empty
        : query.matching === 0
          ? () => nothingMatches(query)
          : undefined,
    );
    this.selection.follow();
    this.options.changed();
  }

  /** Shows something where the rows would be, or the rows. */
  private showInstead(make: (() => HTMLElement) | undefined): void {
    const { element: table } = this.marks.table;
    const { activeElement } = document;
    // Rows that stay leave the focus where it is: a person may be writing in the form below one of them.
    const losesFocus =
      this.instead.contains(activeElement) ||
      (make !== undefined && table.contains(activeElement));
    this.instead.hidden = make === undefined;
    table.hidden = make !== undefined;
    this.instead.replaceChildren(...(make === undefined ? [] : [make()]));
    if (losesFocus) this.enter();
  }

  private openAt(record: AnnotationRecord, field: string): void {
    if (!this.open.openAt(record, field)) {
      tell(`The form has no field ${field} to write in.`);
    }
  }

  private chooseColumns(): void {
    new ColumnChooser({
      columns: this.marks.columns,
      choice: this.marks.choice,
      changed: (choice) => this.marks.chooseColumns(choice),
    }).show();
  }

  private async bindTags(): Promise<void> {
    const { tags } = await this.formContext.words();
    new TagKeyDialog(this.tagKeys).show(tags);
  }

  private async bulkEdit(
    { label, change }: BulkEdit,
    ids: readonly string[],
    watch: EditWatch,
  ): Promise<void> {
    try {
      await this.options.source.editor.edit(label, ids, change, watch);
    } catch (error) {
      if (watch.signal.aborted) {
        tell(`${label}: cancelled, and nothing was changed.`);
        return;
      }
      new StatusMessage().setErrorMessage(
        `Nothing was changed: ${error instanceof Error ? error.message : String(error)}. The marks are as they were and still chosen.`,
      );
    }
  }
}
