import type { ServerResponse } from 'node:http';
import { Server } from 'node:net';
import { setImmediate as yieldToEventLoop, setTimeout as sleep } from 'node:timers/promises';
import type { FastifyInstance } from 'fastify';
import type { Logger } from 'pino';

/** Requests under way are waited for at most so long, in milliseconds: shorter than the grace period of a container. */
const longestMs = 15_000;
/** When no request has come for so long, in milliseconds, none is on its way that was sent before its client could know. */
const quietMs = 300;

/**
 * Lets the server close without cutting a request. When it is closed it takes no new connection. Requests that are under way, or that
 * arrive over an open connection, are answered with `connection: close`. Then the connections are closed.
 * @returns aborted when the server begins to close; answers that have no end of their own must end then
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
    // closes the listening socket only; `server.close()` would also cut idle connections, over which a request may be on its way
    Server.prototype.close.call(server);
    // requests that arrive from now on get this header from Fastify; of several on one connection the last one ends it
    for (const response of new Map([...running].map((one) => [one.req.socket, one])).values())
      if (!response.headersSent) response.setHeader('connection', 'close');
    const isQuiet = () => running.size === 0 && performance.now() - lastActivity >= limits.quietMs;
    while (hasConnections && !isQuiet() && performance.now() - begun < limits.longestMs) {
      await sleep(10);
      await yieldToEventLoop(); // what has arrived meanwhile is read before it is called quiet
    }
    if (running.size > 0) logger.warn({ requests: running.size }, 'requests that took too long were cut at the stop');
  });
  return stopping.signal;
}
