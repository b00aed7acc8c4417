// The command that manages accounts and looks after what the server keeps. See --help.
import { userInfo } from "node:os";
import path from "node:path";
import { editAccounts } from "../accounts/accounts.js";
import { ConfigError, databaseFile, readConfig } from "../config.js";
import { openStorage, StorageError } from "../storage/open.js";
import type { Account, Storage } from "../storage/storage.js";
import {
  ArgumentError,
  HELP,
  readArguments,
  type AdminRequest,
} from "./arguments.js";

const auditLines = 100;

/** An account in one line. */
function lineOf({ user, disabled, globalRoles, datasets, groups }: Account) {
  return [
    user,
    disabled ? "disabled" : "",
    globalRoles.join(","),
    ...[...datasets].map(([id, roles]) => `${id}:${roles.join(",")}`),
    groups.length === 0 ? "" : `groups:${groups.join(",")}`,
  ]
    .filter(Boolean)
    .join("  ");
}

async function run(storage: Storage, request: AdminRequest): Promise<number> {
  switch (request.command) {
    case "users":
      for (const account of await storage.read.accounts()) {
        console.log(lineOf(account));
      }
      return 0;
    case "audit":
      for (const row of await storage.read.audit(2 ** 40, auditLines)) {
        const { at, actor, action, subject, detail } = row;
        const time = new Date(at).toISOString();
        console.log([time, actor, action, subject, detail].join("  "));
      }
      return 0;
    case "edit": {
      const actor = `${userInfo().username} by command`;
      await editAccounts(storage, [request.edit], actor);
      return 0;
    }
    case "backup":
      // npm runs commands in the project's folder, and says where the person is.
      await storage.backup(
        path.resolve(process.env.INIT_CWD ?? "", request.file),
      );
      return 0;
    case "check": {
      const problems = await storage.check();
      for (const problem of problems) console.error(problem);
      if (problems.length === 0) console.log("All that is kept can be read.");
      return problems.length === 0 ? 0 : 1;
    }
    default:
      return 0;
  }
}

async function main(): Promise<number> {
  const request = readArguments(process.argv.slice(2));
  if (request.command === "help") {
    console.log(HELP);
    return 0;
  }
  const config = await readConfig(process.env, process.cwd());
  const storage = await openStorage(databaseFile(config));
  try {
    return await run(storage, request);
  } finally {
    await storage.close();
  }
}

try {
  process.exitCode = await main();
} catch (error) {
  process.exitCode = 1;
  if (error instanceof ConfigError) console.error(error.problems.join("\n"));
  else if (error instanceof ArgumentError || error instanceof StorageError)
    console.error(error.message);
  // A backup that is there already, a disk that is full: the message says it.
  else console.error(error instanceof Error ? error.message : error);
}
