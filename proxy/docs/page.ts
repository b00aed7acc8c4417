/** The API's description as a page that needs no script: whatever is in it is text. */
import type { OpenApi } from "./openapi.js";

type Operation = OpenApi["paths"][string][string];

const entities: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

function escape(text: string): string {
  return text.replace(/[&<>"']/g, (character) => entities[character]);
}

/** Text in which `code` stands between backticks. */
function prose(text: string): string {
  return escape(text).replace(/`([^`]+)`/g, "<code>$1</code>");
}

function json(value: object): string {
  return `<pre>${escape(JSON.stringify(value, undefined, 2))}</pre>`;
}

function details(summary: string, inner: string): string {
  return `<details><summary>${escape(summary)}</summary>${inner}</details>`;
}

function parameters({ parameters }: Operation): string {
  if (parameters.length === 0) return "";
  const rows = parameters.map(
    ({ name, in: where, required, schema }) =>
      `<tr><td><code>${escape(name)}</code></td><td>${where}</td><td>${required ? "required" : ""}</td><td><code>${escape(JSON.stringify(schema))}</code></td></tr>`,
  );
  return `<table><thead><tr><th scope="col">Parameter</th><th scope="col">In</th><th scope="col"></th><th scope="col">Schema</th></tr></thead><tbody>${rows.join("")}</tbody></table>`;
}

function operation(method: string, path: string, it: Operation): string {
  const body =
    it.requestBody === undefined ? "" : details("Body", json(it.requestBody));
  return `<article id="${escape(it.operationId)}">
<h3><span class="method">${escape(method.toUpperCase())}</span> <code>${escape(path)}</code></h3>
<p><strong>${prose(it.summary)}.</strong> ${prose(it.description)}</p>
${parameters(it)}${body}${details("Answers", json(it.responses))}
</article>`;
}

/**
 * The page.
 * @param api the document that it shows
 */
export function docsPage(api: OpenApi): string {
  const byTag = new Map<string, string[]>();
  for (const [path, methods] of Object.entries(api.paths)) {
    for (const [method, it] of Object.entries(methods)) {
      const [tag] = it.tags;
      const ofTag = byTag.get(tag) ?? [];
      ofTag.push(operation(method, path, it));
      byTag.set(tag, ofTag);
    }
  }
  const tags = [...byTag.keys()].sort();
  const links = tags.map(
    (tag) => `<li><a href="#tag-${escape(tag)}">${escape(tag)}</a></li>`,
  );
  const sections = tags.map(
    (tag) =>
      `<section><h2 id="tag-${escape(tag)}">${escape(tag)}</h2>${byTag.get(tag)!.join("")}</section>`,
  );
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Clio: the API</title>
<link rel="stylesheet" href="/api/docs.css">
</head>
<body>
<header><h1>The API of Clio ${escape(api.info.version)}</h1>
<p>${prose(api.info.description)}</p>
<p>Programs read <a href="/api/openapi.json">openapi.json</a>. Scripts send their token as <code>Authorization: Bearer …</code>, and never in an address.</p></header>
<nav aria-label="Parts"><ul>${links.join("")}</ul></nav>
<main>${sections.join("\n")}</main>
</body>
</html>
`;
}

/** Its style: a file of its own, as the content security policy takes none inside the page. */
export const docsStyle = `:root { color-scheme: dark; }
body { max-width: 60rem; margin: 2rem auto; padding: 0 1rem; background: #16181d; color: #e6e8ec; font: 15px/1.5 system-ui, sans-serif; }
a { color: #8ab4f8; }
nav ul { display: flex; flex-wrap: wrap; gap: 0.25rem 1rem; padding: 0; list-style: none; }
article { margin: 1rem 0; padding: 0.5rem 1rem; border: 1px solid #3a3f4a; border-radius: 6px; }
h3 { margin: 0.5rem 0; font-weight: 500; }
.method { display: inline-block; min-width: 4rem; font-weight: 700; }
code, pre { font-family: ui-monospace, monospace; font-size: 13px; }
pre { overflow-x: auto; padding: 0.75rem; background: #0e1014; }
table { border-collapse: collapse; width: 100%; }
th, td { padding: 0.25rem 0.75rem 0.25rem 0; text-align: left; vertical-align: top; overflow-wrap: anywhere; }
summary { cursor: pointer; padding: 0.25rem 0; }
`;
