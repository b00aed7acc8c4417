import { RefCounted } from "neuroglancer/unstable/util/disposable.js";
import * as v from "valibot";
import { BODY_ID } from "../model/body.js";
import { type BodyQuery, bodyQuerySchema } from "../model/body_query.js";
import type { BodyField } from "../model/body_schema.js";
import { keyOf } from "../model/keys.js";
import { parseLossless, stringifyLossless } from "../model/lossless.js";
import { button, iconButton } from "../ui/button.js";
import { element } from "../ui/element.js";
import type { BodiesSession } from "./bodies_session.js";
import { suggestions } from "./body_form.js";
import { uniqueId } from "./field_editor.js";
import {
  EVERY_BODY,
  groupsOf,
  needsText,
  type QueryGroups,
  queryOf,
  type QueryRow,
  ROW_TESTS,
  type RowTest,
} from "./query_rows.js";
import "./query_form.css";

interface QueryFormOptions {
  readonly session: BodiesSession;
  readonly ask: (query: BodyQuery) => void;
  readonly askSelected: () => void;
}

/** The id of a body as a field that can be asked for: up to 64 bits, so it is a text. */
const ID: BodyField = {
  ...{ name: BODY_ID, title: "Body (id)", kind: "text" },
  ...{ options: [], isFiltered: true },
};

/** What is asked for: rows of a field and a value, or the same as JSON. */
export class QueryForm extends RefCounted {
  readonly element: HTMLFormElement;
  private readonly groupsElement = element("div", {
    class: "clio-query-groups",
  });
  private readonly json = element("textarea", {
    class: "clio-field clio-query-json",
    rows: "4",
    spellcheck: "false",
    "aria-label": "The query as JSON",
  });
  private readonly problem = element("p", {
    class: "clio-body-problem",
    role: "alert",
    id: uniqueId(),
  });
  private readonly names = element("datalist", { id: uniqueId() });
  private readonly jsonButton: HTMLButtonElement;
  private readonly orButton: HTMLButtonElement;
  readonly selectedButton: HTMLButtonElement;
  private groups: QueryGroups = EVERY_BODY;
  private isJson = false;
  private shownFields: readonly BodyField[] | undefined;

