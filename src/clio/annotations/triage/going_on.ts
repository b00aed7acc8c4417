import { TrackableBoolean } from "neuroglancer/unstable/trackable_boolean.js";

const STORAGE_KEY = "clio.checkGoesOn";

/** Whether checking a mark leads on to the next one: a person's own habit, kept on this machine. */
export function goingOn(): TrackableBoolean {
  const value = new TrackableBoolean(kept(), false);
  value.changed.add(() => {
    try {
      localStorage.setItem(STORAGE_KEY, String(value.value));
    } catch {
      // Storage is blocked or full: the habit holds until the page is closed.
    }
  });
  return value;
}

function kept(): boolean {
  try {
    return localStorage.getItem(STORAGE_KEY) === "true";
  } catch {
    return false;
  }
}
