/** A WebAssembly module, assembled from its text by config/wat_loader.mjs while the bundle is built. */
declare module "*.wat" {
  const bytes: Uint8Array<ArrayBuffer>;
  export default bytes;
}
