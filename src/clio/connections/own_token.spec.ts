import { OwnToken } from "./own_token.js";

describe("A person's own neuPrint token", () => {
  const forget = () => new OwnToken("nobody");

  beforeEach(forget);
  afterEach(forget);

  it("is there after a reload, until it is forgotten", () => {
    const token = new OwnToken("ada@lab.org");
    token.keep("secret");
    expect(token.value).toBe("secret");
    expect(new OwnToken("ada@lab.org").value).toBe("secret");
    token.keep(undefined);
    expect(token.value).toBeUndefined();
    expect(new OwnToken("ada@lab.org").value).toBeUndefined();
  });

  it("is nobody else's, and gone from the tab when somebody else works in it", () => {
    new OwnToken("ada@lab.org").keep("secret");
    expect(new OwnToken("bob@lab.org").value).toBeUndefined();
    expect(Object.values(sessionStorage).join()).not.toContain("secret");
    expect(new OwnToken("ada@lab.org").value).toBeUndefined();
  });
});
