import type { Kernel } from "./kernel.js";
import { PlainKernel } from "./plain_kernel.js";
import { WasmKernel } from "./wasm_kernel.js";

/** The fastest kernel that this process can run. */
export function makeKernel(): Kernel {
  // Absent where Node compiles nothing at run time: `node --jitless`.
  return typeof WebAssembly === "undefined"
    ? new PlainKernel()
    : new WasmKernel();
}
