/** Marks as people make them, for the benchmarks: made from their number alone, so that all who are measured have the same ones. */
import type { PointRecord } from "../../model/annotation.js";
import { LOCAL_USER } from "../../model/sandbox.js";

/** Some that few descriptions have, and some that begin alike. */
const WORDS = [
  ..."soma synapse dendrite axon vesicle mitochondrion glia spine nucleus".split(
    " ",
  ),
  ..."merge split orphan unsure check again bright dark edge large left".split(
    " ",
  ),
];
const TYPES = ["vesicle", "synapse", "ribosome", "question"];
const TAGS = ["soma", "dark", "glia", "review"];

/** Milliseconds since 1970 of the oldest one; each is a second younger than the one before it. */
const FIRST_CREATED = 1_700_000_000_000;

/** The marks with the numbers `from` to before `to`, in the half-size demo volume. */
export function sampleMarks(from: number, to: number): PointRecord[] {
  return Array.from({ length: to - from }, (_, i) => sampleMark(from + i));
}

function sampleMark(number: number): PointRecord {
  let drawn = 0;
  const below = (limit: number) => chance(number, ++drawn) % limit;
  const words = [0, 1, 2].map(() => WORDS[below(WORDS.length)]);
  const created = FIRST_CREATED + 1000 * number;
  return {
    id: sampleId(number),
    kind: "point",
    position: [below(256), below(256), below(128)],
    description: `${words.join(" ")} ${number}`,
    type: TYPES[below(TYPES.length)],
    tags: [TAGS[below(TAGS.length)]],
    checked: false,
    user: LOCAL_USER,
    created,
    modified: created,
  };
}

/** The ids come in another order than the numbers, as those of people's marks do. */
export function sampleId(number: number): string {
  const head = chance(number, 0).toString(16).padStart(8, "0");
  const tail = number.toString(16).padStart(12, "0");
  return `${head}-0000-4000-8000-${tail}`;
}

/** 32 bits that look like chance, and are the same each time. (The last step of MurmurHash3.) */
function chance(number: number, draw: number): number {
  let bits = Math.imul(number, 31) + draw;
  bits = Math.imul(bits ^ (bits >>> 16), 0x85ebca6b);
  bits = Math.imul(bits ^ (bits >>> 13), 0xc2b2ae35);
  return (bits ^ (bits >>> 16)) >>> 0;
}
