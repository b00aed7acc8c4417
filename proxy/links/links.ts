import { randomBytes } from "node:crypto";
import {
  linkPath,
  type Link,
  type NewLink,
  type OpenedLink,
  type SharedMarks,
} from "../../src/clio/model/link.js";
import { imageSourceOf } from "../../src/clio/model/sandbox.js";
import type { Permissions } from "../permissions/permissions.js";
import {
  badRequest,
  forbidden,
  notFound,
  Problem,
  unauthorized,
} from "../problems/problem.js";
import type {
  Account,
  LinkRow,
  Storage,
  WholeLinkRow,
} from "../storage/storage.js";

const day = 24 * 60 * 60 * 1000;

/** The most links that one person may have at a time, and the longest state of one, in characters of JSON. */
const mostLinks = 1000;
const longestState = 1024 * 1024;

/** So long after its end a link is still known, so that whoever opens it is told that it has ended. */
const knownAfterEnd = 30 * day;

/** Views that people share under short addresses. */
export class Links {
  constructor(
    private readonly storage: Storage,
    private readonly permissions: Permissions,
  ) {}

  /**
   * Makes a link. Its marks are from whoever makes it, whatever they say themselves.
   * @throws Problem 400 or 403
   */
  async make(account: Account, made: NewLink): Promise<Link> {
    const { title, open, expires, marks } = made;
    const { user } = account;
    const now = Date.now();
    if (expires !== undefined && expires <= now) {
      throw badRequest(
        `expires: ${expires}, expected a time that is yet to come`,
        "bad-body",
      );
    }
    const state = JSON.stringify(made.state);
    if (state.length > longestState) {
      throw badRequest(
        `state: ${state.length} characters of JSON, expected at most ${longestState}`,
        "bad-body",
      );
    }
    if (marks !== undefined) await this.requireSight(account, marks.dataset);
    const row: WholeLinkRow = {
      id: randomBytes(16).toString("base64url"),
      user,
      title,
      open,
      created: now,
      ...(expires === undefined ? {} : { expires }),
      ...(marks === undefined ? {} : { dataset: marks.dataset }),
      marks: marks?.records.length ?? 0,
      state,
      records: (marks?.records ?? []).map((record) => ({ ...record, user })),
    };
    await this.storage.write(async (writer) => {
      await writer.removeEndedLinks(now - knownAfterEnd);
      if ((await writer.linksOf(user)).length >= mostLinks) {
        throw forbidden(
          `${user} has ${mostLinks} links already: revoke some first.`,
        );
      }
      await writer.addLink(row);
    });
    return linkOf(row);
  }

  /** A person's links, the newest first; those that have ended are among them for a while. */
  async of({ user }: Account): Promise<Link[]> {
    return (await this.storage.read.linksOf(user)).map(linkOf);
  }

  /** @throws Problem 401 where signing in could help, 404, or 410 where it has ended */
  async open(account: Account | undefined, id: string): Promise<OpenedLink> {
    const row = await this.find(account, id);
    const state = JSON.parse(row.state) as Record<string, unknown>;
    return { ...linkOf(row), state };
  }

  /** The marks that a link brings, for whoever may read their dataset. @throws Problem as `open`, and 403 */
  async marks(account: Account | undefined, id: string): Promise<SharedMarks> {
    const { user, title, dataset, records } = await this.find(account, id);
    if (dataset === undefined) throw notFound("This link brings no marks.");
    await this.requireSight(account, dataset);
    return { owner: user, title, dataset, records: [...records] };
  }

  /** Takes a link of one's own back. @throws Problem 404 where there is none */
  async revoke({ user }: Account, id: string): Promise<void> {
    await this.storage.write(async (writer) => {
      if ((await writer.link(id))?.user !== user) {
        throw notFound(`${user} has no such link.`);
      }
      await writer.removeLink(id);
    });
  }

  private async find(
    account: Account | undefined,
    id: string,
  ): Promise<WholeLinkRow> {
    const row = await this.storage.read.link(id);
    if (row === undefined) {
      throw notFound("There is no such link: it was revoked, or is mistyped.");
    }
    if (!row.open && account === undefined) {
      throw unauthorized("Sign in to open this link.");
    }
    if (row.expires !== undefined && row.expires <= Date.now()) {
      const end = new Date(row.expires).toISOString().slice(0, 10);
      throw new Problem(410, "link-ended", `This link has ended on ${end}.`);
    }
    return row;
  }

  /** A link never shows of a dataset what whoever opens it may not see. */
  private async requireSight(account: Account | undefined, dataset: string) {
    // Marks on an image that no dataset has are under no permission but the link's own.
    if (imageSourceOf(dataset) !== undefined) return;
    await this.permissions.requireInDataset(account, "read", dataset);
  }
}

function linkOf(row: LinkRow): Link {
  const { id, title, user: owner, open, created, expires, marks } = row;
  return {
    id,
    path: linkPath(id),
    title,
    owner,
    open,
    created,
    ...(expires === undefined ? {} : { expires }),
    marks,
  };
}
