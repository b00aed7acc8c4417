import { realpath } from "node:fs/promises";
import path from "node:path";
import express, { type Express } from "express";
import type { Logger } from "pino";
import { accountRoutes } from "./accounts/routes.js";
import { annotationRoutes } from "./annotations/routes.js";
import { openBuckets } from "./buckets/open_buckets.js";
import { bucketRoutes } from "./buckets/routes.js";
import { volumesFolder, type Config } from "./config.js";
import { Catalogue } from "./datasets/catalogue.js";
import { DatasetList } from "./datasets/list.js";
import { datasetRoutes } from "./datasets/routes.js";
import { StoredDatasets } from "./datasets/stored_datasets.js";
import { VolumeDatasets } from "./datasets/volume_datasets.js";
import { withDocs } from "./docs/routes.js";
import type { Lifecycle } from "./health/lifecycle.js";
import { healthRoutes } from "./health/routes.js";
import { Identities } from "./identity/identities.js";
import { Issuer } from "./identity/issuer.js";
import { identityRoutes } from "./identity/routes.js";
import { Sessions } from "./identity/sessions.js";
import { SignIns } from "./identity/sign_ins.js";
import { kvRoutes } from "./kv/routes.js";
import { Links } from "./links/links.js";
import { linkRoutes } from "./links/routes.js";
import { requestLog } from "./log/request_log.js";
import { Permissions } from "./permissions/permissions.js";
import { nothingHere, problemHandler } from "./problems/handler.js";
import { RecordEvents } from "./records/events.js";
import { Records } from "./records/records.js";
import { mountRoutes } from "./routes/mount.js";
import type { Route } from "./routes/route.js";
import { savedSearchRoutes } from "./savedsearches/routes.js";
import { securityHeaders } from "./security/headers.js";
import { redirectToCanonical, refuseForeignHosts } from "./security/hosts.js";
import { allowOrigins, refuseForeignOrigins } from "./security/origins.js";
import { limitFailures, limitRequests } from "./security/rate_limit.js";
import { BigQueryJobs } from "./signatures/bigquery/bigquery_jobs.js";
import { BigQueryShelf } from "./signatures/bigquery/bigquery_shelf.js";
import { EngineChoice } from "./signatures/engine_choice.js";
import { signatureRoutes } from "./signatures/http/routes.js";
import { SearchService } from "./signatures/http/search_service.js";
import { IndexShelf } from "./signatures/index_shelf.js";
import { SearchPool } from "./signatures/search/search_pool.js";
import type { Storage } from "./storage/storage.js";
import { EventStreams } from "./sync/event_streams.js";
import { syncRoutes } from "./sync/routes.js";
import { viewerRoutes } from "./viewer/routes.js";
import { requireVolume } from "./volumes/access.js";
import { volumeRoutes } from "./volumes/routes.js";

/** What a server is made of: its application, and the table of all that can be asked of it in JSON. */
export interface Served {
  app: Express;
  routes: readonly Route[];
}

/**
 * Builds the server's application, which listens nowhere yet.
 * @param config as `readConfig` gives it: its folders exist
 * @throws CatalogueError where the dataset catalogue is wrong, ConfigError where credentials that the configuration names are none
 */
export async function makeApp(
  config: Config,
  log: Logger,
  lifecycle: Lifecycle,
  storage: Storage,
): Promise<Served> {
  const { publicOrigin, identity } = config;
  const volumes = await realpath(volumesFolder(config));
  const buckets = await openBuckets(config, process.env);
  const stored = new StoredDatasets(storage);
  const datasets = new DatasetList(
    await Catalogue.open(config.datasets, new Set(buckets.keys()), log),
    new VolumeDatasets(volumes, log),
    stored,
    new Set(buckets.keys()),
    log,
  );
  const permissions = new Permissions(datasets);
  const sessions = new Sessions(storage, publicOrigin);
  const issuer = identity.kind === "oidc" ? new Issuer(identity) : undefined;
  const identities = new Identities(identity, storage, sessions, issuer);
  const signIns =
    issuer && new SignIns(issuer, sessions, storage, publicOrigin);
  const events = new RecordEvents();
  const records = new Records(storage, events);
  const streams = new EventStreams(
    events,
    identities,
    permissions,
    datasets,
    lifecycle,
  );
  const gate = { identities, permissions, publicOrigin };
  const health = healthRoutes(lifecycle);
  const routes = withDocs([
    ...health,
    ...identityRoutes(storage, sessions, signIns, config),
    ...datasetRoutes(datasets, stored, permissions, publicOrigin),
    ...accountRoutes(storage),
    ...annotationRoutes(storage, records, permissions),
    ...kvRoutes(storage),
    ...savedSearchRoutes(storage),
    ...linkRoutes(new Links(storage, permissions)),
    ...syncRoutes(storage, records, permissions, streams),
    ...signatureRoutes(
      makeSearchService(config, log, lifecycle),
      async (account) => permissions.readable(account, await datasets.ids()),
    ),
  ]);

  const refuseOrigins = refuseForeignOrigins(publicOrigin);
  const redirect = redirectToCanonical(publicOrigin);
  const app = express();
  app.disable("x-powered-by");
  // Of the proxy in front, which is on this machine or in its network, the address of who asked is believed; of nobody else.
  if (publicOrigin !== undefined) {
    app.set("trust proxy", ["loopback", "uniquelocal"]);
  }
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
    requireVolume(identities, permissions),
    bucketRoutes(buckets, log),
    volumeRoutes(volumes),
  );
  app.use(refuseOrigins);
  if (identity.kind === "oidc") {
    const { requestsPerMinute, failuresPerMinute } = config.limits;
    app.use(
      ["/v2", "/api", "/login", "/l"],
      limitFailures(failuresPerMinute),
      limitRequests(requestsPerMinute),
    );
  }
  // Before the redirect: whatever watches the server asks under the name that it happens to know.
  mountRoutes(app, health, gate);
  app.use(redirect);
  mountRoutes(
    app,
    routes.filter((route) => !health.includes(route)),
    gate,
  );
  app.use(viewerRoutes(config.viewer));
  app.use(nothingHere);
  app.use(problemHandler(log));
  return { app, routes };
}

/** The signature search, whose threads and files begin with the first search. */
function makeSearchService(
  config: Config,
  log: Logger,
  lifecycle: Lifecycle,
): SearchService {
  const { threads, memory, seconds, searchesPerUser, bigquery } =
    config.signatures;
  const folder = path.join(config.data, "signatures");
  const pool = new SearchPool(threads);
  const shelf = new IndexShelf(folder, pool, memory * 2 ** 20, log);
  lifecycle.onStop(() => {
    // The searches under way end first.
    void shelf.close().then(() => pool.close());
  });
  const inBigQuery =
    bigquery && new BigQueryShelf(bigquery, new BigQueryJobs(bigquery, log));
  const engines = new EngineChoice(shelf, inBigQuery);
  return new SearchService(engines, { seconds, searchesPerUser });
}
