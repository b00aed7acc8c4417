declare module "*.svg?raw" {
  /** The SVG as text. */
  const svg: string;
  export default svg;
}
