import { element } from "./element.js";
import "./ui.css";

/** How many colours the tokens have for words: `--cat-1` to `--cat-8`. */
const COLOURS = 8;

/** The colour of a word, as a value for style: always the same for the same word. */
export function wordColour(word: string): string {
  let sum = 0;
  for (let i = 0; i < word.length; ++i) {
    sum = (sum * 31 + word.charCodeAt(i)) >>> 0;
  }
  return `var(--cat-${1 + (sum % COLOURS)})`;
}

/** A word with its colour, as tags are shown. */
export function chip(word: string): HTMLElement {
  const made = element("span", { class: "clio-chip", title: word }, word);
  made.style.setProperty("--word", wordColour(word));
  return made;
}
