/** Datasets of their own for specs that share a server. */
import type { Answer } from "../../testing/server_fixture.js";
import type { GroupServer } from "../../testing/group_server.js";

const scene = {
  neuroglancer: {
    layers: [
      { type: "image", name: "image", source: "precomputed://https://a.org" },
    ],
  },
};

/** Who is what in each of them; the others are nothing, but for the server's administrator. */
const roles = [
  ["ada@lab.org", "clio_read"],
  ["bob@lab.org", "clio_general"],
  ["cleo@lab.org", "clio_write"],
  ["dora@lab.org", "dataset_admin"],
];

/**
 * Describes a dataset, and gives each person the role of their name.
 * @param more what its description says beside its layer
 * @returns the answer to the description
 */
export async function describeDataset(
  server: GroupServer,
  id: string,
  more: object = {},
): Promise<Answer> {
  const answer = await server.askAs("root", "/v2/datasets", {
    method: "POST",
    body: { [id]: { ...scene, ...more } },
  });
  for (const [user, role] of roles) {
    const target = `/api/datasets/${id}/roles/${user}/${role}`;
    await server.askAs("root", target, { method: "PUT" });
  }
  return answer;
}
