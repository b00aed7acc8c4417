/** The two files of the second copy in the private file system of the page's origin (https://fs.spec.whatwg.org). For workers. */
import type { RowFile } from "./frames.js";
import type { RowFiles } from "./file_rows.js";

const FOLDER = "clio";

/** This browser has no files that several tabs can write to. */
export class FilesUnsupported extends Error {
  override readonly name = "FilesUnsupported";
}

/** TypeScript does not know the mode yet, and the method in workers alone. */
interface SharedFileHandle {
  createSyncAccessHandle(options: {
    mode: "readwrite-unsafe";
  }): Promise<RowFile & { readonly mode?: string }>;
}

/** Where the files are. */
export async function originFolder(): Promise<FileSystemDirectoryHandle> {
  const root = await navigator.storage.getDirectory();
  return root.getDirectoryHandle(FOLDER, { create: true });
}

/** Names of both files of the second copy of the database `name`. */
export function fileNames(name: string): readonly [string, string] {
  const base = encodeURIComponent(name);
  return [`${base}.a.rows`, `${base}.b.rows`];
}

/** @param name of the database that is copied */
export function originFiles(name: string): RowFiles {
  const [first, second] = fileNames(name);
  return {
    async exist() {
      const root = await navigator.storage.getDirectory();
      try {
        // The second is made last.
        await (await root.getDirectoryHandle(FOLDER)).getFileHandle(second);
        return true;
      } catch (error) {
        if ((error as DOMException).name === "NotFoundError") return false;
        throw error;
      }
    },

    async open() {
      const folder = await originFolder();
      const one = await openFile(folder, first);
      try {
        return [one, await openFile(folder, second)];
      } catch (error) {
        one.close();
        throw error;
      }
    },
  };
}

async function openFile(
  folder: FileSystemDirectoryHandle,
  name: string,
): Promise<RowFile> {
  const handle: unknown = await folder.getFileHandle(name, { create: true });
  const file = await (handle as SharedFileHandle).createSyncAccessHandle({
    mode: "readwrite-unsafe",
  });
  if (file.mode === "readwrite-unsafe") return file;
  // A browser that does not know the mode has taken the file for this tab alone.
  file.close();
  throw new FilesUnsupported("Files cannot be shared by tabs in this browser");
}
