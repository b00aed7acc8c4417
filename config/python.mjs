// @ts-check
// The Python that runs what the viewer gives to people as scripts.
import { run } from "./commands/child.mjs";
import { Problem, step } from "./commands/progress.mjs";
import { aptCommand, aptInstall } from "./debian.mjs";

/** Debian's own first: what its package manager installs is there, whichever other Python comes first on the path. */
const pythons = ["/usr/bin/python3", "python3"];

/**
 * Installs a Python with numpy and zarr where there is none, on a Debian system where this user may. Where that cannot be, nothing is
 * wrong: the specs that need it are skipped, and say so.
 */
export async function ensurePython() {
  for (const python of pythons) {
    const { code } = await run(python, ["-c", "import numpy, zarr"]).catch(
      () => ({ code: 1 }),
    );
    if (code === 0) return;
  }
  const apt = await aptCommand();
  if (apt === undefined) return;
  const packages = ["python3", "python3-numpy", "python3-zarr"];
  try {
    await step("Installing Python with numpy and zarr", () =>
      aptInstall(apt, packages, "Specs that need it are skipped."),
    );
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    console.error(`  ${error.message}`);
  }
}
