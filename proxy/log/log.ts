import pino, { type DestinationStream, type Logger } from "pino";

/** How much is logged, from all to nothing. */
export const logLevels = [
  "trace",
  "debug",
  "info",
  "warn",
  "error",
  "fatal",
  "silent",
] as const;
export type LogLevel = (typeof logLevels)[number];

/** Where a token or a cookie stands in what a line may hold: a request as it is, or only its headers. */
const secrets = [
  "authorization",
  "cookie",
  "set-cookie",
  "neuprint-token",
].flatMap((name) => [
  `["${name}"]`,
  `headers["${name}"]`,
  `*.headers["${name}"]`,
]);

/**
 * A log of JSON lines without tokens and cookies. It is written to standard error, so that standard output holds what
 * is meant for a person alone.
 */
export function makeLog(
  level: LogLevel,
  destination: DestinationStream = pino.destination({ fd: 2, sync: true }),
): Logger {
  return pino(
    {
      level,
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      redact: { paths: secrets, censor: "[removed]" },
    },
    destination,
  );
}
