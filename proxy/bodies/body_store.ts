/** Where what is known of the bodies of a dataset may be kept: here, or in a server behind this one. */
import type { BodyFields, BodyPatch } from "../../src/clio/model/body.js";
import type { BodyQuery } from "../../src/clio/model/body_query.js";
import type { BodyNews } from "../../src/clio/model/body_wire.js";

/** A body of which something is known, as it is now. */
export interface KnownBody {
  body: bigint;
  /** 0 where the store does not count. */
  revision: number;
  fields: BodyFields;
}

/** What a version of the bodies is called. */
export interface BodyVersion {
  tag: string;
  uuid: string;
}

/** The versions of a dataset's bodies. Only the head is written. */
export interface BodyVersions {
  head: BodyVersion;
  /** All of them, the head too. */
  all: readonly BodyVersion[];
}

/** What one body becomes. */
export interface BodyChange {
  body: bigint;
  /** What is written over what is there, which is empty where there is nothing. */
  patch: (before: BodyFields) => BodyPatch;
}

/** The bodies of one dataset. */
export interface BodyStore {
  readonly kind: "own" | "dvid" | "clio-store";
  versions(): Promise<BodyVersions>;
  /** Counts the writes; 0 where the store does not. */
  revision(): Promise<number>;
  /** How many bodies there are; undefined where it is not told. */
  count(): Promise<number | undefined>;
  /** What is known of these bodies, in the order of their ids; those of which nothing is are left out. */
  some(version: BodyVersion, ids: readonly bigint[]): Promise<KnownBody[]>;
  /** All that a query finds, in the order of their ids. */
  search(version: BodyVersion, query: BodyQuery): Promise<readonly KnownBody[]>;
  /** The names of all fields that a body has. */
  fieldNames(): Promise<string[]>;
  /**
   * Writes to the head, in turn, as one: what `check` throws when all changes are known keeps all of them from being written. Gives the
   * bodies after that, each once.
   */
  write(
    user: string,
    changes: readonly BodyChange[],
    check: (after: ReadonlyMap<bigint, BodyFields>) => void,
  ): Promise<ChangedBody[]>;
  /** Deletes a body with all that is known of it. Whether there was anything. */
  remove(user: string, body: bigint): Promise<boolean>;
  /** What was written after a revision; undefined where the store does not tell. */
  news(after: number, limit: number): Promise<BodyNews | undefined>;
}

/** A body after a write, whose fields are undefined where nothing is known of it any more. */
export type ChangedBody = Omit<KnownBody, "fields"> & {
  fields: BodyFields | undefined;
};
