import { MergeSets } from "../../src/clio/model/merge_sets.js";
import { segmentationVersion } from "../../src/clio/model/dataset_versions.js";
import {
  acceptedOf,
  conflictsOf,
} from "../../src/clio/model/merge_conflicts.js";
import {
  type MergedSegmentation,
  mergesDataset,
} from "../../src/clio/model/merge.js";
import {
  headOf,
  type MergeRequest,
  type NewRequest,
  type OpenedRequest,
  type PublicMerge,
  type PublicMerges,
  type RequestAct,
  type RequestHead,
  type RequestList,
  requestedMerges,
  roundOf,
} from "../../src/clio/model/merge_request.js";
import {
  actOn,
  isRefusal,
  maySee,
  type RequestActor,
  whyNoReview,
} from "../../src/clio/model/merge_request_acts.js";
import { EVERYBODY, LOCAL_USER } from "../../src/clio/model/sandbox.js";
import type { DatasetSource, Permissions } from "../permissions/permissions.js";
import { forbidden, notFound, Problem } from "../problems/problem.js";
import type { RecordEvents } from "../records/events.js";
import type { Account, Reader, Storage, Writer } from "../storage/storage.js";
import {
  open,
  requireGood,
  requireOwnIds,
  requireRoom,
} from "./request_limits.js";

/** Ids that the audit list names where many are decided in one go. */
const mostNoted = 20;

/** How many public merges are answered at a time. */
const pageSize = 10_000;

/** Requests to take merges over for everybody, and what was taken over. */
export class MergeRequests {
  constructor(
    private readonly storage: Storage,
    private readonly permissions: Permissions,
    private readonly datasets: DatasetSource,
    private readonly events: RecordEvents,
  ) {}

  /**
   * What is merged for everybody, in the order in which it was applied: a page of it.
   * @param after the position that an earlier answer gave; 0 for all from the first
   */
  async publicMerges(
    of: MergedSegmentation,
    after: number,
  ): Promise<PublicMerges> {
    const rows = await this.storage.read.publicMerges(of, after, pageSize);
    return {
      merges: rows.map(({ merge }) => merge),
      position: rows.at(-1)?.seq ?? after,
      more: rows.length === pageSize,
    };
  }

  /** The requests that somebody may see in a dataset: their own, and where they review, all that are no drafts. */
  async list(account: Account, dataset: string): Promise<RequestList> {
    const actor = await this.actorIn(account, dataset);
    const heads = await this.storage.read.mergeRequests({ dataset });
    return {
      requests: heads.filter((head) => maySee(head, actor)),
      isReviewer: actor.isReviewer,
    };
  }

  /**
   * Makes a request. Sent again, it is made once.
   * @throws Problem 403 or 409
   */
  async make(
    account: Account,
    dataset: string,
    made: NewRequest,
  ): Promise<RequestHead> {
    const of = { dataset, version: made.version };
    const [head] = await this.makeOf(account, of, () =>
      Promise.resolve([made]),
    );
    return head;
  }

  /**
   * Makes requests, all or none.
   * @param wanted says which, from what is there: nobody writes between that and their making
   * @throws Problem 403 or 409
   */
  async makeOf(
    account: Account,
    of: MergedSegmentation,
    wanted: (reader: Reader) => Promise<readonly NewRequest[]>,
  ): Promise<RequestHead[]> {
    const { user } = account;
    await this.requireVersion(of);
    return this.storage.write(async (writer) => {
      const heads: RequestHead[] = [];
      for (const made of await wanted(writer)) {
        heads.push(await make(writer, user, of, made));
      }
      return heads;
    });
  }

  /** A request, and what is in the way of it. @throws Problem 404 */
  async open(
    account: Account,
    dataset: string,
    id: string,
  ): Promise<OpenedRequest> {
    const actor = await this.actorIn(account, dataset);
    const { read } = this.storage;
    const request = await find(read, actor, dataset, id);
    return {
      request,
      conflicts: open.includes(request.state)
        ? await this.conflictsOf(read, request, actor)
        : [],
      mayReview: whyNoReview(request, actor) === undefined,
    };
  }

