// @ts-check
import path from "node:path";
import { Problem, step } from "./commands/progress.mjs";
import { aptCommand, aptInstall, canRun } from "./debian.mjs";

/** How every test starts Chromium, beside what Playwright and karma add: quiet on the network, and drawing without a GPU. */
export const chromiumFlags = [
  "--headless",
  // Chromium refuses to run as root with its sandbox; the pages of the tests are our own.
  "--no-sandbox",
  "--disable-gpu",
  "--use-angle=swiftshader",
  "--enable-unsafe-swiftshader",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  // A page that no window shows would otherwise draw once a second.
  "--disable-background-timer-throttling",
  "--disable-backgrounding-occluded-windows",
  "--disable-renderer-backgrounding",
];

const variables = ["CHROME_BIN", "CHROMIUM_PATH"];
const programs = [
  "chromium",
  "chromium-browser",
  "google-chrome-stable",
  "google-chrome",
];
const places = [
  "/usr/lib/chromium/chromium",
  "/opt/google/chrome/chrome",
  "/Applications/Chromium.app/Contents/MacOS/Chromium",
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
];

/**
 * The Chromium to test with: what the environment names, else the first of the usual names on the PATH, else of the usual places.
 * @param {NodeJS.ProcessEnv} env
 * @param {(file: string) => boolean} isProgram
 * @returns {string | undefined} its absolute path
 * @throws {Problem} where the environment names something that cannot be run
 */
export function findChromium(env = process.env, isProgram = canRun) {
  for (const variable of variables) {
    const named = env[variable];
    if (!named) continue;
    if (isProgram(named)) return named;
    throw new Problem(
      `${variable} is ${JSON.stringify(named)}, and there is no program: expected the path of a Chromium or Chrome.`,
    );
  }
  const folders = (env.PATH ?? "").split(path.delimiter).filter(Boolean);
  return [
    ...programs.flatMap((name) =>
      folders.map((folder) => path.join(folder, name)),
    ),
    ...places,
  ].find(isProgram);
}

/**
 * The path of a Chromium; on a Debian system where there is none, and this user may, it is installed first.
 * @returns {Promise<string>}
 * @throws {Problem} which says what to install
 */
export async function ensureChromium() {
  const found = findChromium();
  if (found !== undefined) return found;
  const apt = await aptCommand();
  if (apt === undefined)
    throw new Problem(`No Chromium was found.\n${whatToInstall}`);
  await step("Installing Chromium", () =>
    aptInstall(
      apt,
      ["chromium"],
      `Chromium could not be installed. ${whatToInstall}`,
    ),
  );
  const installed = findChromium();
  if (installed === undefined)
    throw new Problem(
      `Debian's chromium was installed, but no program of it was found.\n${whatToInstall}`,
    );
  return installed;
}

const whatToInstall =
  "The tests that need a browser run in Chromium or Chrome. Install one of:\n" +
  "  Debian, Ubuntu:  apt-get install chromium   (or google-chrome-stable from Google's own .deb)\n" +
  "  Fedora:          dnf install chromium\n" +
  "  macOS:           brew install --cask chromium   (or Google Chrome)\n" +
  "or set CHROME_BIN to the path of one that is installed elsewhere, and run the command again.";
