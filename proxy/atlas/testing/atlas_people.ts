/** What the specs of the atlas do in the name of people, over HTTP. */
import { createHash, randomBytes, randomUUID } from "node:crypto";
import {
  type AtlasEntry,
  atlasDataset,
  type EntryPictures,
} from "../../../src/clio/model/atlas.js";
import type {
  AtlasPage,
  SeenEntry,
} from "../../../src/clio/model/atlas_wire.js";
import type { PersonName } from "../../identity/testing/issuer.js";
import {
  bearer,
  type GroupServer,
  jsonOf,
  startGroupServer,
} from "../../testing/group_server.js";

type Who = PersonName | "root";

interface AuditLine {
  readonly actor: string;
  readonly action: string;
  /** Whose entry. */
  readonly subject: string;
  readonly detail: string;
}

/** A picture of its own, as its bytes begin. */
export function anyPicture(): Buffer {
  return Buffer.concat([
    Buffer.from("\xff\xd8\xff", "latin1"),
    randomBytes(32),
  ]);
}

export function hashOfPicture(bytes: Buffer): string {
  return createHash("sha256").update(bytes).digest("hex");
}

/** An entry of Bob's with all that it needs. */
export function anyEntry(more: Partial<AtlasEntry> = {}): AtlasEntry {
  return {
    id: randomUUID(),
    kind: "atlas",
    title: "Two mitochondria",
    description: "They touch.",
    tags: ["mitochondrion"],
    position: [1, 2, 3],
    view: { layout: "xy" },
    user: "bob@lab.org",
    created: 1,
    modified: 1,
    ...more,
  };
}

/** A group at a server, and a picture that Bob has there. */
export async function startAtlasGroup() {
  const server = await startGroupServer();
  const people = new AtlasPeople(server);
  const picture = anyPicture();
  expect(await people.putPicture("bob", picture)).toBe(200);
  const hash = hashOfPicture(picture);
  const pictures: EntryPictures = { small: hash, large: hash };
  return { server, people, pictures };
}

/** People at a server. */
export class AtlasPeople {
  private readonly device = randomUUID();

  constructor(readonly server: GroupServer) {}

  /** Delivers a record, or its deletion, as a browser's outbox does. */
  async deliver(
    who: Who,
    entry: AtlasEntry | { gone: string },
    dataset = "vnc",
  ): Promise<void> {
    const edit =
      "gone" in entry
        ? { op: "delete", id: entry.gone, base: 2 ** 40 }
        : { op: "put", record: entry, base: 2 ** 40 };
    const change = {
      id: randomUUID(),
      device: this.device,
      dataset: atlasDataset(dataset),
      at: 1,
      label: "Edit",
      edits: [edit],
    };
    const answer = await this.server.askAs(who, "/api/sync/changes", {
      method: "POST",
      body: { changes: [change] },
    });
    expect(answer.status).withContext(answer.body.toString()).toBe(200);
  }

  /** Puts bytes in the place of a picture, and returns the status. */
  async putPicture(
    who: PersonName,
    bytes: Buffer,
    hash = hashOfPicture(bytes),
    type = "image/jpeg",
  ): Promise<number> {
    const { port } = this.server;
    const token = await this.server.tokenOf(who);
    const answer = await fetch(
      `http://127.0.0.1:${port}/api/atlas/pictures/vnc/${hash}`,
      {
        method: "PUT",
        headers: { ...bearer(token), "Content-Type": type },
        body: new Uint8Array(bytes),
      },
    );
    return answer.status;
  }

  review(who: Who, id: string, act: string, body: object) {
    return this.server.askAs(who, `/api/atlas/entries/vnc/${id}/${act}`, {
      method: "POST",
      body,
    });
  }

  /** All that somebody is told of the atlas. */
  async list(who: Who | undefined, query = ""): Promise<AtlasPage> {
    const target = `/api/atlas/entries?limit=500${query}`;
    const { server } = this;
    return jsonOf(
      who === undefined
        ? await server.ask(target)
        : await server.askAs(who, target),
    );
  }

  /** One entry as somebody's list has it; undefined where it is not in it. */
  async sees(who: Who, id: string): Promise<SeenEntry | undefined> {
    const { entries } = await this.list(who);
    return entries.find(({ entry }) => entry.id === id);
  }

  /** What the audit list has of an entry, the oldest first: who did what to which version. */
  async audit(id: string): Promise<string[]> {
    const lines = jsonOf<AuditLine[]>(
      await this.server.askAs("root", "/api/audit"),
    );
    return lines
      .filter(({ detail }) => detail.startsWith(`vnc/${id} `))
      .reverse()
      .map(({ actor, action, subject, detail }) => {
        expect(subject).toBe("bob@lab.org");
        return `${actor} ${action}, ${detail.replace(`vnc/${id} `, "")}`;
      });
  }
}
