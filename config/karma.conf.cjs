// Runs the bundle dist/test/unit (config/karma/webpack.mjs) in Chromium: `npm test -- --only unit`.
const { existsSync, readFileSync } = require("node:fs");
const path = require("node:path");

const root = path.resolve(__dirname, "..");
const bundle = path.join(root, "dist/test/unit");

/** Gives karma the map that webpack wrote, so that a stack names the source. */
function attachSourceMap(content, file, done) {
  file.sourceMap = JSON.parse(readFileSync(`${file.path}.map`, "utf8"));
  done(null, content);
}

module.exports = async (config) => {
  const { chromiumFlags } = await import("./browser.mjs");
  const { testSettings } = await import("./commands/settings.mjs");
  const { startServer } = await import("./karma/server.mjs");
  const { seed, grep, nightly, timeoutMs } = testSettings();
  config.set({
    basePath: root,
    plugins: [
      "karma-jasmine",
      "karma-chrome-launcher",
      {
        "reporter:results": ["factory", require("./karma/reporter.cjs")],
        "preprocessor:source-map": ["value", attachSourceMap],
      },
    ],
    frameworks: ["jasmine"],
    // The styles come first: without them the viewer's panels have no size, and nothing is drawn.
    files: [
      ...["main.css"].filter((file) => existsSync(path.join(bundle, file))),
      "main.js",
    ]
      .map((file) => ({
        pattern: path.join(bundle, file),
        watched: false,
      }))
      // The workers, the parts that load on demand, WebAssembly and the source maps.
      .concat({
        pattern: path.join(bundle, "**/*"),
        included: false,
        watched: false,
      }),
    preprocessors: { [path.join(bundle, "main.js")]: ["source-map"] },
    reporters: ["results"],
    browsers: ["Chromium"],
    customLaunchers: {
      Chromium: { base: "ChromeHeadless", flags: chromiumFlags },
    },
    // As for a page of the server's own: karma passes the page's Host on.
    proxies: { "/api/": `${await startServer()}/api/` },
    listenAddress: "127.0.0.1",
    hostname: "127.0.0.1",
    // Only what fails is worth a line: see karma/reporter.cjs.
    logLevel: config.LOG_WARN,
    client: {
      captureConsole: true,
      args: grep === "" ? [] : ["--grep", `/${grep}/`],
      jasmine: { random: true, seed, timeoutInterval: timeoutMs },
      clio: { seed, nightly },
    },
    // A spec that loops long (fast-check, and all the more by night) says nothing until it ends; the stage has a limit of its own.
    browserNoActivityTimeout: (nightly ? 360 : 10) * 60_000,
    browserDisconnectTolerance: 0,
    failOnEmptyTestSuite: false,
    autoWatch: false,
    singleRun: true,
  });
};
