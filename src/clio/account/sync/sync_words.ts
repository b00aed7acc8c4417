import type { SyncStanding } from "../../store/sync_standing.js";

/** "1 change", "1,200 changes". */
export function countOf(count: number, one: string): string {
  return `${count.toLocaleString("en")} ${one}${count === 1 ? "" : "s"}`;
}

/** How the copy on the server is, in a word or two for a button. */
export function syncWord({ how, waiting, conflicts }: SyncStanding): string {
  if (conflicts > 0) return countOf(conflicts, "conflict");
  if (how === "offline") return "Offline";
  if (how === "signed out") return "Signed out";
  if (how === "refused") return "Not synced";
  return waiting > 0 ? `Waiting (${waiting.toLocaleString("en")})` : "Synced";
}
