import { button } from "../../ui/button.js";
import { element } from "../../ui/element.js";
import { icon } from "../../ui/icons.js";
import type { SandboxQuery } from "../query/sandbox_query.js";
import { countOfMarks } from "./bulk_edits.js";

/** What stands where no mark matches the search, which is another thing than that there is none. */
export function nothingMatches(query: SandboxQuery): HTMLElement {
  return element(
    "div",
    { class: "clio-empty" },
    icon("search"),
    element("h3", { class: "clio-empty-title" }, "No mark matches"),
    element(
      "p",
      {},
      `None of ${countOfMarks(query.total ?? 0)} has what the search asks for. ${
        query.hidesOthers.value
          ? "In the views they are hidden too."
          : "In the views they are shown all the same."
      }`,
    ),
    button({
      label: "Clear the search",
      kind: "primary",
      run: () => {
        query.query.value = { ...query.query.value, text: "" };
      },
    }),
  );
}
