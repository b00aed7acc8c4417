import * as v from "valibot";
import { stringifyLossless } from "../../src/clio/model/lossless.js";
import { BODY_ID, type BodyPatch } from "../../src/clio/model/body.js";
import type { BodyQuery } from "../../src/clio/model/body_query.js";
import type { Dataset } from "../../src/clio/model/dataset.js";
import { jsonObject } from "../../src/clio/model/json_object.js";
import { Problem } from "../problems/problem.js";
import type { DvidConfig } from "./bodies_config.js";
import type { BodyVersion, BodyVersions, KnownBody } from "./body_store.js";
import {
  bodiesOf,
  remoteProblems,
  textsOf,
  type RemoteClient,
} from "./remote_client.js";
import { RemoteBodies, withNumericIds } from "./remote_bodies.js";

/**
 * The bodies of an instance of the type neuronjson.
 * Source: https://github.com/janelia-flyem/dvid, the help of that type.
 */
export class DvidBodies extends RemoteBodies {
  readonly kind = "dvid";

  constructor(
    private readonly client: RemoteClient,
    private readonly config: DvidConfig,
    private readonly dataset: Dataset,
  ) {
    super();
  }

  versions(): Promise<BodyVersions> {
    const { config, dataset } = this;
    const uuid = config.uuid ?? dataset.uuid ?? "";
    const head = { tag: dataset.tag ?? "", uuid };
    const former = Object.entries(config.versions)
      .filter(([tag]) => tag !== head.tag)
      .map(([tag, each]) => ({ tag, uuid: each }));
    return Promise.resolve({ head, all: [...former, head] });
  }

  async some(
    version: BodyVersion,
    ids: readonly bigint[],
  ): Promise<KnownBody[]> {
    const answer = await this.client.ask(
      "GET",
      `${this.node(version)}/keyvalues`,
      { json: "true", show: "all" },
      ids,
    );
    if (!v.is(jsonObject, answer))
      throw remoteProblems.changed("expected an object from id to body");
    return bodiesOf(Object.values(answer));
  }

  async search(version: BodyVersion, query: BodyQuery): Promise<KnownBody[]> {
    const isAll = stringifyLossless(query) === "{}";
    const node = this.node(version);
    const answer = await (isAll
      ? this.client.ask("GET", `${node}/all`, { show: "all" })
      : this.client.ask(
          "GET",
          `${node}/query`,
          { show: "all" },
          withNumericIds(query),
        ));
    return bodiesOf(answer);
  }

  async fieldNames(): Promise<string[]> {
    const { head } = await this.versions();
    return textsOf(await this.client.ask("GET", `${this.node(head)}/fields`));
  }

  async remove(user: string, body: bigint): Promise<boolean> {
    const { head } = await this.versions();
    const [known] = await this.some(head, [body]);
    if (known === undefined) return false;
    await this.client.ask("DELETE", `${this.node(head)}/key/${body}`, {
      u: user,
    });
    return true;
  }

  protected async send(
    user: string,
    patches: ReadonlyMap<bigint, BodyPatch>,
  ): Promise<void> {
    const { head } = await this.versions();
    const written: bigint[] = [];
    for (const [body, patch] of patches) {
      try {
        await this.client.ask(
          "POST",
          `${this.node(head)}/key/${body}`,
          { u: user },
          { [BODY_ID]: body, ...patch },
        );
      } catch (error) {
        if (!(error instanceof Problem) || written.length === 0) throw error;
        throw remoteProblems.halfWritten(written, patches.size, error);
      }
      written.push(body);
    }
  }

  /** The address of the instance in a version. */
  private node({ uuid }: BodyVersion): string {
    if (uuid === "")
      throw remoteProblems.changed("the dataset names no uuid of its version");
    return `/api/node/${encodeURIComponent(uuid)}/${this.config.instance}`;
  }
}
