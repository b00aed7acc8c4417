import { beginOnce } from "./begin_once.js";

describe("A part of the page that begins once", () => {
  it("is loaded until it comes, and begins then, and never again though that throws", async () => {
    const seen: string[] = [];
    const part = beginOnce(
      () => {
        seen.push("load");
        return seen.length < 2
          ? Promise.reject(new Error("away"))
          : Promise.resolve("part");
      },
      (loaded) => {
        seen.push(loaded);
        throw new Error("torn");
      },
    );
    await expectAsync(part()).toBeRejectedWithError("away");
    await expectAsync(part()).toBeRejectedWithError("torn");
    await part();
    expect(seen).toEqual(["load", "load", "part", "load"]);
  });
});
