import { publishedIndex, type Command } from "./command.js";

/** `info`: what an index holds. */
export const infoCommand: Command = {
  usage: "info <dataset>",
  about: "Says what the index of a dataset holds, as JSON.",
  options: [],
  async run({ folder }) {
    const { id, encoder, voxelSize, stride, segments } =
      await publishedIndex(folder);
    const { name, hash, patch } = encoder;
    const info = {
      id,
      encoder: { name, hash, patch },
      voxelSize,
      stride,
      records: segments.reduce((sum, { count }) => sum + count, 0),
      bytes: segments.reduce((sum, { bytes }) => sum + bytes, 0),
      segments: segments.map(({ name, count, bounds, hidden }) => ({
        name,
        records: count,
        bounds,
        hidden,
      })),
    };
    console.log(JSON.stringify(info, undefined, 2));
    return true;
  },
};
