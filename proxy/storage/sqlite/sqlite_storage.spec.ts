import { open, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { temporaryFolder } from "../../testing/server_fixture.js";
import { itIsAStorage } from "../testing/contract.js";
import { account, linkRow, row, uuid } from "../testing/rows.js";
import { Connection } from "./connection.js";
import { migrate, migrations, NewerSchemaError } from "./migrations.js";
import { SqliteStorage } from "./sqlite_storage.js";

describe("SQLite", () => {
  itIsAStorage((file) => SqliteStorage.open(file));

  describe("in a file", () => {
    let folder: string;
    let file: string;
    beforeEach(async () => {
      folder = await temporaryFolder();
      file = path.join(folder, "clio.db");
    });
    afterEach(() => rm(folder, { recursive: true }));

    it("of every earlier schema is brought forward, and keeps what is in it", async () => {
      for (let schema = 0; schema <= migrations.length; ++schema) {
        const old = path.join(folder, `schema-${schema}`);
        const db = new Connection(old);
        await migrate(db, schema);
        // Written as the Clio of that schema wrote it.
        if (schema >= 1) {
          await db.exec(
            "INSERT INTO accounts (user, name, disabled) VALUES ('ada@lab.org', 'Ada', 0); INSERT INTO roles VALUES ('ada@lab.org', 'demo', 'clio_write'); INSERT INTO tokens (id, hash, user, name, created, expires) VALUES ('t', 'h', 'ada@lab.org', 'R', 1, 2)",
          );
        }
        if (schema >= 2) {
          await db.exec(
            `INSERT INTO revisions VALUES ('ada@lab.org', 7); INSERT INTO records VALUES ('ada@lab.org', 'demo', '${uuid(1)}', 7, '{"kind":"point"}', 3, '{"geometry":7}', NULL, 'Pt1_2_3')`,
          );
        }
        if (schema >= 3) {
          await db.exec(
            "INSERT INTO documents VALUES ('ada@lab.org', 'kv', 's', 'k', '{}', 5)",
          );
        }
        if (schema >= 4) {
          await db.exec(
            `INSERT INTO links (id, user, title, open, created, expires, dataset, marks, state, records) VALUES ('link-1', 'ada@lab.org', 'A view', 1, 5, NULL, NULL, 0, '{"layers":[]}', '[]')`,
          );
        }
        if (schema >= 5) {
          await db.exec("INSERT INTO datasets VALUES ('vnc', '{}', 5)");
        }
        if (schema >= 8) {
          const head = schema >= 10 ? '{"wasSubmitted":true}' : "{}";
          await db.exec(
            `INSERT INTO merge_requests VALUES ('${uuid(1)}', 'vnc', 'ada@lab.org', 5, '${head}', '{"steps":[{"step":"submit"}]}')`,
          );
        }
        db.close();
        const storage = await SqliteStorage.open(old);
        const { read } = storage;
        const shelf = { user: "ada@lab.org", dataset: "demo" };
        const ada = await read.account("ada@lab.org");
        expect(
          (await read.mergeRequests({})).map((head) => head.wasSubmitted),
        ).toEqual(schema >= 8 ? [true] : []);
        expect(ada?.datasets.get("demo")).toEqual(
          schema >= 1 ? ["clio_write"] : undefined,
        );
        expect((await read.token("h"))?.name).toBe(
          schema >= 1 ? "R" : undefined,
        );
        expect(await read.revision("ada@lab.org")).toBe(schema >= 2 ? 7 : 0);
        const found = await read.recordsAt(shelf, "Pt1_2_3");
        expect(found.length).toBe(schema >= 2 ? 1 : 0);
        const at = { ...shelf, space: "kv", scope: "s", key: "k" };
        expect((await read.document(at))?.value).toBe(
          schema >= 3 ? "{}" : undefined,
        );
        expect((await read.link("link-1"))?.state).toBe(
          schema >= 4 ? '{"layers":[]}' : undefined,
        );
        const described = { id: "vnc", description: "{}", modified: 5 };
        expect(await read.datasets()).toEqual(schema >= 5 ? [described] : []);
        // And what is there now can all be written to.
        await storage.write(async (writer) => {
          await writer.putAccount(account("new@lab.org"));
          await writer.putRecord(row(uuid(2)));
          await writer.putDocument({ ...at, value: "1", modified: 1 });
          await writer.addLink(linkRow("link-2"));
          await writer.putDataset(described);
        });
        expect(await storage.check()).toEqual([]);
        await storage.close();
      }
    });

    it("of a newer Clio is refused and left as it is", async () => {
      const db = new Connection(file);
      await db.exec(`PRAGMA user_version = ${migrations.length + 1}`);
      db.close();
      await expectAsync(SqliteStorage.open(file)).toBeRejectedWithError(
        NewerSchemaError,
        /start the newer Clio, or restore a backup/,
      );
    });

    it("that is none is refused", async () => {
      await writeFile(
        file,
        "this is a text, and long enough to be looked at".repeat(40),
      );
      await expectAsync(SqliteStorage.open(file)).toBeRejectedWithError(
        /not a database/,
      );
    });

    it("in which a page was damaged is found out by a check", async () => {
      const copy = path.join(folder, "copy.db");
      const storage = await SqliteStorage.open(file);
      await storage.write(async (writer) => {
        for (let n = 0; n < 500; ++n) await writer.putRecord(row(uuid(n)));
      });
      await storage.backup(copy);
      await storage.close();
      const handle = await open(copy, "r+");
      await handle.write(Buffer.alloc(4096, 0xff), 0, 4096, 40 * 4096);
      await handle.close();
      const damaged = await SqliteStorage.open(copy);
      expect((await damaged.check()).length).toBeGreaterThan(0);
      await damaged.close();
    });

    it("refuses a text that SQLite would cut off", async () => {
      const storage = await SqliteStorage.open(file);
      await expectAsync(storage.read.account("a\0b")).toBeRejectedWithError(
        /NUL/,
      );
      await storage.close();
    });

    it("is shared with another program that writes", async () => {
      const server = await SqliteStorage.open(file);
      const command = await SqliteStorage.open(file);
      for (let n = 0; n < 40; ++n)
        await (n % 3 === 0 ? command : server).write((writer) =>
          writer.putRecord(row(uuid(n))),
        );
      const shelf = { user: "ada@lab.org", dataset: "demo" };
      expect((await server.read.recordsOf(shelf)).length).toBe(40);
      expect((await command.read.recordsOf(shelf)).length).toBe(40);
      await server.close();
      await command.close();
    });
  });
});
