import * as v from "valibot";
import {
  labelChangeSchema,
  labelListSchema,
  labelsUploadSchema,
  labelVolumeSchema,
  MOST_PART_BYTES,
  newLabelsSchema,
  type LabelVolume,
} from "../../src/clio/model/labels.js";
import { accountOf, type Identity } from "../identity/identity.js";
import { badRequest, forbidden, notFound } from "../problems/problem.js";
import { wholeNumber } from "../routes/query.js";
import { route, type Route } from "../routes/route.js";
import type { Account, Storage } from "../storage/storage.js";
import type { LabelShelf } from "./label_shelf.js";
import type { Uploads } from "./uploads.js";

const partQuery = v.object({
  from: v.pipe(wholeNumber, v.minValue(0, "0 or more")),
});

const volumes = "/api/labels/{dataset}";
const volume = "/api/labels/{dataset}/volumes/{id}";
const uploadsPath = "/api/labels/{dataset}/uploads";
const upload = "/api/labels/{dataset}/uploads/{id}";

type Params = Readonly<Record<string, string>>;

/** `/api/labels`: volumes of labels that people bring from other programs. Their files are at `/labels` (see files.ts). */
export function labelRoutes(
  shelf: LabelShelf,
  uploads: Uploads,
  storage: Storage,
): Route[] {
  /** @throws Problem 404 where there is none that one may see */
  function find(account: Account, { dataset, id }: Params): LabelVolume {
    const found = shelf.find(account, dataset, id);
    if (found === undefined)
      throw notFound("There is no such volume of labels.");
    return found;
  }

  /** @throws Problem 404, or 403 where it is shared with whoever asks, and another's */
  function own(identity: Identity, params: Params): [Account, LabelVolume] {
    const account = accountOf(identity);
    const found = find(account, params);
    if (found.owner !== account.user)
      throw forbidden(
        `The volume belongs to ${found.owner}, who alone may change it.`,
      );
    return [account, found];
  }

  async function noteShares(
    { user }: Account,
    { id, dataset, groups: before }: LabelVolume,
    groups: readonly string[],
  ): Promise<void> {
    const added = groups.filter((each) => !before.includes(each));
    const taken = before.filter((each) => !groups.includes(each));
    if (added.length + taken.length === 0) return;
    const row = { at: Date.now(), actor: user, subject: `${dataset}/${id}` };
    await storage.write(async (writer) => {
      for (const group of added)
        await writer.addAudit({
          ...row,
          action: "share labels",
          detail: group,
        });
      for (const group of taken)
        await writer.addAudit({
          ...row,
          ...{ action: "unshare labels", detail: group },
        });
    });
  }

  return [
    route({
      method: "GET",
      path: volumes,
      summary: "The volumes of labels of a dataset that one may see",
      description:
        "One's own, and those that are shared with a group that one is in. `uploads` are one's own that are not done; `quota` is about one's volumes in all datasets. The files of a volume are in the precomputed format at `/labels/<dataset>/<id>`.",
      access: "dataset:read",
      answer: labelListSchema,
      handle({ identity, params: { dataset } }) {
        const account = accountOf(identity);
        return Promise.resolve({
          volumes: shelf.list(account, dataset),
          uploads: uploads.list(account, dataset),
          quota: {
            used: uploads.bytesOf(account.user),
            limit: uploads.quota,
          },
          user: account.user,
          groups: account.groups,
        });
      },
    }),
    route({
      method: "GET",
      path: volume,
      summary: "A volume of labels",
      access: "dataset:read",
      answer: labelVolumeSchema,
      handle: ({ identity, params }) =>
        Promise.resolve(find(accountOf(identity), params)),
    }),
    route({
      method: "POST",
      path: volume,
      summary: "Renames a volume of one's own, or shares it",
      description:
        "`groups` are all that see it from then on; one is in each of those that are new.",
      access: "dataset:read",
      body: labelChangeSchema,
      answer: labelVolumeSchema,
      async handle({ identity, params, body }) {
        const [account, found] = own(identity, params);
        const groups = [...new Set(body.groups ?? found.groups)].sort();
        const foreign = groups.find(
          (each) =>
            !account.groups.includes(each) && !found.groups.includes(each),
        );
        if (foreign !== undefined)
          throw badRequest(
            `groups: ${JSON.stringify(foreign)}, expected a group that ${account.user} is in.`,
            "bad-body",
          );
        const changed = { ...found, name: body.name ?? found.name, groups };
        await noteShares(account, found, groups);
        await shelf.put(changed);
        return changed;
      },
    }),
    route({
      method: "DELETE",
      path: volume,
      summary: "Deletes a volume of one's own",
      access: "dataset:read",
      answer: v.null(),
      async handle({ identity, params }) {
        const [account, found] = own(identity, params);
        await noteShares(account, found, []);
        await shelf.remove(found.id);
        return null;
      },
    }),
    route({
      method: "POST",
      path: uploadsPath,
      summary: "Begins to bring a volume of labels",
      description:
        "`bytes` come then in parts. A `raw` array is in C order (z, y, x) and little-endian, with its `shape` (x, y, z) and `dtype`; a Zarr of version 2 or 3 comes as one zip file. `offset` (in whole voxels of this volume, from position 0 of the dataset) and `voxelSize` (nm) are what the file says where they are not given, else 0 and those of the dataset. Asked again with the same `key` and the same of all else it is the same upload, as far as it is by then. 413 `quota-reached` where there is no room for it.",
      access: "dataset:own",
      scope: "napari",
      body: newLabelsSchema,
      answer: labelsUploadSchema,
      handle: ({ identity, params: { dataset }, body }) =>
        uploads.begin(accountOf(identity), dataset, body),
    }),
    route({
      method: "GET",
      path: upload,
      summary: "How far an upload of one's own is",
      description:
        "`received` bytes are on the server's disk. Once it is `done` there is a volume of the same id; where it has `failed`, `problem` says why, and nothing of it is kept.",
      access: "dataset:own",
      scope: "napari",
      answer: labelsUploadSchema,
      handle: ({ identity, params: { dataset, id } }) =>
        Promise.resolve(uploads.find(accountOf(identity), dataset, id)),
    }),
    route({
      method: "PUT",
      path: upload,
      summary: "Brings the next bytes of an upload",
      description: `The body are bytes, ${MOST_PART_BYTES} at most, and \`from\` is how many have come before them: 409 \`wrong-offset\` where it is another number, so that one goes on where a cut connection has ended.`,
      access: "dataset:own",
      scope: "napari",
      query: partQuery,
      answer: labelsUploadSchema,
      handle: ({
        identity,
        params: { dataset, id },
        query: { from },
        request,
      }) => uploads.receive(accountOf(identity), dataset, id, from, request),
    }),
    route({
      method: "POST",
      path: `${upload}/finish`,
      summary: "Makes a volume of an upload that has come whole",
      access: "dataset:own",
      scope: "napari",
      answer: labelsUploadSchema,
      handle: ({ identity, params: { dataset, id } }) =>
        uploads.finish(accountOf(identity), dataset, id),
    }),
    route({
      method: "DELETE",
      path: upload,
      summary: "Gives an upload up",
      access: "dataset:own",
      scope: "napari",
      answer: v.null(),
      async handle({ identity, params: { dataset, id } }) {
        await uploads.cancel(accountOf(identity), dataset, id);
        return null;
      },
    }),
  ];
}
