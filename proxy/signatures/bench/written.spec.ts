import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { writeIndex, writeSignatures } from "./written.js";

describe("The index that benches write", () => {
  it("is refused where the file has fewer signatures than are to be in it", async () => {
    const folder = await mkdtemp(join(tmpdir(), "clio-written-"));
    try {
      const file = join(folder, "signatures");
      await writeSignatures(file, 10, (n) => new BigUint64Array(n).fill(7n), 1);
      await expectAsync(
        writeIndex(join(folder, "index"), file, 11),
      ).toBeRejectedWithError(/signatures: 80 bytes of 88 at 0/);
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});