  constructor(private readonly options: QueryFormOptions) {
    super();
    const find = button({
      label: "Find",
      kind: "primary",
      run: () => undefined,
    });
    find.type = "submit";
    this.jsonButton = button({ label: "JSON", run: () => this.toggleJson() });
    this.jsonButton.setAttribute("aria-pressed", "false");
    this.orButton = button({
      label: "or",
      icon: "plus",
      run: () => this.addGroup(),
    });
    this.orButton.title = "Find also what other conditions hold for";
    this.selectedButton = button({
      label: "The selected",
      key: keyOf("bodies-of-selection"),
      run: options.askSelected,
    });
    this.json.hidden = true;
    this.json.setAttribute("aria-describedby", this.problem.id);
    this.problem.hidden = true;
    this.element = element(
      "form",
      { class: "clio-query", "aria-label": "Which bodies" },
      this.groupsElement,
      this.json,
      this.problem,
      this.names,
      element(
        "div",
        { class: "clio-query-acts" },
        find,
        button({ label: "All", run: () => this.askAll() }),
        this.selectedButton,
        this.orButton,
        this.jsonButton,
      ),
    );
    this.element.addEventListener("submit", (event) => {
      event.preventDefault();
      this.submit();
    });
    this.json.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
      event.preventDefault();
      event.stopPropagation();
      this.submit();
    });
    this.json.addEventListener("input", () => this.explain(undefined));
    this.draw();
  }

  /** Puts the focus where the query begins. */
  focus(): void {
    const first = this.groupsElement.querySelector<HTMLElement>(
      "input, select, button",
    );
    if (this.isJson) this.json.focus();
    else first?.focus();
  }

  /** Offers the fields of a dataset. What is written in the form stays. */
  showFields(): void {
    const { schema } = this.options.session;
    if (schema?.fields === this.shownFields) return;
    this.shownFields = schema?.fields;
    this.names.replaceChildren(
      ...this.fields.map(({ name, title }) =>
        element("option", { value: name, label: title }),
      ),
    );
    this.draw();
  }

  /** Shows a query that came from elsewhere. */
  show(query: BodyQuery): void {
    const groups = groupsOf(query);
    this.explain(undefined);
    this.json.value = printed(query);
    this.setJson(groups === undefined);
    if (groups === undefined) return;
    this.groups = groups;
    this.draw();
  }

  private get fields(): readonly BodyField[] {
    return [ID, ...(this.shownFields ?? [])];
  }

  private get fieldsByName(): ReadonlyMap<string, BodyField> {
    return new Map(this.fields.map((field) => [field.name, field]));
  }

  private askAll(): void {
    this.show({});
    this.options.ask({});
  }

  private submit(): void {
    const query = this.isJson ? this.readJson() : this.readRows();
    if (query !== undefined) this.options.ask(query);
  }

  private readJson(): BodyQuery | undefined {
    let json: unknown;
    try {
      json = parseLossless(this.json.value);
    } catch (error) {
      this.explain(`This is no JSON: ${(error as Error).message}`);
      return undefined;
    }
    return this.checked(json);
  }

  private readRows(): BodyQuery | undefined {
    const made = queryOf(this.groups, this.fieldsByName);
    if ("query" in made) return this.checked(made.query);
    const { group, row, message } = made.problem;
    this.explain(message);
    this.groupsElement
      .querySelector<HTMLElement>(`[data-row="${group} ${row}"] [data-main]`)
      ?.focus();
    return undefined;
  }

  /** The query, where the server will take it; else what is wrong is said. */
  private checked(json: unknown): BodyQuery | undefined {
    const result = v.safeParse(bodyQuerySchema, json);
    if (result.success) {
      this.explain(undefined);
      return result.output;
    }
    const [issue] = result.issues;
    const path = issue.path?.map(({ key }) => String(key)).join(", ");
    this.explain(
      `${path ?? "The query"}: ${stringifyLossless(issue.input)}, expected ${issue.message}.`,
    );
    return undefined;
  }

  private explain(words: string | undefined): void {
    this.problem.textContent = words ?? "";
    this.problem.hidden = words === undefined;
    if (words === undefined) this.json.removeAttribute("aria-invalid");
    else this.json.setAttribute("aria-invalid", "true");
  }

  private toggleJson(): void {
    if (this.isJson) {
      const query = this.readJson();
      if (query === undefined) return;
      const groups = groupsOf(query);
      if (groups === undefined) {
        this.explain(
          "Rows cannot say this query. It can be asked as it is, or written anew: press All.",
        );
        return;
      }
      this.groups = groups;
      this.setJson(false);
      this.draw();
    } else {
      const made = queryOf(this.groups, this.fieldsByName);
      this.json.value = printed("query" in made ? made.query : {});
      this.setJson(true);
    }
    this.focus();
  }

  private setJson(isJson: boolean): void {
    this.isJson = isJson;
    this.json.hidden = !isJson;
    this.groupsElement.hidden = isJson;
    this.orButton.hidden = isJson;
    this.jsonButton.setAttribute("aria-pressed", String(isJson));
  }

  private addGroup(): void {
    this.change([...this.groups, [emptyRow]], `${this.groups.length} 0`);
  }

  /** @param focus the row that has the focus afterwards; undefined leaves it where it is */
  private change(groups: QueryGroups, focus?: string): void {
    this.groups = groups.length === 0 ? EVERY_BODY : groups;
    this.explain(undefined);
    this.draw();
    if (focus === undefined) return;
    const row = this.groupsElement.querySelector(`[data-row="${focus}"]`);
    const main =
      row?.querySelector<HTMLElement>("[data-main]") ??
      this.groupsElement.querySelector<HTMLElement>("button");
    main?.focus();
  }

  private draw(): void {
    this.groupsElement.replaceChildren(
      ...this.groups.flatMap((rows, group) => this.group(rows, group)),
    );
  }

  private group(rows: readonly QueryRow[], group: number): HTMLElement[] {
    const isOnly = this.groups.length === 1;
    const name = isOnly ? "Conditions" : `Conditions ${group + 1}`;
    const add = iconButton("plus", `Add a condition to: ${name}`, () =>
      this.change(
        this.groups.map((each, i) =>
          i === group ? [...each, emptyRow] : each,
        ),
        `${group} ${rows.length}`,
      ),
    );
    const made = element(
      "div",
      { class: "clio-query-group", role: "group", "aria-label": name },
      ...rows.map((row, at) => this.row(row, group, at)),
      element(
        "div",
        { class: "clio-query-more" },
        add,
        element(
          "span",
          { class: "clio-bodies-quiet" },
          rows.length === 0 ? "every body; add a condition" : "and",
        ),
      ),
    );
    return group === 0
      ? [made]
      : [element("p", { class: "clio-query-or" }, "or"), made];
  }

  private row(row: QueryRow, group: number, at: number): HTMLElement {
    const set = (more: Partial<QueryRow>) => {
      this.groups = this.groups.map((rows, i) =>
        i === group
          ? rows.map((each, j) => (j === at ? { ...each, ...more } : each))
          : rows,
      );
      this.explain(undefined);
    };
    const words = element("datalist", { id: uniqueId() });
    const field = element("input", {
      type: "text",
      class: "clio-field clio-query-field",
      list: this.names.id,
      placeholder: "field",
      "aria-label": "Field",
      autocomplete: "off",
      spellcheck: "false",
      "data-main": "",
    });
    field.value = row.field;
    const test = element(
      "select",
      { class: "clio-field", "aria-label": "Condition" },
      ...ROW_TESTS.map((each) => element("option", { value: each }, each)),
    );
    test.value = row.test;
    const text = element("input", {
      type: "text",
      class: "clio-field clio-query-text",
      list: words.id,
      "aria-label": "Value",
      autocomplete: "off",
      spellcheck: "false",
    });
    text.value = row.text;
    const fit = () => {
      const chosen = test.value as RowTest;
      text.hidden = !needsText(chosen);
      text.placeholder =
        chosen === "is any of"
          ? "one; another"
          : chosen === "matches"
            ? "regular expression"
            : "value";
    };
    fit();
    field.addEventListener("input", () => set({ field: field.value }));
    test.addEventListener("change", () => {
      set({ test: test.value as RowTest });
      fit();
    });
    text.addEventListener("input", () => set({ text: text.value }));
    text.addEventListener("focus", () => {
      const known = this.fieldsByName.get(field.value.trim());
      words.replaceChildren(
        ...(known === undefined
          ? []
          : suggestions(this.options.session, known).map((word) =>
              element("option", { value: word }),
            )),
      );
    });
    const remove = iconButton("minus", "Take this condition away", () => {
      const rest = this.groups
        .map((rows, i) =>
          i === group ? rows.filter((_, j) => j !== at) : rows,
        )
        .filter((rows, i) => i !== group || rows.length > 0 || i === 0);
      this.change(rest, `${group} ${Math.max(0, at - 1)}`);
    });
    return element(
      "div",
      { class: "clio-query-row", "data-row": `${group} ${at}` },
      ...[field, test, text, words, remove],
    );
  }
}

const emptyRow: QueryRow = { field: "", test: "is", text: "" };

/** A query as people read JSON. */
function printed(query: BodyQuery): string {
  const text = stringifyLossless(query);
  // Digits that JSON of the browser would lose stay in the one line.
  return /\d{16}/.test(text)
    ? text
    : JSON.stringify(JSON.parse(text), undefined, 1);
}
