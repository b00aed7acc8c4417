/** Marks as the server gives them. */
import * as v from "valibot";
import type { AnnotationRecord } from "../../model/annotation.js";
import { sharedMarksSchema } from "../../model/link.js";
import { isMark, type StoredRecord } from "../../model/record.js";
import { type News, newsSchema } from "../../model/sync.js";
import type { FormerSource } from "./former_source.js";
import type { LinkedMarks, ServerMarks } from "./shared_marks_source.js";

const problemSchema = v.object({ detail: v.string() });
const groupsSchema = v.record(v.string(), v.array(v.string()));

/** The marks that a link brings. @throws {Error} in the server's words, or where it does not answer */
export function readLinkedMarks(
  id: string,
  signal: AbortSignal,
): Promise<LinkedMarks> {
  return get(`/api/links/${id}/marks`, sharedMarksSchema, signal);
}

/**
 * What a layer of the original Clio showed, of the records that are here: the person's own, and those of members of the groups that it
 * names and the person is in.
 * @throws {Error} as `readLinkedMarks`
 */
export async function readFormerMarks(
  { dataset, groups }: FormerSource,
  signal: AbortSignal,
): Promise<ServerMarks> {
  const users = new Set([""]);
  if (groups.length > 0) {
    const known = await get("/api/groups", groupsSchema, signal);
    for (const group of groups) {
      if (!Object.hasOwn(known, group)) continue;
      for (const user of known[group]) users.add(user);
    }
  }
  // By id: the person is a member too.
  const records = new Map<string, AnnotationRecord>();
  for (const user of users) {
    for (const record of await recordsOf(user, dataset, signal)) {
      records.set(record.id, record);
    }
  }
  return { dataset, records: [...records.values()] };
}

/** All records of somebody in a dataset; of the person where `user` is empty. */
async function recordsOf(
  user: string,
  dataset: string,
  signal: AbortSignal,
): Promise<AnnotationRecord[]> {
  const records = new Map<string, StoredRecord | undefined>();
  let news: News | undefined;
  do {
    const query = new URLSearchParams({
      user,
      dataset,
      since: String(news?.revision ?? 0),
    });
    news = await get(`/api/sync/news?${query}`, newsSchema, signal);
    for (const { id, record } of news.records) records.set(id, record);
  } while (news.more);
  return [...records.values()]
    .filter((record) => record !== undefined)
    .filter(isMark);
}

async function get<T>(
  address: string,
  schema: v.GenericSchema<unknown, T>,
  signal: AbortSignal,
): Promise<T> {
  let answer: Response;
  try {
    answer = await fetch(address, {
      headers: { Accept: "application/json" },
      signal,
    });
  } catch (error) {
    signal.throwIfAborted();
    throw new Error("the server does not answer", { cause: error });
  }
  const json: unknown = await answer.json().catch(() => undefined);
  const result = v.safeParse(schema, json);
  if (answer.ok && result.success) return result.output;
  const said = v.safeParse(problemSchema, json);
  throw new Error(
    said.success
      ? said.output.detail
      : `the server answers ${answer.status} and not what was expected`,
  );
}
