import { StatusMessage } from "neuroglancer/unstable/status.js";

/** How long a sentence stays in view: as long as it takes to notice it, and to read it at an unhurried pace. In milliseconds. */
const NOTICED = 2500;
const READ_PER_CHARACTER = 60;

/** What takes each sentence that is in view out of it. */
const told = new Map<string, () => void>();

/** Tells the person something in a sentence, for as long as it takes to read it. Told again meanwhile, it stays longer and is there once. */
export function tell(text: string): void {
  told.get(text)?.();
  const message = StatusMessage.showMessage(text);
  const end = () => {
    clearTimeout(timer);
    told.delete(text);
    message.dispose();
  };
  const timer = setTimeout(end, NOTICED + READ_PER_CHARACTER * text.length);
  told.set(text, end);
}
