import type { DatasetRole, GlobalRole } from "../permissions/roles.js";
import type { Account, Storage, Writer } from "../storage/storage.js";

/** One act upon an account. Whatever it names is made where it is not there yet. */
export type AccountEdit =
  | { op: "set"; account: Account }
  | { op: "remove"; user: string }
  | { op: "grant" | "revoke"; user: string; role: GlobalRole }
  | {
      op: "grant" | "revoke";
      user: string;
      role: DatasetRole;
      dataset: string;
    }
  | { op: "join" | "leave"; user: string; group: string }
  | { op: "disable" | "enable"; user: string };

/** An account that nobody has given anything. */
export function bareAccount(user: string): Account {
  return {
    user,
    disabled: false,
    globalRoles: [],
    datasets: new Map(),
    groups: [],
  };
}

/**
 * Makes edits to accounts, all of them or none, and writes each into the audit list in the same transaction.
 * @param actor who does it
 */
export function editAccounts(
  storage: Storage,
  edits: readonly AccountEdit[],
  actor: string,
): Promise<void> {
  return storage.write(async (writer) => {
    for (const edit of edits) {
      await applyEdit(writer, edit);
      await writer.addAudit({
        at: Date.now(),
        actor,
        action: edit.op,
        subject: edit.op === "set" ? edit.account.user : edit.user,
        detail: detailOf(edit),
      });
    }
  });
}

async function applyEdit(writer: Writer, edit: AccountEdit): Promise<void> {
  if (edit.op === "set") return writer.putAccount(edit.account);
  if (edit.op === "remove") return writer.removeAccount(edit.user);
  const account = (await writer.account(edit.user)) ?? bareAccount(edit.user);
  return writer.putAccount(edited(account, edit));
}

function edited(
  account: Account,
  edit: Exclude<AccountEdit, { op: "set" | "remove" }>,
): Account {
  switch (edit.op) {
    case "disable":
    case "enable":
      return { ...account, disabled: edit.op === "disable" };
    case "join":
      return { ...account, groups: withItem(account.groups, edit.group) };
    case "leave":
      return { ...account, groups: withoutItem(account.groups, edit.group) };
    case "grant":
    case "revoke": {
      const change = edit.op === "grant" ? withItem : withoutItem;
      if (!("dataset" in edit)) {
        return {
          ...account,
          globalRoles: change<GlobalRole>(account.globalRoles, edit.role),
        };
      }
      const { dataset, role } = edit;
      const datasets = new Map(account.datasets);
      datasets.set(
        dataset,
        change<DatasetRole>(datasets.get(dataset) ?? [], role),
      );
      return { ...account, datasets };
    }
  }
}

function withItem<T>(list: readonly T[], item: T): readonly T[] {
  return list.includes(item) ? list : [...list, item];
}

function withoutItem<T>(list: readonly T[], item: T): readonly T[] {
  return list.filter((each) => each !== item);
}

/** What the audit list says of an edit beside its name and whom it is about. */
function detailOf(edit: AccountEdit): string {
  switch (edit.op) {
    case "set": {
      const { globalRoles, datasets, groups, disabled } = edit.account;
      return JSON.stringify({
        global_roles: globalRoles,
        datasets: Object.fromEntries(datasets),
        groups,
        disabled,
      });
    }
    case "grant":
    case "revoke":
      return "dataset" in edit ? `${edit.role} on ${edit.dataset}` : edit.role;
    case "join":
    case "leave":
      return edit.group;
    default:
      return "";
  }
}
