import type { Response } from "express";
import * as v from "valibot";
import { cutoutInfoSchema } from "../../src/clio/model/cutout.js";
import { annotationSchema } from "../../src/clio/model/annotation.js";
import type { Box } from "../../src/clio/model/box.js";
import { accountOf, tokenScope } from "../identity/identity.js";
import { makeToken } from "../identity/tokens.js";
import { badRequest, notFound, Problem } from "../problems/problem.js";
import { plainText } from "../routes/query.js";
import { route, type Call, type Route } from "../routes/route.js";
import type { Storage } from "../storage/storage.js";
import { Cutout, boxOf } from "./cutout.js";
import type { CutoutVolumes } from "./cutout_volumes.js";
import { drained } from "./drain.js";
import { marksIn } from "./marks_in_box.js";
import type { OwnMerges } from "./own_merges.js";
import { Turns } from "./turns.js";
import { zarrArray, zarrBytes, zarrChunk } from "./zarr.js";

/** How long the token of a script lives, in milliseconds: a day of work. */
const scriptTokenLifetime = 24 * 60 * 60 * 1000;

/** How many slabs and chunks are read at a time. */
const readsAtOnce = 4;

/** How many `.npy` files are sent at a time: each has a slab of voxels in memory, for as long as the network takes. */
const mostStreams = 8;

/** How long one of them may wait for its reader, in milliseconds: as long as the scripts wait for the server. */
const readerPatience = 120_000;

const path = "/api/cutouts/{dataset}";
const common = { access: "dataset:read", scope: "napari" } as const;

const voxelQuery = v.object({
  /** `none` leaves ids as they are; else the state of the merges that `.zattrs` has told, so that all chunks show the same. */
  merges: v.optional(
    v.pipe(
      plainText("none, or the state of the merges"),
      v.regex(/^(none|[0-9a-f]{16})$/, "none, or the state of the merges"),
    ),
  ),
});

