import { randomBytes } from "node:crypto";
import {
  type FoundLinks,
  linkPath,
  type Link,
  type ManagedLink,
  type NewLink,
  type OpenedLink,
  type SharedMarks,
} from "../../src/clio/model/link.js";
import { imageSourceOf } from "../../src/clio/model/sandbox.js";
import type { Permissions } from "../permissions/permissions.js";
import { isAdmin } from "../permissions/roles.js";
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
  Writer,
} from "../storage/storage.js";

const day = 24 * 60 * 60 * 1000;

/** The most links that one person may have at a time, and the longest state of one, in characters of JSON. */
const mostLinks = 1000;
const longestState = 1024 * 1024;

/** So long after its end a link is still known, so that whoever opens it is told that it has ended. */
const knownAfterEnd = 30 * day;

/** So long a link that was revoked can be brought back. */
const knownAfterRevoked = day;

/** The most links that a search among everybody's gives, and how many it looks at in one go. */
const mostFound = 100;
const searchPage = 1000;

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
      await writer.removeEndedLinks(
        now - knownAfterEnd,
        now - knownAfterRevoked,
      );
      await makeRoom(writer, user);
      await writer.addLink(row);
    });
    return linkOf(row);
  }

  /**
   * A person's links, the newest first; those that have ended are among them for a while.
   * @throws Problem 403 where they are another's, and for nobody but an administrator
   */
  async of(account: Account, user: string): Promise<Link[]> {
    if (user !== account.user && !isAdmin(account)) {
      throw forbidden(
        `The links of ${user} are listed for ${user} and for administrators.`,
      );
    }
    const rows = await this.storage.read.linksOf(user);
    return rows.filter(({ revoked }) => revoked === undefined).map(linkOf);
  }

  /** Everybody's links, the newest first, in whose owner or title each of the words is, whatever its case. */
  async search(words: string): Promise<FoundLinks> {
    const wanted = words.toLowerCase().split(/\s+/);
    const since = Date.now() - knownAfterRevoked;
    const found: LinkRow[] = [];
    let page: LinkRow[] = [];
    do {
      page = await this.storage.read.links(page.at(-1), searchPage);
      found.push(
        ...page.filter((row) => {
          if (row.revoked !== undefined && row.revoked.at < since) return false;
          const text = `${row.user}\n${row.title}`.toLowerCase();
          return wanted.every((word) => text.includes(word));
        }),
      );
    } while (page.length === searchPage && found.length <= mostFound);
    return {
      links: found.slice(0, mostFound).map(managedLinkOf),
      more: found.length > mostFound,
    };
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

  /**
   * Takes a link back, of one's own or as an administrator. For a day it can be brought back.
   * @throws Problem 404 where there is none
   */
  async revoke(account: Account, id: string): Promise<void> {
    await this.storage.write(async (writer) => {
      const row = await writer.link(id);
      if (row === undefined || row.revoked || !mayRevoke(account, row)) {
        throw notFound(`${account.user} has no such link.`);
      }
      const at = Date.now();
      await writer.putRevoked(id, { at, by: account.user });
      await noteForOthers(writer, account, row, "revoke link");
    });
  }

  /**
   * Brings a link back that was revoked. What an administrator has revoked an administrator alone brings back.
   * @throws Problem 404 where there is none, or where it is too late
   */
  async restore(account: Account, id: string): Promise<Link> {
    return this.storage.write(async (writer) => {
      const row = await writer.link(id);
      const { at, by } = row?.revoked ?? {};
      if (
        row === undefined ||
        at === undefined ||
        at < Date.now() - knownAfterRevoked ||
        !mayRevoke(account, row) ||
        (by !== account.user && !isAdmin(account))
      ) {
        throw notFound(
          `${account.user} has no such link that could be brought back.`,
        );
      }
      await writer.putRevoked(id, undefined);
      await noteForOthers(writer, account, row, "restore link");
      return linkOf(row);
    });
  }

  private async find(
    account: Account | undefined,
    id: string,
  ): Promise<WholeLinkRow> {
    const row = await this.storage.read.link(id);
    if (row === undefined || row.revoked !== undefined) {
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

/**
 * Lets a person make one more link: where there are too many, those that were revoked are forgotten at once.
 * @throws Problem 403 where there are too many without them
 */
async function makeRoom(writer: Writer, user: string): Promise<void> {
  const own = await writer.linksOf(user);
  if (own.length < mostLinks) return;
  const revoked = own.filter((link) => link.revoked !== undefined);
  if (revoked.length === 0) {
    throw forbidden(
      `${user} has ${mostLinks} links already: revoke some first.`,
    );
  }
  for (const { id } of revoked) await writer.removeLink(id);
}

function mayRevoke(account: Account, { user }: LinkRow): boolean {
  return user === account.user || isAdmin(account);
}

/** What an administrator does to the links of others stands in the audit list. */
async function noteForOthers(
  writer: Writer,
  { user: actor }: Account,
  { id, user: subject }: LinkRow,
  action: string,
): Promise<void> {
  if (actor === subject) return;
  await writer.addAudit({ at: Date.now(), actor, action, subject, detail: id });
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

function managedLinkOf(row: LinkRow): ManagedLink {
  const { revoked } = row;
  return { ...linkOf(row), ...(revoked === undefined ? {} : { revoked }) };
}
