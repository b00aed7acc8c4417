import { realpath } from "node:fs/promises";
import path from "node:path";
import express, { type Express } from "express";
import type { Logger } from "pino";
import { accountRoutes } from "./accounts/routes.js";
import { Atlas } from "./atlas/atlas.js";
import { atlasRoutes } from "./atlas/routes.js";
import { AtlasSights } from "./atlas/sight.js";
import { atlasV2Routes } from "./atlas/v2_routes.js";
import { annotationRoutes } from "./annotations/routes.js";
import { Bodies } from "./bodies/bodies.js";
import { openBodyStores } from "./bodies/open_stores.js";
import { bodyRoutes } from "./bodies/routes.js";
import { bodyV2Routes } from "./bodies/v2_routes.js";
import { openBuckets } from "./buckets/open_buckets.js";
import { bucketRoutes } from "./buckets/routes.js";
import { volumesFolder, type Config } from "./config.js";
import { Catalogue } from "./datasets/catalogue.js";
import { cutoutRoutes } from "./cutouts/routes.js";
import { CutoutVolumes } from "./cutouts/cutout_volumes.js";
import { OwnMerges } from "./cutouts/own_merges.js";
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
import { DatasetSpaces } from "./labels/dataset_spaces.js";
import { labelFiles } from "./labels/files.js";
import { LabelShelf } from "./labels/label_shelf.js";
import { labelRoutes } from "./labels/routes.js";
import { Uploads } from "./labels/uploads.js";
import { kvRoutes } from "./kv/routes.js";
import { Links } from "./links/links.js";
import { linkRoutes } from "./links/routes.js";
import { requestLog } from "./log/request_log.js";
import { MergeDocuments } from "./merges/merge_documents.js";
import { MergeRequests } from "./merges/merge_requests.js";
import { MergeScopes } from "./merges/merge_scopes.js";
import { pullRequestRoutes } from "./merges/pull_requests.js";
import { mergeRoutes } from "./merges/routes.js";
import { openServices } from "./neuprint/open_services.js";
import { neuprintRoutes } from "./neuprint/routes.js";
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
  const neuprint = await openServices(config, process.env, log);
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
  const scopes = new MergeScopes(permissions, datasets);
  const documents = new MergeDocuments(storage, records);
  const requests = new MergeRequests(storage, permissions, datasets, events);
  const sights = new AtlasSights(datasets, permissions);
  const atlas = new Atlas(storage, sights, issuer === undefined);
  const bodies = new Bodies(
    storage,
    datasets,
    await openBodyStores(config, process.env, log),
  );
  const labels = await LabelShelf.open(
    path.join(config.data, "labels/volumes"),
    log,
  );
  const uploads = await Uploads.open(
    path.join(config.data, "labels/uploads"),
    labels,
    new DatasetSpaces(datasets, config),
    config.labels,
    log,
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
    ...kvRoutes(storage, permissions, scopes, documents),
    ...mergeRoutes(requests),
    ...pullRequestRoutes(storage, permissions, scopes, documents, requests),
    ...savedSearchRoutes(storage),
    ...linkRoutes(new Links(storage, permissions)),
    ...neuprintRoutes(neuprint),
    ...labelRoutes(labels, uploads, storage),
    ...cutoutRoutes(
      new CutoutVolumes(config, datasets, log),
      new OwnMerges(storage, datasets),
      storage,
    ),
    ...atlasRoutes(atlas, records),
    ...atlasV2Routes(storage, records, atlas, permissions),
    ...bodyRoutes(bodies, permissions, datasets),
    ...bodyV2Routes(bodies, storage),
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
  app.use(
    "/labels",
    allowOrigins(config.cors.origins, refuseOrigins),
    redirect,
    labelFiles(labels, identities, permissions),
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
