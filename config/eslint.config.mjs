// Lint, with the import rule of the design: model <- store <- plugins <- main.ts; ui <- plugins; the server sees the model alone.
import js from "@eslint/js";
import { createTypeScriptImportResolver } from "eslint-import-resolver-typescript";
import importX from "eslint-plugin-import-x";
import { readdirSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import tseslint from "typescript-eslint";

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), "..");

const SHARED_ROOMS = ["model", "store", "ui", "volumes"];
/** Rooms of specs alone, in which plugins work together as in main.ts. */
const SPEC_ROOMS = ["devices"];
const clio = "./src/clio";

const plugins = readdirSync(path.join(root, "src/clio"), {
  withFileTypes: true,
})
  .filter((entry) => entry.isDirectory())
  .map((entry) => entry.name)
  .filter((name) => ![...SHARED_ROOMS, ...SPEC_ROOMS].includes(name));

/** A part of the house must not import from `from`, except from the paths in `except` (relative to `from`). */
const forbid = (target, from, message, except = []) => ({
  target,
  from,
  message,
  except,
});

export const importZones = [
  forbid(
    `${clio}/model`,
    "./src",
    "The model imports nothing of the project but itself.",
    ["./clio/model"],
  ),
  forbid(`${clio}/model`, "./neuroglancer", "The model knows no viewer."),
  forbid(`${clio}/store`, clio, "The store imports the model alone.", [
    "./model",
    "./store",
  ]),
  forbid(`${clio}/ui`, clio, "What panels share imports the model alone.", [
    "./model",
    "./ui",
  ]),
  forbid(
    `${clio}/volumes`,
    clio,
    "Reading voxels, which plugins share, imports the model alone.",
    ["./model", "./volumes"],
  ),
  ...plugins.map((plugin) =>
    forbid(
      `${clio}/${plugin}`,
      clio,
      "Plugins never import each other: they meet in the model, in the store and in the viewer.",
      ["./model", "./store", "./ui", "./volumes", `./${plugin}`],
    ),
  ),
  forbid(
    "./proxy",
    "./src",
    "The server imports the model and nothing else of src.",
    ["./clio/model"],
  ),
  forbid(
    "./proxy",
    "./neuroglancer",
    "The server uses upstream's codecs through one file.",
    ["./codecs.ts"],
  ),
  forbid(
    "./testdata",
    "./src",
    "The dataset maker imports the model and nothing else of src.",
    ["./clio/model"],
  ),
  forbid(
    "./testdata",
    "./neuroglancer",
    "The dataset maker uses upstream's codecs through one file.",
    ["./codecs.ts"],
  ),
  forbid("./src", "./proxy", "The page and the server meet in the model."),
  forbid("./src", "./testdata", "The page does not know the dataset maker."),
];

export default tseslint.config(
  { ignores: ["node_modules/", "dist/", "data/", ".cache/"] },
  js.configs.recommended,
  {
    files: ["**/*.ts"],
    extends: [
      tseslint.configs.recommendedTypeChecked,
      tseslint.configs.strict,
      tseslint.configs.stylistic,
    ],
    languageOptions: {
      parserOptions: { projectService: true, tsconfigRootDir: root },
    },
    rules: {
      "@typescript-eslint/consistent-type-imports": "error",
      "@typescript-eslint/restrict-template-expressions": [
        "error",
        { allowNumber: true, allowBoolean: true },
      ],
      // Indexing typed arrays would need an assertion at every voxel.
      "@typescript-eslint/no-non-null-assertion": "off",
    },
  },
  {
    files: ["**/*.d.ts"],
    rules: {
      "@typescript-eslint/no-explicit-any": "off",
      // Declarations describe what upstream wrote, mixins included, not what we would.
      "@typescript-eslint/prefer-function-type": "off",
    },
  },
  {
    plugins: { "import-x": importX },
    settings: {
      "import-x/resolver-next": [
        createTypeScriptImportResolver({
          project: path.join(root, "tsconfig.json"),
        }),
      ],
    },
    rules: {
      "import-x/no-restricted-paths": [
        "error",
        { basePath: root, zones: importZones },
      ],
      "import-x/no-cycle": "error",
    },
  },
  {
    // Upstream is met in the fork, in the plugins, in the store and in the ui; the rest of the house is free of it.
    files: ["src/clio/model/**", "proxy/**", "testdata/**"],
    rules: {
      "no-restricted-imports": [
        "error",
        {
          patterns: [
            {
              regex: "^neuroglancer(/|$)",
              message: "No viewer here: see the import rule of the design.",
            },
          ],
        },
      ],
    },
  },
  {
    files: ["**/*.mjs", "**/*.cjs"],
    languageOptions: {
      globals: {
        process: "readonly",
        console: "readonly",
        URL: "readonly",
        Buffer: "readonly",
        module: "readonly",
        require: "readonly",
        __dirname: "readonly",
        setTimeout: "readonly",
        clearTimeout: "readonly",
        setInterval: "readonly",
        clearInterval: "readonly",
        fetch: "readonly",
        AbortController: "readonly",
        performance: "readonly",
      },
    },
  },
  { files: ["**/*.cjs"], languageOptions: { sourceType: "commonjs" } },
);
