import {
  expectProblem,
  startServer,
  type ServerFixture,
} from "../testing/server_fixture.js";
import type { OpenApi } from "./openapi.js";

describe("The API's description", () => {
  let server: ServerFixture;
  let api: OpenApi;
  beforeAll(async () => {
    server = await startServer();
    const answer = await server.ask("/api/openapi.json");
    api = JSON.parse(answer.body.toString()) as OpenApi;
  });
  afterAll(() => server.close());

  it("is OpenAPI 3.1, and has every route of the table", () => {
    expect(api.openapi).toBe("3.1.0");
    const described = Object.entries(api.paths).flatMap(([path, methods]) =>
      Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`),
    );
    const routes = server.routes.map(({ method, path }) => `${method} ${path}`);
    expect(described.sort()).toEqual(routes.sort());
  });

  it("names every operation once, declares every part of a path, and refers to nothing that is not there", () => {
    const ids = new Set<string>();
    for (const [path, methods] of Object.entries(api.paths)) {
      for (const operation of Object.values(methods)) {
        expect(ids.has(operation.operationId))
          .withContext(operation.operationId)
          .toBeFalse();
        ids.add(operation.operationId);
        const inPath = operation.parameters
          .filter((parameter) => parameter.in === "path")
          .map(({ name }) => `{${name}}`);
        expect(inPath).toEqual(path.match(/\{\w+\}/g) ?? []);
        for (const security of operation.security) {
          for (const name of Object.keys(security)) {
            expect(api.components.securitySchemes[name]).toBeDefined();
          }
        }
      }
    }
    const text = JSON.stringify(api);
    for (const [, reference] of text.matchAll(/"\$ref":"([^"]+)"/g)) {
      expect(reference).toBe("#/components/schemas/Problem");
    }
  });

  it("says of bodies and answers what the schemas check", async () => {
    const { requestBody } = api.paths["/api/tokens"].post;
    expect(JSON.stringify(requestBody)).toContain('"required":["name"]');
    const annotation = JSON.stringify(
      api.paths["/v2/annotations/{dataset}"].get.responses,
    );
    for (const key of ["user", "key", "kind", "pos", "prop", "tags"]) {
      expect(annotation).toContain(`"${key}"`);
    }
    const { parameters } = api.paths["/v2/savedsearches/{dataset}"].post;
    expect(
      parameters.filter(({ required }) => required).map(({ name }) => name),
    ).toEqual(["dataset", "x", "y", "z"]);
    const target = "/v2/savedsearches/any?x=1&y=2";
    const answer = await server.ask(target, { method: "POST", body: {} });
    expect([400, 404]).toContain(answer.status);
  });

  it("is a page of our own, without a script, under the policy of all pages", async () => {
    const page = await server.ask("/api/docs/");
    expect(page.status).toBe(200);
    const html = page.body.toString();
    expect(html).not.toMatch(/<script|<style| style=| on\w+=|https?:\/\//);
    for (const path of Object.keys(api.paths)) expect(html).toContain(path);
    expect(page.headers["content-security-policy"]).toContain(
      "default-src 'self'",
    );
    const style = await server.ask("/api/docs.css");
    expect(style.headers["content-type"]).toMatch(/^text\/css/);
    const post = await server.ask("/api/docs", { method: "POST" });
    expectProblem(post, 405, "method-not-allowed");
  });
});
