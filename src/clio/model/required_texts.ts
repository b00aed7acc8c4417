/** What is not read here: flags and names, quotes, classes by their names, and characters by their names and numbers. */
const UNREAD = /\(\?|\\[QpPxcC0-9]|\[:/;

const REPEAT = /^\{\d+(,\d*)?\}/;

/**
 * Texts that are in everything in which a regular expression is found: where one of them is missing, the expression, which takes ten
 * times as long, need not look. Not all there are, and none where the pattern is not understood.
 * @param pattern as RE2 takes it
 */
export function requiredTexts(pattern: string): string[] {
  if (UNREAD.test(pattern)) return [];
  const texts: string[] = [];
  let run: string[] = [];
  const end = () => {
    if (run.length > 0) texts.push(run.join(""));
    run = [];
  };
  // By code points: to those, and not to halves of them, does what follows them apply.
  const points = [...pattern];
  for (let at = 0; at < points.length; ++at) {
    switch (points[at]) {
      case "|": // Either side is enough.
      case "]":
      case ")":
      case "}":
        return [];
      case "*":
      case "?":
        // What stands before it may be absent.
        run.pop();
        end();
        break;
      case "{": {
        const repeat = REPEAT.exec(points.slice(at).join(""));
        if (repeat === null) return [];
        run.pop();
        end();
        at += repeat[0].length - 1;
        break;
      }
      case "(":
      case "[":
        end();
        at = endOf(points, at);
        if (at < 0) return [];
        break;
      case "\\":
        end();
        at += 1;
        break;
      case ".":
      case "^":
      case "$":
      case "+":
        end();
        break;
      default:
        run.push(points[at]);
    }
  }
  end();
  return texts;
}

/** Where a group or a class of characters ends that begins at `at`; -1 where it does not. */
function endOf(points: readonly string[], at: number): number {
  if (points[at] === "[") {
    // The first in a class is one of its characters, also where it would end it.
    const first = points[at + 1] === "^" ? at + 2 : at + 1;
    for (let i = first; i < points.length; ++i) {
      if (points[i] === "\\") i += 1;
      else if (points[i] === "]" && i > first) return i;
    }
    return -1;
  }
  for (let i = at + 1; i < points.length; ++i) {
    if (points[i] === ")") return i;
    if (points[i] === "\\") i += 1;
    else if (points[i] === "(" || points[i] === "[") {
      i = endOf(points, i);
      if (i < 0) return -1;
    }
  }
  return -1;
}
