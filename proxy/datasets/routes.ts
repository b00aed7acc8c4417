import { Router, type Request } from "express";
import type { Logger } from "pino";
import type { Dataset } from "../../src/clio/model/dataset.js";
import { onlyMethods } from "../problems/methods.js";
import { Problem, notFound } from "../problems/problem.js";
import { canonicalOrigin } from "../security/hosts.js";
import type { Catalogue } from "./catalogue.js";
import { fillTemplates, resolveSources } from "./expand.js";
import type { VolumeDatasets } from "./volume_datasets.js";

/** Whether the answer keeps `{tag}` and `{uuid}` as they were written: `?templates=true`. */
function wantsTemplates(request: Request): boolean {
  const { templates } = request.query;
  if (templates === undefined || templates === "false") return false;
  if (templates === "true") return true;
  throw new Problem(
    400,
    "bad-query",
    `templates is ${JSON.stringify(templates)}, expected true or false.`,
  );
}

/** Both kinds of dataset as one list, the volumes' sources leading to where this server shows them. */
class DatasetList {
  private readonly hidden = new Set<string>();

  constructor(
    private readonly catalogue: Catalogue,
    private readonly volumes: VolumeDatasets,
    private readonly log: Logger,
  ) {}

  /** The datasets by id, the volumes first. A volume that has the id of a catalogue entry is left out and logged. */
  async at(origin: string): Promise<Map<string, Dataset>> {
    const [listed, found] = await Promise.all([
      this.catalogue.list(),
      this.volumes.list(),
    ]);
    const datasets = new Map<string, Dataset>();
    for (const [name, dataset] of found) {
      if (listed.has(name)) {
        this.reportHidden(name);
      } else {
        const folderUrl = `${origin}/volumes/${name}`;
        datasets.set(name, resolveSources(dataset, folderUrl));
      }
    }
    for (const [id, dataset] of listed) datasets.set(id, dataset);
    return datasets;
  }

  private reportHidden(name: string): void {
    if (this.hidden.has(name)) return;
    this.hidden.add(name);
    this.log.warn(
      { volume: name },
      "a volume is not listed because the dataset catalogue has an entry of the same id: rename its folder",
    );
  }
}

/** `/v2/datasets` and `/v2/datasets/<id>`: the datasets that can be opened, in the original's shape. */
export function datasetRoutes(
  catalogue: Catalogue,
  volumes: VolumeDatasets,
  log: Logger,
  publicOrigin: string | undefined,
): Router {
  const list = new DatasetList(catalogue, volumes, log);

  async function datasetsFor(request: Request): Promise<Map<string, Dataset>> {
    const finish = wantsTemplates(request)
      ? (dataset: Dataset) => dataset
      : fillTemplates;
    const origin = canonicalOrigin(request.headers.host, publicOrigin);
    const datasets = [...(await list.at(origin))];
    return new Map(datasets.map(([id, dataset]) => [id, finish(dataset)]));
  }

  const router = Router();
  router.use(
    "/v2/datasets",
    onlyMethods("GET", "HEAD"),
    (_, response, next) => {
      response.set("Cache-Control", "no-cache");
      next();
    },
  );
  router.get("/v2/datasets", async (request, response) => {
    response.json(Object.fromEntries(await datasetsFor(request)));
  });
  router.get("/v2/datasets/:id", async (request, response) => {
    const { id } = request.params;
    const dataset = (await datasetsFor(request)).get(id);
    if (dataset === undefined) {
      throw notFound(
        `There is no dataset ${JSON.stringify(id)}. GET /v2/datasets lists those that there are.`,
      );
    }
    response.json(dataset);
  });
  return router;
}
