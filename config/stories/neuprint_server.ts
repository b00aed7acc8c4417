import { cp, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import {
  connectomeGraph,
  type WiredCell,
  type Wire,
} from "../../proxy/neuprint/testing/connectome.js";
import {
  goodToken,
  LoopbackNeuprint,
} from "../../proxy/neuprint/testing/loopback_neuprint.js";
import { StoryServer } from "./server.js";
import { storyData } from "./volumes.js";

export type { Wire } from "../../proxy/neuprint/testing/connectome.js";

type Triple = readonly [number, number, number];

/** What the maker of the demo volume wrote down, as far as wiring goes. */
interface Truth {
  readonly size: Triple;
  readonly synapses: readonly { pre: Place; post: readonly Place[] }[];
  readonly bodyOfSupervoxel: Readonly<Record<string, string>>;
}

interface Place {
  readonly position: Triple;
  readonly supervoxel: string;
}

/** Cells, and how they are connected. */
interface Wiring {
  readonly cells: readonly WiredCell[];
  readonly wires: readonly Wire[];
}

/** How many types the cells of the demo volume have. */
const TYPES = 3;

const token = "CLIO_STORY_NEUPRINT_TOKEN";

/** A server with the demo volume, and a neuPrint that knows all of its wiring: the supervoxels are the cells, called after their bodies. */
export class NeuprintServer {
  private constructor(
    private readonly folder: string,
    private readonly server: StoryServer,
    readonly neuprint: LoopbackNeuprint,
    readonly wires: readonly Wire[],
    readonly cells: readonly WiredCell[],
  ) {}

  /** @param more wiring beside that of the demo volume */
  static async start(
    more: Wiring = { cells: [], wires: [] },
  ): Promise<NeuprintServer> {
    const folder = await mkdtemp(path.join(tmpdir(), "clio-neuprint-"));
    const volume = path.join(folder, "data/volumes/demo");
    await cp(path.join(storyData(), "volumes/demo"), volume, {
      recursive: true,
    });
    const text = await readFile(path.join(volume, "truth.json"), "utf8");
    const truth = JSON.parse(text) as Truth;
    const wires = [...wiresOf(truth), ...more.wires];
    const cells = [...cellsOf(truth), ...more.cells];
    const graph = connectomeGraph(cells, wires, ["left", "right"]);
    const neuprint = await LoopbackNeuprint.start(
      new Map([["demo:v1.0", graph]]),
    );
    const config = path.join(folder, "clio.json");
    const demo = {
      server: neuprint.origin,
      dataset: "demo:v1.0",
      tokenVariable: token,
    };
    await writeFile(
      config,
      JSON.stringify({ sync: false, neuprint: { demo } }),
    );
    const server = await StoryServer.start(path.join(folder, "data"), {
      CLIO_CONFIG: config,
      [token]: goodToken,
    });
    return new NeuprintServer(folder, server, neuprint, wires, cells);
  }

  get origin(): string {
    return this.server.origin;
  }

  /** Everything that the server printed. */
  get printed(): string {
    return this.server.printed.join("");
  }

  async close(): Promise<void> {
    await this.server.stop();
    await this.neuprint.stop();
    await rm(this.folder, { recursive: true, force: true });
  }
}

function wiresOf({ size, synapses }: Truth): Wire[] {
  return synapses.flatMap(({ pre, post }) =>
    post.map(({ position, supervoxel }) => ({
      from: BigInt(pre.supervoxel),
      to: BigInt(supervoxel),
      pre: pre.position,
      post: position,
      regions: ["all", position[0] < size[0] / 2 ? "left" : "right"],
    })),
  );
}

function cellsOf({ bodyOfSupervoxel }: Truth): WiredCell[] {
  return Object.entries(bodyOfSupervoxel).map(([id, body]) => ({
    id: BigInt(id),
    type: `T${Number(body) % TYPES}`,
    instance: `cell ${body}`,
    status: "Traced",
  }));
}
