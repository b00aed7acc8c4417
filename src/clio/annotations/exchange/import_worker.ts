// The worker's entry: one import from its file to its end.
import { ImportJob } from "./import_job.js";
import type {
  ImportAnswer,
  ImportMessage,
  ImportRequestKind,
  ImportRequests,
} from "./import_messages.js";
import { seldom, type Tell } from "../../model/files/progress.js";
import { FileRefused } from "../../model/files/refusal.js";

const job = new ImportJob();

self.addEventListener("message", (event: MessageEvent<ImportMessage>) => {
  void answer(event.data);
});

async function answer(message: ImportMessage): Promise<void> {
  const { number } = message;
  const tell = seldom((done, of, unit) => {
    const progress: ImportAnswer = { number, progress: { done, of, unit } };
    self.postMessage(progress);
  });
  let reply: ImportAnswer;
  try {
    reply = { number, answer: await ask(message, tell) };
  } catch (error) {
    reply =
      error instanceof FileRefused
        ? { number, refused: error.message }
        : { number, error: String(error) };
  }
  self.postMessage(reply);
}

function ask(
  { kind, question }: ImportMessage,
  tell: Tell,
): Promise<ImportRequests[ImportRequestKind]["answer"]> {
  // The kind says which question it is, which the compiler cannot follow over a union of functions.
  const method = job[kind].bind(job) as (
    question: ImportMessage["question"],
    tell: Tell,
  ) => Promise<ImportRequests[ImportRequestKind]["answer"]>;
  return method(question, tell);
}
