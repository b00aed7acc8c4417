// @ts-check
import path from "node:path";
import {
  checkNode,
  ensureBuild,
  ensureDependencies,
  inRoot,
  root,
} from "../setup.mjs";
import { run } from "./child.mjs";

/**
 * Runs a program of the server's bundle with this command's arguments, once it is installed and built.
 * @param {string} program its file
 * @returns {Promise<number>} its exit code
 */
export async function runBundle(program) {
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
    ["--enable-source-maps", inRoot(program), ...process.argv.slice(2)],
    { output: "print", env: { CLIO_DATA: data } },
  );
  return code;
}

/**
 * The same for a program that reads the server's configuration: it runs in the project's folder, as `npm start` does, so that both
 * mean the same data where nobody says which. It finds the paths that a person types from `INIT_CWD`.
 * @param {string} program its file
 * @returns {Promise<number>} its exit code
 */
export async function runAtHome(program) {
  checkNode();
  // npm runs commands in the project's folder; the paths that a person types are relative to where that person is.
  const caller = process.env.INIT_CWD ?? process.cwd();
  for (const variable of ["CLIO_DATA", "CLIO_CONFIG"]) {
    const value = process.env[variable];
    if (value) process.env[variable] = path.resolve(caller, value);
  }
  process.chdir(root);
  await ensureDependencies();
  await ensureBuild(["server"], "production");
  const { code } = await run(
    process.execPath,
    ["--enable-source-maps", inRoot(program), ...process.argv.slice(2)],
    { output: "print", env: { INIT_CWD: caller } },
  );
  return code;
}
