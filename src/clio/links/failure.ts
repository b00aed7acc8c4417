import { formatErrorMessage } from "neuroglancer/unstable/util/error.js";
import { linkOfMarksUrl } from "../model/link.js";
import { HttpError } from "neuroglancer/unstable/util/http_request.js";
import { placeOf } from "./remote_place.js";

/** Why the source of a layer is not there, in words for a person. */
export interface Failure {
  /** Where the source lies: a host, or a bucket with its scheme. */
  readonly place: string;
  /** What went wrong: continues a sentence that begins with the place. */
  readonly reason: string;
  /** What to do. */
  readonly next: string;
}

const longestReason = 200;

const tellSender = "Ask who sent the link where the data is now.";

/**
 * @param url of the source, as it stands in the layer
 * @param error what reading it ended in
 */
export function failureOf(url: string, error: unknown): Failure {
  const isOfLink = linkOfMarksUrl(url) !== undefined;
  if (isOfLink || url.startsWith("clio://synapses/")) {
    return {
      place: isOfLink ? "What this link brings" : "What it is to show",
      reason: `cannot be shown: ${formatErrorMessage(error).replace(/\.$/, "")}`,
      // Why there are no synapses says itself what to do.
      next: isOfLink
        ? "Ask who sent the link for a new one."
        : "Then try again.",
    };
  }
  return { place: placeOf(url), ...whatFailed(url, error) };
}

function whatFailed(url: string, error: unknown): Omit<Failure, "place"> {
  if (/^\s*clio:\/\/https?:/i.test(url)) {
    return {
      reason: `is a server of the former Clio: ${clip(formatErrorMessage(error))}`,
      next: "Ask who sent the link for a copy of its marks.",
    };
  }
  const status = httpStatus(error);
  switch (status) {
    case undefined:
      return notOverHttp(error);
    case 0:
      return {
        reason: "does not answer, or does not let this page read it",
        next: "See that this machine is online and may reach the data (some need a VPN), then try again.",
      };
    case 401:
    case 403:
      return {
        reason: `answers ${status}: it is not open to everyone`,
        next: "Ask who sent the link for access.",
      };
    case 404:
    case 410:
      return { reason: `answers ${status}: it is not there`, next: tellSender };
    default:
      return {
        reason: `answers ${status}: it has a fault of its own`,
        next: "Try again later.",
      };
  }
}

/** The status of the HTTP answer behind an error: 0 where there was none, undefined where it was not about HTTP. */
function httpStatus(error: unknown): number | undefined {
  for (
    let cause = error;
    cause instanceof Error;
    cause = (cause as { cause?: unknown }).cause
  ) {
    if (cause instanceof HttpError) return cause.status;
  }
  return undefined;
}

function notOverHttp(error: unknown): Omit<Failure, "place"> {
  const message = formatErrorMessage(error);
  const scheme = /^Unsupported scheme: ([^:]{1,40}):/.exec(message)?.[1];
  if (scheme !== undefined) {
    return {
      reason: `is given as a source of kind “${scheme}”, which this viewer does not read`,
      next: "Ask who sent the link for a kind that it reads, such as precomputed or zarr.",
    };
  }
  if (message.startsWith("No registered credentials provider")) {
    return {
      reason: "wants a sign-in that this viewer does not have",
      next: "Ask who sent the link for a copy that is open to everyone.",
    };
  }
  return { reason: `cannot be read: ${clip(message)}`, next: tellSender };
}

function clip(message: string): string {
  return message.length > longestReason
    ? `${message.slice(0, longestReason)}…`
    : message;
}
