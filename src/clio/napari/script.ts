/** The script that opens a place in napari: a template, and what is filled in. */
import type { Box, Vec3 } from "../model/box.js";
import type { CutoutLayer } from "../model/cutout.js";
import { withParameters } from "../model/python_script.js";
import type { CutoutPart } from "./cutout_choice.js";
import type { ScriptToken } from "./cutout_client.js";
import template from "./open_in_napari.py?raw";

/** A match of the search, in voxels of the image's finest scale. */
export interface ScriptMatch {
  readonly position: Vec3;
  /** In bits. */
  readonly distance: number;
  /** What was said of it; empty where nothing was. */
  readonly verdict: string;
}

/** How a layer looks in the viewer. */
export interface LayerLook {
  /** The values that are drawn black and white. */
  readonly contrast?: readonly [number, number];
  /** The colours of the selected segments, `#rrggbb` by id. */
  readonly colors?: Readonly<Record<string, string>>;
}

/** What a script is made from. */
export interface ScriptWish {
  /** Where the server is reached. */
  readonly server: string;
  readonly dataset: string;
  readonly title: string;
  /** Undefined for somebody who is not signed in. */
  readonly token: ScriptToken | undefined;
  readonly parts: readonly (CutoutPart & { readonly look: LayerLook })[];
  /** The part on whose voxels labels are painted; undefined where none are to be. */
  readonly labels: CutoutPart | undefined;
  /** Where marks are taken from: a box in voxels of the dataset, and these voxels in nm; undefined where none are wanted. */
  readonly marks: { readonly box: Box; readonly voxelSize: Vec3 } | undefined;
  readonly matches: readonly ScriptMatch[];
  /** The voxels that matches are in, in nm. */
  readonly matchVoxelSize: Vec3;
}

/** The script, which is a file of its own: nothing is to be changed in it before it is run. */
export function scriptText(wish: ScriptWish): string {
  return withParameters(template, parametersOf(wish));
}

/** The name of the script's file: what a person called the dataset, in letters that every system takes. */
export function scriptName(dataset: string): string {
  return `napari-${dataset.replace(/[^A-Za-z0-9._-]/g, "_")}.py`;
}

function parametersOf(wish: ScriptWish) {
  const { token, parts, labels, marks, matches, matchVoxelSize } = wish;
  const { server, dataset, title } = wish;
  return {
    ...{ server, dataset, title },
    ...(token && { token: token.token, expires: token.expires }),
    layers: parts.map(({ layer, scale, box, look }) => ({
      ...nameOf(layer),
      ...placeOf({ layer, scale, box }),
      ...look,
    })),
    ...(labels && { labels: placeOf(labels) }),
    ...(marks && {
      marks: { box: numbersOf(marks.box), voxelSize: marks.voxelSize },
    }),
    ...{ matches, matchVoxelSize },
  };
}

function nameOf({ name, type, dtype, source }: CutoutLayer) {
  return { name, type, dtype, ...(source === undefined ? {} : { source }) };
}

function placeOf({ layer, scale, box }: CutoutPart) {
  const { voxelSize } = layer.scales[scale];
  return { scale, box: numbersOf(box), voxelSize };
}

function numbersOf({ lower, upper }: Box): number[] {
  return [...lower, ...upper];
}
