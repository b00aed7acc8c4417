// The command `npm run labels`: brings volumes of labels to a server, and looks after them. See --help.
import { ArgumentError, HELP, readArguments } from "./command/arguments.js";
import { RefusedError } from "./command/labels_client.js";
import { run } from "./command/run.js";

try {
  const request = readArguments(process.argv.slice(2), process.env);
  if (request.command === "help") console.log(HELP);
  else {
    const token = process.env.CLIO_TOKEN || undefined;
    if (!(await run(request, process.env.INIT_CWD ?? "", token)))
      process.exitCode = 1;
  }
} catch (error) {
  process.exitCode = 1;
  if (error instanceof ArgumentError || error instanceof RefusedError)
    console.error(error.message);
  else if (error instanceof TypeError && error.cause instanceof Error)
    console.error(`The server cannot be reached: ${error.cause.message}`);
  else console.error(error);
}
