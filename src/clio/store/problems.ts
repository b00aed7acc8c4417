/** What goes wrong with the store, in words for the person it happens to. */
import type { PageDescriptor } from "./database.js";

export type ProblemCode =
  | "database-blocked"
  | "database-superseded"
  | "database-outdated"
  | "database-lost"
  | "database-failed"
  | "database-restored"
  | "write-over-quota"
  | "write-failed"
  | "pages-damaged";

/** One thing that is wrong now. The texts are whole sentences. */
export interface Problem {
  code: ProblemCode;
  /** What happened. */
  happened: string;
  /** What was kept, and where. */
  kept: string;
  /** What to do about it. */
  advice: string;
}

const STILL_HERE = "What you have done since is kept in this tab.";

const EXPORT_FIRST =
  "If you have to close this tab before then, export your marks first.";

export const databaseBlocked: Problem = {
  code: "database-blocked",
  happened: "Another tab has an older version of Clio open.",
  kept: STILL_HERE,
  advice:
    "Close or reload the other tabs with Clio; this one then goes on by itself.",
};

export const databaseSuperseded: Problem = {
  code: "database-superseded",
  happened: "A newer version of Clio was opened in another tab.",
  kept: `Everything that was shown as saved is saved. ${STILL_HERE}`,
  advice:
    "Export what is not saved, if there is anything, and reload this tab.",
};

export const databaseOutdated: Problem = {
  code: "database-outdated",
  happened:
    "The marks in this browser belong to a newer version of Clio than this tab runs.",
  kept: `They are as they were, and this tab writes nothing. ${STILL_HERE}`,
  advice: "Reload this tab to get the newer version.",
};

export const databaseLost: Problem = {
  code: "database-lost",
  happened: "The browser closed the database.",
  kept: `Everything that was shown as saved is saved. ${STILL_HERE}`,
  advice: `Clio opens it again by itself. ${EXPORT_FIRST}`,
};

export function databaseFailed(error: unknown): Problem {
  return {
    code: "database-failed",
    happened: `The browser could not open its database: ${errorText(error)}.`,
    kept: STILL_HERE,
    advice: `Clio keeps trying. In a private window or with site data switched off there may be no database to open. ${EXPORT_FIRST}`,
  };
}

/** Nothing is wrong any more; the person has a right to know that something was. */
export const databaseRestored: Problem = {
  code: "database-restored",
  happened:
    "The browser found its copy of your marks damaged and threw it away, or the newest part of it.",
  kept: "All of your marks: Clio has restored them from its second copy.",
  advice: "There is nothing to do.",
};

/** What to say when `count` changes could not be written. */
export function writeFailed(error: unknown, count: number): Problem {
  const changes = count === 1 ? "1 change is" : `${count} changes are`;
  const kept = `${changes} kept in this tab, in order; everything shown as saved is on disk.`;
  if (error instanceof DOMException && error.name === "QuotaExceededError") {
    return {
      code: "write-over-quota",
      happened: "The disk, or the part of it that the browser gives, is full.",
      kept,
      advice: `Free some space; Clio then saves them by itself. ${EXPORT_FIRST}`,
    };
  }
  return {
    code: "write-failed",
    happened: `The browser could not save: ${errorText(error)}.`,
    kept,
    advice: `Clio tries again by itself. ${EXPORT_FIRST}`,
  };
}

/** What to say of the pages in quarantine, of which there is at least one. */
export function pagesDamaged(pages: readonly PageDescriptor[]): Problem {
  const count = pages.reduce((sum, page) => sum + page.count, 0);
  const first = Math.min(...pages.map((page) => page.minModified));
  const last = Math.max(...pages.map((page) => page.maxModified));
  const dates = Number.isFinite(first)
    ? `, last changed between ${day(first)} and ${day(last)},`
    : "";
  return {
    code: "pages-damaged",
    happened: `Up to ${count} marks${dates} cannot be read: what the disk holds of them is not what was written.`,
    kept: "All other marks are as they were, and the damaged part is set aside as it was found.",
    advice:
      "Export your marks: the export has whatever can still be read of the damaged part.",
  };
}

function day(epoch: number): string {
  return new Date(epoch).toISOString().slice(0, 10);
}

function errorText(error: unknown): string {
  return error instanceof Error
    ? `${error.name}: ${error.message}`.replace(/\.$/, "")
    : String(error);
}
