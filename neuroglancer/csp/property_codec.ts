import type { AnnotationPropertySpec } from "neuroglancer/unstable/annotation/index.js";

/** Where a property lies: its group of interleaved properties, and the byte offset in one annotation's part of that group. */
export interface PropertyOffset {
  group: number;
  offset: number;
}

/**
 * Copies the property values of one annotation between `properties` and a serialized buffer.
 * @param view over the buffer
 * @param offset byte offset of the first group
 * @param annotationIndex which of `annotationCount` annotations of this type
 */
export type PropertyCopier = (
  view: DataView,
  offset: number,
  annotationIndex: number,
  annotationCount: number,
  isLittleEndian: boolean,
  properties: number[],
) => void;

interface ValueCodec {
  read(view: DataView, at: number, isLittleEndian: boolean): number;
  write(
    view: DataView,
    at: number,
    isLittleEndian: boolean,
    value: number,
  ): void;
}

// Colours are packed little-endian whatever the machine: the shader reads them byte by byte.
const VALUE_CODECS: Record<AnnotationPropertySpec["type"], ValueCodec> = {
  rgb: {
    read: (view, at) =>
      view.getUint16(at, true) | (view.getUint8(at + 2) << 16),
    write: (view, at, _, value) => {
      view.setUint16(at, value, true);
      view.setUint8(at + 2, value >>> 16);
    },
  },
  rgba: {
    read: (view, at) => view.getUint32(at, true),
    write: (view, at, _, value) => view.setUint32(at, value, true),
  },
  float32: {
    read: (view, at, little) => view.getFloat32(at, little),
    write: (view, at, little, value) => view.setFloat32(at, value, little),
  },
  uint32: {
    read: (view, at, little) => view.getUint32(at, little),
    write: (view, at, little, value) => view.setUint32(at, value, little),
  },
  int32: {
    read: (view, at, little) => view.getInt32(at, little),
    write: (view, at, little, value) => view.setInt32(at, value, little),
  },
  uint16: {
    read: (view, at, little) => view.getUint16(at, little),
    write: (view, at, little, value) => view.setUint16(at, value, little),
  },
  int16: {
    read: (view, at, little) => view.getInt16(at, little),
    write: (view, at, little, value) => view.setInt16(at, value, little),
  },
  uint8: {
    read: (view, at) => view.getUint8(at),
    write: (view, at, _, value) => view.setUint8(at, value),
  },
  int8: {
    read: (view, at) => view.getInt8(at),
    write: (view, at, _, value) => view.setInt8(at, value),
  },
};

function codecsOf(specs: readonly Readonly<AnnotationPropertySpec>[]) {
  return specs.map((spec) => VALUE_CODECS[spec.type]);
}

/** Byte offset of every property of one annotation, written into `positions`. */
function locate(
  positions: number[],
  offsets: readonly PropertyOffset[],
  propertyGroupBytes: readonly number[],
  offset: number,
  annotationIndex: number,
  annotationCount: number,
) {
  let groupStart = offset;
  for (let group = 0; group < propertyGroupBytes.length; ++group) {
    const base = groupStart + propertyGroupBytes[group] * annotationIndex;
    for (let i = 0; i < offsets.length; ++i) {
      if (offsets[i].group === group) positions[i] = base + offsets[i].offset;
    }
    groupStart += propertyGroupBytes[group] * annotationCount;
  }
}

/**
 * The function that upstream's AnnotationPropertySerializer makes from text as `serialize`.
 * @param specs the properties, in the order of `properties`
 * @param offsets of each property, as upstream's getPropertyOffsets gives them
 * @param propertyGroupBytes bytes of one annotation in each group
 */
export function makePropertyWriter(
  specs: readonly Readonly<AnnotationPropertySpec>[],
  offsets: readonly PropertyOffset[],
  propertyGroupBytes: readonly number[],
): PropertyCopier {
  const codecs = codecsOf(specs);
  const positions = new Array<number>(specs.length);
  return (view, offset, index, count, isLittleEndian, properties) => {
    locate(positions, offsets, propertyGroupBytes, offset, index, count);
    for (let i = 0; i < codecs.length; ++i) {
      codecs[i].write(view, positions[i], isLittleEndian, properties[i]);
    }
  };
}

/** The function that upstream makes from text as `deserialize`; parameters as for {@link makePropertyWriter}. */
export function makePropertyReader(
  specs: readonly Readonly<AnnotationPropertySpec>[],
  offsets: readonly PropertyOffset[],
  propertyGroupBytes: readonly number[],
): PropertyCopier {
  const codecs = codecsOf(specs);
  const positions = new Array<number>(specs.length);
  return (view, offset, index, count, isLittleEndian, properties) => {
    locate(positions, offsets, propertyGroupBytes, offset, index, count);
    for (let i = 0; i < codecs.length; ++i) {
      properties[i] = codecs[i].read(view, positions[i], isLittleEndian);
    }
  };
}
