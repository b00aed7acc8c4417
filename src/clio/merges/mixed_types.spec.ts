import { CellNames } from "../ui/cell_names.js";
import { mixText } from "./mixed_types.js";

/** Above what a JavaScript number holds. */
const LARGE = 2n ** 63n + 1n;

describe("The warning of mixed types", () => {
  const names = new CellNames();
  const learn = (id: bigint, type: string) =>
    names.hear(String(id), { type, instance: "" });
  learn(LARGE, "Mi1");
  learn(2n, "Tm3");
  learn(3n, "");
  for (let id = 11n; id < 20n; ++id) learn(id, "Mi1");
  const warning = (...ids: bigint[]) => mixText(names.typesOf(ids));

  it("names each type and its segments", () => {
    expect(warning(LARGE, 2n, 11n)).toBe(
      `This mixes types. Mi1: ${LARGE}, 11; Tm3: 2`,
    );
    expect(warning(2n, 11n, 12n, 13n, 14n, 15n, 16n, 17n, 18n, 19n)).toBe(
      "This mixes types. Tm3: 2; Mi1: 11, 12, 13, 14, 15, 16, 17, 18 …",
    );
  });

  it("is not given for segments of one type, nor for those of which none is known", () => {
    expect(warning()).toBe("");
    expect(warning(LARGE, 11n)).toBe("");
    expect(warning(2n, 3n, 4n)).toBe("");
  });
});
