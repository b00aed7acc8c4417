/* global describe, expect, it */
import { findChromium } from "./browser.mjs";

describe("The Chromium of the tests", () => {
  const having =
    (...files) =>
    (file) =>
      files.includes(file);
  const PATH = "/usr/local/bin:/usr/bin";

  it("is the one that CHROME_BIN names, before all others", () => {
    const env = { PATH, CHROME_BIN: "/a/chrome", CHROMIUM_PATH: "/b/chrome" };
    const all = having("/a/chrome", "/b/chrome", "/usr/bin/chromium");
    expect(findChromium(env, all)).toBe("/a/chrome");
    expect(findChromium({ ...env, CHROME_BIN: "" }, all)).toBe("/b/chrome");
  });

  it("is not another one than the environment names: a wrong path is said to be wrong", () => {
    const env = { PATH, CHROME_BIN: "/gone" };
    expect(() => findChromium(env, having("/usr/bin/chromium"))).toThrowError(
      /CHROME_BIN.*\/gone/,
    );
  });

  it("is Chromium before Chrome, wherever on the PATH they are", () => {
    const both = having("/usr/local/bin/google-chrome", "/usr/bin/chromium");
    expect(findChromium({ PATH }, both)).toBe("/usr/bin/chromium");
  });

  it("is found at the usual places of macOS", () => {
    const place =
      "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome";
    expect(findChromium({ PATH }, having(place))).toBe(place);
  });

  it("is undefined where there is none, also without a PATH", () => {
    expect(findChromium({ PATH }, having())).toBeUndefined();
    expect(findChromium({}, having())).toBeUndefined();
  });
});
