import * as v from "valibot";
import { datasetIdPattern } from "../../src/clio/model/dataset.js";
import { accountOf } from "../identity/identity.js";
import { datasetRoles, globalRoles } from "../permissions/roles.js";
import { badRequest } from "../problems/problem.js";
import { wholeNumber } from "../routes/query.js";
import { route, type Route } from "../routes/route.js";
import type { Account, Storage } from "../storage/storage.js";
import { editAccounts, type AccountEdit } from "./accounts.js";
import { groupsOf, visibleGroups } from "./groups.js";

const auditPage = 200;

/** Who somebody is: what an issuer verified, in lower case. */
export const userSchema = v.pipe(
  v.string("an e-mail address"),
  v.trim(),
  v.toLowerCase(),
  v.regex(/^(?:[^\s@\p{Cc}]+@[^\s@\p{Cc}]+|local)$/u, "an e-mail address"),
  v.maxLength(254, "an e-mail address"),
);

export const groupSchema = v.pipe(
  v.string("the name of a group"),
  v.regex(/^[^\p{Cc},]{1,100}$/u, "the name of a group, without commas"),
);

const datasetSchema = v.pipe(
  v.string("the id of a dataset"),
  v.regex(datasetIdPattern, "the id of a dataset"),
);

const globalRoleSchema = v.picklist(
  globalRoles,
  `one of ${globalRoles.join(", ")}`,
);
const datasetRoleSchema = v.picklist(
  datasetRoles,
  `one of ${datasetRoles.join(", ")}`,
);

/** What an administrator says of somebody. */
const rolesSchema = v.object({
  name: v.optional(v.nullable(v.string("text"))),
  disabled: v.optional(v.boolean("true or false"), false),
  global_roles: v.optional(v.array(globalRoleSchema, "a list of roles"), []),
  datasets: v.optional(
    v.record(datasetSchema, v.array(datasetRoleSchema, "a list of roles")),
    {},
  ),
  groups: v.optional(v.array(groupSchema, "a list of groups"), []),
});

/** Somebody, as the original answers. */
const userAnswer = v.object({
  email: v.string(),
  name: v.optional(v.string()),
  disabled: v.boolean(),
  global_roles: v.array(globalRoleSchema),
  datasets: v.record(v.string(), v.array(datasetRoleSchema)),
  groups: v.array(v.string()),
});
/** The same of oneself. There are no terms to accept here, which the original's clients ask about. */
const rolesAnswer = v.object({
  ...userAnswer.entries,
  datasets_ignore_tos: userAnswer.entries.datasets,
  missing_tos: v.array(v.unknown()),
});
type UserAnswer = v.InferOutput<typeof userAnswer>;

function answerOf(account: Account, groups: readonly string[]): UserAnswer {
  const { user, name, disabled } = account;
  return {
    email: user,
    ...(name === undefined ? {} : { name }),
    disabled,
    global_roles: [...account.globalRoles],
    datasets: Object.fromEntries(
      [...account.datasets].map(([dataset, roles]) => [dataset, [...roles]]),
    ),
    groups: [...groups],
  };
}

/** Each key as a user; two spellings of one address are one user twice. */
function accountsFrom(
  body: Readonly<Record<string, v.InferOutput<typeof rolesSchema>>>,
): Account[] {
  const accounts = new Map<string, Account>();
  for (const [key, roles] of Object.entries(body)) {
    const parsed = v.safeParse(userSchema, key);
    if (!parsed.success || accounts.has(parsed.output)) {
      throw badRequest(
        `${JSON.stringify(key)}: expected an e-mail address, each once`,
        "bad-body",
      );
    }
    const { name, disabled, global_roles, datasets, groups } = roles;
    accounts.set(parsed.output, {
      user: parsed.output,
      ...(name == null ? {} : { name }),
      disabled,
      globalRoles: global_roles,
      datasets: new Map(Object.entries(datasets)),
      groups,
    });
  }
  return [...accounts.values()];
}

