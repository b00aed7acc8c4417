import type { BodyConflict } from "../../src/clio/model/body_wire.js";
import {
  BODIES_CHANGED,
  MOST_CONFLICTS,
} from "../../src/clio/model/body_wire.js";
import { badRequest, Problem } from "../problems/problem.js";

/** The problems that asking for bodies, and writing to them, can end in. */
export const problems = {
  badVersion: (version: string, known: readonly string[]) =>
    badRequest(
      `version is ${JSON.stringify(version)}, expected ${known.length === 0 ? "none: this dataset names no versions" : `one of ${known.join(", ")}`}.`,
      "bad-version",
    ),
  oldVersion: (version: string, head: string) =>
    new Problem(
      409,
      "old-version",
      `Version ${JSON.stringify(version)} is not written any more. Nothing was written. The one that is: ${JSON.stringify(head)}.`,
    ),
  badDescription: (detail: string) =>
    new Problem(
      409,
      "bad-description",
      `The description of the dataset is wrong, so nothing can be written: ${detail}. An administrator can describe it anew.`,
    ),
  noNews: () =>
    new Problem(
      409,
      "no-news",
      "The server that keeps these bodies does not tell what is new in them.",
    ),
  slow: () =>
    new Problem(
      422,
      "query-too-slow",
      "The query takes too long. A shorter regular expression, or one in fewer fields, takes less.",
    ),
};

/** Others have written meanwhile what was to be written. Nothing of it is. */
export class BodiesChanged extends Problem {
  constructor(private readonly conflicts: readonly BodyConflict[]) {
    super(
      409,
      BODIES_CHANGED,
      `${conflicts.length} ${conflicts.length === 1 ? "field has" : "fields have"} changed since they were seen, the first ${JSON.stringify(conflicts[0].field)} of body ${conflicts[0].body}. Nothing was written.`,
    );
  }

  override body() {
    return {
      ...super.body(),
      conflicts: this.conflicts.slice(0, MOST_CONFLICTS),
    };
  }
}