/** `/api/cutouts/{dataset}/…`: boxes of a dataset's layers for programs, and what the person has marked there. */
export function cutoutRoutes(
  volumes: CutoutVolumes,
  merges: OwnMerges,
  storage: Storage,
): Route[] {
  const turns = new Turns(readsAtOnce);

  async function cutoutOf({
    identity,
    params: { dataset, layer, scale, box },
    query,
  }: Call<v.InferOutput<typeof voxelQuery>, unknown>): Promise<Cutout> {
    if (!/^\d{1,3}$/.test(scale))
      throw badRequest(
        `scale: ${JSON.stringify(scale)}, expected the number of a scale, 0 for the finest.`,
        "bad-scale",
      );
    const open = await volumes.open(dataset, layer);
    const isMerged = open.layer.mergeable && query.merges !== "none";
    const state = isMerged
      ? await merges.of(dataset, identity.account?.user, query.merges)
      : undefined;
    return new Cutout(open, Number(scale), boxOf(box), state, volumes.limit);
  }

  /** Reads parts of a cut-out, each in its turn, and none any more when whoever asked has gone. */
  function readerOf(response: Response, cutout: Cutout) {
    const gone = new AbortController();
    response.once("close", () => gone.abort(new Gone()));
    const { signal } = gone;
    const read = (part: Box) =>
      turns.take(
        () =>
          volumes.guarded(cutout.layer.name, () => cutout.read(part, signal)),
        signal,
      );
    return { read, signal };
  }

  let streams = 0;

  /** Sends an `.npy` file, each slab when the one before is on its way: what is slow is the network, and others get their turn meanwhile. */
  async function sendNpy(
    response: Response,
    cutout: Cutout,
    from: number,
  ): Promise<void> {
    if (streams >= mostStreams)
      throw new Problem(
        503,
        "cutouts-busy",
        `${mostStreams} cut-outs are being sent already. Try again soon, or ask for the chunks of the Zarr array, of which any number may be.`,
        { "Retry-After": "5" },
      );
    streams += 1;
    try {
      const { read, signal } = readerOf(response, cutout);
      for await (const bytes of cutout.npy(from, read))
        if (!response.write(bytes))
          await drained(response, readerPatience, signal);
    } finally {
      streams -= 1;
    }
  }

  return [
    route({
      ...common,
      method: "GET",
      path,
      summary: "What can be cut out of a dataset",
      description:
        "Its layers with their scales, why others cannot be, and how large a cut-out of one layer may be.",
      answer: cutoutInfoSchema,
      handle: ({ params: { dataset } }) => volumes.list(dataset),
    }),
    route({
      method: "POST",
      path: `${path}/token`,
      summary: "Makes a token for one script",
      description:
        "It is good for a day, for cut-outs of this dataset and for bringing back what was painted on them, and for nothing else.",
      access: "dataset:read",
      answer: v.object({ token: v.string(), expires: v.number() }),
      async handle({ identity, params: { dataset } }) {
        accountOf(identity);
        const { token, row } = await makeToken(storage, identity, {
          name: `napari: ${dataset}`,
          lifetime: scriptTokenLifetime,
          scope: tokenScope("napari", dataset),
        });
        return { token, expires: row.expires };
      },
    }),
    route({
      ...common,
      method: "GET",
      path: `${path}/marks`,
      summary: "One's marks that lie in a box, or reach into it",
      description:
        "`box` is x,y,z,x,y,z in voxels of the dataset's finest scale, the last three outside.",
      query: v.object({ box: plainText("a box") }),
      answer: v.object({ marks: v.array(annotationSchema) }),
      handle: async ({ identity, params: { dataset }, query: { box } }) => ({
        marks: await marksIn(
          storage.read,
          identity.account && { user: identity.account.user, dataset },
          boxOf(box),
        ),
      }),
    }),
    route({
      ...common,
      method: "GET",
      path: `${path}/{layer}/{scale}/{box}/{file}`,
      summary: "A box of a layer as a Zarr array, or as array.npy",
      description:
        "`box` is x,y,z,x,y,z in voxels of that scale, counted from position 0 of the viewer, the last three outside. Axes of the array are z, y, x. The files are `.zarray`, `.zattrs` and the chunks of Zarr's format 2, and `array.npy`, which takes a range that begins anywhere (`bytes=N-`). A person's merges are applied where the segments can be merged.",
      query: voxelQuery,
      answerType: "bytes",
      async handle(call) {
        const { params, request, response } = call;
        const { file, dataset } = params;
        const cutout = await cutoutOf(call);
        if (file === ".zarray") return zarrArray(cutout.layer, cutout.box);
        if (file === ".zattrs") return { clio: cutout.describe(dataset) };
        response.type("application/octet-stream");
        if (file === "array.npy") {
          const from = firstByte(request.get("Range"), cutout.npyBytes);
          sendHead(response, from, cutout.npyBytes);
          if (request.method === "HEAD") return void response.end();
          await sendNpy(response, cutout, from).catch(unlessGone);
          response.end();
          return undefined;
        }
        const part = zarrChunk(cutout.box, file);
        if (part === undefined)
          throw notFound(`${file} is no file of this cut-out.`);
        const bytes = await readerOf(response, cutout)
          .read(part)
          .then((voxels) => zarrBytes(cutout.layer, voxels))
          .catch(unlessGone);
        if (bytes !== undefined) response.end(bytes);
        return undefined;
      },
    }),
  ];
}

/** That nobody waits for the answer any more. */
class Gone extends Error {}

function unlessGone(error: unknown): undefined {
  const { cause, code } = error as { cause?: unknown; code?: string };
  // Node's own waiting wraps the reason.
  const isGone =
    error instanceof Gone || (code === "ABORT_ERR" && cause instanceof Gone);
  if (!isGone) throw error;
}

/** @throws Problem 416 */
function firstByte(range: string | undefined, size: number): number {
  if (range === undefined) return 0;
  const from = Number(/^bytes=(\d{1,15})-$/.exec(range)?.[1] ?? Number.NaN);
  if (from < size) return from;
  throw new Problem(
    416,
    "bad-range",
    `Range: ${range.slice(0, 80)}, expected bytes=N- with N below ${size}.`,
    { "Content-Range": `bytes */${size}` },
  );
}

function sendHead(response: Response, from: number, size: number): void {
  response.set("Accept-Ranges", "bytes");
  response.set("Content-Length", String(size - from));
  if (from === 0) return;
  response.status(206);
  response.set("Content-Range", `bytes ${from}-${size - 1}/${size}`);
}