/** Who may do what, and who has changed that: for oneself, for the administrators of a dataset, for those of the server. */
export function accountRoutes(storage: Storage): Route[] {
  const rolePath = "/api/datasets/{dataset}/roles/{user}/{role}";

  /** Gives or takes a role in one dataset. */
  function roleEdit(
    op: "grant" | "revoke",
    params: Readonly<Record<string, string>>,
  ): AccountEdit {
    const { dataset } = params;
    const user = v.safeParse(userSchema, params.user);
    const role = v.safeParse(datasetRoleSchema, params.role);
    if (!user.success) {
      throw badRequest(
        `user is ${JSON.stringify(params.user)}, expected an e-mail address.`,
      );
    }
    if (!role.success) {
      throw badRequest(
        `role is ${JSON.stringify(params.role)}, expected ${role.issues[0].message}.`,
      );
    }
    return { op, user: user.output, role: role.output, dataset };
  }

  return [
    route({
      method: "GET",
      path: "/v2/roles",
      summary: "Who one is, and what one may do",
      access: "person",
      answer: rolesAnswer,
      handle({ identity }) {
        const account = accountOf(identity);
        const answer = answerOf(account, visibleGroups(account));
        return Promise.resolve({
          ...answer,
          datasets_ignore_tos: answer.datasets,
          missing_tos: [],
        });
      },
    }),
    route({
      method: "GET",
      path: "/api/groups",
      summary: "One's groups, and who is in them",
      access: "person",
      answer: v.record(v.string(), v.array(v.string())),
      async handle({ identity }) {
        const account = accountOf(identity);
        const groups = new Map<string, string[]>();
        for (const group of groupsOf(account, visibleGroups(account))) {
          groups.set(group, await storage.read.members([group]));
        }
        return Object.fromEntries(groups);
      },
    }),
    route({
      method: "GET",
      path: "/v2/users",
      summary: "Everybody with an account",
      access: "admin",
      answer: v.record(v.string(), userAnswer),
      async handle() {
        const accounts = await storage.read.accounts();
        return Object.fromEntries(
          accounts.map((each) => [each.user, answerOf(each, each.groups)]),
        );
      },
    }),
    route({
      method: "POST",
      path: "/v2/users",
      summary:
        "Sets what people may do, in the place of what they might before",
      access: "admin",
      body: v.record(v.string(), rolesSchema, "an object from user to roles"),
      answer: v.null(),
      async handle({ identity, body }) {
        const edits = accountsFrom(body).map(
          (account) => ({ op: "set", account }) as const,
        );
        await editAccounts(storage, edits, accountOf(identity).user);
        return null;
      },
    }),
    route({
      method: "DELETE",
      path: "/v2/users",
      summary: "Removes accounts with their roles, groups, tokens and sessions",
      description: "What they have marked stays.",
      access: "admin",
      body: v.array(userSchema, "a list of e-mail addresses"),
      answer: v.null(),
      async handle({ identity, body }) {
        const edits = body.map((user) => ({ op: "remove", user }) as const);
        await editAccounts(storage, edits, accountOf(identity).user);
        return null;
      },
    }),
    route({
      method: "PUT",
      path: rolePath,
      summary: "Gives somebody a role in a dataset",
      access: "dataset:administer",
      answer: v.null(),
      async handle({ identity, params }) {
        const { user } = accountOf(identity);
        await editAccounts(storage, [roleEdit("grant", params)], user);
        return null;
      },
    }),
    route({
      method: "DELETE",
      path: rolePath,
      summary: "Takes a role in a dataset from somebody",
      access: "dataset:administer",
      answer: v.null(),
      async handle({ identity, params }) {
        const { user } = accountOf(identity);
        await editAccounts(storage, [roleEdit("revoke", params)], user);
        return null;
      },
    }),
    route({
      method: "GET",
      path: "/api/audit",
      summary:
        "Who has changed what about accounts and tokens, the newest first",
      description: "`before` is the `seq` of the last one that was read.",
      access: "admin",
      query: v.object({
        before: v.optional(wholeNumber, String(2 ** 40)),
      }),
      answer: v.array(
        v.object({
          seq: v.number(),
          at: v.number(),
          actor: v.string(),
          action: v.string(),
          subject: v.string(),
          detail: v.string(),
        }),
      ),
      handle: ({ query }) => storage.read.audit(query.before, auditPage),
    }),
  ];
}
