import { randomUUID } from "node:crypto";
import { rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { boxAround } from "../record.js";
import { joinedParts, type JoinedSections } from "../segment/joined_segment.js";
import {
  sectionNames,
  type Section,
  type SectionName,
} from "../segment/layout.js";
import type { WrittenSegment } from "../segment/segment_writer.js";
import type { JoinTask, WriteTask, Written } from "../segment/write_worker.js";
import type { Thread } from "../thread.js";

/** A thread that sorts and writes segments, and joins them. */
export type WriteThread = Thread<WriteTask | JoinTask, Written>;

/**
 * The segments that are to become one, in their order: as many as have at most so many records together. What was joined of a group is in
 * a group of its own the next time, so that an interrupted writer comes to the same.
 */
export function groupsOf(
  segments: readonly WrittenSegment[],
  most: number,
): WrittenSegment[][] {
  const groups: WrittenSegment[][] = [];
  let records = Infinity;
  for (const segment of segments) {
    records += segment.count;
    if (records <= most) {
      groups[groups.length - 1].push(segment);
    } else {
      groups.push([segment]);
      records = segment.count;
    }
  }
  return groups;
}

/**
 * Makes one segment of others, which stay.
 * @param folder in which they lie
 * @param encoder the hash of the encoder that made the signatures
 * @param segments of at most `largestSegment` records together
 * @returns undefined where there is nothing to join, or no room to do it
 * @throws Error where the disk refuses, or one of them is not what was written; nothing is left then
 */
export async function joinSegments(
  folder: string,
  segments: readonly WrittenSegment[],
  encoder: string,
  threads: readonly WriteThread[],
): Promise<WrittenSegment | undefined> {
  if (segments.length < 2) return undefined;
  const count = segments.reduce((sum, segment) => sum + segment.count, 0);
  const target = `${randomUUID()}.partial`;
  const partial = path.join(folder, target);
  try {
    await writeFile(partial, "", { flag: "wx" });
    const parts = joinedParts.values();
    const written: (JoinedSections | undefined)[] = [];
    await Promise.all(
      threads.map(async (thread) => {
        for (const part of parts) {
          const join = { folder, segments, target };
          const { sections } = await thread.run({ kind: "join", join, part });
          written.push(sections);
        }
      }),
    );
    if (written.includes(undefined)) {
      await rm(partial);
      return undefined;
    }
    const bounds = segments.map((segment) => segment.bounds).reduce(boxAround);
    const sections = inOrder(written);
    const header = { encoder, count, bounds, sections };
    return (await threads[0].run({ kind: "seal", partial, header })).segment;
  } catch (error) {
    await rm(partial, { force: true });
    throw error;
  }
}

/** All sections in the order of the layout, whichever thread was faster: the bytes of the header follow from it. */
function inOrder(
  written: readonly (JoinedSections | undefined)[],
): Record<SectionName, Section> {
  const sections = Object.assign({}, ...written) as JoinedSections;
  return Object.fromEntries(
    sectionNames.map((name) => [name, sections[name]]),
  ) as Record<SectionName, Section>;
}
