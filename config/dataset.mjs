// @ts-check
// `npm run dataset`: the demo volume, or a person's own volume, as a dataset. See --help.
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
  // As `npm start` reads it, so that both mean the same folder.
  const data = path.resolve(process.env.CLIO_DATA || inRoot("data"));
  process.chdir(root);
  await ensureDependencies();
  await ensureBuild(["server"], "production");
  process.chdir(caller);
  const { code } = await run(
    process.execPath,
    [
      "--enable-source-maps",
      inRoot("dist/server/dataset.js"),
      ...process.argv.slice(2),
    ],
    {
      output: "print",
      env: { CLIO_DATA: data },
    },
  );
  return code;
}

await runCommand(main);
