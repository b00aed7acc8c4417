import { rm } from "node:fs/promises";
import path from "node:path";
import { ConfigError, readConfig, type Config } from "./config.js";
import { makeLog } from "./log/log.js";
import { openBodyStores } from "./bodies/open_stores.js";
import { openServices } from "./neuprint/open_services.js";
import { temporaryFolder, writeFiles } from "./testing/server_fixture.js";

describe("The configuration", () => {
  let folder: string;
  beforeEach(async () => {
    folder = await temporaryFolder();
    await writeFiles(folder, { "etc/viewer/index.html": "", file: "" });
  });
  afterEach(() => rm(folder, { recursive: true }));

  const read = async (
    text: string | undefined,
    env: Record<string, string> = {},
  ): Promise<Config> => {
    if (text === undefined) return readConfig(env, folder);
    await writeFiles(folder, { "etc/clio.json": text });
    return readConfig({ CLIO_CONFIG: "etc/clio.json", ...env }, folder);
  };
  const problemsOf = async (
    text: string | undefined,
    env: Record<string, string> = {},
  ): Promise<readonly string[]> => {
    try {
      await read(text, env);
    } catch (error) {
      if (error instanceof ConfigError) return error.problems;
      throw error;
    }
    return [];
  };

  it("needs neither a file nor a variable", async () => {
    expect(await read(undefined, { PORT: "", CLIO_CONFIG: "" })).toEqual({
      host: "127.0.0.1",
      port: 8080,
      data: path.join(folder, "data"),
      datasets: path.join(folder, "config/datasets.json"),
      viewer: path.join(folder, "dist/viewer"),
      identity: { kind: "local" },
      sync: true,
      limits: { requestsPerMinute: 3000, failuresPerMinute: 30 },
      cors: { origins: [] },
      buckets: {},
      cutouts: { megabytes: 4096 },
      neuprint: {},
      bodies: {},
      labels: { quota: 4096, voxels: 2048, memory: 1024 },
      signatures: { memory: 512, seconds: 30, searchesPerUser: 64 },
      log: { level: "info" },
    });
  });

  it("takes the server that keeps the bodies of a dataset, and its token from where it is", async () => {
    const server = "https://dvid.example.org";
    const config = await read(
      JSON.stringify({
        bodies: { vnc: { kind: "dvid", server, tokenFile: "token" } },
      }),
    );
    expect(config.bodies).toEqual({
      vnc: {
        ...{ kind: "dvid", server, tokenFile: path.join(folder, "etc/token") },
        ...{ instance: "segmentation_annotations", seconds: 30, versions: {} },
      },
    });
    await expectAsync(
      openBodyStores(config, {}, makeLog("silent")),
    ).toBeRejectedWithError(ConfigError, /^bodies\.vnc\.tokenFile: /);
    for (const [settings, expected] of [
      [{ kind: "firestore" }, /^bodies\.vnc\.kind: "firestore", expected dvid/],
      [{ uuid: "?" }, /^bodies\.vnc\.uuid: /],
      [{ server: "http://dvid.example.org" }, /^bodies\.vnc\.server: /],
    ] as const) {
      const vnc = { ...{ kind: "dvid", server }, ...settings };
      await expectAsync(
        read(JSON.stringify({ bodies: { vnc } })),
      ).toBeRejectedWithError(ConfigError, expected);
    }
  });

  it("takes the neuPrint of a dataset, and its token from a file or a variable that is there", async () => {
    const neuprint = {
      server: "https://neuprint.example.org",
      dataset: "toy:v1",
      tokenFile: "token",
    };
    const config = await read(JSON.stringify({ neuprint: { vnc: neuprint } }));
    expect(config.neuprint).toEqual({
      vnc: {
        ...neuprint,
        tokenFile: path.join(folder, "etc/token"),
        ...{ rows: 200_000, seconds: 30, cypher: false, megabytes: 32 },
      },
    });
    const log = makeLog("silent");
    await expectAsync(openServices(config, {}, log)).toBeRejectedWithError(
      ConfigError,
      /^neuprint\.vnc\.tokenFile: ".*", expected a file that can be read: there is no such file$/,
    );
    const open = (settings: object) =>
      openServices(
        { neuprint: { vnc: { ...config.neuprint.vnc, ...settings } } },
        { NP: " ", TOKEN: "secret" },
        log,
      );
    await expectAsync(open({ tokenVariable: "TOKEN" })).toBeRejectedWithError(
      ConfigError,
      /expected none beside a tokenFile/,
    );
    await expectAsync(
      open({ tokenFile: undefined, tokenVariable: "NP" }),
    ).toBeRejectedWithError(
      ConfigError,
      'neuprint.vnc.tokenVariable: "NP", expected a variable that holds a token',
    );
    expect(
      (await open({ tokenFile: undefined, tokenVariable: "TOKEN" })).size,
    ).toBe(1);
    for (const [settings, expected] of [
      [{ server: "http://neuprint.example.org" }, /^neuprint\.vnc\.server: /],
      [
        { token: "secret" },
        /^neuprint\.vnc\.token: .* expected an object with no other keys/,
      ],
      [{ rows: 0 }, /^neuprint\.vnc\.rows: 0, expected a whole number/],
    ] as const) {
      const text = JSON.stringify({
        neuprint: { vnc: { ...neuprint, ...settings } },
      });
      expect(await problemsOf(text)).toEqual([
        jasmine.stringMatching(expected),
      ]);
    }
  });

  it("takes paths in the file from the file's own folder, and lets the variables stand above it", async () => {
    const text = JSON.stringify({
      port: 1234,
      data: "kept",
      viewer: "viewer",
      datasets: "/srv/datasets.json",
      cors: { origins: ["https://viewer.example.org"] },
      signatures: { memory: 512, seconds: 30, searchesPerUser: 64 },
      log: { level: "debug" },
    });
    const config = await read(text);
    expect(config).toEqual({
      host: "127.0.0.1",
      port: 1234,
      data: path.join(folder, "etc/kept"),
      datasets: "/srv/datasets.json",
      identity: { kind: "local" },
      sync: true,
      limits: { requestsPerMinute: 3000, failuresPerMinute: 30 },
      viewer: path.join(folder, "etc/viewer"),
      cors: { origins: ["https://viewer.example.org"] },
      buckets: {},
      cutouts: { megabytes: 4096 },
      neuprint: {},
      bodies: {},
      labels: { quota: 4096, voxels: 2048, memory: 1024 },
      signatures: { memory: 512, seconds: 30, searchesPerUser: 64 },
      log: { level: "debug" },
    });
    const above = await read(text, {
      PORT: "4321",
      HOST: "localhost",
      CLIO_DATA: "mine",
    });
    expect(above.port).toBe(4321);
    expect(above.host).toBe("127.0.0.1");
    expect(above.data).toBe(path.join(folder, "mine"));
  });

  it("is refused with the key, the value and what was expected, all mistakes at once", async () => {
    const problems = await problemsOf(
      JSON.stringify({
        prot: 1,
        port: 70000,
        data: "",
        publicOrigin: "http://clio.example.org",
        cors: { origins: ["*", "https://a.example/"], all: true },
        log: { level: "loud" },
      }),
    );
    const expected = [
      /^prot: unknown key, expected an object with no other keys than host, port, /,
      /^port: 70000, expected a port, a whole number from 1 to 65535 \(from etc\/clio\.json\)$/,
      /^data: "", expected the path of a folder/,
      /^publicOrigin: "http:\/\/clio\.example\.org", expected an https origin/,
      /^cors\.origins\.0: "\*", expected an exact origin/,
      /^cors\.origins\.1: "https:\/\/a\.example\/", expected an exact origin/,
      /^cors\.all: unknown key, expected an object with no other keys than origins/,
      /^log\.level: "loud", expected one of trace, /,
    ];
    expect(problems.length).toBe(expected.length);
    for (const pattern of expected) {
      expect(problems).toContain(jasmine.stringMatching(pattern));
    }
  });

  it("says of a wrong variable which one it was", async () => {
    for (const value of ["80a", "0", "65536", "-1", "1e3", "80.5", " 80"]) {
      expect(await problemsOf(undefined, { PORT: value }))
        .withContext(value)
        .toEqual([
          jasmine.stringMatching(
            /^port: .+, expected a port, .+ \(from PORT\)$/,
          ),
        ]);
    }
  });

  it("says where the file cannot be read, or is not JSON, or is JSON of another kind", async () => {
    for (const [text, problem] of [
      ['{"port": 1,\n  "host" "x"}', /not JSON at line 2, column 10: /],
      ["{", /not JSON at line 1, column 2: /],
      ["", /not JSON at line 1, column 1: /],
      ['{"port": 1, "port": 2}', /not JSON at line 1, .*[Dd]uplicate/],
      ["[]", /etc\/clio\.json: expected a JSON object$/],
      ["null", /etc\/clio\.json: expected a JSON object$/],
    ] as const) {
      const problems = await problemsOf(text);
      expect(problems.length).withContext(text).toBe(1);
      expect(problems[0]).toMatch(problem);
    }
    expect(await problemsOf(undefined, { CLIO_CONFIG: "none.json" })).toEqual([
      `CLIO_CONFIG: ${path.join(folder, "none.json")}: there is no such file`,
    ]);
    expect(await problemsOf(undefined, { CLIO_CONFIG: "etc" })).toEqual([
      jasmine.stringMatching(/expected a file$/),
    ]);
  });

  it("takes a file that begins with a byte order mark", async () => {
    expect((await read('\uFEFF{"port": 99}')).port).toBe(99);
  });

  it("is refused where the data folder cannot be made", async () => {
    expect(await problemsOf(undefined, { CLIO_DATA: "file/data" })).toEqual([
      jasmine.stringMatching(
        /^data: ".*file\/data", expected a folder that can be written: .* \(from CLIO_DATA\)$/,
      ),
    ]);
  });

  it("is refused where it names a viewer that is not there", async () => {
    expect(await problemsOf('{"viewer": "none"}')).toEqual([
      jasmine.stringMatching(/^viewer: ".*none", expected .* no index\.html/),
    ]);
  });

  it("says which datasets are searched in BigQuery, and finds each mistake by its key", async () => {
    await writeFiles(folder, { "etc/key.json": "{}" });
    const masks = [0, 1, 2, 3].map((lane) =>
      String(0xffffn << BigInt(16 * lane)),
    );
    const theirs = {
      layout: "hamming",
      dataset: "vnc_imgsearch",
      masks,
      encoder: "theirs",
      voxelSize: [8, 8, 8],
      stride: [16, 16, 16],
    };
    const bigquery = {
      projectId: "my-lab",
      keyFile: "key.json",
      datasets: { vnc: { layout: "lanes", dataset: "vnc" }, old: theirs },
    };
    const config = await read(JSON.stringify({ signatures: { bigquery } }));
    expect(config.signatures.bigquery).toEqual({
      projectId: "my-lab",
      keyFile: path.join(folder, "etc/key.json"),
      location: "US",
      maximumBytesBilled: 100 * 2 ** 30,
      dollarsPerTebibyte: 6.25,
      datasets: {
        vnc: { layout: "lanes", dataset: "vnc" },
        old: {
          ...theirs,
          layout: "hamming",
          masks: masks.map(BigInt),
          voxelSize: [8, 8, 8],
          stride: [16, 16, 16],
        },
      },
    });
    const key = String.raw`^signatures\.bigquery\.`;
    const withOld = (change: object) => ({
      datasets: { old: { ...theirs, ...change } },
    });
    for (const [change, problem] of [
      [{ projectId: "a`b" }, `${key}projectId: "a\`b", expected the id`],
      [{ keyFile: "none" }, `${key}keyFile: .*no such file`],
      [{ apiEndpoint: "http://a.org" }, `${key}apiEndpoint: .*an https`],
      [{ maximumBytesBilled: 5 }, `${key}maximumBytesBilled: 5, expected`],
      [{ tables: 1 }, `${key}tables: unknown key`],
      [{ datasets: { "../a": bigquery.datasets.vnc } }, `${key}datasets\\.`],
      [withOld({ dataset: "a.b" }), `${key}datasets\\.old\\.dataset: "a\\.b"`],
      [withOld({ layout: "rows" }), `${key}datasets\\.old\\.layout: "rows"`],
      [withOld({ masks: masks.slice(1) }), `${key}datasets\\.old\\.masks: `],
      [
        withOld({ masks: [masks[0], ...masks.slice(0, 3)] }),
        `${key}datasets\\.old\\.masks: .*no bit in common`,
      ],
      [withOld({ stride: [1, 2] }), `${key}datasets\\.old\\.stride`],
    ] as const) {
      const signatures = { bigquery: { ...bigquery, ...change } };
      expect(await problemsOf(JSON.stringify({ signatures })))
        .withContext(JSON.stringify(change))
        .toEqual([jasmine.stringMatching(problem)]);
    }
  });

  it("never listens beyond loopback while no identity is configured", async () => {
    for (const host of ["0.0.0.0", "::", "192.168.1.2", "clio.example.org"]) {
      expect(await problemsOf(undefined, { HOST: host }))
        .withContext(host)
        .toEqual([
          jasmine.stringMatching(/^host: .*without a configured identity/),
        ]);
    }
    const proxied = '{"publicOrigin": "https://clio.example.org"}';
    const noOrigin = jasmine.stringMatching(
      /^publicOrigin: "https:\/\/clio\.example\.org", expected none: .*would administer/,
    );
    expect(await problemsOf(proxied, { HOST: "0.0.0.0" })).toEqual([
      jasmine.stringMatching(/^host: /),
      noOrigin,
    ]);
    expect(await problemsOf(proxied, {})).toEqual([noOrigin]);
  });

  it("takes volumes in buckets, their credentials from files beside it, and names what is wrong with one", async () => {
    const bucket = { url: "s3://lab/vnc", credentialsFile: "key.json" };
    const config = await read(JSON.stringify({ buckets: { vnc: bucket } }));
    expect(config.buckets).toEqual({
      vnc: {
        url: "s3://lab/vnc",
        credentialsFile: path.join(folder, "etc/key.json"),
        region: "us-east-1",
      },
    });
    for (const [buckets, told] of [
      [{ vnc: "s3://lab" }, /^buckets\.vnc: "s3:\/\/lab", expected an object/],
      [{ vnc: { url: "https://lab" } }, /^buckets\.vnc\.url: "https:/],
      [{ vnc: { url: "gs://lab/x?y" } }, /^buckets\.vnc\.url: "gs:/],
      [
        { vnc: { ...bucket, endpoint: "http://store.example" } },
        /^buckets\.vnc\.endpoint: "http:\/\/store\.example", expected an https origin/,
      ],
      [
        { vnc: { ...bucket, key: "x" } },
        /^buckets\.vnc\.key: .*expected an object with no other keys than url, /,
      ],
      [{ "a/b": bucket }, /^buckets: .*expected names of volumes/],
    ] as const) {
      expect(await problemsOf(JSON.stringify({ buckets }), {})).toEqual([
        jasmine.stringMatching(told),
      ]);
    }
  });

  it("takes an issuer, its secret from a file, and then any address behind a TLS proxy", async () => {
    await writeFiles(folder, { "etc/secret": "hush\n" });
    const identity = {
      kind: "oidc",
      issuer: "https://accounts.google.com",
      clientId: "clio",
    };
    const config = await read(
      JSON.stringify({
        host: "0.0.0.0",
        publicOrigin: "https://clio.example.org",
        identity: {
          ...identity,
          clientSecretFile: "secret",
          admins: ["ada@lab.org"],
        },
      }),
    );
    expect(config.host).toBe("0.0.0.0");
    expect(config.identity).toEqual({
      ...identity,
      kind: "oidc",
      clientSecret: "hush",
      admins: ["ada@lab.org"],
    });
    const loopback = { ...identity, issuer: "http://127.0.0.1:9999" };
    expect(await problemsOf(JSON.stringify({ identity: loopback }))).toEqual(
      [],
    );
    const open = { host: "0.0.0.0", identity };
    expect(await problemsOf(JSON.stringify(open))).toEqual([
      jasmine.stringMatching(/^host: "0\.0\.0\.0"/),
    ]);
  });

  it("is refused where the issuer is wrong, by the key that is", async () => {
    const identity = { kind: "oidc", issuer: "https://a.org", clientId: "c" };
    for (const [change, problem] of [
      [{ kind: "ldap" }, /^identity\.kind: "ldap", expected /],
      [{ issuer: "http://a.org" }, /^identity\.issuer: .*an https address/],
      [{ issuer: "https://a.org?x" }, /^identity\.issuer: /],
      [{ clientId: "" }, /^identity\.clientId: ""/],
      [{ admins: ["Ada@lab.org"] }, /^identity\.admins\.0: "Ada@lab\.org"/],
      [{ clientSecret: "x" }, /^identity\.clientSecret: unknown key/],
      [
        { clientSecretFile: "none" },
        /^identity\.clientSecretFile: .*no such file/,
      ],
    ] as const) {
      const text = JSON.stringify({ identity: { ...identity, ...change } });
      expect(await problemsOf(text))
        .withContext(text)
        .toEqual([jasmine.stringMatching(problem)]);
    }
  });

  it("has one address on loopback, because the browser keeps annotations by address", async () => {
    for (const host of ["::1", "127.0.0.2"]) {
      expect(await problemsOf(undefined, { HOST: host })).toEqual([
        jasmine.stringMatching(/^host: .*expected 127\.0\.0\.1: the browser/),
      ]);
    }
  });
});
