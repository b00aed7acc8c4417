import * as v from "valibot";
import type { LabelsPort } from "../../../src/clio/model/bring_labels.js";
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
} from "../../../src/clio/model/labels.js";

/** What the server has refused, in its own words. */
export class RefusedError extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
  ) {
    super(message);
    this.name = "RefusedError";
  }
}

const problemSchema = v.object({ code: v.string(), detail: v.string() });

/** Asks a server for volumes of labels of a dataset. */
export class LabelsClient implements LabelsPort {
  /** @param token undefined for a server that is one person's own */
  constructor(
    private readonly server: string,
    private readonly dataset: string,
    private readonly token: string | undefined,
  ) {}

  list(): Promise<LabelList> {
    return this.ask("GET", "", labelListSchema);
  }

  mayPass(error: unknown): boolean {
    if (!(error instanceof RefusedError)) return true;
    const { code, status } = error;
    return code === "wrong-offset" || [429, 502, 503].includes(status);
  }

  change(id: string, change: LabelChange): Promise<LabelVolume> {
    const path = `/volumes/${encodeURIComponent(id)}`;
    return this.ask("POST", path, labelVolumeSchema, JSON.stringify(change));
  }

  async remove(id: string): Promise<void> {
    await this.ask("DELETE", `/volumes/${encodeURIComponent(id)}`, v.null());
  }

  begin(asked: NewLabels): Promise<LabelsUpload> {
    const body = JSON.stringify(asked);
    return this.ask("POST", "/uploads", labelsUploadSchema, body);
  }

  upload(id: string): Promise<LabelsUpload> {
    return this.ask("GET", `/uploads/${id}`, labelsUploadSchema);
  }

  send(
    id: string,
    from: number,
    bytes: Uint8Array<ArrayBuffer>,
  ): Promise<LabelsUpload> {
    const path = `/uploads/${id}?from=${from}`;
    return this.ask("PUT", path, labelsUploadSchema, bytes);
  }

  finish(id: string): Promise<LabelsUpload> {
    return this.ask("POST", `/uploads/${id}/finish`, labelsUploadSchema);
  }

  /**
   * @throws RefusedError where the server says no, TypeError where it cannot be reached
   */
  private async ask<T extends v.GenericSchema>(
    method: string,
    path: string,
    schema: T,
    body?: string | Uint8Array<ArrayBuffer>,
  ): Promise<v.InferOutput<T>> {
    const type =
      typeof body === "string"
        ? "application/json"
        : "application/octet-stream";
    const response = await fetch(
      `${this.server}${labelsPath(this.dataset)}${path}`,
      {
        method,
        body,
        headers: {
          ...(body === undefined ? {} : { "Content-Type": type }),
          ...(this.token === undefined
            ? {}
            : { Authorization: `Bearer ${this.token}` }),
        },
        // A token goes to the server that was named and to no other.
        redirect: "error",
      },
    );
    const json: unknown = await response.json().catch(() => undefined);
    if (response.ok) return v.parse(schema, json);
    const problem = v.safeParse(problemSchema, json);
    if (problem.success)
      throw new RefusedError(
        response.status,
        problem.output.code,
        problem.output.detail,
      );
    throw new RefusedError(
      response.status,
      "unknown",
      `${this.server} answered ${response.status} ${response.statusText}; is it a Clio?`,
    );
  }
}
