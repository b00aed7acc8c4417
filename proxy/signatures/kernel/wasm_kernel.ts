import type { Kernel } from "./kernel.js";
import moduleBytes from "./kernel.wat";

const pageBytes = 65536;

interface KernelExports {
  memory: WebAssembly.Memory;
  scan: Kernel["scan"];
  countBytes: Kernel["countBytes"];
  sortPass: Kernel["sortPass"];
  movePass: Kernel["movePass"];
  mergeRuns: Kernel["mergeRuns"];
}

/** The kernel in WebAssembly. */
export class WasmKernel implements Kernel {
  readonly scan: Kernel["scan"];
  readonly countBytes: Kernel["countBytes"];
  readonly sortPass: Kernel["sortPass"];
  readonly movePass: Kernel["movePass"];
  readonly mergeRuns: Kernel["mergeRuns"];
  private readonly wasmMemory: WebAssembly.Memory;

  /** @throws ReferenceError where this JavaScript has no WebAssembly */
  constructor() {
    const module = new WebAssembly.Module(moduleBytes);
    const { exports } = new WebAssembly.Instance(module);
    // What kernel.wat exports.
    const kernel = exports as unknown as KernelExports;
    this.wasmMemory = kernel.memory;
    this.scan = kernel.scan;
    this.countBytes = kernel.countBytes;
    this.sortPass = kernel.sortPass;
    this.movePass = kernel.movePass;
    this.mergeRuns = kernel.mergeRuns;
  }

  get memory(): ArrayBuffer {
    return this.wasmMemory.buffer;
  }

  reserve(bytes: number): void {
    const missing = bytes - this.memory.byteLength;
    if (missing > 0) this.wasmMemory.grow(Math.ceil(missing / pageBytes));
  }
}
