/** What a volume can be brought as: a plain array (C order, little-endian), or a file of another program. A Zarr comes as one zip file. */
export const LABEL_FORMATS = ["raw", "npy", "npz", "zarr", "tiff"] as const;
export type LabelFormat = (typeof LABEL_FORMATS)[number];

/** What a file is, by its name; undefined where it is none of those that are read. */
export function labelFormatOf(file: string): LabelFormat | undefined {
  const [, ending] = /\.(npy|npz|zip|tiff?)$/i.exec(file) ?? [];
  switch (ending?.toLowerCase()) {
    case "npy":
      return "npy";
    case "npz":
      return "npz";
    case "zip":
      return "zarr";
    case "tif":
    case "tiff":
      return "tiff";
    default:
      return undefined;
  }
}
