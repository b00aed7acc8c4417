/** What the routes of the signature search take, as schemas: valibot's messages complete "expected …". */
import * as v from "valibot";

/** The most places that one search gives, and the last place of the order that it reaches. */
export const largestLimit = 1000;
const lastPlace = 10_000;
/** The most searches of a batch. */
export const largestBatch = 64;
const mostExamples = 16;
const mostBoxes = 100;

/** In nm: 10 m, which is more than any volume. */
const farthestApart = 1e10;

const coordinate = "a coordinate in voxels, from 0 to 4294967295";
const lastCoordinate = 2 ** 32 - 1;

function wholeNumber(least: number, most: number) {
  const expected = `a whole number from ${least} to ${most}`;
  return v.pipe(
    v.number(expected),
    v.integer(expected),
    v.minValue(least, expected),
    v.maxValue(most, expected),
  );
}

/** The same as the text of an address. */
function wholeText(least: number, most: number) {
  return v.pipe(
    v.string(`a whole number from ${least} to ${most}`),
    v.regex(/^\d{1,15}$/, `a whole number from ${least} to ${most}`),
    v.transform(Number),
    wholeNumber(least, most),
  );
}

/** A coordinate as the original takes it: a fraction is cut off. */
const coordinateText = v.pipe(
  v.string(coordinate),
  v.regex(/^\d{1,10}(\.\d*)?$/, coordinate),
  v.transform((text) => Math.floor(Number(text))),
  v.maxValue(lastCoordinate, coordinate),
);

const point = v.tuple(
  [
    wholeNumber(0, lastCoordinate),
    wholeNumber(0, lastCoordinate),
    wholeNumber(0, lastCoordinate),
  ],
  "a place in voxels such as [10, 20, 30]",
);

const signatureText = "a signature: the decimal text of 64 bits, signed or not";

/** Both ways in which 64 bits are written as a number. */
const signature = v.pipe(
  v.string(signatureText),
  v.regex(/^-?\d{1,20}$/, signatureText),
  v.transform((text) => BigInt(text)),
  v.check((value) => value >= -(2n ** 63n) && value < 2n ** 64n, signatureText),
  v.transform((value) => BigInt.asUintN(64, value)),
);

const oneExample = "an object with a point or a signature";
const ExampleSchema = v.union(
  [v.strictObject({ point }), v.strictObject({ signature })],
  oneExample,
);

const boxEnd = v.tuple(
  [wholeNumber(0, 2 ** 32), wholeNumber(0, 2 ** 32), wholeNumber(0, 2 ** 32)],
  "a place in voxels such as [10, 20, 30]",
);
const BoxSchema = v.pipe(
  v.strictObject(
    { min: boxEnd, max: boxEnd },
    "a box with min and max, which is outside",
  ),
  v.check(
    ({ min, max }) => min.every((value, axis) => value < max[axis]),
    "a box whose max is beyond its min",
  ),
);

function list<T extends v.GenericSchema>(each: T, most: number, what: string) {
  const expected = `a list of at most ${most} ${what}`;
  return v.pipe(v.array(each, expected), v.maxLength(most, expected));
}

const separation = `a length in nm, from 0 to ${farthestApart}`;

/** What a search takes in whatever it searches. */
const searchEntries = {
  /** What to look for: places, whose signatures are taken, or signatures. */
  examples: v.pipe(
    list(ExampleSchema, mostExamples, "examples"),
    v.minLength(1, "at least one example"),
  ),
  /** What is nearer to one of these than to any example is not found. */
  excluded: v.optional(list(ExampleSchema, mostExamples, "examples"), []),
  /** How many places to give, after how many that are passed over. */
  limit: v.optional(wholeNumber(1, largestLimit), 100),
  offset: v.optional(wholeNumber(0, lastPlace), 0),
  /** In bits. */
  maxDistance: v.optional(wholeNumber(0, 64), 64),
  /** In nm. */
  minSeparation: v.optional(
    v.pipe(
      v.number(separation),
      v.finite(separation),
      v.minValue(0, separation),
      v.maxValue(farthestApart, separation),
    ),
    0,
  ),
};

const tooFar = `an offset and a limit that reach no farther than ${lastPlace}`;

function isInReach(request: { limit: number; offset: number }): boolean {
  return request.limit + request.offset <= lastPlace;
}

/** A search of our own. */
export const SearchSchema = v.pipe(
  v.strictObject(
    {
      ...searchEntries,
      box: v.optional(BoxSchema),
      excludedBoxes: v.optional(list(BoxSchema, mostBoxes, "boxes"), []),
    },
    "an object with examples, and nothing but options of a search",
  ),
  v.check((request) => isInReach(request), tooFar),
);
export type SearchRequest = v.InferOutput<typeof SearchSchema>;
export type RequestExample = v.InferOutput<typeof ExampleSchema>;

/** A search in several datasets. Boxes are of one alone. */
export const AcrossSchema = v.pipe(
  v.strictObject(
    searchEntries,
    "an object with examples, and nothing but options of a search in several datasets",
  ),
  v.check((request) => isInReach(request), tooFar),
);
export type AcrossRequest = v.InferOutput<typeof AcrossSchema>;

/** Several searches in one index. */
export const BatchSchema = v.strictObject(
  {
    searches: v.pipe(
      list(SearchSchema, largestBatch, "searches"),
      v.minLength(1, "at least one search"),
    ),
  },
  "an object with searches",
);
export type BatchRequest = v.InferOutput<typeof BatchSchema>;

/** The most records that are added at once. */
export const mostAdded = 10_000;

/** Records to be added to an index. */
export const AddSchema = v.strictObject(
  {
    /** The hash of the encoder that made the signatures, as the index has it. */
    encoder: v.pipe(
      v.string("the hash of an encoder"),
      v.regex(/^[0-9a-f]{64}$/, "the hash of an encoder"),
    ),
    records: v.pipe(
      list(
        v.strictObject(
          { point, signature },
          "an object with a point and a signature",
        ),
        mostAdded,
        "records",
      ),
      v.minLength(1, "at least one record"),
    ),
  },
  "an object with encoder and records",
);
export type AddRequest = v.InferOutput<typeof AddSchema>;

const coordinates = { x: coordinateText, y: coordinateText, z: coordinateText };

/** The query of `atlocation`. Other parameters are passed over, as scripts add some of their own. */
export const AtQuerySchema = v.object(coordinates);
export type AtQuery = v.InferOutput<typeof AtQuerySchema>;

/** The query of `likelocation`: the original's, and what it could not be asked. */
export const LikeQuerySchema = v.object({
  ...coordinates,
  /** How many matches at most. */
  k: v.optional(wholeText(1, largestLimit), "200"),
  /** All matches are nearer than this, in bits. */
  max_ham: v.optional(wholeText(1, 65), "8"),
  /** How far apart matches are, in voxels along x. */
  min_sep: v.optional(wholeText(0, 1_000_000), "100"),
});
export type LikeQuery = v.InferOutput<typeof LikeQuerySchema>;
