// @ts-check
// `npm run admin`: accounts, backups and checks of what the server keeps. See --help.
import path from "node:path";
import { run } from "./commands/child.mjs";
import { runCommand } from "./commands/command.mjs";
import {
  checkNode,
  ensureBuild,
  ensureDependencies,
  inRoot,
  root,
} from "./setup.mjs";

async function main() {
  checkNode();
  // npm runs commands in the project's folder; the paths that a person types are relative to where that person is.
  const caller = process.env.INIT_CWD ?? process.cwd();
  for (const variable of ["CLIO_DATA", "CLIO_CONFIG"]) {
    const value = process.env[variable];
    if (value) process.env[variable] = path.resolve(caller, value);
  }
  // As `npm start` does, so that both mean the same data where nobody says which.
  process.chdir(root);
  await ensureDependencies();
  await ensureBuild(["server"], "production");
  const { code } = await run(
    process.execPath,
    [
      "--enable-source-maps",
      inRoot("dist/server/admin.js"),
      ...process.argv.slice(2),
    ],
    { output: "print", env: { INIT_CWD: caller } },
  );
  return code;
}

await runCommand(main);
