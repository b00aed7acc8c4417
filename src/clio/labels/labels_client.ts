/** What the panel of labels asks of the server that the page came from. */
import * as v from "valibot";
import type { LabelsPort } from "../model/bring_labels.js";
import {
  labelListSchema,
  labelsPath,
  labelsUploadSchema,
  labelVolumeSchema,
  type LabelChange,
  type LabelList,
  type LabelsUpload,
  type LabelVolume,
  type NewLabels,
} from "../model/labels.js";

/** How long an answer may take: a part of a file over a slow line is minutes. */
const PATIENCE_MS = 300_000;

/** Thrown where the server does not answer, or says no. The message is its reason, for a person to read. */
export class LabelsProblem extends Error {
  override name = "LabelsProblem";

  /** @param status 0 where there was no answer */
  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
  ) {
    super(message);
  }
}

const problemSchema = v.object({ detail: v.string(), code: v.string() });

/** The volumes of labels of one dataset. */
export class LabelsClient implements LabelsPort {
  constructor(readonly dataset: string) {}

  list(): Promise<LabelList> {
    return this.ask(labelListSchema, "GET", "");
  }

  change(id: string, change: LabelChange): Promise<LabelVolume> {
    const body = JSON.stringify(change);
    return this.ask(labelVolumeSchema, "POST", `/volumes/${id}`, body);
  }

  async remove(id: string): Promise<void> {
    await this.ask(v.null(), "DELETE", `/volumes/${id}`);
  }

  async cancel(id: string): Promise<void> {
    await this.ask(v.null(), "DELETE", `/uploads/${id}`);
  }

  begin(asked: NewLabels): Promise<LabelsUpload> {
    const body = JSON.stringify(asked);
    return this.ask(labelsUploadSchema, "POST", "/uploads", body);
  }

  upload(id: string): Promise<LabelsUpload> {
    return this.ask(labelsUploadSchema, "GET", `/uploads/${id}`);
  }

  send(
    id: string,
    from: number,
    bytes: Uint8Array<ArrayBuffer>,
  ): Promise<LabelsUpload> {
    const path = `/uploads/${id}?from=${from}`;
    return this.ask(labelsUploadSchema, "PUT", path, bytes);
  }

  finish(id: string): Promise<LabelsUpload> {
    return this.ask(labelsUploadSchema, "POST", `/uploads/${id}/finish`);
  }

  mayPass(error: unknown): boolean {
    if (!(error instanceof LabelsProblem)) return false;
    const { status, code } = error;
    return code === "wrong-offset" || [0, 429, 502, 503].includes(status);
  }

  /** @throws LabelsProblem */
  private async ask<Schema extends v.GenericSchema>(
    schema: Schema,
    method: "GET" | "POST" | "PUT" | "DELETE",
    path: string,
    body?: string | Uint8Array<ArrayBuffer>,
  ): Promise<v.InferOutput<Schema>> {
    const type =
      typeof body === "string"
        ? "application/json"
        : "application/octet-stream";
    let status: number;
    let json: unknown;
    try {
      const answer = await fetch(`${labelsPath(this.dataset)}${path}`, {
        ...{ method, body, cache: "no-store" },
        signal: AbortSignal.timeout(PATIENCE_MS),
        headers: body === undefined ? {} : { "Content-Type": type },
      });
      status = answer.status;
      json = await answer.json();
    } catch {
      // No answer, or one that was cut short, or a proxy's page that says that nobody is behind it.
      throw new LabelsProblem(0, "away", "the server cannot be reached");
    }
    if (status >= 400) {
      const problem = v.safeParse(problemSchema, json);
      const { code, detail } = problem.success
        ? problem.output
        : { code: "unknown", detail: `the server answers ${status}` };
      throw new LabelsProblem(status, code, detail);
    }
    const parsed = v.safeParse(schema, json);
    if (parsed.success) return parsed.output;
    throw new LabelsProblem(
      status,
      "unknown",
      "the answer of the server is not understood",
    );
  }
}
