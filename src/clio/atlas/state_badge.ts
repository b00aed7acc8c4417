import type { EntryState } from "../model/atlas.js";
import { element } from "../ui/element.js";
import { icon, type IconName } from "../ui/icons.js";
import type { AlbumItem } from "./album_item.js";

const BADGES: Readonly<Record<EntryState, { icon: IconName; words: string }>> =
  {
    draft: { icon: "edit", words: "draft" },
    submitted: { icon: "clock", words: "submitted" },
    "changes requested": { icon: "comment", words: "changes asked" },
    verified: { icon: "ok", words: "verified" },
    withdrawn: { icon: "undo", words: "withdrawn" },
  };

/** The state of an item: an icon and a word, and that an earlier version is public where one is. */
export function stateBadge({ state, isPublic }: AlbumItem): HTMLElement {
  const { icon: name, words } = BADGES[state];
  const text =
    isPublic && state !== "verified" ? `${words}, earlier one public` : words;
  return element(
    "span",
    { class: "clio-atlas-state", "data-state": state },
    icon(name),
    text,
  );
}