  /**
   * Does something with a request; applying one puts what was accepted into the public merges, and submitting one takes what making one does.
   * @throws Problem 403 where whoever asks may not, 404, 409 where it is not the time for it
   */
  async act(
    account: Account,
    dataset: string,
    id: string,
    act: RequestAct,
  ): Promise<RequestHead> {
    const actor = await this.actorIn(account, dataset);
    const { user } = actor;
    if (act.act === "submit") {
      await this.permissions.requireInDataset(account, "own", dataset);
    }
    const head = await this.storage.write(async (writer) => {
      const request = await find(writer, actor, dataset, id);
      // What was applied and is applied again, because the answer was lost, comes to the same.
      const isRepeated = act.act === "apply" && request.state === "applied";
      if (isRepeated && whyNoReview(request, actor) === undefined) {
        return headOf(request);
      }
      if ("revision" in act && act.revision !== request.revision) {
        throw new Problem(
          409,
          "changed-meanwhile",
          `revision is ${act.revision}, and the request has changed since: it is ${request.state}, at revision ${request.revision}.`,
        );
      }
      if (act.act === "apply" || act.act === "submit") {
        await this.requireVersion(request);
      }
      const result = actOn(request, act, actor, Date.now());
      if (isRefusal(result)) {
        const detail = `Request ${id} cannot be changed like this: ${result.reason}.`;
        throw result.kind === "not allowed"
          ? forbidden(detail)
          : new Problem(409, "not-now", detail);
      }
      if (act.act === "submit") {
        await requireGood(writer, result, mergesOf(result), result.modified);
      }
      await writer.putMergeRequest(result);
      if (result.state === "applied") await apply(writer, result, user);
      await note(writer, result, user, act.act, mergesOfAct(act));
      return headOf(result);
    });
    if (head.state === "applied") {
      const dataset = mergesDataset(head);
      this.events.tell({ user: EVERYBODY, dataset, revision: 0 });
    }
    return head;
  }

  /** As `actOn` wants somebody. The user of this machine is the only one there is. */
  private async actorIn(
    account: Account,
    dataset: string,
  ): Promise<RequestActor> {
    const { user } = account;
    const found = await this.datasets.find(dataset);
    const isReviewer =
      found !== undefined &&
      this.permissions.mayInDataset(
        account,
        "others",
        found.home,
        found.dataset,
      );
    return { user, isReviewer, isAlone: user === LOCAL_USER };
  }

  private async conflictsOf(
    read: Reader,
    request: MergeRequest,
    actor: RequestActor,
  ) {
    const { dataset, version } = request;
    const segments = mergesOf(request).flatMap(({ onto, merged }) => [
      onto,
      merged,
    ]);
    const merged = new MergeSets();
    const around = await read.publicMergesAround(request, segments);
    for (const { merge } of around) merged.put(merge);
    const others = await read.mergeRequestsBeside(request, open);
    const isOther = (await this.versionOf(dataset)) !== version;
    return conflictsOf(request, {
      public: merged,
      others,
      isShown: (other) => maySee(headOf(other), actor),
      // Another version has segments of its own.
      isGone: () => isOther,
    });
  }

  /** The version of the dataset's segmentation that is open to everybody now; undefined where the dataset is gone. */
  private async versionOf(dataset: string): Promise<string | undefined> {
    const found = await this.datasets.find(dataset);
    return found && (segmentationVersion(found.dataset) ?? "");
  }

  /** @throws Problem 409 */
  private async requireVersion(of: MergedSegmentation): Promise<void> {
    const now = await this.versionOf(of.dataset);
    if (now === of.version) return;
    throw new Problem(
      409,
      "other-version",
      `version is ${JSON.stringify(of.version)}, and the segmentation of ${of.dataset} has ${JSON.stringify(now ?? null)} now: its segments are others.`,
    );
  }
}

