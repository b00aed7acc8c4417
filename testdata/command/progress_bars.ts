import cliProgress from "cli-progress";
import type { Progress } from "../dataset/progress.js";

/** Work that is over sooner needs no bar. */
const PATIENCE_MS = 1000;

interface Stage {
  readonly began: number;
  /** Shows the bar when patience is over, though nothing has been told since. */
  readonly timer: NodeJS.Timeout;
  bar?: cliProgress.SingleBar;
  done: number;
  total: number;
}

/**
 * Shows progress: a bar for each stage that takes longer than a second where a person looks on, and a line for each finished
 * stage where the output goes to a file.
 */
export class ProgressBars {
  private readonly stages = new Map<string, Stage>();
  private readonly bars?: cliProgress.MultiBar;

  /** @param stream where to; standard error, as a rule */
  constructor(private readonly stream: NodeJS.WriteStream) {
    if (stream.isTTY)
      this.bars = new cliProgress.MultiBar(
        {
          stream,
          format: "    {stage} {bar} {percentage} %  {eta_formatted} left",
          hideCursor: true,
          clearOnComplete: true,
          // Ctrl-C is for whoever clears up.
          gracefulExit: false,
        },
        cliProgress.Presets.shades_grey,
      );
  }

  readonly tell: Progress = (name, done, total) => {
    const stage = this.stages.get(name) ?? this.begin(name, total);
    if (stage.done === stage.total) return;
    stage.done = done;
    stage.bar?.update(done);
    if (done < total) return;
    clearTimeout(stage.timer);
    if (stage.bar) this.bars?.remove(stage.bar);
    if (!this.bars) {
      const seconds = (performance.now() - stage.began) / 1000;
      this.stream.write(`    ${name} (${seconds.toFixed(1)} s)\n`);
    }
  };

  private begin(name: string, total: number): Stage {
    const stage: Stage = {
      began: performance.now(),
      timer: setTimeout(() => {
        stage.bar = this.bars?.create(total, stage.done, {
          stage: name.padEnd(22),
        });
      }, PATIENCE_MS),
      done: 0,
      total,
    };
    this.stages.set(name, stage);
    return stage;
  }

  stop(): void {
    for (const { timer } of this.stages.values()) clearTimeout(timer);
    this.bars?.stop();
  }
}
