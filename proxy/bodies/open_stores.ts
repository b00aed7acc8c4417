import type { Logger } from "pino";
import { ConfigError, type Config } from "../config.js";
import { configuredToken, NoToken } from "../files/configured_token.js";
import type { BodyStoreMaker } from "./bodies.js";
import { ClioStoreBodies } from "./clio_store_bodies.js";
import { DvidBodies } from "./dvid_bodies.js";
import { RemoteClient } from "./remote_client.js";

/**
 * The stores of bodies behind this server, by the ids of their datasets. None is asked anything yet.
 * @throws ConfigError naming each token that is not where the configuration says
 */
export async function openBodyStores(
  { bodies }: Pick<Config, "bodies">,
  env: NodeJS.ProcessEnv,
  log: Logger,
): Promise<Map<string, BodyStoreMaker>> {
  const opened = new Map<string, BodyStoreMaker>();
  const problems: string[] = [];
  for (const [id, config] of Object.entries(bodies)) {
    try {
      const token = await configuredToken(config, env);
      const client = new RemoteClient(config, token, log);
      opened.set(id, (dataset) =>
        config.kind === "dvid"
          ? new DvidBodies(client, config, dataset)
          : new ClioStoreBodies(client, config.dataset ?? id),
      );
    } catch (error) {
      if (!(error instanceof NoToken)) throw error;
      problems.push(`bodies.${id}.${error.message}`);
    }
  }
  if (problems.length > 0) throw new ConfigError(problems);
  return opened;
}
