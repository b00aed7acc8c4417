// What every unit spec in Chromium begins with: the seed of the run, and what karma's own adapter does not pass on.
import fc from "fast-check";

/** The part of karma's client that is used here; see karma.conf.cjs for `clio`. */
interface KarmaClient {
  config: { clio: { seed: number; nightly: boolean } };
  info(event: Record<string, unknown>): void;
}

const karma = (window as unknown as { __karma__: KarmaClient }).__karma__;

fc.configureGlobal({ seed: karma.config.clio.seed });

jasmine.getEnv().addReporter({
  specStarted(spec) {
    karma.info({ clioStarted: spec.fullName });
  },
  specDone(spec) {
    if (spec.status === "pending")
      karma.info({ clioPending: spec.fullName, reason: spec.pendingReason });
  },
  jasmineDone(run) {
    // A focused spec (fit, fdescribe) leaves the others out, and would otherwise pass for the whole.
    if (/fit|fdescribe/.test(run.incompleteReason ?? ""))
      karma.info({ clioFocused: run.incompleteReason });
  },
});
