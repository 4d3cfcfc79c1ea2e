import type { ServerResponse } from 'node:http';
import { Server } from 'node:net';
import { setImmediate as yieldToEventLoop, setTimeout as sleep } from 'node:timers/promises';
import type { FastifyInstance } from 'fastify';
import type { Logger } from 'pino';

/** Maximum time to wait for requests in progress, in milliseconds: shorter than the grace period of a container. */
const longestMs = 15_000;
/** Milliseconds without a new request after which no request can be on its way that was sent before the client knew of the closing. */
const quietMs = 300;

/**
 * Lets the server close without cutting off a request. When closing begins it accepts no new connection. Requests in progress, and those
 * that still arrive over open connections, are answered with `connection: close`. Then the connections are closed.
 * @returns a signal that is aborted when closing begins; answers without an end of their own must then end
 */
export function drainOnClose(
  instance: FastifyInstance,
  logger: Logger,
  limits: { readonly longestMs: number; readonly quietMs: number } = { longestMs, quietMs },
): AbortSignal {
  const stopping = new AbortController();
  const running = new Set<ServerResponse>();
  let lastActivity = 0;
  instance.addHook('onRequest', (_, { raw }, done) => {
    running.add(raw);
    lastActivity = performance.now();
    raw.once('close', () => running.delete(raw));
    done();
  });
  instance.addHook('preClose', async () => {
    stopping.abort();
    const { server } = instance;
    if (!server.listening) return;
    const begun = performance.now();
    lastActivity = begun;
    let hasConnections = true;
    server.once('close', () => (hasConnections = false));
    // closes only the listening socket; `server.close()` would also cut idle connections, over which a request may be on its way
    Server.prototype.close.call(server);
    // Fastify adds this header to the answers from now on; if a connection has several requests, the last answer ends it
    for (const response of new Map([...running].map((one) => [one.req.socket, one])).values())
      if (!response.headersSent) response.setHeader('connection', 'close');
    const isQuiet = () => running.size === 0 && performance.now() - lastActivity >= limits.quietMs;
    while (hasConnections && !isQuiet() && performance.now() - begun < limits.longestMs) {
      await sleep(10);
      await yieldToEventLoop(); // read what has arrived before deciding that it is quiet
    }
    if (running.size > 0) logger.warn({ requests: running.size }, 'requests that took too long were cut at the stop');
  });
  return stopping.signal;
}
