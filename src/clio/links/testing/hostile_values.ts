// Values as a link could hold them, as JSON text: what JSON.stringify cannot write (1e999, one key twice) can be in a link too.
import fc from "fast-check";

export type Text = fc.Arbitrary<string>;

/** A host that stands in links, but never where a source does: nobody may ever ask it. */
export const BYSTANDER = "bystander.example";

export const words = (...list: string[]): Text =>
  fc.constantFrom(...list.map((word) => JSON.stringify(word)));

export const literals = (...list: string[]): Text => fc.constantFrom(...list);

export const list = (item: Text, maxLength = 4): Text =>
  fc.array(item, { maxLength }).map((items) => `[${items.join(",")}]`);

/** An object that has some of the fields, and now and then a key that is none of its own. */
export const object = (fields: Record<string, Text>): Text =>
  fc
    .tuple(
      fc.record(fields, { requiredKeys: [] }),
      fc.oneof(
        { weight: 6, arbitrary: fc.constant([]) },
        { weight: 1, arbitrary: fc.array(fc.tuple(oddKeys, flat)) },
      ),
    )
    .map(
      ([own, odd]) =>
        `{${[
          ...Object.entries(own).map(
            ([key, text]) => `${JSON.stringify(key)}:${text}`,
          ),
          ...odd.map(([key, text]) => `${key}:${text}`),
        ].join(",")}}`,
    );

/**
 * An object that has up to three of the fields: where an object has many and most are wrong, what is wrong in one keeps the others
 * from ever being used.
 */
export const few = (fields: Record<string, Text>): Text =>
  fc
    .subarray(Object.entries(fields), { maxLength: 3 })
    .chain((chosen) => object(Object.fromEntries(chosen)));

/** The fields of two objects, as one. Where both have a field, the later one counts. */
export const joined = (first: Text, later: Text): Text =>
  fc.tuple(first, later).map(
    (parts) =>
      `{${parts
        .map((part) => part.slice(1, -1))
        .filter((fields) => fields !== "")
        .join(",")}}`,
  );

/** An object with keys of any name. */
export const map = (key: Text, value: Text, maxLength = 3): Text =>
  fc
    .array(fc.tuple(key, value), { maxLength })
    .map(
      (entries) =>
        `{${entries.map(([key, text]) => `${key}:${text}`).join(",")}}`,
    );

/** What is expected, and now and then anything else. */
export const mostly = (expected: Text, odds = 7): Text =>
  fc.oneof(
    { weight: odds, arbitrary: expected },
    { weight: 1, arbitrary: junk },
  );

const nested = (depth: number, open: string, close: string) =>
  open.repeat(depth) + "1" + close.repeat(depth);

const oddStrings = words(
  "",
  " ",
  "\u0000",
  "\ufffe\u202e\u{1f9e0}",
  "a\nb\tc",
  "__proto__",
  "constructor",
  "prototype",
  "toString",
  "hasOwnProperty",
  "%E0%A4%A",
  "../../../etc/passwd",
  "undefined",
  "-1",
  "1e999",
  "18446744073709551616",
  `javascript:fetch('http://${BYSTANDER}')`,
  `<img src="http://${BYSTANDER}/a.png" onerror="alert(1)">`,
  `"><script src="http://${BYSTANDER}/a.js"></script>`,
  `url(http://${BYSTANDER}/b.png)`,
  `http://${BYSTANDER}/`,
  "a".repeat(3_000),
);

export const oddKeys = literals(
  '"__proto__"',
  '"constructor"',
  '"prototype"',
  '"toString"',
  '"hasOwnProperty"',
  '"length"',
  '""',
  '"0"',
);

export const numbers = literals(
  "0",
  "-0",
  "1",
  "-1",
  "0.5",
  "2",
  "100",
  "255",
  "256",
  "1e-320",
  "1e-30",
  "1e30",
  "1e308",
  "-1e308",
  "1e999",
  "-1e999",
  "9007199254740993",
  "18446744073709551615",
  "18446744073709551616",
  "4294967296",
  "-2147483649",
);

/** A number as a string, as segment ids are. */
export const ids = fc.oneof(
  fc.bigInt({ min: 0n, max: 2n ** 64n }).map((id) => `"${id}"`),
  fc.bigInt({ min: 0n, max: 40n }).map((id) => `"${id}"`),
  literals('"-1"', '"1e3"', '"0x10"', '"18446744073709551616"', '"!5"', "7"),
);

export const booleans = literals("true", "false");

const flat: Text = fc.oneof(
  numbers,
  oddStrings,
  literals("null", "true", "false", "[]", "{}", "[[]]", '{"x":1,"x":2}'),
);

/** Anything. */
export const junk: Text = fc.oneof(
  { weight: 12, arbitrary: flat },
  { weight: 2, arbitrary: fc.array(flat).map((all) => `[${all.join(",")}]`) },
  { weight: 2, arbitrary: map(oddKeys, flat) },
  {
    weight: 1,
    arbitrary: fc.integer({ min: 2, max: 120 }).map((d) => nested(d, "[", "]")),
  },
  {
    weight: 1,
    arbitrary: fc
      .integer({ min: 2, max: 120 })
      .map((d) => nested(d, '{"a":', "}")),
  },
);

/** What is too deep or too long for anybody's taste. */
export const enormous: Text = fc.oneof(
  literals(
    nested(10_000, "[", "]"),
    nested(10_000, '{"__proto__":', "}"),
    `[${"[],".repeat(100_000)}[]]`,
  ),
  fc
    .integer({ min: 100_000, max: 1_500_000 })
    .map((length) => JSON.stringify("x".repeat(length))),
);
