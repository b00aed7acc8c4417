import { route, type Route } from "../routes/route.js";
import { openApiOf } from "./openapi.js";
import { docsPage, docsStyle } from "./page.js";

/**
 * `/api/openapi.json` and `/api/docs`.
 * @param routes all others of the table
 * @returns those, and the routes that describe all of them
 */
export function withDocs(routes: readonly Route[]): Route[] {
  const docs = [
    route({
      method: "GET",
      path: "/api/openapi.json",
      summary: "This description, for programs",
      access: "anyone",
      answerType: "application/json",
      handle: () => Promise.resolve(api),
    }),
    route({
      method: "GET",
      path: "/api/docs",
      summary: "This description, for people",
      access: "anyone",
      answerType: "text/html",
      handle({ response }) {
        response.type("html").send(page);
        return Promise.resolve();
      },
    }),
    route({
      method: "GET",
      path: "/api/docs.css",
      summary: "The style of that page",
      access: "anyone",
      answerType: "text/css",
      handle({ response }) {
        response.type("css").send(docsStyle);
        return Promise.resolve();
      },
    }),
  ];
  const table = [...routes, ...docs];
  const api = openApiOf(table);
  const page = docsPage(api);
  return table;
}
