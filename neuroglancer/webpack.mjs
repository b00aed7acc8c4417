// What a webpack build needs to bundle upstream with our deviations: see README.md for each of them.
import path from "node:path";
import { fileURLToPath } from "node:url";

const here = path.dirname(fileURLToPath(import.meta.url));
const upstream = path.join(here, "../node_modules/neuroglancer/lib");

/** `resolve.alias` entries: our drawings of the icons that the published icon package lacks. */
export const iconAliases = Object.fromEntries(
  ["code-alt", "controls-alt", "layers"].map((icon) => [
    `ikonate/icons/${icon}.svg$`,
    path.join(here, "icons", `${icon}.svg`),
  ]),
);

/** The `resolve.alias` entry that puts our worker entry in the place of upstream's. */
export const workerAlias = {
  [path.join(upstream, "chunk_worker.bundle.js")]: path.join(
    here,
    "chunk_worker.bundle.ts",
  ),
};

/** `module.rules` entries: upstream's raw SVG and HTML imports, and its functions made from text. */
export const upstreamRules = [
  { resourceQuery: /raw/, type: "asset/source" },
  {
    test: /(bossauth|google_oauth2_redirect)\.html$/,
    type: "asset/resource",
    generator: { filename: "[name][ext]" },
  },
  {
    include: [
      path.join(upstream, "annotation/index.js"),
      path.join(upstream, "sliceview/compressed_segmentation/encode_common.js"),
    ],
    loader: path.join(here, "csp/function_from_text_loader.cjs"),
  },
];

/** `module.rules` entries of a page that tells a server that is away from a file that is not there. */
export const networkRules = [
  {
    include: path.join(upstream, "util/http_request.js"),
    loader: path.join(here, "network_failures_loader.cjs"),
  },
];

/** `module.rules` entries of a page in which neither a resting mouse nor a panel that is closed moves the focus. */
export const focusRules = [
  {
    include: path.join(upstream, "util/automatic_focus.js"),
    loader: path.join(here, "resting_pointer_loader.cjs"),
  },
  {
    include: path.join(upstream, "util/dom.js"),
    loader: path.join(here, "kept_children_loader.cjs"),
  },
];

/**
 * `module.rules` entries of a page that loads upstream's two text editors when they are first used, and not before its first pixel. A
 * module of `on_demand/` stands in for each, and is the only one that gets upstream's own.
 */
export const onDemandRules = [
  {
    include: [
      path.join(upstream, "widget/shader_code_widget.js"),
      path.join(upstream, "ui/state_editor.js"),
    ],
    issuer: { not: [path.join(here, "on_demand")] },
    loader: path.join(here, "on_demand/loader.cjs"),
  },
];
