/** A volume of any size that takes no room: it repeats another one. For benchmarks. */
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { createServer, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import path from "node:path";
import type { Vec3 } from "../../model/box.js";

interface Scale {
  readonly key: string;
  readonly size: readonly number[];
}

interface Info {
  readonly scales: readonly Scale[];
}

const chunkPath = /^\/(\w+)\/(\d+)-(\d+)_(\d+)-(\d+)_(\d+)-(\d+)$/;

/** A server of its own, in the form that Neuroglancer calls precomputed. */
export class RepeatedVolume {
  private readonly info: Info;
  /** By their names. */
  private readonly chunks = new Map<string, Promise<Buffer>>();
  private readonly server: Server;

  private constructor(
    private readonly image: string,
    private readonly repeats: Vec3,
  ) {
    this.info = JSON.parse(
      readFileSync(path.join(image, "info"), "utf8"),
    ) as Info;
    this.server = createServer(({ url = "" }, response) => {
      response.setHeader("Access-Control-Allow-Origin", "*");
      void this.answer(url, response);
    });
  }

  /**
   * @param image folder of the image, whose chunks are compressed and fill its scales without a rest
   * @param repeats how often along x, y and z
   */
  static async serve(image: string, repeats: Vec3): Promise<RepeatedVolume> {
    const volume = new RepeatedVolume(image, repeats);
    volume.server.listen(0, "127.0.0.1");
    await once(volume.server, "listening");
    return volume;
  }

  /** The source of a layer of it. */
  get source(): string {
    const { port } = this.server.address() as AddressInfo;
    return `precomputed://http://127.0.0.1:${port}`;
  }

  stop(): void {
    this.server.close();
    this.server.closeAllConnections();
  }

  private async answer(url: string, response: ServerResponse): Promise<void> {
    if (url === "/info") {
      response.end(JSON.stringify(this.repeated()));
      return;
    }
    const [, key, ...ends] = chunkPath.exec(url) ?? [];
    const scale = this.info.scales.find((each) => each.key === key);
    if (scale === undefined) {
      response.writeHead(404).end();
      return;
    }
    const range = (axis: number) => {
      const [from, to] = ends.slice(2 * axis).map(Number);
      const first = from % scale.size[axis];
      return `${first}-${first + to - from}`;
    };
    const name = `${key}/${range(0)}_${range(1)}_${range(2)}.gz`;
    let chunk = this.chunks.get(name);
    if (chunk === undefined) {
      chunk = readFile(path.join(this.image, name));
      this.chunks.set(name, chunk);
    }
    response.setHeader("Content-Encoding", "gzip");
    response.end(await chunk);
  }

  private repeated(): Info {
    const { info, repeats } = this;
    return {
      ...info,
      scales: info.scales.map((scale) => ({
        ...scale,
        size: scale.size.map((voxels, axis) => voxels * repeats[axis]),
      })),
    };
  }
}
