import { Draft } from "./draft.js";

function typed(stored: string, text: string): Draft {
  const draft = new Draft(stored);
  draft.text = text;
  return draft;
}

describe("what is typed over a value", () => {
  it("follows the value while nothing is typed", () => {
    const draft = new Draft("old");
    draft.update("new");
    expect(draft.text).toBe("new");
    expect(draft.dirty).toBeFalse();
    expect(draft.elsewhere).toBeUndefined();
  });

  it("stays when another hand changes the value, and the other value is told", () => {
    const draft = typed("old", "mine");
    draft.update("theirs");
    expect(draft.text).toBe("mine");
    expect(draft.elsewhere).toBe("theirs");
    expect(draft.dirty).toBeTrue();
  });

  it("is no conflict where another hand has written the same", () => {
    const draft = typed("old", "same");
    draft.update("same");
    expect(draft.elsewhere).toBeUndefined();
    expect(draft.dirty).toBeFalse();
  });

  it("knows its own text when it comes back, also while more is typed", () => {
    const draft = typed("old", "one");
    draft.send();
    expect(draft.dirty).toBeFalse();
    draft.text = "one two";
    draft.update("one");
    draft.settle("one", true);
    expect(draft.elsewhere).toBeUndefined();
    expect(draft.text).toBe("one two");
    expect(draft.dirty).toBeTrue();
  });

  it("tells of a value that another hand set while its own was on the way", () => {
    const draft = typed("old", "mine");
    draft.send();
    draft.update("theirs");
    expect(draft.text).toBe("mine");
    expect(draft.elsewhere).toBe("theirs");
    draft.update("mine");
    draft.settle("mine", true);
    expect(draft.text).toBe("mine");
    expect(draft.elsewhere).toBe("theirs");
    expect(draft.dirty).toBeFalse();
  });

  it("is something typed again where it was refused", () => {
    const draft = typed("old", "mine");
    draft.send();
    draft.settle("mine", false);
    expect(draft.text).toBe("mine");
    expect(draft.dirty).toBeTrue();
  });

  it("can be dropped, for the value as it is now", () => {
    const draft = typed("old", "mine");
    draft.update("theirs");
    expect(draft.revert()).toBeTrue();
    expect(draft.text).toBe("theirs");
    expect(draft.revert()).toBeFalse();
  });
});
