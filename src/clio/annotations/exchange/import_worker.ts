// The worker's entry: one import from its file to its end.
import { ImportJob } from "./import_job.js";
import type {
  ImportAnswer,
  ImportMessage,
  ImportRequestKind,
  ImportRequests,
} from "./import_messages.js";
import { FileRefused } from "./refusal.js";

const job = new ImportJob();

self.addEventListener("message", (event: MessageEvent<ImportMessage>) => {
  void answer(event.data);
});

async function answer(message: ImportMessage): Promise<void> {
  const { number } = message;
  let reply: ImportAnswer;
  try {
    reply = { number, answer: await ask(message) };
  } catch (error) {
    reply =
      error instanceof FileRefused
        ? { number, refused: error.message }
        : { number, error: String(error) };
  }
  self.postMessage(reply);
}

function ask({
  kind,
  question,
}: ImportMessage): Promise<ImportRequests[ImportRequestKind]["answer"]> {
  // The kind says which question it is, which the compiler cannot follow over a union of functions.
  const method = job[kind].bind(job) as (
    question: ImportMessage["question"],
  ) => Promise<ImportRequests[ImportRequestKind]["answer"]>;
  return method(question);
}
