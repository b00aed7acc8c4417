// The last module of the bundle: runs the benchmarks that the others declared. Figures go to standard output, all else to standard
// error. Arguments: the names to run (all where there are none), and --json for one line a figure.
import { parseArgs } from "node:util";
import { benchmarks } from "./bench.js";
import { type Figure, table, toFigure } from "./figure.js";

const { values, positionals: names } = parseArgs({
  options: { json: { type: "boolean" } },
  allowPositionals: true,
});

const chosen = benchmarks().filter(
  ({ name }) =>
    names.length === 0 || names.some((wanted) => name.includes(wanted)),
);
if (chosen.length === 0) {
  const known = benchmarks().map(({ name }) => name);
  console.error(
    `No benchmark is called ${names.join(" or ")}: there are ${known.join(", ")}.`,
  );
  process.exitCode = 1;
}

const figures: Figure[] = [];
for (const { name, measure } of chosen) {
  console.error(`  … ${name}`);
  try {
    await measure((measured) => {
      const figure = toFigure(name, measured);
      figures.push(figure);
      if (values.json) console.log(JSON.stringify(figure));
    });
  } catch (error) {
    console.error(`  ✗ ${name}`, error);
    process.exitCode = 1;
  }
}
if (!values.json && figures.length > 0) console.log(table(figures));
