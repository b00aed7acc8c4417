// Sources of layers as a hostile link could hold them.
import fc from "fast-check";
import {
  booleans,
  junk,
  list,
  map,
  mostly,
  numbers,
  object,
  type Text,
  words,
} from "./hostile_values.js";

const kvStores = [
  "http://far0.example/a",
  "https://far1.example:8443/a/b?c=d#e",
  "https://user:secret@far2.example/a",
  "http://127.0.0.1:9/a",
  "http://[::1]:9/a",
  "//far3.example/a",
  "gs://bucket/a/b",
  "gs+https://far4.example/bucket/a",
  "gs+ngauth+http://far5.example/bucket/a",
  "middleauth+https://far6.example/a",
  "s3://bucket/a",
  "s3+http://far7.example/bucket/a",
  "ftp://far8.example/a",
  "file:///etc/passwd",
  "data:application/json,{}",
  "blob:http://far9.example/1",
  "javascript:alert(1)",
  "ws://far10.example/",
  "a/b/c",
  "../..",
  "",
  "%",
  "%ff%00",
  "http://",
  "http://far11.example/%E0%A4%A",
  "memory://",
];
const formats = [
  "precomputed",
  "zarr",
  "zarr2",
  "zarr3",
  "n5",
  "dvid",
  "boss",
  "brainmaps",
  "graphene",
  "nggraph",
  "nifti",
  "obj",
  "vtk",
  "render",
  "deepzoom",
  "python",
  "clio",
  "local",
  "nothing",
  "__proto__",
  "constructor",
];
const pipes = [
  "",
  "|",
  "||",
  "|neuroglancer-precomputed:",
  "|zarr2:",
  "|zip:a|zarr3:",
  "|gzip:",
  "|byte-range:0-9",
  "|byte-range:9-0",
  "|ocdbt:",
  "|icechunk:",
  "|nothing:a",
  "|clio:",
];
const whole = [
  "local://annotations",
  "local://equivalences",
  "local://nothing",
  "clio://",
  "clio://sandbox/",
  "clio://sandbox/demo",
  "clio://sandbox/__proto__",
  "clio://sandbox/..%2f..%2fdemo",
  "clio://sandbox/%",
  "clio://image/",
  "clio://image/precomputed%3A%2F%2Fhttp%3A%2F%2Ffar12.example%2Fimage",
  "clio://image/clio%3A%2F%2Fimage%2Fclio%3A%2F%2Fsandbox%2Fdemo",
  "clio://https://far13.example/mb20?query=annotation&auth=neurohub",
  "CLIO://sandbox/demo",
];

/** @param origin of the server that has the demo volume: a source that is really there is read, drawn and measured */
export function urls(origin: string): Text {
  const demo = ["image", "supervoxels", "bodies", "nothing", ""].map(
    (layer) => `precomputed://${origin}/volumes/demo/${layer}`,
  );
  return fc.oneof(
    { weight: 4, arbitrary: words(...demo) },
    { weight: 2, arbitrary: words(...whole) },
    {
      weight: 3,
      arbitrary: fc
        .tuple(
          fc.constantFrom(...formats),
          fc.constantFrom(...kvStores),
          fc.constantFrom(...pipes),
        )
        .map(([format, store, pipe]) =>
          JSON.stringify(`${format}://${store}${pipe}`),
        ),
    },
    { weight: 1, arbitrary: words(...kvStores) },
  );
}

export const axes = words(
  "x",
  "y",
  "z",
  "t",
  "c'",
  "c^",
  "",
  "__proto__",
  "X Y",
);
const units = words("m", "s", "", "nm", "µm", "rad/s", "parsec", "<b>m</b>");

const scale = fc
  .tuple(numbers, units)
  .map(([value, unit]) => `[${value},${unit}]`);

export const dimensions = mostly(map(mostly(axes, 30), mostly(scale), 4));

const transform = object({
  matrix: mostly(list(list(numbers))),
  outputDimensions: dimensions,
  inputDimensions: dimensions,
  sourceRank: numbers,
});

export function sources(origin: string): Text {
  const url = mostly(urls(origin), 20);
  const full = object({
    url,
    transform: mostly(transform),
    subsources: mostly(
      map(
        words("default", "mesh", "bounds", "properties", "__proto__"),
        mostly(booleans),
      ),
    ),
    enableDefaultSubsources: mostly(booleans),
    state: junk,
  });
  return mostly(fc.oneof(url, full, list(fc.oneof(url, full), 3)), 20);
}
