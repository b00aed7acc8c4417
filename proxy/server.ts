import { createServer, type RequestListener, type Server } from "node:http";
import type { Duplex } from "node:stream";
import type { Config } from "./config.js";
import { ConfigError } from "./config.js";
import type { Lifecycle } from "./health/lifecycle.js";
import { Problem } from "./problems/problem.js";

/** How long a client may take over the headers and over the whole of a request, and how long an idle connection stays. */
const headersTimeout = 10_000;
const requestTimeout = 30_000;
const keepAliveTimeout = 15_000;

/** How long requests under way may take to finish once the server is told to stop, in milliseconds. */
const stopGrace = 5_000;
const sweepEvery = 50;

const overflow = new Problem(
  431,
  "headers-too-large",
  "The headers of the request are too large.",
);
const tooSlow = new Problem(
  408,
  "request-timeout",
  "The request took too long to arrive.",
);
const notHttp = new Problem(
  400,
  "bad-request",
  "This is not a request that HTTP allows.",
);

/** Answers what the parser refused, which never becomes a request. */
function answerUnparsed(error: NodeJS.ErrnoException, socket: Duplex): void {
  if (!socket.writable || error.code === "ECONNRESET") {
    socket.destroy();
    return;
  }
  let problem = notHttp;
  if (error.code === "HPE_HEADER_OVERFLOW") problem = overflow;
  if (error.code === "ERR_HTTP_REQUEST_TIMEOUT") problem = tooSlow;
  const body = problem.body();
  const text = JSON.stringify(body);
  socket.end(
    [
      `HTTP/1.1 ${body.status} ${body.title}`,
      "Content-Type: application/problem+json",
      "X-Content-Type-Options: nosniff",
      `Content-Length: ${Buffer.byteLength(text)}`,
      "Connection: close",
      "",
      text,
    ].join("\r\n"),
  );
}

/** What the operating system says where it does not let the server listen, for the person who starts it. */
function listenProblem(error: NodeJS.ErrnoException, config: Config): string {
  const { host, port } = config;
  switch (error.code) {
    case "EADDRINUSE":
      return `port: ${port} on ${host} is taken by another program, perhaps another Clio. Stop that one, or choose a port with PORT=…; Clio does not move by itself, as the browser keeps annotations by address and port`;
    case "EACCES":
      return `port: ${port} on ${host} may not be used by this user, expected a port above 1023`;
    case "EADDRNOTAVAIL":
    case "ENOTFOUND":
      return `host: ${JSON.stringify(host)} is not an address of this machine`;
    default:
      return `host and port: cannot listen on ${host} port ${port}: ${error.message}`;
  }
}

/**
 * Listens where the configuration says and nowhere else.
 * @throws ConfigError where that address cannot be had
 */
export function listen(app: RequestListener, config: Config): Promise<Server> {
  const server = createServer(
    {
      headersTimeout,
      requestTimeout,
      keepAliveTimeout,
      // The application refuses a request without a Host itself, in its own form.
      requireHostHeader: false,
    },
    app,
  );
  server.on("clientError", answerUnparsed);
  return new Promise((resolve, reject) => {
    server.once("error", (error: NodeJS.ErrnoException) => {
      reject(new ConfigError([listenProblem(error, config)]));
    });
    server.listen(config.port, config.host, () => resolve(server));
  });
}

/**
 * Takes no new connection, lets the requests under way finish, and cuts those that take longer than the grace.
 * @param grace in milliseconds
 * @returns when the last connection is closed
 */
export async function stop(
  server: Server,
  lifecycle: Lifecycle,
  grace = stopGrace,
): Promise<void> {
  lifecycle.beginStop();
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  // A connection that was busy when the closing began is kept alive after its answer, unless it is closed then.
  const sweep = setInterval(() => server.closeIdleConnections(), sweepEvery);
  const cut = setTimeout(() => server.closeAllConnections(), grace);
  await closed;
  clearInterval(sweep);
  clearTimeout(cut);
}
