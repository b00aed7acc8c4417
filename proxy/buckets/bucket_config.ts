/** Where the configuration says that volumes lie in buckets. */
import * as v from "valibot";
import { isLoopbackName } from "../security/hosts.js";

const bucketAddress = "gs://<bucket>/<path> or s3://<bucket>/<path>";
const file = v.string("the path of a file");

/** Https, so that credentials are not read on the way; http where there is no way. */
function isEndpoint(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { origin, protocol, hostname } = new URL(text);
  return (
    origin === text &&
    (protocol === "https:" ||
      (protocol === "http:" && isLoopbackName(hostname)))
  );
}

/** One volume in a bucket. */
export const bucketSchema = v.strictObject(
  {
    /** The folder of the volume: what stands in the local data folder below `volumes/<name>`. */
    url: v.pipe(
      v.string(bucketAddress),
      v.regex(
        /^(?:gs|s3):\/\/[a-z0-9][a-z0-9._-]+(?:\/[^/?#]+)*$/,
        bucketAddress,
      ),
    ),
    /**
     * For `gs`: a key of a service account, or any other file that Google's clients take; their application default where absent.
     * For `s3`: JSON with `accessKeyId`, `secretAccessKey` and perhaps `sessionToken`.
     */
    credentialsFile: v.optional(file),
    /** A store that is not Google's or Amazon's own. */
    endpoint: v.optional(
      v.pipe(
        v.string("an origin"),
        v.check(
          isEndpoint,
          "an https origin such as https://minio.example.org, without a path (http on loopback alone)",
        ),
      ),
    ),
    /** Of an `s3` bucket. */
    region: v.optional(
      v.pipe(v.string("a region"), v.regex(/^[a-z0-9-]+$/, "a region")),
      "us-east-1",
    ),
  },
  "an object with no other keys than url, credentialsFile, endpoint, region",
);
export type BucketConfig = v.InferOutput<typeof bucketSchema>;
