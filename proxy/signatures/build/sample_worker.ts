// The entry of a thread that looks at boxes of a volume, for the encoder to be learned from.
import { workerData } from "node:worker_threads";
import { sampleBox, type BoxSample } from "../encoder/sample.js";
import { answerTasks } from "../thread.js";
import { blankPlaces } from "./blank.js";
import { readMirrored } from "./mirrored_block.js";
import type { SampleTask, SampleThreadData } from "./sample_task.js";
import { outcomeOf, type Outcome } from "./volume/volume_error.js";
import { VolumeReader } from "./volume/volume_reader.js";

const { source, look, size, places } = workerData as SampleThreadData;
const opened = VolumeReader.open(source.place, source.scale);
// Told to whoever asks for a task.
opened.catch(() => undefined);

async function sample({ first, seed }: SampleTask): Promise<BoxSample> {
  const block = await readMirrored(await opened, {
    min: first,
    max: [first[0] + size[0], first[1] + size[1], first[2] + size[2]],
  });
  const isBlank = blankPlaces(block, places);
  return sampleBox(block, places, isBlank, look, seed);
}

answerTasks<SampleTask, Outcome<BoxSample>>(async (task) => ({
  answer: await outcomeOf(sample(task)),
}));
