// @ts-check
// Runs specs in Node: `node config/jasmine/run.mjs <results file> <file of specs…>`. What it found goes into the results file a
// line at a time, so that a run which crashes still tells how far it came.
import { ResultsFile } from "../commands/results.mjs";
import { makeRunner } from "./runner.mjs";

const [file, ...specs] = process.argv.slice(2);
const results = new ResultsFile(file);
const { overallStatus } = await makeRunner(specs, results).execute();
results.add({ kind: "end" });
// What a spec left open (a socket, a timer) must not keep the run from ending.
process.exit(overallStatus === "passed" ? 0 : 1);
