/**
 * A short language for the specs of the store. Records are numbered, and each state of a record has a version, so that what a
 * sandbox holds reads as "1.0 2.3": record 1 as it was made, record 2 after three edits.
 */
import type { AnnotationRecord, PointRecord } from "../../model/annotation.js";
import type { Change, Edit } from "../../model/change.js";
import type { SandboxKey } from "../../model/sandbox.js";
import { LOCAL_USER } from "../../model/sandbox.js";
import type { ClioDatabase } from "../database.js";
import { DATABASE_VERSION, openDatabase } from "../database.js";
import { makeEqual } from "../mirror/copy.js";
import { FileRows } from "../mirror/file_rows.js";
import { fileNames, originFolder } from "../mirror/origin_files.js";
import { DatabaseRows } from "../mirror/rows.js";
import { readSandbox } from "../reader.js";
import { MemoryDisk } from "./memory_file.js";

export const DEMO: SandboxKey = { user: LOCAL_USER, dataset: "demo" };

/** 2023-11-14, so that dates in messages look like dates. */
const EPOCH = 1_700_000_000_000;

/** The id of record `number`: in another order than the numbers, as ids are. */
export function markId(number: number): string {
  const scattered = Math.imul(number, 0x9e3779b1) >>> 0;
  const head = scattered.toString(16).padStart(8, "0");
  const tail = number.toString(16).padStart(12, "0");
  return `${head}-0000-4000-8000-${tail}`;
}

/** The number of the record whose id is `id`. */
export function markNumber(id: string): number {
  return Number.parseInt(id.slice(-12), 16);
}

export function mark(number: number, version = 0): PointRecord {
  return {
    id: markId(number),
    kind: "point",
    position: [number, 2 * number, 3 * number],
    description: `Version ${version} of mark ${number}: „ü“ 🧠\n=1+1`,
    tags: version % 2 === 0 ? [] : ["odd"],
    checked: false,
    user: LOCAL_USER,
    created: EPOCH,
    modified: EPOCH + version,
  };
}

/** The version that `record` is in. */
export function markVersion({ modified }: AnnotationRecord): number {
  return modified - EPOCH;
}

/**
 * `mark(number, version)` as "number.version".
 * @throws Error where `record` is anything but that mark: it was torn, or mixed up with another.
 */
export function markName(record: AnnotationRecord): string {
  const number = markNumber(record.id);
  const version = markVersion(record);
  if (fieldsOf(record) !== fieldsOf(mark(number, version))) {
    throw new Error(`No mark of the specs: ${JSON.stringify(record)}`);
  }
  return `${number}.${version}`;
}

function fieldsOf(record: AnnotationRecord): string {
  const fields = Object.entries(record);
  return JSON.stringify(fields.sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** The edits of "+1 +2.3 -4": put mark 1, put version 3 of mark 2, delete mark 4. */
export function edits(script: string): Edit[] {
  return script
    .split(" ")
    .filter((word) => word !== "")
    .map((word) => {
      const [number, version = 0] = word.slice(1).split(".").map(Number);
      return word.startsWith("+")
        ? { op: "put", record: mark(number, version) }
        : { op: "delete", id: markId(number) };
    });
}

/** One change with the edits of `script`. */
export function change(script: string, key: SandboxKey = DEMO): Change {
  return {
    id: crypto.randomUUID(),
    ...key,
    at: EPOCH,
    label: script,
    edits: edits(script),
  };
}

/** Everything that is in a sandbox, by number, such as "1.0 2.3". */
export async function marks(
  db: ClioDatabase,
  key: SandboxKey = DEMO,
): Promise<string> {
  const names: string[] = [];
  await readSandbox(db, key, (records) => {
    names.push(...records.map(markName));
  });
  return inOrder(names);
}

/** What `marks` says of a sandbox whose records are `versions`, by number. */
export function marksOf(versions: ReadonlyMap<number, number>): string {
  return inOrder([...versions].map(([n, version]) => `${n}.${version}`));
}

/** Names of marks in the order of their numbers, as one text. */
export function inOrder(names: string[]): string {
  return names
    .sort((a, b) => Number.parseInt(a) - Number.parseInt(b))
    .join(" ");
}

const opened: ClioDatabase[] = [];
const names = new Set<string>();

/** A name that no other spec uses; the database of that name is deleted after the spec. */
export function freshName(): string {
  const name = `spec-${crypto.randomUUID()}`;
  names.add(name);
  return name;
}

/** A connection that is closed after the spec. */
export async function connect(name = freshName()): Promise<ClioDatabase> {
  const db = await openDatabase(name);
  opened.push(db);
  return db;
}

/**
 * What the second copy of the database `name` holds now, as a database of its own, closed and deleted after the spec. The files are read as
 * they are on disk, for a page may not open them as a worker does.
 */
export async function connectMirror(name: string): Promise<ClioDatabase> {
  const disk = new MemoryDisk();
  for (const [i, file] of (await mirrorFiles(name)).entries()) {
    disk.files[i].bytes = new Uint8Array(await file.arrayBuffer());
  }
  const held = await connect();
  const files = new FileRows(held.name, DATABASE_VERSION, disk);
  await makeEqual(files, new DatabaseRows(held));
  return held;
}

async function mirrorFiles(name: string): Promise<File[]> {
  const folder = await originFolder();
  return Promise.all(
    fileNames(name).map(async (file) =>
      (await folder.getFileHandle(file)).getFile(),
    ),
  );
}

/** What Chromium does with a database that it takes for damaged. */
export async function loseDatabase(name: string): Promise<void> {
  await deleteDatabase(name);
}

/** As `loseDatabase`, with the second copy, which no tab may have open. */
export async function loseMirror(name: string): Promise<void> {
  const folder = await originFolder();
  for (const file of fileNames(name)) await removeFile(folder, file);
}

/** A worker that was just ended may hold the file for a moment still. */
async function removeFile(
  folder: FileSystemDirectoryHandle,
  file: string,
): Promise<void> {
  for (let attempt = 0; ; attempt += 1) {
    try {
      await folder.removeEntry(file);
      return;
    } catch (error) {
      const { name } = error as DOMException;
      if (name === "NotFoundError") return;
      if (name !== "NoModificationAllowedError" || attempt > 500) throw error;
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  }
}

const letGoFirst: (() => void)[] = [];

/** Has every `cleanUp` call `letGo` first: of jasmine's hooks nobody knows which comes first. */
export function beforeCleanUp(letGo: () => void): void {
  letGoFirst.push(letGo);
}

/** To be called after each spec. */
export async function cleanUp(): Promise<void> {
  for (const letGo of letGoFirst) letGo();
  for (const db of opened.splice(0)) db.close();
  const deletions = [...names].flatMap((name) => [
    loseDatabase(name),
    loseMirror(name),
  ]);
  names.clear();
  await Promise.all(deletions);
}

/** Where a connection was left open this waits for it, until the spec fails for want of time. */
function deleteDatabase(name: string) {
  return new Promise((resolve, reject) => {
    const request = indexedDB.deleteDatabase(name);
    request.onsuccess = resolve;
    request.onerror = () => reject(new Error(`${name} stays`));
  });
}
