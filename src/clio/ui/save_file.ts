/** Hands a file to the person as a download. */
export function saveFile(contents: Blob, name: string): void {
  const url = URL.createObjectURL(contents);
  const link = document.createElement("a");
  link.href = url;
  link.download = name;
  link.click();
  // The browser has taken the download over by the next turn.
  setTimeout(() => URL.revokeObjectURL(url));
}
