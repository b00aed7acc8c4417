/** How the bytes of each kind of picture begin, as Latin-1; a point stands for any byte. */
const beginnings: readonly (readonly [type: string, begin: string])[] = [
  ["image/png", "\x89PNG\r\n\x1a\n"],
  ["image/jpeg", "\xff\xd8\xff"],
  // Of the four bytes between, which are its size, any will do.
  ["image/webp", "RIFF....WEBPVP8"],
];

/** The MIME type of a picture, whatever its sender says; undefined where the bytes are none of those that are kept. */
export function pictureType(bytes: Uint8Array): string | undefined {
  const actual = Buffer.from(bytes.subarray(0, 16)).toString("latin1");
  return beginnings.find(([, begin]) =>
    [...begin].every((each, i) => each === "." || each === actual[i]),
  )?.[0];
}
