/** The entry of the worker that keeps the second copy of one database. */
import { expose } from "comlink";
import { MirrorKeeper } from "./keeper.js";
import { originFiles } from "./origin_files.js";

/** What the page makes one of. */
export class WorkerKeeper extends MirrorKeeper {
  constructor(name: string, version: number) {
    super(name, version, originFiles(name));
  }
}

expose(WorkerKeeper);
