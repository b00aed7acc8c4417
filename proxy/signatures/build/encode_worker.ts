// The entry of a thread that makes the signatures of blocks of places.
import { workerData } from "node:worker_threads";
import { LearnedEncoder } from "../encoder/learned_encoder.js";
import type { Records } from "../record.js";
import { answerTasks } from "../thread.js";
import { encodeBlock } from "./encode_block.js";
import type { EncodeThreadData } from "./encode_task.js";
import type { PlaceBlock } from "./place_lattice.js";
import { outcomeOf, type Outcome } from "./volume/volume_error.js";
import { VolumeReader } from "./volume/volume_reader.js";

const { source, parameters, stride, step } = workerData as EncodeThreadData;
const encoder = LearnedEncoder.from(parameters);
const opened = VolumeReader.open(source.place, source.scale);
// Told to whoever asks for a task.
opened.catch(() => undefined);

async function encode(block: PlaceBlock): Promise<Records> {
  return encodeBlock(await opened, encoder, { ...block, stride }, step);
}

answerTasks<PlaceBlock, Outcome<Records>>(async (block) => ({
  answer: await outcomeOf(encode(block)),
}));
