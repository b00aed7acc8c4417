import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";

/** A server of somebody else's kind that specs run on a free port of loopback; what it answers is for those that extend it. */
export class LoopbackServer {
  protected constructor(protected readonly server: Server) {}

  /** A server that listens, and answers nothing yet. */
  protected static async listening(): Promise<Server> {
    const server = createServer().listen(0, "127.0.0.1");
    await once(server, "listening");
    return server;
  }

  get origin(): string {
    const { port } = this.server.address() as AddressInfo;
    return `http://127.0.0.1:${port}`;
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    this.server.close();
    await once(this.server, "close");
  }
}