/** Makes a request, once. @throws Problem 403 or 409 */
async function make(
  writer: Writer,
  user: string,
  of: MergedSegmentation,
  made: NewRequest,
): Promise<RequestHead> {
  const { id, title, reason, merges } = made;
  const { dataset, version } = of;
  const known = await writer.mergeRequest(id);
  if (known !== undefined) {
    if (known.author === user && known.dataset === dataset) {
      return headOf(known);
    }
    throw new Problem(409, "id-taken", `There is a request ${id} already.`);
  }
  const now = Date.now();
  const submit = { step: "submit", by: user, at: now, note: "" } as const;
  const request: MergeRequest = {
    ...{ id, dataset, version, author: user, state: made.state },
    ...{ revision: 1, created: now, modified: now },
    rounds: [{ at: now, title, reason, merges: requestedMerges(merges, user) }],
    steps: made.state === "submitted" ? [submit] : [],
  };
  await requireRoom(writer, user);
  await requireGood(writer, request, merges, now);
  await writer.putMergeRequest(request);
  await note(writer, request, user, `make ${made.state}`);
  return headOf(request);
}

async function find(
  read: Reader,
  actor: RequestActor,
  dataset: string,
  id: string,
): Promise<MergeRequest> {
  const request = await read.mergeRequest(id);
  if (request?.dataset !== dataset || !maySee(headOf(request), actor)) {
    throw notFound(`There is no request ${id} in ${dataset}.`);
  }
  return request;
}

async function apply(
  writer: Writer,
  request: MergeRequest,
  by: string,
): Promise<void> {
  await requireOwnIds(
    writer,
    request,
    acceptedOf(request).map(({ merge }) => merge),
  );
  const applied = request.modified;
  const merges = acceptedOf(request).map(
    ({ merge, decision }): PublicMerge => ({
      merge,
      reviewer: decision?.by ?? by,
      request: request.id,
      applied,
    }),
  );
  await writer.addPublicMerges(request, merges);
}

/** Each step stands in the audit list; what people said with it is in the request. */
async function note(
  writer: Writer,
  request: MergeRequest,
  actor: string,
  step: string,
  merge: readonly string[] = [],
): Promise<void> {
  const { id, dataset, author: subject, modified: at } = request;
  const action = `merge request: ${step}`;
  const detail = [dataset, id, ...merge].join(" ");
  await writer.addAudit({ at, actor, action, subject, detail });
}

/** The merges that are acted on, where it is not the whole, and what is decided of them. */
function mergesOfAct(act: RequestAct): string[] {
  if (act.act === "comment") return [act.merge];
  if (act.act !== "decide") return [];
  const { merges, verdict = "not decided" } = act;
  return [...merges.slice(0, mostNoted), `${merges.length} ${verdict}`];
}

/** Whether what a request asks for is wanted, or was had: it was neither taken back nor refused. */
export function isAskedFor({ state }: Pick<RequestHead, "state">): boolean {
  return state === "applied" || open.includes(state);
}

/** The requests of somebody that are asked for. */
export async function askedFor(
  read: Reader,
  author: string,
  { dataset, version }: MergedSegmentation,
): Promise<MergeRequest[]> {
  const heads = await read.mergeRequests({ author });
  const wanted = heads.filter(
    (head) =>
      head.dataset === dataset && head.version === version && isAskedFor(head),
  );
  const found = await Promise.all(
    wanted.map(({ id }) => read.mergeRequest(id)),
  );
  return found.filter((request) => request !== undefined);
}

/** The merges of a request as they were asked for last. */
export function mergesOf(request: MergeRequest) {
  return roundOf(request).merges.map(({ merge }) => merge);
}
