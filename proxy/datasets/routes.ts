import * as v from "valibot";
import type { Dataset } from "../../src/clio/model/dataset.js";
import type { Permissions } from "../permissions/permissions.js";
import { flag } from "../routes/query.js";
import { route, type Call, type Route } from "../routes/route.js";
import { canonicalOrigin } from "../security/hosts.js";
import { fillTemplates } from "./expand.js";
import type { DatasetList } from "./list.js";

const templatesQuery = v.object({
  /** Whether the answer keeps `{tag}` and `{uuid}` as they were written. */
  templates: v.optional(flag, "false"),
});
type TemplatesCall = Call<v.InferOutput<typeof templatesQuery>, unknown>;

/** A description in the original's shape; what Clio reads of it is checked where it comes from (see model/dataset.ts). */
const datasetAnswer = v.looseObject({
  title: v.string(),
  description: v.string(),
  neuroglancer: v.looseObject({}),
});

/** `/v2/datasets` and `/v2/datasets/<id>`: the datasets that whoever asks may open, in the original's shape. */
export function datasetRoutes(
  list: DatasetList,
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

  return [
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
        (await datasetsFor(call)).get(call.params.dataset),
    }),
  ];
}
