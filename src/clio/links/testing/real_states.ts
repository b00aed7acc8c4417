import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { sharedPath } from "../../../../config/stories/harness.js";

/** A state that somebody really shared. */
export interface RealState {
  /** Where it is from. */
  readonly name: string;
  readonly state: Readonly<Record<string, unknown>>;
}

/** The states of the shared test data; undefined where that is not there. */
export function realStates(): RealState[] | undefined {
  const folder = sharedPath("fixtures/ng-states");
  if (folder === undefined) return undefined;
  return readdirSync(folder).flatMap((file) => {
    const json = JSON.parse(readFileSync(path.join(folder, file), "utf8")) as
      RealState["state"] | readonly RealState[];
    if (!Array.isArray(json)) {
      return [{ name: file, state: json as RealState["state"] }];
    }
    return (json as readonly RealState[]).map(({ state }, i) => ({
      name: `${file} ${i}`,
      state,
    }));
  });
}
