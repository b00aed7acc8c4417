import type {
  MergeRequest,
  PublicMerge,
} from "../../../src/clio/model/merge_request.js";
import { headOf } from "../../../src/clio/model/merge_request.js";
import {
  decision,
  mergeId,
  requestOf,
} from "../../../src/clio/model/testing/merges.js";
import type { Storage } from "../storage.js";
import { hostileTexts } from "./rows.js";

/** What every storage does with requests of merges, and with what came of them. */
export function itKeepsMerges(storage: () => Storage): void {
  it("keeps requests whole, and lists their heads by dataset and by author, the one changed last first", async () => {
    const merges = [decision(1, 2n ** 64n - 1n, 9007199254740993n)];
    const first = requestOf(merges, { id: mergeId(1), modified: 1 });
    const second = requestOf(merges, { id: mergeId(2), modified: 2 });
    const bobs = { author: "bob@lab.org", dataset: "vnc", modified: 3 };
    const third = requestOf(merges, { id: mergeId(3), ...bobs });
    await storage().write(async (writer) => {
      for (const each of [first, second, third])
        await writer.putMergeRequest(each);
    });
    const { read } = storage();
    expect(await read.mergeRequest(first.id)).toEqual(first);
    expect(await read.mergeRequest(mergeId(4))).toBe(undefined);
    const [one, two, three] = [first, second, third].map(headOf);
    expect(await read.mergeRequests({ dataset: "demo" })).toEqual([two, one]);
    expect(await read.mergeRequests({ author: "bob@lab.org" })).toEqual([
      three,
    ]);
    expect(await read.mergeRequests({})).toEqual([three, two, one]);
    const changed = requestOf(merges, {
      ...{ id: first.id, state: "withdrawn", modified: 9, revision: 2 },
    });
    await storage().write((writer) => writer.putMergeRequest(changed));
    expect(await read.mergeRequest(first.id)).toEqual(changed);
    expect((await read.mergeRequests({}))[0]).toEqual(headOf(changed));
  });

  it("keeps public merges by dataset and version in their order, each as it was added first", async () => {
    const merge = (n: number, reviewer: string): PublicMerge => ({
      merge: decision(n, n + 100, n),
      ...{ reviewer, request: mergeId(0xabc), applied: 5 },
    });
    const of = { dataset: "vnc", version: hostileTexts[0] };
    const [newer, older] = [merge(2, "cleo@lab.org"), merge(1, "cleo@lab.org")];
    await storage().write((writer) =>
      writer.addPublicMerges(of, [newer, older]),
    );
    await storage().write((writer) =>
      writer.addPublicMerges(of, [merge(1, "dora@lab.org")]),
    );
    const { read } = storage();
    const [first, second] = await read.publicMerges(of, 0, 10);
    expect([first.merge, second.merge]).toEqual([newer, older]);
    expect(await read.publicMerges(of, 0, 1)).toEqual([first]);
    expect(await read.publicMerges(of, first.seq, 10)).toEqual([second]);
    expect(await read.publicMerges(of, second.seq, 10)).toEqual([]);
    expect(await read.publicMergesNamed(of, [mergeId(1), mergeId(7)])).toEqual([
      older,
    ]);
    const other = { dataset: "vnc", version: "" };
    expect(await read.publicMerges(other, 0, 10)).toEqual([]);
    expect(await read.publicMergesNamed(other, [mergeId(1)])).toEqual([]);
  });

  it("finds all public merges of what a segment is a part of, and no others", async () => {
    const merge = (n: number, onto: bigint, merged: bigint): PublicMerge => ({
      merge: decision(n, onto, merged),
      ...{ reviewer: "cleo@lab.org", request: mergeId(0xabc), applied: 5 },
    });
    const large = 2n ** 64n - 1n;
    const chain = [merge(1, 1n, 2n), merge(2, 3n, 2n), merge(3, large, 3n)];
    const circle = merge(4, large, 1n);
    const elsewhere = merge(5, 8n, 9n);
    const of = { dataset: "vnc", version: "" };
    await storage().write((writer) =>
      writer.addPublicMerges(of, [...chain, elsewhere, circle]),
    );
    const around = (...segments: string[]) =>
      storage().read.publicMergesAround(of, segments);
    expect(await around("2")).toEqual([...chain, circle]);
    expect(await around(String(large), "7")).toEqual([...chain, circle]);
    expect(await around(String(large - 1n))).toEqual([]);
    expect(await around("9", "1")).toEqual([...chain, elsewhere, circle]);
  });

  it("finds the requests that are about a segment of another, by what they ask for now", async () => {
    const large = 2n ** 64n - 1n;
    const asks = (
      n: number,
      ends: readonly (readonly [bigint, bigint])[],
      more: Partial<MergeRequest> = {},
    ) =>
      requestOf(
        ends.map(([onto, merged], i) => decision(16 * n + i, onto, merged)),
        { id: mergeId(n), modified: n, ...more },
      );
    const one = asks(1, [
      [1n, 2n],
      [large, 4n],
    ]);
    const two = asks(2, [[9n, large]]);
    const three = asks(3, [[large - 1n, 7n]]);
    const elsewhere = asks(4, [[1n, 9n]], { version: "v2" });
    const draft = asks(5, [[1n, 9n]], { state: "draft" });
    const put = (...requests: MergeRequest[]) =>
      storage().write(async (writer) => {
        for (const each of requests) await writer.putMergeRequest(each);
      });
    await put(one, two, three, elsewhere, draft);
    const { read } = storage();
    const beside = (of: MergeRequest) =>
      read.mergeRequestsBeside(of, ["submitted", "approved"]);
    expect(await beside(one)).toEqual([two]);
    expect(await beside(two)).toEqual([one]);
    expect(await beside(three)).toEqual([]);
    const again = asks(2, [[large - 1n, 9n]], { modified: 6 });
    await put(again);
    expect(await beside(one)).toEqual([]);
    expect(await beside(three)).toEqual([again]);
  });
}
