import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import path from "node:path";
import { promisify } from "node:util";
import { SqliteStorage } from "../storage/sqlite/sqlite_storage.js";
import { ServerProcess } from "../testing/server_process.js";
import { ArgumentError, readArguments } from "./arguments.js";

const program = path.resolve("dist/server/admin.js");
const exec = promisify(execFile);

describe("The admin command", () => {
  it("reads what it is to do, and says what is wrong with it", () => {
    expect(
      readArguments(["grant", "Ada@Lab.org", "clio_read", "--dataset", "vnc"]),
    ).toEqual({
      command: "edit",
      edit: {
        op: "grant",
        user: "ada@lab.org",
        role: "clio_read",
        dataset: "vnc",
      },
    });
    expect(readArguments([]).command).toBe("help");
    expect(readArguments(["users", "--help"]).command).toBe("help");
    for (const [text, message] of [
      [
        "grant a@b.c clio_read",
        /role is "clio_read", expected one of clio_general, clio_write, admin, or/,
      ],
      [
        "grant a@b.c admin --dataset vnc",
        /role is "admin", expected one of clio_read/,
      ],
      ["grant nobody admin", /user is "nobody", expected an e-mail address/],
      ["grant a@b.c clio_read --dataset ../x", /dataset is "\.\.\/x"/],
      ["grant a@b.c", /grant takes a user and a role/],
      ["users more", /users takes nothing more/],
      ["users --dataset vnc", /--dataset belongs to grant/],
      ["join a@b.c a,b", /group is "a,b"/],
      ["destroy", /no command "destroy"/],
      ["users --force", /--force/],
    ] as const) {
      expect(() => readArguments(text.split(" ")))
        .withContext(text)
        .toThrowMatching(
          (error) =>
            error instanceof ArgumentError && message.test(error.message),
        );
    }
  });

  it("works on what a running server keeps: people, audit, backup, check", async () => {
    const server = await ServerProcess.start();
    const admin = async (...args: string[]) => {
      const { stdout } = await exec(process.execPath, [program, ...args], {
        cwd: server.folder,
        env: {
          ...process.env,
          INIT_CWD: server.folder,
          CLIO_DATA: "data",
          CLIO_CONFIG: "clio.json",
        },
      });
      return stdout.trim();
    };
    try {
      // While the server writes.
      let stopped = false;
      let written = 0;
      const writes = (async () => {
        while (!stopped) {
          const answer = await fetch(`${server.origin}/v2/kv/s/k${written}`, {
            method: "POST",
            headers: { "Content-Type": "application/json" },
            body: "{}",
          });
          expect(answer.status).toBe(200);
          written += 1;
        }
      })();
      await admin("grant", "ada@lab.org", "clio_write", "--dataset", "vnc");
      await admin("grant", "ada@lab.org", "admin");
      await admin("join", "ada@lab.org", "team");
      await admin("revoke", "ada@lab.org", "admin");
      await admin("disable", "ada@lab.org");
      expect(await admin("users")).toBe(
        "ada@lab.org  disabled  vnc:clio_write  groups:team",
      );
      const users = await fetch(`${server.origin}/v2/users`);
      const { "ada@lab.org": ada } = (await users.json()) as Record<
        string,
        { disabled: boolean; groups: string[] }
      >;
      expect([ada.disabled, ada.groups]).toEqual([true, ["team"]]);
      const audit = await admin("audit");
      expect(
        audit.split("\n").map((line) => line.split("  ").slice(2).join(" ")),
      ).toEqual([
        "disable ada@lab.org ",
        "revoke ada@lab.org admin",
        "join ada@lab.org team",
        "grant ada@lab.org admin",
        "grant ada@lab.org clio_write on vnc",
      ]);
      const copy = path.join(server.folder, "copy.db");
      const before = written;
      await admin("backup", "copy.db");
      stopped = true;
      await writes;
      expect(existsSync(copy)).toBeTrue();
      const restored = await SqliteStorage.open(copy);
      const at = { user: "local", space: "kv", scope: "s" };
      const kept = await restored.read.documents(at);
      expect(kept.length).toBeGreaterThanOrEqual(before);
      expect(await restored.check()).toEqual([]);
      await restored.close();
      await expectAsync(admin("backup", "copy.db")).toBeRejectedWithError(
        /is there already/,
      );
      expect(await admin("check")).toBe("All that is kept can be read.");
    } finally {
      await server.close();
    }
  }, 60_000);
});
