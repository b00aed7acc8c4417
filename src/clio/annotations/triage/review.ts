import type { AnnotationRecord } from "../../model/annotation.js";
import { KIND_NAMES } from "../../model/annotation.js";
import type { MarksVocabulary } from "../../model/fields.js";
import { withChecked, withoutTag, withTag } from "../details/edits.js";
import type { SandboxQuery } from "../query/sandbox_query.js";
import type { SandboxEditor } from "../sandbox_editor.js";
import { digitField, digitValue, withDigit } from "./digit_field.js";

interface ReviewOptions {
  readonly editor: Pick<SandboxEditor, "edit">;
  readonly query: Pick<SandboxQuery, "neighbour" | "records">;
  readonly vocabulary: MarksVocabulary;
  /** Id of the selected mark. */
  readonly selected: () => string | undefined;
  /** Selects a mark and brings it into the middle of the view. */
  readonly show: (record: AnnotationRecord) => void;
  /** No mark is left to select. */
  readonly showNone: () => void;
  /** Opens the form of the selected mark with the focus in a field. */
  readonly openAt: (record: AnnotationRecord, field: string) => void;
  /** Whether checking a mark leads on to the next one. */
  readonly goesOn: () => boolean;
  /** Tells the person something that the table does not show. */
  readonly say: (text: string) => void;
}

/**
 * The acts of a person who goes through marks one by one. They are done in the order in which they were asked for, each on the mark that
 * is selected when its turn comes, so that keys can be typed ahead.
 */
export class Review {
  private last: Promise<void> = Promise.resolve();

  constructor(private readonly options: ReviewOptions) {}

  /** Goes to the next or the previous mark that matches the search. */
  move(step: 1 | -1, only?: "unchecked"): void {
    this.act(() => this.moveNow(step, only));
  }

  /** Brings the selected mark into the middle of the view. */
  go(): void {
    this.act(async () => {
      const record = await this.current();
      if (record !== undefined) this.options.show(record);
    });
  }

  /** Checks the selected mark, or unchecks it. */
  toggleChecked(): void {
    this.act(async () => {
      const record = await this.current();
      if (record === undefined) return;
      const checked = !record.checked;
      await this.options.editor.edit(
        `${checked ? "Check" : "Uncheck"} ${KIND_NAMES[record.kind]}`,
        [record.id],
        (record) => withChecked(record, checked),
      );
      if (checked && this.options.goesOn()) await this.moveNow(1);
    });
  }

  /** Gives the selected mark a tag, or takes it away. */
  toggleTag(tag: string): void {
    this.act(async () => {
      const record = await this.current();
      if (record === undefined) return;
      const has = record.tags.includes(tag);
      const name = KIND_NAMES[record.kind];
      await this.options.editor.edit(
        has ? `Remove tag ${tag} from ${name}` : `Tag ${name} ${tag}`,
        [record.id],
        (record) => (has ? withoutTag(record, tag) : withTag(record, tag)),
      );
    });
  }

  /** Sets the field that digits are for. */
  setDigit(digit: number): void {
    this.act(async () => {
      const field = digitField(this.options.vocabulary);
      const value = field && digitValue(field, digit);
      if (field === undefined || value === undefined) {
        this.options.say(
          field === undefined
            ? "This dataset has no field for digits to set."
            : `${field.title ?? field.name} has no value for ${digit}.`,
        );
        return;
      }
      const record = await this.current();
      if (record === undefined) return;
      await this.options.editor.edit(
        `Set ${(field.title ?? field.name).toLowerCase()}`,
        [record.id],
        (record) => withDigit(record, field, value),
      );
    });
  }

  /** Takes the focus to a field of the selected mark. */
  write(field: string): void {
    this.act(async () => {
      const record = await this.current();
      if (record !== undefined) this.options.openAt(record, field);
    });
  }

  /** Deletes a mark, the selected one by default; the one after it is selected then, or the one before. */
  delete(given?: string): void {
    this.act(async () => {
      const { query, editor, show, showNone, selected } = this.options;
      const id = given ?? selected();
      if (id === undefined) return;
      const [[record], after, before] = await Promise.all([
        query.records([id]),
        query.neighbour(id, 1),
        query.neighbour(id, -1),
      ]);
      if (record === undefined) return;
      await editor.edit(
        `Delete ${KIND_NAMES[record.kind]}`,
        [id],
        () => undefined,
      );
      const next = after ?? before;
      if (next === undefined) showNone();
      else show(next);
    });
  }

  private async moveNow(step: 1 | -1, only?: "unchecked"): Promise<void> {
    const { query, selected, show, say } = this.options;
    const record = await query.neighbour(selected(), step, only);
    if (record !== undefined) show(record);
    else if (only === undefined) {
      say(step > 0 ? "That was the last mark." : "That was the first mark.");
    } else say("No unchecked mark comes after this one.");
  }

  private async current(): Promise<AnnotationRecord | undefined> {
    const id = this.options.selected();
    if (id === undefined) {
      this.options.say("No mark is selected.");
      return undefined;
    }
    const [record] = await this.options.query.records([id]);
    return record;
  }

  private act(act: () => Promise<void>): void {
    this.last = this.last.then(act).catch((error: unknown) => {
      this.options.say(
        `That was not done: ${error instanceof Error ? error.message : String(error)}.`,
      );
    });
  }
}
