import type { Store } from "../store/store.js";
import { element } from "../ui/element.js";
import { icon, type IconName } from "../ui/icons.js";

/**
 * The bottom line of the panel: how many marks there are, and whether they are on disk.
 * @param count of marks; undefined while they are being read
 * @param matching how many of them the search finds; undefined while that is being found out
 */
export function marksStatus(
  store: Store,
  count: number | undefined,
  matching: number | undefined,
): (Node | string)[] {
  const parts: (Node | string)[] = [];
  if (count !== undefined) {
    parts.push(
      `${count.toLocaleString("en")} ${count === 1 ? "mark" : "marks"} · `,
    );
    if (matching !== undefined && matching < count) {
      parts.push(`${matching.toLocaleString("en")} shown · `);
    }
  }
  parts.push(saving(store));
  for (const part of syncing(store)) parts.push(" · ", part);
  if (store.standing.value.persistence === "best effort") {
    parts.push(
      " · ",
      element(
        "span",
        {
          class: "clio-warn",
          title:
            "Browsers clear stored data when the disk runs short, unless a page is bookmarked, installed or used often. Keep an export.",
        },
        "this browser may clear them",
      ),
    );
  }
  return parts;
}

function saving(store: Store): HTMLElement {
  const unsaved = store.unsaved.value.length;
  if (unsaved > 0) return state("bad", "warning", `${unsaved} not saved`);
  if (store.state.value === "ready") return state("ok", "ok", "saved here");
  return state("warn", "warning", `storage is ${store.state.value}`);
}

/** How the server's copy is, where there is one. */
function syncing(store: Store): HTMLElement[] {
  const standing = store.sync.value;
  if (standing === undefined) return [];
  const { how, waiting, conflicts, refused } = standing;
  const parts: HTMLElement[] = [];
  if (how === "offline") parts.push(state("warn", "warning", "offline"));
  if (how === "signed out") parts.push(state("warn", "warning", "signed out"));
  if (waiting > 0) {
    const made = state("warn", "refresh", `waiting (${waiting})`);
    if (refused !== undefined) made.title = refused;
    parts.push(made);
  } else if (how === "online" && store.pending.length === 0) {
    parts.push(state("ok", "ok", "synced"));
  }
  if (conflicts > 0) {
    parts.push(state("warn", "warning", `conflict (${conflicts})`));
  }
  return parts;
}

function state(severity: string, name: IconName, text: string): HTMLElement {
  return element("span", { class: `clio-${severity}` }, icon(name), ` ${text}`);
}
