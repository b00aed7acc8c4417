import type { LabelType } from "../../../src/clio/model/labels.js";
import { LabelsError } from "../labels_error.js";

/** What a `.npy` file says of its array. */
export interface NpyHeader {
  /** Lengths of the axes, the slowest first. */
  readonly axes: readonly number[];
  readonly type: LabelType;
  readonly bigEndian: boolean;
  /** Where the voxels begin, in bytes. */
  readonly begin: number;
}

const MAGIC = "\x93NUMPY";

/** The most bytes of a header: NumPy's own are padded to a multiple of 64. */
export const MOST_HEADER = 16 * 1024;

const TYPES: Readonly<Partial<Record<string, LabelType>>> = {
  ...{ b1: "bool", u1: "uint8", u2: "uint16", u4: "uint32", u8: "uint64" },
  ...{ i1: "int8", i2: "int16", i4: "int32", i8: "int64" },
};

/**
 * Reads the header of a `.npy` file. Source: the format's description in numpy.lib.format. Its own few lines because what reads such
 * files in JavaScript reads them whole, and a volume need not fit into memory.
 * @param bytes the first of the file, `MOST_HEADER` of them where it has so many
 * @throws LabelsError where it is none, or not of whole numbers in C order
 */
export function readNpyHeader(name: string, bytes: Uint8Array): NpyHeader {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  if (buffer.length < 12 || buffer.toString("latin1", 0, 6) !== MAGIC)
    throw new LabelsError(
      `${name}: expected a .npy file, as numpy.save writes`,
    );
  const isFirst = buffer[6] === 1;
  const length = isFirst ? buffer.readUInt16LE(8) : buffer.readUInt32LE(8);
  const begin = (isFirst ? 10 : 12) + length;
  if (begin > buffer.length)
    throw new LabelsError(
      `${name}: a header of ${length} bytes, expected one that is there and at most ${MOST_HEADER}`,
    );
  const text = buffer.toString("latin1", begin - length, begin);
  const descr = /'descr'\s*:\s*'([^']*)'/.exec(text)?.[1];
  const order = /'fortran_order'\s*:\s*(True|False)/.exec(text)?.[1];
  const shape = /'shape'\s*:\s*\(([\d\s,L]*)\)/.exec(text)?.[1];
  const [, end = "", kind = ""] = /^([<>|=])(\w+)$/.exec(descr ?? "") ?? [];
  const type = TYPES[kind];
  if (type === undefined)
    throw new LabelsError(
      `${name}: the type is ${descr ?? "a record"}, expected whole numbers: uint8 to uint64, int8 to int64 or bool`,
    );
  if (order !== "False" || shape === undefined)
    throw new LabelsError(
      `${name}: fortran_order is ${order ?? "missing"}, expected False: save numpy.ascontiguousarray(labels)`,
    );
  const axes = shape
    .split(",")
    .map((part) => part.trim())
    .filter((part) => part !== "")
    .map(Number);
  return { axes, type, bigEndian: end === ">", begin };
}
