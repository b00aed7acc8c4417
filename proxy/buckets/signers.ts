/** How requests to object stores show who they are from. */
import { AwsV4Signer } from "aws4fetch";
import { GoogleAuth } from "google-auth-library";
import * as v from "valibot";
import { describeIssues } from "../../src/clio/model/schema_issues.js";
import { JsonFileError, readJsonFile } from "../files/json_file.js";
import type { BucketConfig } from "./bucket_config.js";

/** The headers that sign a request; what is given is signed where the scheme wants that. Rejects where no credentials can be had. */
export type Signer = (method: string, url: URL) => Promise<Headers>;

/** Thrown where credentials that the configuration names are none. The message names the file, and nothing that is in it. */
export class CredentialsError extends Error {
  override readonly name = "CredentialsError";
}

/** Reading is all that is done. */
const googleScope = "https://www.googleapis.com/auth/devstorage.read_only";

const keySchema = v.object({
  accessKeyId: v.pipe(v.string("text"), v.nonEmpty("a key")),
  secretAccessKey: v.pipe(v.string("text"), v.nonEmpty("a key")),
  sessionToken: v.optional(v.string("text")),
});
type AccessKey = v.InferOutput<typeof keySchema>;

/**
 * The signer of a bucket.
 * @throws CredentialsError
 */
export async function signerOf(
  bucket: BucketConfig,
  env: NodeJS.ProcessEnv,
): Promise<Signer> {
  return bucket.url.startsWith("gs:")
    ? googleSigner(bucket)
    : amazonSigner(bucket, env);
}

async function googleSigner({
  credentialsFile,
}: BucketConfig): Promise<Signer> {
  // Looked at now, so that a path that is wrong stops the start and not the first request.
  if (credentialsFile !== undefined) await readCredentials(credentialsFile);
  const auth = new GoogleAuth({
    scopes: [googleScope],
    ...(credentialsFile !== undefined && { keyFilename: credentialsFile }),
  });
  return () => auth.getRequestHeaders();
}

async function amazonSigner(
  { credentialsFile, region }: BucketConfig,
  env: NodeJS.ProcessEnv,
): Promise<Signer> {
  const key = await accessKey(credentialsFile, env);
  return async (method, url) => {
    const signer = new AwsV4Signer({
      ...key,
      method,
      url: url.href,
      service: "s3",
      region,
    });
    return (await signer.sign()).headers;
  };
}

async function accessKey(
  file: string | undefined,
  env: NodeJS.ProcessEnv,
): Promise<AccessKey> {
  const json =
    file === undefined
      ? {
          accessKeyId: env.AWS_ACCESS_KEY_ID,
          secretAccessKey: env.AWS_SECRET_ACCESS_KEY,
          sessionToken: env.AWS_SESSION_TOKEN,
        }
      : await readCredentials(file);
  const result = v.safeParse(keySchema, json);
  if (result.success) return result.output;
  if (file === undefined) {
    throw new CredentialsError(
      "missing, expected a file with an access key, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY in the environment",
    );
  }
  // The keys that are wrong, without their values.
  const keys = describeIssues(result.issues).map((line) => line.split(":")[0]);
  throw new CredentialsError(
    `${JSON.stringify(file)}, expected a file with accessKeyId and secretAccessKey, but ${keys.join(" and ")} is none`,
  );
}

async function readCredentials(file: string): Promise<unknown> {
  try {
    return await readJsonFile(file);
  } catch (error) {
    if (!(error instanceof JsonFileError)) throw error;
    throw new CredentialsError(
      `${JSON.stringify(file)}, expected a file of JSON that can be read`,
    );
  }
}
