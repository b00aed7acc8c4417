import type { BodyRow, Storage } from "../storage.js";
import { hostileTexts } from "./rows.js";

const dataset = "demo";
const big = 2n ** 64n - 1n;

function row(body: bigint, revision: number, more: Partial<BodyRow> = {}) {
  return { dataset, body, revision, fields: `{"n":${revision}}`, ...more };
}

/** What every storage does with what is known of bodies. */
export function itKeepsBodies(storage: () => Storage): void {
  const put = (...rows: BodyRow[]) =>
    storage().write(async (writer) => {
      for (const each of rows) await writer.putBody(each);
    });

  it("keeps bodies of all 64 bits, as they were written last, with their text to the letter", async () => {
    const { read } = storage();
    const fields = JSON.stringify({ "": hostileTexts, n: "\u0000" });
    await put(row(big, 1), row(9007199254740993n, 2), row(big, 3, { fields }));
    await put(row(1n, 1, { dataset: "other" }));
    expect(await read.body(dataset, big)).toEqual(row(big, 3, { fields }));
    expect(await read.body(dataset, 9007199254740992n)).toBe(undefined);
    expect(await read.bodiesRevision(dataset)).toBe(3);
    expect(await read.bodiesRevision("none")).toBe(0);
  });

  it("gives what is new since a revision, deletions included, by revision", async () => {
    const { read } = storage();
    await put(row(3n, 1), row(2n, 2), row(1n, 3), row(2n, 4));
    await put(row(3n, 5, { fields: undefined }));
    const since = async (after: number, limit: number) =>
      (await read.bodiesSince(dataset, after, limit)).map(({ body }) => body);
    expect(await since(0, 9)).toEqual([1n, 2n, 3n]);
    expect(await since(0, 2)).toEqual([1n, 2n]);
    expect(await since(4, 9)).toEqual([3n]);
    expect(await since(5, 9)).toEqual([]);
    expect((await read.body(dataset, 3n))?.fields).toBe(undefined);
  });

  it("keeps of each version that has ended what was known in it, and no more", async () => {
    const { read } = storage();
    const version = (tag: string, after: number) =>
      storage().write((writer) =>
        writer.addBodyVersion({ dataset, tag, uuid: `u-${tag}`, after }),
      );
    await version("v1", 0);
    await put(row(1n, 1), row(2n, 2), row(1n, 3));
    await version("v2", 3);
    await put(row(1n, 4), row(1n, 5), row(2n, 6, { fields: undefined }));
    await version("v3", 6);
    await put(row(10n, 7), row(1n, 8));
    const asOf = async (revision: number) =>
      (await read.bodiesAsOf(dataset, revision)).map((each) => [
        each.body,
        each.revision,
        each.fields !== undefined,
      ]);
    expect(await asOf(3)).toEqual([
      [1n, 3, true],
      [2n, 2, true],
    ]);
    expect(await asOf(6)).toEqual([
      [1n, 5, true],
      [2n, 6, false],
    ]);
    expect((await read.bodyVersions(dataset)).map(({ tag }) => tag)).toEqual([
      "v1",
      "v2",
      "v3",
    ]);
    expect(await read.bodyVersions("other")).toEqual([]);
  });
}
