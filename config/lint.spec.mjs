/* global describe, expect, it */
// The import rule of the design, held by lint: what is forbidden fails, what is allowed passes.
import { ESLint } from "eslint";

const eslint = new ESLint({ overrideConfigFile: "config/eslint.config.mjs" });

/**
 * The import rules that a file would break if all it did were to import `from`.
 * @param {string} file that exists
 * @param {string} from
 */
async function broken(file, from) {
  const [{ messages }] = await eslint.lintText(
    `import * as it from "${from}";\nexport { it };\n`,
    { filePath: file },
  );
  return messages
    .map(({ ruleId }) => ruleId)
    .filter((rule) => /restricted/.test(rule ?? ""));
}

const model = "src/clio/model/dataset.ts";
const store = "src/clio/store/store.ts";
const ui = "src/clio/ui/button.ts";
const plugin = "src/clio/datasets/register.ts";
const specs = "src/clio/devices/testing/device.ts";
const server = "proxy/app.ts";

describe("The import rule", () => {
  for (const [file, from] of [
    [model, "../store/store.js"],
    [model, "../../../neuroglancer/viewer.js"],
    [model, "neuroglancer/unstable/util/signal.js"],
    [store, "../annotations/layer.js"],
    [store, "../ui/button.js"],
    [ui, "../store/store.js"],
    [ui, "../datasets/register.js"],
    [plugin, "../annotations/layer.js"],
    [plugin, "../../../proxy/app.js"],
    [plugin, "../devices/testing/device.js"],
    [server, "../src/clio/store/store.js"],
    [server, "../neuroglancer/viewer.js"],
    [server, "neuroglancer/unstable/util/signal.js"],
  ]) {
    it(`does not let ${file} import ${from}`, async () => {
      expect(await broken(file, from)).toHaveSize(1);
    });
  }

  for (const [file, from] of [
    [store, "../model/dataset.js"],
    [store, "neuroglancer/unstable/util/signal.js"],
    [plugin, "../store/store.js"],
    [plugin, "../ui/button.js"],
    [plugin, "../volumes/labels.js"],
    [specs, "../../annotations/layer.js"],
    [server, "../src/clio/model/dataset.js"],
    [server, "../neuroglancer/codecs.js"],
  ]) {
    it(`lets ${file} import ${from}`, async () => {
      expect(await broken(file, from)).toEqual([]);
    });
  }
});
