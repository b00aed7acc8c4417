import * as v from "valibot";
import type { Dataset } from "../../src/clio/model/dataset.js";
import { withVersions } from "../../src/clio/model/dataset_versions.js";
import { jsonObject } from "../../src/clio/model/json_object.js";
import { accountOf } from "../identity/identity.js";
import type { Permissions } from "../permissions/permissions.js";
import { badRequest } from "../problems/problem.js";
import { flag } from "../routes/query.js";
import { route, type Call, type Route } from "../routes/route.js";
import { canonicalOrigin } from "../security/hosts.js";
import { fillTemplates } from "./expand.js";
import type { DatasetList } from "./list.js";
import type { StoredDatasets } from "./stored_datasets.js";

const templatesQuery = v.object({
  /** Whether the answer keeps `{tag}` and `{uuid}` as they were written. */
  templates: v.optional(flag, "false"),
});
type Descriptions = Record<string, unknown>;

/** What is checked of a description that is sent is said by its answer (see model/dataset.ts). */
const datasetBody = v.looseObject({ neuroglancer: v.looseObject({}) });
type TemplatesCall = Call<v.InferOutput<typeof templatesQuery>, unknown>;

/** A description in the original's shape; what Clio reads of it is checked where it comes from (see model/dataset.ts). */
const datasetAnswer = v.looseObject({
  title: v.string(),
  description: v.string(),
  neuroglancer: v.looseObject({}),
});

const idList = v.array(v.string("the id of a dataset"), "a list of ids");

/** `/v2/datasets` and `/v2/datasets/<id>`: the datasets that whoever asks may open, in the original's shape. */
export function datasetRoutes(
  list: DatasetList,
  stored: StoredDatasets,
  permissions: Permissions,
  publicOrigin: string | undefined,
): Route[] {
  async function datasetsFor({ identity, query, request }: TemplatesCall) {
    const finish = query.templates
      ? (dataset: Dataset) => dataset
      : fillTemplates;
    const origin = canonicalOrigin(request.headers.host, publicOrigin);
    const readable = [...(await list.at(origin))].filter(([id, dataset]) =>
      permissions.mayInDataset(identity.account, "read", id, dataset),
    );
    return new Map(readable.map(([id, dataset]) => [id, finish(dataset)]));
  }

  /** @throws Problem 400 where a file describes one: it would go on doing so */
  async function refuseDescribedByFile(ids: readonly string[]) {
    for (const id of ids) {
      if ((await list.fromFile(id)) === undefined) continue;
      throw badRequest(
        `${id}: expected a dataset that no file of the server describes; change that file`,
        "described-by-file",
      );
    }
  }

  async function describe({ identity, body }: Call<unknown, Descriptions>) {
    await refuseDescribedByFile(Object.keys(body));
    await stored.put(accountOf(identity).user, body);
    return null;
  }

  const describing = {
    path: "/v2/datasets",
    summary: "Describes datasets",
    description:
      "An object from id to description. All are taken over, or none; each stands in the place of an earlier one, whose `tag` must not be a later one.",
    access: "admin",
    body: jsonObject,
    bodyForms: v.record(v.string(), datasetBody),
    answer: v.null(),
    handle: describe,
  } as const;

  return [
    route({ method: "POST", ...describing }),
    route({ method: "PUT", ...describing }),
    route({
      method: "DELETE",
      path: "/v2/datasets",
      summary: "Takes descriptions of datasets away",
      description: "A list of ids. What was marked in them stays.",
      access: "admin",
      body: idList,
      answer: v.null(),
      async handle({ identity, body: ids }) {
        await refuseDescribedByFile(ids);
        await stored.remove(accountOf(identity).user, ids);
        return null;
      },
    }),
    route({
      method: "GET",
      path: "/v2/datasets",
      summary: "The datasets that one may open, by id",
      access: "anyone",
      query: templatesQuery,
      answer: v.record(v.string(), datasetAnswer),
      handle: async (call) => Object.fromEntries(await datasetsFor(call)),
    }),
    route({
      method: "GET",
      path: "/v2/datasets/{dataset}",
      summary: "One dataset",
      access: "dataset:read",
      query: templatesQuery,
      answer: datasetAnswer,
      handle: async (call) =>
        withVersions(await datasetsFor(call)).get(call.params.dataset),
    }),
  ];
}
