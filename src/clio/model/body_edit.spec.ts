import { onlyWhereEmpty, patched, replacing } from "./body_edit.js";

const writing = { user: "cleo@lab.org", time: "2026-01-02T03:04:05.000Z" };
const stamps = (name: string) => ({
  [`${name}_user`]: writing.user,
  [`${name}_time`]: writing.time,
});

describe("What is written over a body", () => {
  const before = { type: "a", type_user: "ada@lab.org", tags: ["x"], n: 0 };

  it("changes what it names, with who and when, a field that is taken away too", () => {
    expect<unknown>(patched(before, { type: "b", n: null }, writing)).toEqual({
      ...{ type: "b", ...stamps("type"), tags: ["x"], ...stamps("n") },
    });
  });

  it("leaves who and when of what stays the same, and the body itself where nothing changes", () => {
    const same = { type: "a", tags: ["x"], other: null };
    expect<unknown>(patched(before, same, writing)).toBe(before);
    expect<unknown>(patched(before, { n: 1 }, writing).type_user).toBe(
      "ada@lab.org",
    );
  });

  it("takes who wrote it as it is told, where it is told", () => {
    const patch = { type: "b", type_user: "guest@lab.org" };
    expect<unknown>(patched(before, patch, writing).type_user).toBe(
      "guest@lab.org",
    );
  });

  it("has names that every object has for names like others", () => {
    const patch = { constructor: "c", toString: 1 };
    expect(Object.entries(patched({}, patch, writing)).length).toBe(6);
  });

  it("takes all else away where it replaces, and leaves what is to be kept where something is", () => {
    expect<unknown>(replacing(before, { type: "b" })).toEqual({
      ...{ type: "b", tags: null, n: null },
    });
    const patch = { type: "b", type_user: "x", n: 1, empty: 2 };
    expect<unknown>(
      onlyWhereEmpty(
        { ...before, empty: "" },
        patch,
        new Set(Object.keys(patch)),
      ),
    ).toEqual({ empty: 2 });
  });
});
