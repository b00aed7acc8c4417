import type { VolumeInView } from "../searched_image.js";
import { FileRefused } from "./file_refused.js";
import { outsideOf } from "./saved_search.js";
import { readSearches } from "./search_file.js";
import type { SearchShelf } from "./search_shelf.js";

/**
 * Adds the searches of a file to a user's, all or none. One whose id is taken gets another: nothing is written over.
 * @param volume the dataset in view, and where its voxels are, in so far as that is known: places outside of it are refused
 * @returns how many
 * @throws FileRefused; Error where the browser cannot keep them
 */
export async function importSearches(
  file: File,
  shelf: SearchShelf,
  user: string,
  volume: VolumeInView | undefined,
): Promise<number> {
  const searches = await readSearches(file);
  searches.forEach((search, i) => {
    if (volume?.dataset !== search.dataset) return;
    const outside = outsideOf(search, volume.bounds);
    if (outside !== undefined) {
      throw new FileRefused([`searches.${i}.${outside}`]);
    }
  });
  const taken = new Set((await shelf.list(user)).map(({ id }) => id));
  const added = searches.map((search) => {
    const id = taken.has(search.id) ? crypto.randomUUID() : search.id;
    taken.add(id);
    return { ...search, id };
  });
  await shelf.add(user, added);
  return added.length;
}
