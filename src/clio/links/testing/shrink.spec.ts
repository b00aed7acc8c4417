import { fewestThatFail, shrinkLink } from "./shrink.js";

const link = (text: string) => `#!${encodeURIComponent(text)}`;
const soon = () => performance.now() + 5_000;

describe("Finding the link to blame", () => {
  const links = ["a", "b", "c", "d", "e", "f", "g"];
  const failsWith =
    (...bad: string[]) =>
    (followed: readonly string[]) =>
      Promise.resolve(bad.every((link) => followed.includes(link)));

  it("finds the last link that the harm needs, wherever it stands", async () => {
    for (const [i, link] of links.entries()) {
      expect(await fewestThatFail(links, failsWith(link))).toBe(i + 1);
    }
    expect(await fewestThatFail(links, failsWith("e", "b"))).toBe(5);
  });

  it("finds none where all of them do no harm", async () => {
    expect(await fewestThatFail(links, failsWith("z"))).toBeUndefined();
  });
});

describe("Shrinking a link", () => {
  it("leaves what does the harm, and nothing else", async () => {
    const state =
      '{"title":"a","layers":[{"name":"b","bad":[1,1e999,-1e999,2]},{"name":"c"}],"position":[1,2]}';
    const fails = (fragment: string) =>
      Promise.resolve(/"bad":\[.*-1e999/.test(decodeURIComponent(fragment)));
    expect(
      decodeURIComponent(await shrinkLink(link(state), fails, soon())),
    ).toBe('#!{"layers":[{"bad":[-1e999]}]}');
  });

  it("returns the link as it is where it is no JSON, or no longer fails", async () => {
    const cut = link('{"a":');
    expect(await shrinkLink(cut, () => Promise.resolve(true), soon())).toBe(
      cut,
    );
    const good = link('{"a":1}');
    expect(await shrinkLink(good, () => Promise.resolve(false), soon())).toBe(
      good,
    );
  });

  it("returns what it has when its time is over", async () => {
    const whole = link('{"a":1,"b":2}');
    expect(await shrinkLink(whole, () => Promise.resolve(true), 0)).toBe(whole);
  });
});
