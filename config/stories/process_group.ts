import { existsSync, readdirSync, readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";

const endTimeoutMs = 30_000;

/** Sends SIGKILL to every process of a group, and resolves when none of them can run another instruction. */
export async function killGroup(group: number): Promise<void> {
  try {
    process.kill(-group, "SIGKILL");
  } catch (error) {
    // Nobody is left in it.
    if ((error as NodeJS.ErrnoException).code === "ESRCH") return;
    throw error;
  }
  const deadline = Date.now() + endTimeoutMs;
  while (isRunning(group)) {
    if (Date.now() > deadline)
      throw new Error(`The process group ${group} survived SIGKILL.`);
    await sleep(10);
  }
}

/** Whether a process of the group can still run: the dead ones that the system has not collected yet cannot. */
function isRunning(group: number): boolean {
  if (existsSync("/proc/self/stat")) return runningOnLinux(group);
  try {
    process.kill(-group, 0);
    return true;
  } catch {
    return false;
  }
}

function runningOnLinux(group: number): boolean {
  return readdirSync("/proc").some((pid) => {
    if (!/^\d+$/.test(pid)) return false;
    try {
      const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
      // See proc(5): after the name in brackets come the state, the parent and the group.
      const [state, , pgrp] = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
      return Number(pgrp) === group && state !== "Z" && state !== "X";
    } catch {
      // It ended between the listing and the reading.
      return false;
    }
  });
}
