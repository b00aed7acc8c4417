import { icon } from "./icons.js";

describe("an icon", () => {
  it("is a drawing without words of its own, hidden from screen readers", () => {
    const drawing = icon("search");
    expect(drawing).toBeInstanceOf(SVGSVGElement);
    expect(drawing.textContent).toBe("");
    expect(drawing.getAttribute("aria-hidden")).toBe("true");
    expect(drawing.querySelector("path")).not.toBeNull();
  });

  it("can stand in two places at once", () => {
    const both = document.createElement("div");
    both.append(icon("close"), icon("close"));
    expect(both.children.length).toBe(2);
  });
});
