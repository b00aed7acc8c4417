import type { Logger } from "pino";
import { ConfigError, type Config } from "../config.js";
import { configuredToken, NoToken } from "../files/configured_token.js";
import { NeuprintClient } from "./neuprint_client.js";
import { NeuprintService } from "./neuprint_service.js";

/**
 * The neuPrint services by the ids of their datasets. None is asked anything yet.
 * @throws ConfigError naming each token that is not where the configuration says
 */
export async function openServices(
  { neuprint }: Pick<Config, "neuprint">,
  env: NodeJS.ProcessEnv,
  log: Logger,
): Promise<Map<string, NeuprintService>> {
  const opened = new Map<string, NeuprintService>();
  const problems: string[] = [];
  for (const [id, config] of Object.entries(neuprint)) {
    try {
      const token = await configuredToken(config, env);
      const client = new NeuprintClient(config, token, log);
      opened.set(id, new NeuprintService(config, client));
    } catch (error) {
      if (!(error instanceof NoToken)) throw error;
      problems.push(`neuprint.${id}.${error.message}`);
    }
  }
  if (problems.length > 0) throw new ConfigError(problems);
  return opened;
}
