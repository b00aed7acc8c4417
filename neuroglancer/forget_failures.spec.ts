import { StringMemoize } from "neuroglancer/unstable/util/memoize.js";
import { forgetFailures } from "./forget_failures.js";

describe("Forgetting failures", () => {
  let memoize: StringMemoize;
  let reads: string[];
  let failing: boolean;

  const read = (key: string) =>
    memoize.getAsync(key, {}, () => {
      reads.push(key);
      return failing
        ? Promise.reject(new Error("away"))
        : Promise.resolve("here");
    });

  beforeEach(() => {
    memoize = new StringMemoize();
    reads = [];
    failing = false;
  });

  it("is needed: upstream remembers a failed read", async () => {
    failing = true;
    await expectAsync(read("far")).toBeRejectedWithError("away");
    failing = false;
    await expectAsync(read("far")).toBeRejectedWithError("away");
    expect(reads).toEqual(["far"]);
  });

  it("lets what failed be read again, and keeps what was read", async () => {
    await read("near");
    failing = true;
    await expectAsync(read("far")).toBeRejectedWithError("away");
    failing = false;
    await forgetFailures(memoize);
    expect(await read("far")).toBe("here");
    expect(await read("near")).toBe("here");
    expect(reads).toEqual(["near", "far", "far"]);
  });

  it("neither starts nor ends a read that is under way", async () => {
    let finish: (value: string) => void;
    const promise = new Promise<string>((resolve) => (finish = resolve));
    const slow = () =>
      memoize.getAsync("slow", {}, () => {
        reads.push("slow");
        return promise;
      });
    const first = slow();
    await forgetFailures(memoize);
    const second = slow();
    finish!("here");
    expect(await Promise.all([first, second])).toEqual(["here", "here"]);
    expect(reads).toEqual(["slow"]);
  });
});
