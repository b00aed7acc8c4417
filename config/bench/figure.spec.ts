import { table, toFigure } from "./figure.js";

describe("A figure of a benchmark", () => {
  const measured = { name: "adding a point", value: 4, unit: "ms" };

  it("has neither target nor peer where none is given", () => {
    expect(toFigure("annotations", measured)).toEqual({
      bench: "annotations",
      ...measured,
    });
  });

  it("keeps or misses its target", () => {
    for (const [target, ok] of [
      ["< 16", true],
      ["< 4", false],
      ["<= 4", true],
      ["> 4", false],
      [">= 4", true],
      [">= 4.5", false],
    ] as const)
      expect(toFigure("a", { ...measured, target }).ok)
        .withContext(target)
        .toBe(ok);
  });

  it("stands beside its peer, in the order that the design names", () => {
    const figure = toFigure("annotations", {
      ...measured,
      target: "< 16",
      peer: "local://annotations",
      peerValue: 40,
    });
    expect(JSON.stringify(figure)).toBe(
      '{"bench":"annotations","name":"adding a point","value":4,"unit":"ms","target":"< 16","ok":true,"peer":"local://annotations","peerValue":40,"ratio":0.1}',
    );
  });

  it("is refused where the target is no bound or the value no number", () => {
    expect(() => toFigure("a", { ...measured, target: "fast" })).toThrowError(
      /"fast"/,
    );
    expect(() => toFigure("a", { ...measured, value: NaN })).toThrowError(
      /adding a point is NaN/,
    );
  });

  it("shows in the table that its target was missed", () => {
    const missed = toFigure("a", { ...measured, target: "< 1" });
    expect(table([missed])).toContain("< 1 MISSED");
  });
});
