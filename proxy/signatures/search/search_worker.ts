// The entry of a worker thread that searches segments.
import { makeKernel } from "../kernel/choose.js";
import { answerTasks } from "../thread.js";
import {
  performSearch,
  type SearchAnswer,
  type SearchTask,
} from "./search_task.js";

const kernel = makeKernel();

answerTasks<SearchTask, SearchAnswer>((task) => ({
  answer: performSearch(task, kernel),
}));
