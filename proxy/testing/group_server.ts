/** A server for several people, with an issuer, two private datasets and a public one, and somebody in each role. */
import { editAccounts, type AccountEdit } from "../accounts/accounts.js";
import {
  people,
  clientId,
  TestIssuer,
  type PersonName,
} from "../identity/testing/issuer.js";
import { hashOf } from "../identity/tokens.js";
import {
  startServer,
  type Answer,
  type AskOptions,
  type ServerFixture,
} from "./server_fixture.js";

const scene = {
  neuroglancer: {
    dimensions: { x: [8e-9, "m"], y: [8e-9, "m"], z: [8e-9, "m"] },
    layers: [{ type: "image", name: "image", source: "./image" }],
  },
};

/** Nobody's name is in the title of another's dataset: what leaks is seen. */
const volumes = {
  vnc: { ...scene, title: "The private one" },
  other: { ...scene, title: "Another private one" },
  open: { ...scene, title: "The public one", public: true },
};

/** As much of an image as says how large it is. */
const imageInfo = (of: string): string =>
  JSON.stringify({
    of,
    scales: [{ key: "8_8_8", size: [512, 512, 256], resolution: [8, 8, 8] }],
  });

/** Who is what in dataset `vnc`. Eve is nothing at all, and administers `other`. */
const edits: readonly AccountEdit[] = [
  { op: "grant", user: "ada@lab.org", role: "clio_read", dataset: "vnc" },
  { op: "grant", user: "bob@lab.org", role: "clio_general", dataset: "vnc" },
  { op: "grant", user: "cleo@lab.org", role: "clio_write", dataset: "vnc" },
  { op: "grant", user: "dora@lab.org", role: "dataset_admin", dataset: "vnc" },
  { op: "grant", user: "eve@lab.org", role: "dataset_admin", dataset: "other" },
];

/** A running server and its issuer. */
export interface GroupServer extends ServerFixture {
  issuer: TestIssuer;
  /** Asks as somebody, by an ID token. */
  askAs: (
    person: PersonName | "root",
    target: string,
    options?: AskOptions,
  ) => Promise<Answer>;
  /** An API token of somebody, good or expired. */
  tokenOf: (person: PersonName, expires?: number) => Promise<string>;
}

/** The administrator that the configuration names. */
export const root = {
  email: "root@lab.org",
  email_verified: true,
  name: "Root",
};

export function bearer(token: string): { Authorization: string } {
  return { Authorization: `Bearer ${token}` };
}

/** Starts both. */
export async function startGroupServer(): Promise<GroupServer> {
  const issuer = await TestIssuer.start();
  const files = Object.entries(volumes).flatMap(([name, dataset]) => [
    [`data/volumes/${name}/dataset.json`, JSON.stringify(dataset)] as const,
    [`data/volumes/${name}/image/info`, imageInfo(name)] as const,
  ]);
  const server = await startServer(Object.fromEntries(files), {
    identity: {
      kind: "oidc",
      issuer: issuer.origin,
      clientId,
      admins: [root.email],
    },
    cors: { origins: ["https://notebook.example.org"] },
  });
  await editAccounts(server.storage, edits, "the spec");
  const idTokens = new Map<string, Promise<string>>();
  let tokens = 0;
  return {
    ...server,
    issuer,
    askAs: async (person, target, options = {}) => {
      const who = person === "root" ? root : people[person];
      const token = idTokens.get(person) ?? issuer.idToken(who);
      idTokens.set(person, token);
      return server.ask(target, {
        ...options,
        headers: { ...bearer(await token), ...options.headers },
      });
    },
    tokenOf: async (person, expires = Date.now() + 1e6) => {
      const token = `token-${tokens++}-of-${person}`;
      const row = {
        id: token,
        hash: hashOf(token),
        user: people[person].email,
        name: "for the spec",
        created: 1,
        expires,
      };
      await server.storage.write((writer) => writer.addToken(row));
      return token;
    },
    close: async () => {
      await server.close();
      await issuer.stop();
    },
  };
}

/** The JSON of an answer. */
export function jsonOf<T>({ body }: Answer): T {
  return JSON.parse(body.toString()) as T;
}
