import { parseArgs } from "node:util";
import * as v from "valibot";
import type { AccountEdit } from "../accounts/accounts.js";
import { groupSchema, userSchema } from "../accounts/routes.js";
import { datasetIdPattern } from "../../src/clio/model/dataset.js";
import { datasetRoles, globalRoles } from "../permissions/roles.js";

/** What the command can do, as people read it. */
export const HELP = `npm run admin -- <command>

Manages accounts, and looks after what the server keeps, also while the server runs.

People
  users                                   everybody with an account
  grant <user> <role> [--dataset <id>]    gives a role
  revoke <user> <role> [--dataset <id>]   takes it back
  join <user> <group>                     puts somebody into a group
  leave <user> <group>                    takes somebody out of it
  disable <user>, enable <user>           refuses somebody, whatever they present; and no longer
  remove <user>                           removes the account, its tokens and sessions; what was marked stays
  audit                                   the newest changes of all these

Storage
  backup <file>                           a whole copy as of one moment
  check                                   whether all that is kept can be read

A user is an e-mail address, or "local". Roles in a dataset: ${datasetRoles.join(", ")}.
Roles in all datasets: ${globalRoles.join(", ")}. Each includes those before it.

Variables
  CLIO_DATA    where the server keeps its data (data)
  CLIO_CONFIG  the configuration file
`;

/** What was asked for. */
export type AdminRequest =
  | { command: "help" | "users" | "audit" | "check" }
  | { command: "edit"; edit: AccountEdit }
  | { command: "backup"; file: string };

/** Thrown where the arguments are not those of any command; the message says what was expected. */
export class ArgumentError extends Error {
  constructor(message: string) {
    super(message);
    this.name = "ArgumentError";
  }
}

/** Reads what a person typed. @throws ArgumentError */
export function readArguments(args: readonly string[]): AdminRequest {
  let parsed;
  try {
    parsed = parseArgs({
      args: [...args],
      options: {
        dataset: { type: "string" },
        help: { type: "boolean", short: "h" },
      },
      allowPositionals: true,
    });
  } catch (error) {
    throw new ArgumentError(String((error as Error).message));
  }
  const { values, positionals } = parsed;
  const [command, ...rest] = positionals;
  if (values.help || command === undefined) return { command: "help" };
  if (values.dataset !== undefined && !["grant", "revoke"].includes(command)) {
    throw new ArgumentError("--dataset belongs to grant and revoke alone.");
  }
  switch (command) {
    case "users":
    case "audit":
    case "check":
      take(command, rest);
      return { command };
    case "backup": {
      const [file] = take(command, rest, "a file");
      return { command, file };
    }
    case "grant":
    case "revoke": {
      const [user, role] = take(command, rest, "a user", "a role");
      return {
        command: "edit",
        edit: {
          op: command,
          user: userOf(user),
          ...roleOf(role, values.dataset),
        },
      };
    }
    case "join":
    case "leave": {
      const [user, group] = take(command, rest, "a user", "a group");
      return {
        command: "edit",
        edit: {
          op: command,
          user: userOf(user),
          group: parse(groupSchema, "group", group),
        },
      };
    }
    case "disable":
    case "enable":
    case "remove": {
      const [user] = take(command, rest, "a user");
      return { command: "edit", edit: { op: command, user: userOf(user) } };
    }
    default:
      throw new ArgumentError(
        `There is no command ${JSON.stringify(command)}. --help lists those that there are.`,
      );
  }
}

/** The arguments of a command, as many as it has. */
function take(
  command: string,
  rest: readonly string[],
  ...wanted: readonly string[]
): readonly string[] {
  if (rest.length === wanted.length) return rest;
  throw new ArgumentError(
    `${command} takes ${wanted.join(" and ") || "nothing more"}, and was given ${JSON.stringify(rest.join(" "))}.`,
  );
}

function parse<T>(
  schema: v.GenericSchema<unknown, T>,
  name: string,
  value: string,
): T {
  const result = v.safeParse(schema, value);
  if (result.success) return result.output;
  throw new ArgumentError(
    `The ${name} is ${JSON.stringify(value)}, expected ${result.issues[0].message}.`,
  );
}

function userOf(text: string): string {
  return parse(userSchema, "user", text);
}

/** A role in a dataset, or in all of them. */
function roleOf(role: string, dataset: string | undefined) {
  if (dataset === undefined) {
    const schema = v.picklist(
      globalRoles,
      `one of ${globalRoles.join(", ")}, or a dataset with it (--dataset)`,
    );
    return { role: parse(schema, "role", role) };
  }
  if (!datasetIdPattern.test(dataset)) {
    throw new ArgumentError(
      `The dataset is ${JSON.stringify(dataset)}, expected the id of a dataset.`,
    );
  }
  const schema = v.picklist(datasetRoles, `one of ${datasetRoles.join(", ")}`);
  return { role: parse(schema, "role", role), dataset };
}
