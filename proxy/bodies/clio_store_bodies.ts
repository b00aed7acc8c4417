import * as v from "valibot";
import { BODY_ID, type BodyPatch } from "../../src/clio/model/body.js";
import type { BodyQuery } from "../../src/clio/model/body_query.js";
import type { BodyVersion, BodyVersions, KnownBody } from "./body_store.js";
import {
  bodiesOf,
  remoteProblems,
  textsOf,
  type RemoteClient,
} from "./remote_client.js";
import { RemoteBodies, withNumericIds } from "./remote_bodies.js";

/** How many ids one address has. */
const PER_ADDRESS = 200;

/** The bodies that a server with the original's v2 interface keeps. Its token is an administrator's, for it writes in others' names. */
export class ClioStoreBodies extends RemoteBodies {
  readonly kind = "clio-store";
  private readonly path: string;

  /** @param dataset as that server calls it */
  constructor(
    private readonly client: RemoteClient,
    dataset: string,
  ) {
    super();
    this.path = `/v2/json-annotations/${encodeURIComponent(dataset)}/neurons`;
  }

  async versions(): Promise<BodyVersions> {
    const [tag, uuid, uuids = {}] = await Promise.all([
      this.client.ask("GET", `${this.path}/head_tag`),
      this.client.ask("GET", `${this.path}/head_uuid`),
      this.client.ask("GET", `${this.path}/versions`),
    ]);
    const versions = v.safeParse(v.record(v.string(), v.string()), uuids);
    if (!versions.success)
      throw remoteProblems.changed("expected versions as uuids by tag");
    const head = {
      tag: typeof tag === "string" ? tag : "",
      uuid: typeof uuid === "string" ? uuid : "",
    };
    const all = Object.entries(versions.output)
      .filter(([each]) => each !== head.tag)
      .map(([each, of]) => ({ tag: each, uuid: of }));
    const isNamed = head.tag !== "" || head.uuid !== "";
    return { head, all: [...all, ...(isNamed ? [head] : [])] };
  }

  async some(
    { tag }: BodyVersion,
    ids: readonly bigint[],
  ): Promise<KnownBody[]> {
    const found: unknown[] = [];
    for (let i = 0; i < ids.length; i += PER_ADDRESS) {
      const some = ids.slice(i, i + PER_ADDRESS).join(",");
      const answer = await this.client.ask(
        "GET",
        `${this.path}/id-number/${some}`,
        { version: tag, show: "all" },
      );
      if (!Array.isArray(answer))
        throw remoteProblems.changed("expected a list of bodies");
      found.push(...(answer as unknown[]));
    }
    return bodiesOf(found);
  }

  async search({ tag }: BodyVersion, query: BodyQuery): Promise<KnownBody[]> {
    const parameters = { version: tag, show: "all" };
    const asked = withNumericIds(query);
    return bodiesOf(
      await this.client.ask("POST", `${this.path}/query`, parameters, asked),
    );
  }

  async fieldNames(): Promise<string[]> {
    return textsOf(await this.client.ask("GET", `${this.path}/fields`));
  }

  async remove(_user: string, body: bigint): Promise<boolean> {
    const { head } = await this.versions();
    const [known] = await this.some(head, [body]);
    if (known === undefined) return false;
    await this.client.ask("DELETE", `${this.path}/id-number/${body}`);
    return true;
  }

  protected async send(
    user: string,
    patches: ReadonlyMap<bigint, BodyPatch>,
  ): Promise<void> {
    if (patches.size === 0) return;
    const items = [...patches].map(([body, patch]) => ({
      [BODY_ID]: body,
      ...patch,
    }));
    await this.client.ask(
      "POST",
      this.path,
      { replace: "false", designated_user: user },
      items,
    );
  }
}
