import { element } from "./element.js";

describe("element", () => {
  it("shows text as text, whatever it holds", () => {
    const made = element("p", {}, "<img src=x onerror=alert(1)>");
    expect(made.children.length).toBe(0);
    expect(made.textContent).toBe("<img src=x onerror=alert(1)>");
  });

  it("sets attributes and puts what it is given inside, in order", () => {
    const made = element("ul", { class: "a b" }, "one", element("li"), "two");
    expect(made.outerHTML).toBe('<ul class="a b">one<li></li>two</ul>');
  });
});
