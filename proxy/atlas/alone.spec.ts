import { LOCAL_USER } from "../../src/clio/model/sandbox.js";
import type { AtlasPage, SeenEntry } from "../../src/clio/model/atlas_wire.js";
import { jsonOf } from "../testing/group_server.js";
import { startServer } from "../testing/server_fixture.js";

const vnc = {
  title: "A volume of one's own",
  neuroglancer: {
    dimensions: { x: [8e-9, "m"], y: [8e-9, "m"], z: [8e-9, "m"] },
    layers: [
      {
        type: "image",
        name: "image",
        source: "precomputed://https://lab.test/vnc",
      },
    ],
  },
};

describe("The atlas of a server that is one person's own", () => {
  it("is reviewed by its author, who is told so, and is marked as reviewed by them", async () => {
    const server = await startServer({
      "datasets.json": JSON.stringify({ vnc }),
    });
    const post = (target: string, body: object) =>
      server.ask(target, { method: "POST", body });
    try {
      const own = { title: "A T-bar", user: LOCAL_USER };
      const at = "/v2/atlas/vnc?x=1&y=2&z=3";
      const { id, verified } = jsonOf<{ id: string; verified: boolean }>(
        await post(at, own),
      );
      expect(verified).toBe(false);
      const page = jsonOf<AtlasPage>(await server.ask("/api/atlas/entries"));
      expect([page.isAlone, page.reviews]).toEqual([true, ["vnc"]]);
      const entry = `/api/atlas/entries/vnc/${id}`;
      const seen = jsonOf<SeenEntry>(
        await post(`${entry}/verify`, { version: 1 }),
      );
      expect([seen.state, seen.reviewer, seen.entry.user]).toEqual([
        ...["verified", LOCAL_USER, LOCAL_USER],
      ]);
      await post(`${entry}/unverify`, { version: 1 });
      const again = await post(at, { ...own, verified: true });
      expect(jsonOf<{ verified: boolean }>(again).verified).toBe(true);
    } finally {
      await server.close();
    }
  });
});
