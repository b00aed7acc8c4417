/** Python with what a script needs, and what runs it. */
import { execFile } from "node:child_process";
import { promisify } from "node:util";

const run = promisify(execFile);

/** Debian's own first: there python3-numpy and python3-zarr are installed, whichever other Python comes first on the path. */
const pythons = ["/usr/bin/python3", "python3"];

/** Why a spec that needs it is skipped. */
export const noPython =
  "needs python3 with numpy and zarr (Debian: python3-numpy, python3-zarr)";

/** A Python that has numpy and zarr; undefined where there is none. */
export async function pythonWithZarr(): Promise<string | undefined> {
  for (const python of pythons) {
    try {
      await run(python, ["-c", "import numpy, zarr"]);
      return python;
    } catch {
      // The next one.
    }
  }
  return undefined;
}

/** How a program ended. */
export interface Ended {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs Python to its end. */
export async function runPython(
  python: string,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<Ended> {
  try {
    const { stdout, stderr } = await run(python, args, {
      env: { ...process.env, PYTHONDONTWRITEBYTECODE: "1", ...env },
      maxBuffer: 64 * 2 ** 20,
    });
    return { code: 0, stdout, stderr };
  } catch (error) {
    const { code, stdout, stderr } = error as Ended;
    return { code, stdout, stderr };
  }
}
