import {
  MOST_PART_BYTES,
  type LabelsUpload,
  type NewLabels,
} from "./labels.js";

/** The bytes of one request: few enough that little is sent again where it is cut. */
const PART = MOST_PART_BYTES / 2;

/** Between two looks at how far a conversion is. */
const POLL_MS = 300;

/** How long to wait before the first of the tries after a cut, and how many there are; each waits twice as long as the one before. */
const FIRST_PAUSE_MS = 500;
const MOST_TRIES = 7;

/** Until a server has said anything its name may be wrong, which a person is told soon. */
const MOST_BEGINNINGS = 3;

/** What an upload asks of the server. Each throws where the server refuses or cannot be reached. */
export interface LabelsPort {
  /** Begins an upload, or goes on with the one of the same key. */
  begin(asked: NewLabels): Promise<LabelsUpload>;
  upload(id: string): Promise<LabelsUpload>;
  send(
    id: string,
    from: number,
    bytes: Uint8Array<ArrayBuffer>,
  ): Promise<LabelsUpload>;
  finish(id: string): Promise<LabelsUpload>;
  /** Whether trying again may help: the connection was cut, or the server is busy or being started. */
  mayPass(error: unknown): boolean;
}

/** A file that is brought. */
export interface BroughtBytes {
  readonly size: number;
  /** Another once anything else is in the file: what has come of the file before is not of this one then. */
  readonly key: string;
  read(from: number, count: number): Promise<Uint8Array<ArrayBuffer>>;
}

/**
 * Brings a file of labels to the server and waits until it is a volume. One of which a part is there already, by its key, goes on; so does
 * one whose connection is cut.
 * @param asked what is said of it
 * @param tell told of each step
 * @returns what has become of it: `done` or `failed`
 * @throws what the port throws; the signal's reason
 */
export async function bringLabels(
  port: LabelsPort,
  file: BroughtBytes,
  asked: Omit<NewLabels, "bytes" | "key">,
  tell: (upload: LabelsUpload) => void,
  signal?: AbortSignal,
): Promise<LabelsUpload> {
  const { size, key } = file;
  let failures = 0;
  /** Asks, and where the connection is cut, asks after a while how it stands: what came before is there. */
  const patiently = async (
    ask: () => Promise<LabelsUpload>,
    again: () => Promise<LabelsUpload>,
    most = MOST_TRIES,
  ): Promise<LabelsUpload> => {
    try {
      const answer = await ask();
      failures = 0;
      return answer;
    } catch (error) {
      if (!port.mayPass(error) || ++failures > most) throw error;
      await pause(FIRST_PAUSE_MS * 2 ** (failures - 1));
      signal?.throwIfAborted();
      return patiently(again, again, most);
    }
  };
  // Its answer may be what is lost: the upload is there then, and is the same one.
  const begin = () => port.begin({ ...asked, bytes: size, key });
  let upload = await patiently(begin, begin, MOST_BEGINNINGS);
  const { id } = upload;
  const state = () => port.upload(id);
  while (upload.received < size) {
    signal?.throwIfAborted();
    tell(upload);
    const { received: from } = upload;
    const bytes = await file.read(from, Math.min(PART, size - from));
    upload = await patiently(() => port.send(id, from, bytes), state);
  }
  while (upload.state === "receiving") {
    signal?.throwIfAborted();
    upload = await patiently(() => port.finish(id), state);
  }
  while (upload.state === "converting") {
    tell(upload);
    await pause(POLL_MS);
    signal?.throwIfAborted();
    upload = await patiently(state, state);
  }
  tell(upload);
  return upload;
}

const pause = (ms: number): Promise<void> =>
  new Promise((resolve) => setTimeout(resolve, ms));
