import { type CellName, CellNames, typeText } from "./cell_names.js";

const nameOf = (id: string): CellName => ({
  type: `T${Number(id) % 2}`,
  instance: `cell ${id}`,
  size: 100 + Number(id),
});

/** Resolves when names are others than before. */
function changed(names: CellNames): Promise<void> {
  return new Promise((resolve) => {
    const remove = names.changed.add(() => {
      remove();
      resolve();
    });
  });
}

describe("The names of cells", () => {
  it("are asked for together, each once, and told of when they have come", async () => {
    const names = new CellNames();
    const asked: string[][] = [];
    names.comeFrom((ids) => {
      asked.push([...ids]);
      const found = ids.filter((id) => id !== "3");
      return Promise.resolve(new Map(found.map((id) => [id, nameOf(id)])));
    });
    for (const id of [1n, 2n, 3n, 1n]) expect(names.of(id)).toBeUndefined();
    await changed(names);
    expect(names.of(1n)).toEqual(nameOf("1"));
    expect(names.of(3n)).toEqual({ type: "", instance: "", size: null });
    expect(asked).toEqual([["1", "2", "3"]]);
    names.hear("5", nameOf("5"));
    expect([...names.typesOf([1n, 2n, 3n, 5n])]).toEqual([
      ["T1", [1n, 5n]],
      ["T0", [2n]],
    ]);
    expect(typeText(names.typesOf([1n, 2n]))).toBe("Mixed: T1, T0");
    expect(typeText(names.typesOf([1n, 5n]))).toBe("T1");
    expect(asked.length).toBe(1);
  });

  it("come with sizes, which are asked for where a name was only heard, and kept where it is heard again", async () => {
    const names = new CellNames();
    const asked: string[][] = [];
    names.comeFrom((ids) => {
      asked.push([...ids]);
      const found = ids.filter((id) => id !== "3");
      return Promise.resolve(new Map(found.map((id) => [id, nameOf(id)])));
    });
    const { type, instance } = nameOf("2");
    names.hear("2", { type, instance });
    for (const id of [1n, 2n, 3n]) expect(names.sizeOf(id)).toBeUndefined();
    await changed(names);
    names.hear("2", { type, instance });
    expect([1n, 2n, 3n].map((id) => names.sizeOf(id))).toEqual([
      ...[101, 102, undefined],
    ]);
    expect(names.of(2n)).toEqual(nameOf("2"));
    expect(asked).toEqual([["1", "2", "3"]]);
    // Of another source all of it is asked anew; one that has names alone has no size to tell.
    names.comeFrom(undefined);
    names.otherwiseFrom((ids) =>
      Promise.resolve(new Map(ids.map((id) => [id, { type, instance }]))),
    );
    names.sizeOf(2n);
    await changed(names);
    expect(names.of(2n)).toEqual({ type, instance, size: null });
  });

  it("are not asked for again where that failed, until they come from somewhere else", async () => {
    const names = new CellNames();
    let asked = 0;
    expect(names.haveSource).toBeFalse();
    names.comeFrom(() => {
      asked += 1;
      return Promise.reject(new Error("away"));
    });
    names.of(1n);
    await changed(names);
    expect(names.of(1n)).toBeUndefined();
    expect(names.haveSource).toBeTrue();
    names.comeFrom((ids) =>
      Promise.resolve(new Map(ids.map((id) => [id, nameOf(id)]))),
    );
    names.of(1n);
    await changed(names);
    expect(names.of(1n)).toEqual(nameOf("1"));
    expect(asked).toBe(1);
  });

  it("of one dataset are not those of another", async () => {
    const names = new CellNames();
    let answer: (found: Map<string, CellName>) => void = () => undefined;
    names.comeFrom(() => new Promise((resolve) => (answer = resolve)));
    names.of(1n);
    await new Promise((resolve) => setTimeout(resolve, 100));
    names.comeFrom(undefined);
    answer(new Map([["1", nameOf("1")]]));
    await new Promise((resolve) => setTimeout(resolve));
    expect(names.of(1n)).toBeUndefined();
  });

  it("of before are not put back by an answer that was under way when all were to be asked anew", async () => {
    const names = new CellNames();
    const answers: ((type: string) => void)[] = [];
    names.comeFrom(
      ([id]) =>
        new Promise((resolve) =>
          answers.push((type) =>
            resolve(new Map([[id, { type, instance: "" }]])),
          ),
        ),
    );
    const asked = async (count: number) => {
      names.of(1n);
      while (answers.length < count) {
        await new Promise((resolve) => setTimeout(resolve));
      }
    };
    await asked(1);
    names.askAnew();
    await asked(2);
    answers[1]("new");
    await changed(names);
    answers[0]("old");
    await new Promise((resolve) => setTimeout(resolve));
    expect(names.of(1n)?.type).toBe("new");
  });

  it("that were heard stay where their sizes are asked for and the answer has no name, or none comes", async () => {
    const names = new CellNames();
    const heard = { type: "T", instance: "heard" };
    let isAway = false;
    names.comeFrom((ids) =>
      isAway
        ? Promise.reject(new Error("away"))
        : Promise.resolve(
            new Map(
              ids
                .filter((id) => id === "3")
                .map((id) => [id, { type: "", instance: "", size: 5 }]),
            ),
          ),
    );
    for (const id of ["1", "2", "3"]) names.hear(id, heard);
    for (const id of [1n, 3n]) names.sizeOf(id);
    await changed(names);
    expect(names.of(1n)).toEqual({ ...heard, size: null });
    expect(names.of(3n)).toEqual({ ...heard, size: 5 });
    isAway = true;
    names.sizeOf(2n);
    await changed(names);
    expect(names.of(2n)).toEqual({ ...heard, size: undefined });
  });

  it("and sizes that could not be had are asked for again when there are answers again, and stand for nobody's meanwhile", async () => {
    const names = new CellNames();
    const asked: string[][] = [];
    let isAway = true;
    names.comeFrom((ids) => {
      asked.push([...ids]);
      return isAway
        ? Promise.reject(new Error("away"))
        : Promise.resolve(new Map(ids.map((id) => [id, nameOf(id)])));
    });
    const own = { type: "own", instance: "" };
    names.otherwiseFrom((ids) =>
      Promise.resolve(new Map(ids.map((id) => [id, own]))),
    );
    names.sizeOf(1n);
    await changed(names);
    expect(names.of(1n)).toEqual({ ...own, size: undefined });
    expect(names.sizeOf(1n)).toBeUndefined();
    isAway = false;
    names.of(2n);
    await changed(names);
    names.sizeOf(1n);
    await changed(names);
    expect(names.sizeOf(1n)).toBe(101);
    expect(names.of(1n)).toEqual(nameOf("1"));
    expect(asked).toEqual([["1"], ["2"], ["1"]]);
  });

  it("are those that others have where the first has none, whatever was heard meanwhile", async () => {
    const names = new CellNames();
    const from =
      (...known: string[]) =>
      (ids: readonly string[]) =>
        Promise.resolve(
          new Map(
            ids
              .filter((id) => known.includes(id))
              .map((id) => [id, { type: known.join("+"), instance: "" }]),
          ),
        );
    names.comeFrom(from("1", "2"));
    names.otherwiseFrom(from("2", "3"));
    names.hear("3", { type: "", instance: "" });
    for (const id of [1n, 2n, 3n, 4n]) names.of(id);
    await changed(names);
    const types = [1n, 2n, 3n, 4n].map((id) => names.of(id)?.type);
    expect(types).toEqual(["1+2", "1+2", "2+3", ""]);
    names.comeFrom(undefined);
    names.of(2n);
    await changed(names);
    expect(names.of(2n)?.type).toBe("2+3");
  });
});
