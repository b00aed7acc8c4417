import type { ClioDatabase } from "../store/database.js";
import type { PictureStore } from "./picture_store.js";

/** The database of pictures. It is there only where somebody has taken one. */
export const PICTURE_DATABASE = "clio-atlas";

const loadStore = () =>
  import(/* webpackChunkName: "atlas" */ "./picture_store.js");
const loadNames = () =>
  import(/* webpackChunkName: "atlas" */ "./picture_names.js");

/** Whether somebody has taken a picture in this browser: what nobody has needs no loading. */
export async function hasPictures(): Promise<boolean> {
  const all = await indexedDB.databases();
  return all.some(({ name }) => name === PICTURE_DATABASE);
}

/** What else people have in this browser, as far as pictures have to do with it. */
interface Others {
  readonly name: string;
  count(user: string): Promise<number>;
  undelivered(user: string): Promise<number>;
  deliver(user: string): Promise<void>;
  adopt(from: string, to: string): Promise<void>;
  forget(user: string): Promise<void>;
}

/**
 * Other belongings, and with them the pictures of the atlas: they go when a person takes away what is theirs, and are waited for before.
 * Whose they are, the entries say; the pictures do not.
 * @param store where the entries are
 */
export function withPictures(
  others: Others,
  store: { readonly db: ClioDatabase | undefined },
): Others {
  const open = () => {
    const { db } = store;
    if (db === undefined) throw new Error("the places could not be read");
    return db;
  };
  /** What everybody else's entries and histories name. */
  const namedByOthers = async (user: string) => {
    const { namedByEntries, namedBySteps } = await loadNames();
    const isOther = (each: string) => each !== user;
    const { pictures, isWhole } = await namedByEntries(open(), isOther);
    const steps = await namedBySteps(open(), isOther);
    const hashes = [...pictures, ...steps].map(({ hash }) => hash);
    return { hashes: new Set(hashes), isWhole };
  };
  return {
    name: others.name,
    count: (user) => others.count(user),
    deliver: (user) => others.deliver(user),
    adopt: (from, to) => others.adopt(from, to),
    async undelivered(user) {
      const waiting = await others.undelivered(user);
      if (!(await hasPictures())) return waiting;
      const { namedByEntries } = await loadNames();
      const own = await namedByEntries(open(), (each) => each === user);
      const { hashes } = await namedByOthers(user);
      // What others name too stays here.
      const going = own.pictures.filter(({ hash }) => !hashes.has(hash));
      return waiting + (await use((all) => all.undelivered(going)));
    },
    async forget(user) {
      await others.forget(user);
      if (!(await hasPictures())) return;
      // Nothing is left that says which were the user's: all go that nobody else's entries name.
      const { hashes, isWhole } = await namedByOthers(user);
      await use((all) =>
        all.delete(
          // Where others' entries could not be read, what may be theirs goes only where the server has it.
          (hash, isDelivered) => !hashes.has(hash) && (isWhole || isDelivered),
        ),
      );
    },
  };
}

async function use<T>(work: (pictures: PictureStore) => Promise<T>) {
  const { PictureStore } = await loadStore();
  const pictures = new PictureStore(PICTURE_DATABASE);
  try {
    return await work(pictures);
  } finally {
    await pictures.close();
  }
}
