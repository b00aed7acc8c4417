/**
 * Makes what several stories read, before the first of them: the volumes, their signature indexes, and the database of the stories'
 * server. Each is kept until what makes it changes.
 */
import { StoryServer } from "./server.js";
import { ensureIndex } from "./signatures.js";
import {
  ensureDemo,
  ensureMedulla,
  ensureSections,
  storyData,
} from "./volumes.js";

const data = storyData();

async function demo(): Promise<void> {
  await ensureDemo(data);
  // 2,048 places.
  await ensureIndex(data, "demo", "16,16,16");
}

async function medulla(): Promise<void> {
  if (await ensureMedulla(data))
    await ensureIndex(data, "fibsem-medulla-ts2", "12,12,12");
}

async function sections(): Promise<void> {
  if (await ensureSections(data))
    await ensureIndex(data, "sstem-vnc", "16,16,1");
}

async function database(): Promise<void> {
  const server = await StoryServer.start(data);
  await server.stop();
}

await Promise.all([demo(), medulla(), sections(), database()]);
