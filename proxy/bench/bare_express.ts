import { spawn } from "node:child_process";
import { once } from "node:events";

/** A route without anything behind it: what Node and Express take by themselves. */
const program = `
import express from "express";
const app = express();
const bytes = Buffer.from(JSON.stringify(Array.from({ length: 10000 }, (_, i) => JSON.parse(process.argv[1].replaceAll("N", String(i))))));
app.get("/read", (request, response) => response.type("application/json").send(bytes));
app.get("/small", (request, response) => response.json({ revision: 1, more: false, records: [], conflicts: [] }));
app.post("/write", express.json(), (request, response) => response.json({ key: "Pt1_2_3", got: Object.keys(request.body).length }));
const listeners = new Set();
app.get("/events", (request, response) => {
  response.writeHead(200, { "Content-Type": "text/event-stream" });
  response.write(":open\\n\\n");
  listeners.add(response);
  response.once("close", () => listeners.delete(response));
});
let revision = 0;
app.post("/publish", express.json(), (request, response) => {
  ++revision;
  for (const each of listeners) each.write(\`data: {"revision":\${revision}}\\n\\n\`);
  response.json({ revision });
});
const server = app.listen(0, "127.0.0.1", () => console.log(server.address().port));
`;

/** A bare Express in a process of its own. */
export interface BareExpress {
  port: number;
  stop(): Promise<void>;
}

/** @param item JSON of one annotation, `N` where each has its own number */
export async function startBareExpress(item: string): Promise<BareExpress> {
  const child = spawn(
    process.execPath,
    ["--input-type=module", "-e", program, item],
    {
      stdio: ["ignore", "pipe", "inherit"],
      env: { ...process.env, NODE_ENV: "production" },
    },
  );
  const [text] = (await once(child.stdout, "data")) as [Buffer];
  return {
    port: Number(text.toString()),
    stop: async () => {
      const ended = once(child, "exit");
      child.kill("SIGTERM");
      await ended;
    },
  };
}
