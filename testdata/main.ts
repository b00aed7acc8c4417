// The command that makes datasets: the demo volume, or a person's own. See --help.
import path from "node:path";
import { HELP, readArguments } from "./command/arguments.js";
import { ProgressBars } from "./command/progress_bars.js";
import { makeDataset } from "./dataset/make_dataset.js";
import { makeDemo } from "./demo/make_demo.js";
import { InputError } from "./input/input_error.js";

async function main(): Promise<void> {
  const dataFolder = process.env.CLIO_DATA || path.resolve("data");
  const request = readArguments(process.argv.slice(2), dataFolder);
  if (request.command === "help") {
    console.log(HELP);
    return;
  }
  const bars = new ProgressBars(process.stderr);
  try {
    if (request.command === "demo")
      await makeDemo({ ...request.plan, onProgress: bars.tell });
    else await makeDataset({ ...request.plan, onProgress: bars.tell });
  } finally {
    bars.stop();
  }
  console.error(`    ${path.resolve(request.plan.out)}`);
}

try {
  await main();
} catch (error) {
  console.error(error instanceof InputError ? `\n${error.message}` : error);
  process.exitCode = 1;
}
