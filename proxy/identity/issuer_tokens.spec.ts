import {
  createHmac,
  createPublicKey,
  createSign,
  generateKeyPairSync,
} from "node:crypto";
import {
  bearer,
  jsonOf,
  startGroupServer,
  type GroupServer,
} from "../testing/group_server.js";
import { expectProblem } from "../testing/server_fixture.js";
import { clientId, people } from "./testing/issuer.js";

const encode = (json: object) =>
  Buffer.from(JSON.stringify(json)).toString("base64url");

describe("Identity by the tokens of an issuer", () => {
  let server: GroupServer;
  beforeAll(async () => {
    server = await startGroupServer();
  });
  afterAll(() => server.close());

  const roles = (headers: Record<string, string>) =>
    server.ask("/v2/roles", { headers });

  const claims = () => ({
    ...people.dora,
    sub: people.dora.email,
    iss: server.issuer.origin,
    aud: clientId,
    iat: Math.floor(Date.now() / 1000),
    exp: Math.floor(Date.now() / 1000) + 600,
  });

  it("takes those that are good, whatever the case of the address", async () => {
    const token = await server.issuer.idToken({
      ...people.dora,
      email: "Dora@Lab.org",
    });
    const answer = jsonOf<{ email: string }>(await roles(bearer(token)));
    expect(answer.email).toBe("dora@lab.org");
  });

  it("refuses a token without a signature", async () => {
    for (const alg of ["none", "None", "NONE", ""]) {
      const token = `${encode({ alg })}.${encode(claims())}.`;
      expectProblem(await roles(bearer(token)), 401, "bad-token");
    }
  });

  it("refuses a token signed with the public key as if it were a shared secret", async () => {
    const jwk = server.issuer.publicJwk;
    const key = createPublicKey({ key: jwk as never, format: "jwk" });
    for (const secret of [
      key.export({ type: "spki", format: "pem" }),
      key.export({ type: "pkcs1", format: "pem" }),
      JSON.stringify(jwk),
    ]) {
      const kid = Reflect.get(jwk, "kid") as string;
      const head = encode({ alg: "HS256", typ: "JWT", kid });
      const text = `${head}.${encode(claims())}`;
      const signature = createHmac("sha256", secret)
        .update(text)
        .digest("base64url");
      const answer = await roles(bearer(`${text}.${signature}`));
      expectProblem(answer, 401, "bad-token");
    }
  });

  it("refuses a token of another key, also where the token brings that key along", async () => {
    const { privateKey, publicKey } = generateKeyPairSync("rsa", {
      modulusLength: 2048,
    });
    const jwk = publicKey.export({ format: "jwk" });
    const kid = Reflect.get(server.issuer.publicJwk, "kid") as string;
    for (const header of [
      { alg: "RS256", kid },
      { alg: "RS256", jwk },
      { alg: "RS256", kid: "other", jku: "https://evil.example.org/keys" },
    ]) {
      const text = `${encode(header)}.${encode(claims())}`;
      const signature = createSign("sha256")
        .update(text)
        .sign(privateKey, "base64url");
      const answer = await roles(bearer(`${text}.${signature}`));
      expectProblem(answer, 401, "bad-token");
    }
  });

  it("refuses a token for others, of others, that has expired, or that was changed", async () => {
    const { issuer } = server;
    const { dora } = people;
    const good = await issuer.idToken(dora);
    const [head, , signature] = good.split(".");
    for (const [token, code] of [
      [await issuer.idToken(dora, { aud: "another-program" }), "bad-token"],
      [
        await issuer.idToken(dora, {
          aud: [clientId, "another"],
          azp: "another",
        }),
        "bad-token",
      ],
      [
        await issuer.idToken(dora, { iss: "https://evil.example.org" }),
        "bad-token",
      ],
      [await issuer.idToken(dora, {}, 1000), "token-expired"],
      [await issuer.idToken(dora, { nbf: 2 ** 40 }), "bad-token"],
      [await issuer.idToken({ ...dora, email: "" }), "email-not-verified"],
      [`${head}.${encode(claims())}.${signature}`, "bad-token"],
    ] as const) {
      expectProblem(await roles(bearer(token)), 401, code);
    }
  });

  it("takes a token from the header alone: not from the address, a cookie or the body", async () => {
    const token = await server.tokenOf("dora");
    for (const name of ["token", "access_token", "dsg_token", "auth"]) {
      const answer = await server.ask(`/v2/roles?${name}=${token}`);
      expect(answer.status).toBe(401);
      const cookie = { Cookie: `${name}=${token}; clio_session=${token}` };
      expect((await roles(cookie)).status).toBe(401);
    }
    for (const header of [`Basic ${token}`, token, "Bearer", "Bearer a b"]) {
      const answer = await roles({ Authorization: header });
      expectProblem(answer, 401, "bad-token");
      expect(answer.headers["www-authenticate"]).toBe("Bearer");
    }
  });
});
