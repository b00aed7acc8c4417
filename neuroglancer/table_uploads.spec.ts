import fc from "fast-check";
import { HashMapUint64 } from "neuroglancer/unstable/gpu_hash/hash_table.js";
import { GPUHashTable } from "neuroglancer/unstable/gpu_hash/shader.js";
import {
  type GL,
  initializeWebGL,
} from "neuroglancer/unstable/webgl/context.js";
import { uploadChanges } from "./table_uploads.js";

/** As many keys as make the table grow some times; the highest is what upstream takes for an empty slot. */
const key = fc.oneof(
  fc.bigInt({ min: 2n ** 63n, max: 2n ** 63n + 60n }),
  fc.constant(2n ** 64n - 1n),
);

/** What is done to a table: a key is set or deleted, all are, or the table is handed over. */
const step = fc.oneof(
  { weight: 12, arbitrary: fc.record({ set: key, to: key }) },
  { weight: 8, arbitrary: fc.record({ delete: key }) },
  { weight: 1, arbitrary: fc.constant("clear" as const) },
  { weight: 8, arbitrary: fc.constant("copy" as const) },
);

let gl: GL;
let whole: jasmine.Spy;
let parts: jasmine.Spy;

beforeEach(() => {
  gl = initializeWebGL(document.createElement("canvas"));
  // Small, so that a table has rows.
  gl.maxTextureSize = 16;
  whole = spyOn(gl, "texImage2D").and.callThrough();
  parts = spyOn(gl, "texSubImage2D").and.callThrough();
});

/** What the graphics card has. */
function textureOf({ texture, hashTable }: GPUHashTable<HashMapUint64>) {
  const words = hashTable.table.length;
  const width = 2 ** Math.ceil(Math.log2(Math.ceil(words / gl.maxTextureSize)));
  const height = words / width;
  const { FRAMEBUFFER, COLOR_ATTACHMENT0, TEXTURE_2D } = gl;
  const frame = gl.createFramebuffer();
  gl.bindFramebuffer(FRAMEBUFFER, frame);
  gl.framebufferTexture2D(
    FRAMEBUFFER,
    COLOR_ATTACHMENT0,
    TEXTURE_2D,
    texture,
    0,
  );
  const read = new Uint32Array(4 * words);
  gl.readPixels(0, 0, width, height, gl.RGBA_INTEGER, gl.UNSIGNED_INT, read);
  gl.deleteFramebuffer(frame);
  const texels = new Uint32Array(2 * words);
  for (let i = 0; i < words; ++i) {
    texels.set(read.subarray(4 * i, 4 * i + 2), 2 * i);
  }
  return new BigUint64Array(texels.buffer);
}

function expectHandedOver(gpu: GPUHashTable<HashMapUint64>): void {
  expect(gpu.generation).toBe(gpu.hashTable.generation);
  gpu.hashTable.tableWithMungedEmptyKey((table) => {
    expect(textureOf(gpu)).toEqual(table);
  });
}

describe("A table of the graphics card that takes over what has changed", () => {
  it("is what the table is after any changes", () => {
    fc.assert(
      fc.property(fc.array(step, { size: "max", maxLength: 80 }), (steps) => {
        const table = new HashMapUint64();
        const gpu = GPUHashTable.get(gl, table);
        uploadChanges(gpu);
        for (const each of steps) {
          if (each === "clear") table.clear();
          else if (each === "copy") {
            gpu.copyToGPU();
            expectHandedOver(gpu);
          } else if ("set" in each) table.set(each.set, each.to);
          else table.delete(each.delete);
        }
        gpu.copyToGPU();
        if (table.generation > 0) expectHandedOver(gpu);
        gpu.dispose();
      }),
      { numRuns: 200 },
    );
    expect(gl.getError()).toBe(gl.NO_ERROR);
    expect(parts.calls.count()).toBeGreaterThan(0);
  });

  it("takes over the rows of what has changed alone, and nothing where nothing has", () => {
    const table = new HashMapUint64();
    table.reserve(100);
    for (let i = 0n; i < 60n; ++i) table.set(2n ** 60n + i, i);
    const gpu = GPUHashTable.get(gl, table);
    gpu.copyToGPU();
    uploadChanges(gpu);
    uploadChanges(gpu);
    whole.calls.reset();
    table.delete(2n ** 60n + 7n);
    gpu.copyToGPU();
    gpu.copyToGPU();
    expect(whole).not.toHaveBeenCalled();
    expect(parts).toHaveBeenCalledTimes(1);
    expectHandedOver(gpu);
    gpu.dispose();
  });
});
