// Every bundle of the project: the page, the plain upstream viewer it is compared with, the server and its commands, and what
// the tests and benchmarks run. Choose by `--config-name`; the commands do so through config/setup.mjs.
import { readdirSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import HtmlWebpackPlugin from "html-webpack-plugin";
import {
  focusRules,
  iconAliases,
  networkRules,
  onDemandRules,
  upstreamRules,
  workerAlias,
} from "../neuroglancer/webpack.mjs";
import { clioFirstLoad, plainFirstLoad } from "./first_load_report.mjs";

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), "..");
const inRoot = (...parts) => path.join(root, ...parts);

/** All files below `folders` whose name ends in `suffix`, as absolute paths in a stable order. */
export function sourcesEndingIn(suffix, folders) {
  return folders
    .flatMap((folder) =>
      readdirSync(inRoot(folder), { recursive: true }).map((file) =>
        inRoot(folder, file.toString()),
      ),
    )
    .filter((file) => file.endsWith(suffix))
    .sort();
}

function common(name, mode) {
  return {
    name,
    mode,
    context: root,
    devtool: mode === "production" ? "source-map" : "cheap-module-source-map",
    cache: {
      type: "filesystem",
      name: `${path.basename(name)}-${mode}`,
      cacheDirectory: inRoot(".cache/webpack"),
      buildDependencies: { config: [fileURLToPath(import.meta.url)] },
    },
    resolve: {
      extensions: [".ts", ".js"],
      extensionAlias: { ".js": [".ts", ".js"] },
    },
    // Types are checked once, by `npm run types`, and not again in each bundle.
    module: {
      rules: [
        {
          test: /\.ts$/,
          exclude: /node_modules/,
          loader: "ts-loader",
          options: { transpileOnly: true },
        },
        { test: /\.wat$/, loader: inRoot("config/wat_loader.mjs") },
      ],
    },
    performance: { hints: false },
    stats: "errors-warnings",
  };
}

/**
 * The configuration of anything that runs in a browser with upstream inside.
 * @param {string} name also the folder below dist/
 * @param {"production" | "development"} mode
 */
export function browserConfig(name, mode) {
  const config = common(name, mode);
  const hash = mode === "production" ? ".[contenthash:16]" : "";
  return {
    ...config,
    target: ["web", "browserslist"],
    output: {
      path: inRoot("dist", name),
      filename: `[name]${hash}.js`,
      chunkFilename: `[name]${hash}.js`,
      cssFilename: `[name]${hash}.css`,
      assetModuleFilename: "[name].[contenthash:16][ext]",
      clean: true,
    },
    resolve: { ...config.resolve, alias: { ...iconAliases, ...workerAlias } },
    module: {
      rules: [
        ...config.module.rules,
        ...upstreamRules,
        ...onDemandRules,
        ...networkRules,
        ...focusRules,
      ],
    },
    experiments: { css: true },
    // Upstream's style sheets are independent of each other's order, and say so themselves by their class names.
    ignoreWarnings: [/Conflicting order/],
  };
}

/** A page: its name is the folder below dist/. */
function page(name, mode, entry, title, plugins = []) {
  const config = browserConfig(name, mode);
  return {
    ...config,
    entry: { main: entry },
    plugins: [
      new HtmlWebpackPlugin({
        title,
        template: inRoot("config/page.html"),
        favicon: inRoot("neuroglancer/icons/clio.svg"),
        scriptLoading: "module",
      }),
      ...plugins,
    ],
  };
}

/**
 * The plain viewer, with upstream's own worker, and with all that upstream loads at once: ours would hide from the first load what
 * Clio adds to it.
 * @param {"production" | "development"} mode
 */
function plainPage(mode) {
  const config = page(
    "plain",
    mode,
    inRoot("neuroglancer/plain.ts"),
    "neuroglancer",
    mode === "production" ? [plainFirstLoad()] : [],
  );
  return {
    ...config,
    resolve: { ...config.resolve, alias: iconAliases },
    module: {
      rules: config.module.rules.filter(
        (rule) =>
          ![...onDemandRules, ...networkRules, ...focusRules].includes(rule),
      ),
    },
  };
}

/**
 * The configuration of anything that runs in Node: ES modules, with the packages left where npm put them.
 * @param {string} name of the configuration
 * @param {"production" | "development"} mode
 * @param {string} folder below dist/
 * @param {Record<string, string | string[]>} entry
 */
function node(name, mode, folder, entry) {
  return {
    ...common(name, mode),
    devtool: "source-map",
    target: "node20",
    entry,
    output: {
      path: inRoot("dist", folder),
      filename: "[name].js",
      chunkFormat: "module",
      library: { type: "module" },
    },
    experiments: { outputModule: true },
    externalsType: "module",
    // A bare name is a package; what begins with `.` or `/` is ours.
    externals: [/^[^./]/],
    optimization: { minimize: false },
    node: { __dirname: false, __filename: false },
  };
}

export default (_env, argv = {}) => {
  const mode = argv.mode ?? "production";
  return [
    page(
      "viewer",
      mode,
      inRoot("src/clio/main.ts"),
      "Clio",
      mode === "production" ? [clioFirstLoad()] : [],
    ),
    plainPage(mode),
    // The store without a viewer: what the stories kill at speed.
    {
      ...page(
        "test/store-page",
        mode,
        inRoot("src/clio/store/testing/store_page.ts"),
        "The store alone",
      ),
      name: "store-page",
    },
    // What the benchmarks measure the store and the search beside.
    {
      ...page(
        "test/peers-page",
        mode,
        inRoot("src/clio/annotations/testing/peers_page.ts"),
        "The peers of the benchmarks",
      ),
      name: "peers-page",
    },
    node("server", mode, "server", {
      server: inRoot("proxy/main.ts"),
      admin: inRoot("proxy/admin/main.ts"),
      dataset: inRoot("testdata/main.ts"),
      signatures: inRoot("proxy/signatures/main.ts"),
      labels: inRoot("proxy/labels/main.ts"),
    }),
    node("node-specs", mode, "test/node-specs", {
      specs: sourcesEndingIn(".spec.ts", ["proxy", "testdata", "config"]),
    }),
    node("stories", mode, "test/stories", {
      stories: sourcesEndingIn(".e2e.ts", ["src", "neuroglancer", "proxy"]),
      data: inRoot("config/stories/data.ts"),
    }),
    node("bench", mode, "test/bench", {
      benches: sourcesEndingIn(".bench.ts", ["src", "neuroglancer", "proxy"]),
    }),
  ].filter((config) => Object.values(config.entry).flat().length > 0);
};
