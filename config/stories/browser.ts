import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readFileSync, rmSync } from "node:fs";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { type Browser, type BrowserContext, chromium } from "playwright-core";
import { killGroup } from "./process_group.js";

const startTimeoutMs = 30_000;
/** That of a small laptop: without a graphics card, a frame costs as much as it has pixels. */
export const viewport = { width: 1200, height: 720 };

/** The popups of the address bar are pages of their own, loaded with each window: most of what an empty window costs. */
const popups = ["WebUIOmniboxPopup", "WebUIOmniboxAimPopup"];

/** What Playwright turns off in a Chromium that it starts: Chromium heeds the last list of such features alone. */
const offByPlaywright = [
  "AvoidUnnecessaryBeforeUnloadCheckSync",
  "DestroyProfileOnBrowserClose",
  "HttpsUpgrades",
  "HttpsFirstBalancedModeAutoEnable",
  "LensOverlay",
  "MediaRouter",
  "PaintHolding",
  "ThirdPartyStoragePartitioning",
  "AvoidCorsURLLoaderRestartOnRedirect",
  "OptimizationHints",
  "NetworkTimeServiceQuerying",
  "AimEnabled",
  "PreconnectToSearch",
];

function without(features: readonly string[]): string {
  return `--disable-features=${features.join(",")}`;
}

/** The Chromium that the test command found. */
function executable(): string {
  const file = process.env.CHROME_BIN;
  if (!file)
    throw new Error("CHROME_BIN is not set: run the stories by `npm test`.");
  return file;
}

/** The flags of config/browser.mjs, handed over by the test command. */
function flags(): string[] {
  return (process.env.CLIO_CHROMIUM_FLAGS ?? "").split(" ").filter(Boolean);
}

/** A Chromium that many pages share, each in a context of its own. */
export function launchSharedBrowser(): Promise<Browser> {
  return chromium.launch({
    executablePath: executable(),
    args: [...flags(), without([...offByPlaywright, ...popups])],
  });
}

/** A Chromium of one's own with a profile on disk, to be killed in the middle of what it does. */
export class OwnBrowser {
  private constructor(
    private readonly child: ChildProcess,
    private readonly browser: Browser,
    /** Its process id, which is that of its process group as well. */
    readonly pid: number,
  ) {}

  /** @param userDataDir the profile: made where it does not exist, found again by the next browser */
  static async launch(userDataDir: string): Promise<OwnBrowser> {
    const portFile = path.join(userDataDir, "DevToolsActivePort");
    // That of an earlier browser would be taken for this one's.
    rmSync(portFile, { force: true });
    const child = spawn(
      executable(),
      [
        ...flags(),
        `--user-data-dir=${userDataDir}`,
        "--remote-debugging-port=0",
        `--window-size=${viewport.width},${viewport.height}`,
        "--no-default-browser-check",
        "--disable-breakpad",
        // A browser that was killed otherwise asks whether to restore its pages.
        "--hide-crash-restore-bubble",
        without(popups),
        "about:blank",
      ],
      { detached: true, stdio: "ignore" },
    );
    const { pid } = child;
    if (pid === undefined) {
      await once(child, "error");
      throw new Error(`${executable()} did not start.`);
    }
    try {
      const endpoint = await devtoolsEndpoint(child, portFile);
      return new OwnBrowser(
        child,
        await chromium.connectOverCDP(endpoint),
        pid,
      );
    } catch (error) {
      await killGroup(pid);
      throw error;
    }
  }

  /** Its one context, which keeps its data in the profile. */
  get context(): BrowserContext {
    return this.browser.contexts()[0];
  }

  /** SIGKILL to the whole process group: none of its processes gets to write another byte. Resolves when it is gone. */
  async kill(): Promise<void> {
    const gone = hasEnded(this.child) ? undefined : once(this.child, "exit");
    await killGroup(this.pid);
    await gone;
  }

  /** Ends it in good order. */
  async close(): Promise<void> {
    if (hasEnded(this.child)) return;
    const gone = once(this.child, "exit");
    const session = await this.browser.newBrowserCDPSession();
    await session.send("Browser.close");
    await gone;
    await killGroup(this.pid);
  }
}

/** Chromium writes the address of its debugger into its profile once it listens. */
async function devtoolsEndpoint(
  child: ChildProcess,
  portFile: string,
): Promise<string> {
  const deadline = Date.now() + startTimeoutMs;
  while (Date.now() < deadline) {
    if (hasEnded(child))
      throw new Error(`Chromium ended at its start, code ${child.exitCode}.`);
    const [port, route] = existsSync(portFile)
      ? readFileSync(portFile, "utf8").split("\n")
      : [];
    if (route) return `ws://127.0.0.1:${port}${route}`;
    await sleep(20);
  }
  throw new Error(`Chromium did not open its debugger: no ${portFile}.`);
}

function hasEnded(child: ChildProcess): boolean {
  return child.exitCode !== null || child.signalCode !== null;
}
