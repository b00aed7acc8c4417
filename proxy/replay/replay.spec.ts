import { execFile } from "node:child_process";
import path from "node:path";
import { promisify } from "node:util";
import { editAccounts } from "../accounts/accounts.js";
import {
  root,
  startGroupServer,
  type GroupServer,
} from "../testing/group_server.js";

const run = promisify(execFile);

/** Debian's own first: there python3-requests is installed, whichever other Python comes first on the path. */
const pythons = ["/usr/bin/python3", "python3"];

async function pythonWithRequests(): Promise<string | undefined> {
  for (const python of pythons) {
    try {
      await run(python, ["-c", "import requests"]);
      return python;
    } catch {
      // The next one.
    }
  }
  return undefined;
}

describe("The original's interface", () => {
  let server: GroupServer;
  beforeAll(async () => {
    server = await startGroupServer();
    await editAccounts(
      server.storage,
      [
        { op: "join", user: "cleo@lab.org", group: "lab" },
        { op: "join", user: "bob@lab.org", group: "lab" },
      ],
      "the spec",
    );
  });
  afterAll(() => server.close());

  it("answers a script in Python field by field as it is documented", async () => {
    const python = await pythonWithRequests();
    if (python === undefined) {
      pending("needs python3 with requests (Debian: python3-requests)");
      return;
    }
    const { stdout } = await run(python, [
      path.resolve("proxy/replay/replay.py"),
      `http://127.0.0.1:${server.port}`,
      await server.tokenOf("cleo"),
      await server.tokenOf("bob"),
      await server.issuer.idToken(root),
    ]);
    expect(Number(stdout)).toBeGreaterThan(300);
  });
});
