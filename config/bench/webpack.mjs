// The bundle of the benchmarks: what declares them, and then what runs them.
import { inRoot } from "../setup.mjs";
import configurations from "../webpack.config.mjs";

export default (env, argv) => {
  const bench = configurations(env, argv).find(({ name }) => name === "bench");
  if (bench === undefined)
    throw new Error("There is no benchmark: no file ends in .bench.ts.");
  const { benches } = bench.entry;
  return {
    ...bench,
    entry: { benches: [...benches, inRoot("config/bench/main.ts")] },
  };
};
