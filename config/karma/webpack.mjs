// The bundle of the unit specs that need a browser: the page's own configuration with the specs as its entry.
import { inRoot } from "../setup.mjs";
import { browserConfig, sourcesEndingIn } from "../webpack.config.mjs";

const config = browserConfig("test/unit", "development");

export default [
  {
    ...config,
    name: "unit",
    // Stacks then read as the paths of the project.
    output: {
      ...config.output,
      devtoolModuleFilenameTemplate: "[resource-path]",
    },
    entry: {
      main: [
        inRoot("config/karma/setup.ts"),
        ...sourcesEndingIn(".spec.ts", ["src", "neuroglancer"]),
      ],
    },
  },
];
