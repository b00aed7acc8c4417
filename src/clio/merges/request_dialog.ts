import type { MergeRecord } from "../model/merge.js";
import type {
  NewRequest,
  RequestContent,
  RequestHead,
} from "../model/merge_request.js";
import { button } from "../ui/button.js";
import { Dialog } from "../ui/dialog.js";
import { element } from "../ui/element.js";
import { notice } from "../ui/notice.js";
import type { RequestDesk } from "./request_desk.js";

/** The longest title, as the model has it. */
const LONGEST_TITLE = "200";
const LONGEST_TEXT = "4000";

/** Asks with which words merges are to be sent, and sends them: as a new request, or in the place of one that is to be changed. */
export function askToSend(
  desk: RequestDesk,
  merges: readonly MergeRecord[],
  sent: () => void,
): void {
  // Sent again because the answer was lost, it is the same request.
  const id = crypto.randomUUID();
  const again = (desk.list?.requests ?? []).filter(
    ({ author, state }) =>
      author === desk.person &&
      (state === "changes requested" || state === "draft"),
  );
  const which = element(
    "select",
    { class: "clio-field", "aria-label": "Send as" },
    element("option", { value: "" }, "a new request"),
    ...again.map((head) =>
      element(
        "option",
        { value: head.id },
        `${head.state === "draft" ? "the draft" : "again:"} ${head.title}`,
      ),
    ),
  );
  const title = element("input", {
    class: "clio-field",
    type: "text",
    maxlength: LONGEST_TITLE,
    "aria-label": "Title",
  });
  const reason = element("textarea", {
    class: "clio-field clio-request-words",
    rows: "4",
    maxlength: LONGEST_TEXT,
    "aria-label": "Reason",
    placeholder: "Why they are right",
  });
  const refused = element("div");
  const chosenHead = () => again.find((head) => head.id === which.value);
  which.addEventListener("change", () => {
    title.value = chosenHead()?.title ?? "";
    draft.disabled = chosenHead() !== undefined;
  });
  const send = async (state: NewRequest["state"]) => {
    const content: RequestContent = {
      title: title.value.trim(),
      reason: reason.value.trim(),
      merges: [...merges],
    };
    if (content.title === "") {
      refused.replaceChildren(refusal("The request has no title."));
      title.focus();
      return;
    }
    submit.disabled = true;
    try {
      await sendAs(desk, chosenHead(), id, content, state);
      dialog.close();
      sent();
    } catch (error) {
      const words = error instanceof Error ? error.message : String(error);
      refused.replaceChildren(refusal(words));
    } finally {
      submit.disabled = false;
    }
  };
  const submit = button({
    label: "Submit for review",
    kind: "primary",
    key: "control+enter",
    run: () => void send("submitted"),
  });
  const draft = button({
    label: "Keep as draft",
    run: () => void send("draft"),
  });
  const { length } = merges;
  const dialog = new Dialog({
    title: "Send merges for review",
    parts: [
      element(
        "div",
        { class: "clio-request-form" },
        element(
          "p",
          {},
          `${length.toLocaleString("en")} ${length === 1 ? "merge" : "merges"} as ${length === 1 ? "it is" : "they are"} now: what you change later is not in the request. A reviewer looks at each, and what is accepted is merged for everybody.`,
        ),
        ...(again.length === 0
          ? []
          : [element("label", {}, "Send as ", which)]),
        element("label", {}, "Title ", title),
        element("label", {}, "Reason ", reason),
        refused,
      ),
      element("div", { class: "clio-merges-answers" }, draft, submit),
    ],
  });
  dialog.element.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || !event.ctrlKey) return;
    event.preventDefault();
    void send("submitted");
  });
  dialog.open(title);
}

async function sendAs(
  desk: RequestDesk,
  head: RequestHead | undefined,
  id: string,
  content: RequestContent,
  state: NewRequest["state"],
): Promise<void> {
  if (head === undefined) await desk.make(id, content, state);
  else await desk.makeAgain(head, content);
}

function refusal(reason: string): HTMLElement {
  return notice({
    severity: "bad",
    what: "The request was not sent.",
    kept: "Your merges are as they were.",
    next: reason,
  });
}

/** Asks for the words that go with a step, without which whoever asked would not know what to do. */
export function askForWords(
  title: string,
  label: string,
  run: (note: string) => void,
): void {
  const words = element("textarea", {
    class: "clio-field clio-request-words",
    rows: "4",
    maxlength: LONGEST_TEXT,
    "aria-label": "What you say to the author",
  });
  const finish = () => {
    const note = words.value.trim();
    if (note === "") {
      words.focus();
      return;
    }
    dialog.close();
    run(note);
  };
  const dialog = new Dialog({
    title,
    parts: [
      element(
        "div",
        { class: "clio-request-form" },
        element("label", {}, "What you say to the author ", words),
      ),
      element(
        "div",
        { class: "clio-merges-answers" },
        button({
          label,
          kind: "primary",
          key: "control+enter",
          run: finish,
        }),
      ),
    ],
  });
  dialog.element.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || !event.ctrlKey) return;
    event.preventDefault();
    finish();
  });
  dialog.open(words);
}
