import { ConfigError, type Config } from "../config.js";
import { Bucket } from "./bucket.js";
import { CredentialsError, signerOf } from "./signers.js";

/**
 * The volumes that lie in buckets, by name.
 * @throws ConfigError naming each file of credentials that is none
 */
export async function openBuckets(
  { buckets }: Pick<Config, "buckets">,
  env: NodeJS.ProcessEnv,
): Promise<Map<string, Bucket>> {
  const opened = new Map<string, Bucket>();
  const problems: string[] = [];
  for (const [name, bucket] of Object.entries(buckets)) {
    try {
      opened.set(name, new Bucket(bucket, await signerOf(bucket, env)));
    } catch (error) {
      if (!(error instanceof CredentialsError)) throw error;
      problems.push(`buckets.${name}.credentialsFile: ${error.message}`);
    }
  }
  if (problems.length > 0) throw new ConfigError(problems);
  return opened;
}
