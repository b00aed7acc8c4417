import { createHash } from "node:crypto";
import { cp, mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import sharp from "sharp";
import { openStorage } from "../../proxy/storage/open.js";
import type { AtlasEntry } from "../../src/clio/model/atlas.js";
import { ensureDemo, storyData } from "../stories/volumes.js";

const WORDS = ["axon", "soma", "mitochondrion", "synapse", "glia", "vesicle"];

/** How many pictures there are: those in view at once are all others. */
const PICTURES = 60;

interface Picture {
  readonly hash: string;
  readonly bytes: Uint8Array;
}

/** A picture as large as those of cards, which has as much to decode as one of tissue. */
async function makePicture(): Promise<Picture> {
  const noise = { type: "gaussian", mean: 128, sigma: 30 } as const;
  const image = { width: 320, height: 200, channels: 3, noise } as const;
  const bytes = await sharp({ create: { ...image, background: "black" } })
    .webp()
    .toBuffer();
  return { hash: createHash("sha256").update(bytes).digest("hex"), bytes };
}

function place(n: number, { hash }: Picture): AtlasEntry {
  const id = n.toString(16).padStart(12, "0");
  const word = WORDS[n % WORDS.length];
  return {
    id: `00000000-0000-4000-8000-${id}`,
    kind: "atlas",
    title: `${word} ${n}, cut lengthwise`,
    description: `The ${n}th of many, which shows a ${word} and what lies beside it.`,
    tags: [word],
    position: [n % 256, Math.floor(n / 256) % 256, n % 128],
    view: { layout: "xy" },
    pictures: { small: hash, large: hash },
    user: `author${n % 50}@lab.org`,
    submitted: n,
    created: n,
    modified: n,
  };
}

/** A data folder with the demo volume, and so many places that are public. */
export async function makeAtlasData(count: number): Promise<string> {
  const shared = storyData();
  await ensureDemo(shared);
  const data = await mkdtemp(path.join(tmpdir(), "clio-atlas-bench-"));
  const volume = "volumes/demo";
  await cp(path.join(shared, volume), path.join(data, volume), {
    recursive: true,
  });
  const storage = await openStorage(path.join(data, "clio.db"));
  const pictures = await Promise.all(
    Array.from({ length: PICTURES }, makePicture),
  );
  await storage.write(async (writer) => {
    for (const { hash, bytes } of pictures) {
      await writer.addPicture({
        dataset: "demo",
        user: "author0@lab.org",
        hash,
        type: "image/webp",
        bytes,
        created: 1,
      });
    }
    for (let n = 0; n < count; ++n) {
      const entry = place(n, pictures[n % PICTURES]);
      await writer.putAtlasEntry({
        dataset: "demo",
        id: entry.id,
        user: entry.user,
        state: "verified",
        version: 1,
        entry,
        published: entry,
        wasPublished: true,
        isComplete: true,
        submitted: n,
        comment: "",
      });
    }
  });
  await storage.close();
  return data;
}
