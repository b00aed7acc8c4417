// @ts-check
// `npm run bench`: measures, side by side with the peers that the benchmarks name. See --help below.
import { parseArgs } from "node:util";
import { chromiumFlags, ensureChromium } from "./browser.mjs";
import { run } from "./commands/child.mjs";
import { runCommand } from "./commands/command.mjs";
import { checkNode, ensureBuild, ensureDependencies, root } from "./setup.mjs";

const help = `npm run bench [-- options] [-- name…]

Runs the benchmarks whose name contains one of the names, or all of them, and prints a table. A missed target is printed as
missed; the exit code is 0 all the same, and 1 only where a benchmark could not be run.

Options
  --json        print one line of JSON a figure instead of the table:
                {"bench","name","value","unit","target","ok","peer","peerValue","ratio"}
  --sizes N,N   how large what is measured is to be, where a benchmark can be had at several sizes: 200k, 10M, 1G
  --help        print this text

Variables
  CLIO_BENCH_DATA     a folder where \`search-ui\` keeps its indexes for the next run (a temporary one, removed in the end)
  CLIO_BENCH_SECONDS  for how long \`server\` keeps its load up and looks at the server's memory (600)

Examples
  CLIO_BENCH_SECONDS=60 npm run bench -- server
  npm run bench -- signatures --sizes 1M,10M
  npm run --silent bench -- --json annotations
`;

async function main() {
  checkNode();
  const { values, positionals } = parseArgs({
    options: {
      json: { type: "boolean" },
      sizes: { type: "string" },
      help: { type: "boolean" },
    },
    allowPositionals: true,
  });
  if (values.help) {
    console.log(help);
    return 0;
  }
  process.chdir(root);
  await ensureDependencies();
  const chromium = await ensureChromium();
  await ensureBuild(["viewer", "plain", "peers-page", "server"], "production");
  await ensureBuild(["bench"], "production");
  const { code } = await run(
    process.execPath,
    [
      "--enable-source-maps",
      "dist/test/bench/benches.js",
      ...(values.json ? ["--json"] : []),
      ...positionals,
    ],
    {
      output: "print",
      env: {
        CHROME_BIN: chromium,
        CLIO_CHROMIUM_FLAGS: chromiumFlags.join(" "),
        ...(values.sizes && { CLIO_BENCH_SIZES: values.sizes }),
      },
    },
  );
  return code;
}

await runCommand(main);
