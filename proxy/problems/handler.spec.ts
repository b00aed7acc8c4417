import express from "express";
import type { AddressInfo } from "node:net";
import { makeLog } from "../log/log.js";
import { problemHandler } from "./handler.js";

describe("An error that nobody foresaw", () => {
  it("is logged whole and answered without a word of it", async () => {
    const lines: string[] = [];
    const log = makeLog("info", { write: (line) => void lines.push(line) });
    const app = express();
    app.get("/fails", (_request, response) => {
      response.set("ETag", '"of-the-failed-answer"');
      throw new Error("the password is hunter2");
    });
    app.use(problemHandler(log));
    const server = app.listen(0, "127.0.0.1");
    try {
      await new Promise((resolve) => server.once("listening", resolve));
      const { port } = server.address() as AddressInfo;
      const answer = await fetch(`http://127.0.0.1:${port}/fails`);
      expect(answer.status).toBe(500);
      expect(answer.headers.get("etag")).not.toContain("failed-answer");
      const text = await answer.text();
      expect(JSON.parse(text)).toEqual(
        jasmine.objectContaining({ status: 500, code: "internal" }),
      );
      expect(text).not.toContain("hunter2");
      expect(lines.join("")).toContain("hunter2");
    } finally {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    }
  });
});
