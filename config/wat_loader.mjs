// @ts-check
// The webpack loader of `*.wat`: assembles the text of a WebAssembly module while the bundle is built, so that what is in the
// repository is what a person can read. The module's default export is the bytes.
import wabt from "wabt";

const assembler = wabt();

/**
 * @this {import("webpack").LoaderContext<unknown>}
 * @param {string} text
 */
export default async function load(text) {
  const { parseWat } = await assembler;
  const module = parseWat(this.resourcePath, text, {
    bulk_memory: true,
    simd: true,
  });
  try {
    module.validate();
    const { buffer } = module.toBinary({});
    const base64 = Buffer.from(buffer).toString("base64");
    return `export default Buffer.from("${base64}", "base64");`;
  } finally {
    module.destroy();
  }
}
