// The server's entry: reads the configuration, listens, says where, and leaves in good order when told to.
import { makeApp } from "./app.js";
import { ConfigError, databaseFile, readConfig } from "./config.js";
import { CatalogueError } from "./datasets/catalogue.js";
import { Lifecycle } from "./health/lifecycle.js";
import { makeLog } from "./log/log.js";
import { listen, stop } from "./server.js";
import { openStorage, StorageError } from "./storage/open.js";

/** The exit code of a start that the configuration does not allow, apart from that of a fault of the program. */
const wrongConfiguration = 2;

async function start(): Promise<void> {
  const config = await readConfig(process.env, process.cwd());
  const log = makeLog(config.log.level);
  const lifecycle = new Lifecycle();
  const storage = await openStorage(databaseFile(config));
  const { app } = await makeApp(config, log, lifecycle, storage);
  const server = await listen(app, config);
  const { host, port, publicOrigin } = config;
  log.info({ host, port, publicOrigin, data: config.data }, "listening");
  process.stdout.write(
    `Clio is ready: ${publicOrigin ?? `http://127.0.0.1:${port}`}/\n`,
  );

  const leave = (signal: NodeJS.Signals) => {
    // Asked a second time, the person no longer wants to wait.
    if (lifecycle.isStopping) {
      server.closeAllConnections();
      return;
    }
    log.info({ signal }, "stopping");
    void stop(server, lifecycle)
      .then(() => storage.close())
      .then(() => log.info("stopped"));
  };
  process.on("SIGTERM", leave);
  process.on("SIGINT", leave);
}

try {
  await start();
} catch (error) {
  if (!(
    error instanceof ConfigError ||
    error instanceof CatalogueError ||
    error instanceof StorageError
  )) {
    throw error;
  }
  const problems =
    error instanceof StorageError ? [error.message] : error.problems;
  const lines = problems.map((problem) => `  ${problem}`);
  process.stderr.write(
    `Clio cannot start. Something in its configuration is wrong:\n${lines.join("\n")}\n`,
  );
  process.exitCode = wrongConfiguration;
}
