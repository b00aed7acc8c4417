/* global describe, expect, it */
import { isDebian } from "./debian.mjs";

describe("What the tests need", () => {
  it("is installed on Debian, and not on a system that is only like it", () => {
    expect(isDebian('NAME="Debian GNU/Linux"\nID=debian\n')).toBeTrue();
    expect(isDebian("ID=ubuntu\nID_LIKE=debian\n")).toBeFalse();
    expect(isDebian("")).toBeFalse();
  });
});
