import type { IncomingMessage } from "node:http";
import { buffer } from "node:stream/consumers";
import type { BucketConfig } from "../../../buckets/bucket_config.js";
import { Bucket } from "../../../buckets/bucket.js";
import { CredentialsError, signerOf } from "../../../buckets/signers.js";
import type { FileStore } from "./file_store.js";
import {
  askAgain,
  decompress,
  patience,
  refusal,
  tooShort,
  type Attempt,
  type ByteRange,
} from "./reading.js";
import { VolumeError } from "./volume_error.js";

/** A folder in a bucket that the server reads with credentials of its own. The credentials stay in their file. */
export interface BucketPlace {
  readonly kind: "bucket";
  readonly bucket: BucketConfig;
  /** Below the bucket's own folder, as the segments of a path. */
  readonly names: readonly string[];
}

/** The files of a volume in a private bucket. */
export class BucketStore implements FileStore {
  private opened: Promise<Bucket> | undefined;

  constructor(private readonly place: BucketPlace) {}

  nameOf(file: string): string {
    const { bucket, names } = this.place;
    return [bucket.url, ...names, file].join("/");
  }

  read(file: string, range?: ByteRange): Promise<Uint8Array | undefined> {
    return askAgain(this.nameOf(file), () => this.ask(file, range));
  }

  private async ask(file: string, range?: ByteRange): Promise<Attempt> {
    const name = this.nameOf(file);
    try {
      this.opened ??= open(this.place.bucket);
      const bucket = await this.opened;
      const names = [...this.place.names, ...file.split("/")];
      let answer = await ask(bucket, names, range);
      // A range of compressed bytes is one that nobody can decompress, and may lie behind their end.
      const isPacked = answer.statusCode === 206 && isCompressed(answer);
      if (isPacked || answer.statusCode === 416) {
        answer.resume();
        answer = await ask(bucket, names);
      }
      const { statusCode = 0 } = answer;
      if (statusCode !== 200 && statusCode !== 206) {
        answer.resume();
        return statusCode === 404 ? { bytes: undefined } : refusal(statusCode);
      }
      const body = new Uint8Array(await buffer(answer));
      const whole = isCompressed(answer) ? await decompress(body, name) : body;
      if (range === undefined) return { bytes: whole };
      const part =
        statusCode === 206
          ? whole
          : whole.subarray(range.offset, range.offset + range.length);
      if (part.length !== range.length) throw tooShort(name, range);
      return { bytes: part };
    } catch (error) {
      if (error instanceof VolumeError) throw error;
      if (error instanceof CredentialsError)
        throw new VolumeError(name, `credentialsFile: ${error.message}`);
      // The kind of an error, never its words: those of a sign-in hold what was sent.
      const { code, name: kind } = error as NodeJS.ErrnoException;
      return { failure: `no answer: ${code ?? kind}`, mayPass: true };
    }
  }
}

async function open(bucket: BucketConfig): Promise<Bucket> {
  return new Bucket(bucket, await signerOf(bucket, process.env));
}

function ask(
  bucket: Bucket,
  names: readonly string[],
  range?: ByteRange,
): Promise<IncomingMessage> {
  const headers = {
    // As it lies there: a store that unpacks it on the way knows no range.
    "accept-encoding": "gzip",
    ...(range && {
      range: `bytes=${range.offset}-${range.offset + range.length - 1}`,
    }),
  };
  return bucket.ask("GET", names, headers, AbortSignal.timeout(patience));
}

function isCompressed({ headers }: IncomingMessage): boolean {
  return headers["content-encoding"] === "gzip";
}
