/** All that is wrong with a store at one time. */
import { WatchableValue } from "neuroglancer/unstable/trackable_value.js";
import type { SandboxKey } from "../model/sandbox.js";
import type { AppendQueue } from "./append_queue.js";
import type { Connection } from "./connection.js";
import type { PageDescriptor } from "./database.js";
import type { Problem } from "./problems.js";
import { databaseRestored, pagesDamaged } from "./problems.js";

export class ProblemList {
  /** For the person to see, the worst first. */
  readonly all = new WatchableValue<readonly Problem[]>([]);
  private readonly damage = new Map<string, Problem>();
  private restored: Problem | undefined;

  constructor(
    private readonly connection: Connection,
    private readonly queue: AppendQueue,
  ) {
    connection.problem.changed.add(() => this.gather());
    queue.problem.changed.add(() => this.gather());
  }

  /** Notes which pages of the sandbox `key` are in quarantine now. */
  noteDamage(
    { user, dataset }: SandboxKey,
    pages: readonly PageDescriptor[],
  ): void {
    const id = JSON.stringify([user, dataset]);
    if (pages.length === 0) this.damage.delete(id);
    else this.damage.set(id, pagesDamaged(pages));
    this.gather();
  }

  /** Notes that the database was lost and restored, which is told until the page is left. */
  noteRestored(): void {
    this.restored = databaseRestored;
    this.gather();
  }

  private gather(): void {
    const { connection, queue, damage, restored } = this;
    const writing =
      connection.problem.value === undefined ? queue.problem.value : undefined;
    this.all.value = [
      ...[connection.problem.value, writing].filter((p) => p !== undefined),
      ...damage.values(),
      ...(restored === undefined ? [] : [restored]),
    ];
  }
}
