import cliProgress from "cli-progress";

/** How often a line is written where the output goes to a file, in milliseconds. */
const lineEvery = 10_000;

/**
 * Shows on standard error how many records are done, and how long the rest will take.
 * @param work is told how far it has come
 */
export async function withProgress<T>(
  what: string,
  work: (tell: (done: number, total: number) => void) => Promise<T>,
): Promise<T> {
  const bar = new cliProgress.SingleBar(
    {
      format: `  ${what} {bar} {percentage} %  {value} of {total}  {eta_formatted} left`,
      noTTYOutput: true,
      notTTYSchedule: lineEvery,
      hideCursor: true,
    },
    cliProgress.Presets.shades_grey,
  );
  try {
    return await work((done, total) => {
      if (bar.isActive) bar.update(done);
      else bar.start(total, done);
    });
  } finally {
    bar.stop();
  }
}
