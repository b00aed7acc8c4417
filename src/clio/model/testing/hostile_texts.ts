/** Texts that are markup, code, or would turn a line around or burst it, where they are not taken for text. */

/** What would run, or become part of the page. */
const MARKUP = [
  '<img src=x onerror="window.hit=1">',
  "<script>window.hit=1</script>",
  '"><svg/onload=window.hit=1>',
  "javascript:window.hit=1",
  "{{constructor.constructor('window.hit=1')()}}",
  "${window.hit=1}",
  "' autofocus onfocus='window.hit=1",
  "</textarea><script>window.hit=1</script>",
  "</style><style>*{display:none}",
  "<!-- <template>",
  "<iframe srcdoc='<script>parent.hit=1</script>'>",
  "<a href='javascript:window.hit=1' style='position:fixed;inset:0'>x</a>",
  "<base href=//evil.test><form action=//evil.test>",
  "<math><mtext><table><mglyph><style><img src onerror=window.hit=1>",
  "&lt;img src=x onerror=window.hit=1&gt;",
  "\\u003cscript\\u003ewindow.hit=1",
  '{"__proto__":{"hit":1}}',
  "'; DROP TABLE atlas; --",
  "=cmd|' /C calc'!A0",
  "../../../../etc/passwd%00",
];

/** What turns a line around, bursts it, or is no character at all. */
const AROUND = [
  "",
  "\u202e\u202edesrever",
  "\u2066\u2067\u202b\u202d",
  "\u0000\u0007\u001b[31m\u009b\u007f\ufeff",
  "a\u0300".repeat(60),
  "W".repeat(300),
  "\ud800 lone \udfff",
  "\n\n\r\n\u2028\u2029\t\v\f".repeat(20),
  "\u200b\u200d\u00ad\ufe0f👩‍👩‍👧‍👦\ufdfd".repeat(20),
  "\u0628\u0640".repeat(80),
];

/** How often it all stands after each other. */
const COPIES = [1, 2, 8, 60, 600];

const COUNT = MARKUP.length * AROUND.length * COPIES.length;
/** Has no factor in common with COUNT: among few of them there are some of every kind. */
const STRIDE = 387;

/** One of a thousand, of which no two are the same. */
export function hostileText(n: number): string {
  const k = (n * STRIDE) % COUNT;
  const markup = MARKUP[k % MARKUP.length];
  const around = AROUND[Math.floor(k / MARKUP.length) % AROUND.length];
  const copies = COPIES[Math.floor(k / MARKUP.length / AROUND.length)];
  return `${around}${markup}${around}`.repeat(copies);
}

/** One of a megabyte, as a script could write it where nobody counts. */
export const MEGABYTE = `${MARKUP[0]}\u202e`.repeat(30_000).slice(0, 2 ** 20);
