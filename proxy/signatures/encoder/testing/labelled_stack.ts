// The serial sections with hand labels of the shared test data, which the search's quality is judged on.
import { readFileSync } from "node:fs";
import path from "node:path";
import { gunzipSync } from "node:zlib";
import Papa from "papaparse";
import type { Triple } from "../../record.js";
import type { Block } from "../encoder.js";

/** What is labelled. */
export const CLASSES = ["mitochondria", "synapses"] as const;
export type LabelClass = (typeof CLASSES)[number];

/** The size of the stacks in voxels, and of a voxel in nm. */
export const STACK_SIZE: Triple = [1024, 1024, 20];
export const VOXEL_SIZE: Triple = [4.6, 4.6, 45];

/** A point inside of one object in one section. */
export interface Profile {
  readonly place: Triple;
  readonly object: number;
}

function rawBytes(folder: string, name: string): ArrayBuffer {
  return new Uint8Array(
    gunzipSync(readFileSync(path.join(folder, `${name}.raw.gz`))),
  ).buffer;
}

/** @param folder of the volume in the shared test data */
export function readStack(folder: string, name: "stack1" | "stack2"): Block {
  return {
    size: STACK_SIZE,
    voxels: new Uint8Array(rawBytes(folder, `${name}_gray`)),
    largestValue: 255,
  };
}

/** The object of each voxel of stack1, 0 where there is none. */
export function readObjects(folder: string, label: LabelClass): Uint16Array {
  return new Uint16Array(rawBytes(folder, `stack1_${label}`));
}

/** All sections of all objects of stack1. */
export function readProfiles(folder: string, label: LabelClass): Profile[] {
  const text = readFileSync(
    path.join(folder, `stack1_${label}_profiles.csv`),
    "utf8",
  );
  const { data } = Papa.parse<Record<string, number>>(text.trim(), {
    header: true,
    dynamicTyping: true,
  });
  return data.map((row) => ({
    place: [row.inside_x, row.inside_y, row.z],
    object: row.object_id,
  }));
}

/** Where a voxel is in a stack. */
export function voxelAt([x, y, z]: Triple): number {
  return (z * STACK_SIZE[1] + y) * STACK_SIZE[0] + x;
}

/** A part of one section, mirrored at the border of the stack. @param first its first voxel */
export function sectionPart(
  { voxels, largestValue }: Block,
  first: Triple,
  width: number,
  height: number,
): Block {
  const inside = (at: number, size: number): number => {
    const from = at < 0 ? -1 - at : at;
    return from < size ? from : 2 * size - 1 - from;
  };
  const part = new Uint8Array(width * height);
  for (let y = 0, to = 0; y < height; y++)
    for (let x = 0; x < width; x++)
      part[to++] =
        voxels[
          voxelAt([
            inside(first[0] + x, STACK_SIZE[0]),
            inside(first[1] + y, STACK_SIZE[1]),
            first[2],
          ])
        ];
  return { size: [width, height, 1], voxels: part, largestValue };
}
