import { realpath } from "node:fs/promises";
import path from "node:path";
import express, { type Express } from "express";
import type { Logger } from "pino";
import { volumesFolder, type Config } from "./config.js";
import { Catalogue, readCatalogue } from "./datasets/catalogue.js";
import { datasetRoutes } from "./datasets/routes.js";
import { VolumeDatasets } from "./datasets/volume_datasets.js";
import type { Lifecycle } from "./health/lifecycle.js";
import { healthRoutes } from "./health/routes.js";
import { requestLog } from "./log/request_log.js";
import { nothingHere, problemHandler } from "./problems/handler.js";
import { securityHeaders } from "./security/headers.js";
import { redirectToCanonical, refuseForeignHosts } from "./security/hosts.js";
import { allowOrigins, refuseForeignOrigins } from "./security/origins.js";
import { signatureRoutes } from "./signatures/http/routes.js";
import { SearchService } from "./signatures/http/search_service.js";
import { IndexShelf } from "./signatures/index_shelf.js";
import { SearchPool } from "./signatures/search/search_pool.js";
import { viewerRoutes } from "./viewer/routes.js";
import { volumeRoutes } from "./volumes/routes.js";

/**
 * Builds the server's application, which listens nowhere yet.
 * @param config as `readConfig` gives it: its folders exist
 * @throws CatalogueError where the dataset catalogue is wrong
 */
export async function makeApp(
  config: Config,
  log: Logger,
  lifecycle: Lifecycle,
): Promise<Express> {
  const { publicOrigin } = config;
  const volumes = await realpath(volumesFolder(config));
  const datasets = await readCatalogue(config.datasets);
  const refuseOrigins = refuseForeignOrigins(publicOrigin);
  const redirect = redirectToCanonical(publicOrigin);

  const app = express();
  app.use(requestLog(log));
  app.use(securityHeaders(publicOrigin));
  app.use((_request, response, next) => {
    // A connection that is kept alive would hold up the shutdown.
    if (lifecycle.isStopping) response.set("Connection", "close");
    next();
  });
  app.use(refuseForeignHosts(publicOrigin));
  app.use(
    "/volumes",
    allowOrigins(config.cors.origins, refuseOrigins),
    redirect,
    volumeRoutes(volumes),
  );
  app.use(refuseOrigins);
  // Before the redirect: whatever watches the server asks under the name that it happens to know.
  app.use(healthRoutes(lifecycle));
  app.use(redirect);
  app.use(
    datasetRoutes(
      new Catalogue(config.datasets, datasets, log),
      new VolumeDatasets(volumes, log),
      log,
      publicOrigin,
    ),
  );
  app.use(signatureRoutes(makeSearchService(config, log, lifecycle)));
  app.use(viewerRoutes(config.viewer));
  app.use(nothingHere);
  app.use(problemHandler(log));
  return app;
}

/** The signature search, whose threads and files begin with the first search. */
function makeSearchService(
  config: Config,
  log: Logger,
  lifecycle: Lifecycle,
): SearchService {
  const { threads, memory, seconds, searchesPerUser } = config.signatures;
  const folder = path.join(config.data, "signatures");
  const pool = new SearchPool(threads);
  const shelf = new IndexShelf(folder, pool, memory * 2 ** 20, log);
  lifecycle.onStop(() => {
    // The searches under way end first.
    void shelf.close().then(() => pool.close());
  });
  return new SearchService(shelf, { seconds, searchesPerUser });
}
