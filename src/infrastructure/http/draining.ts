import type { ServerResponse } from 'node:http';
import { Server, type Socket } from 'node:net';
import { setImmediate as yieldToEventLoop, setTimeout as sleep } from 'node:timers/promises';
import type { FastifyInstance } from 'fastify';
import type { Logger } from 'pino';

const usual = {
  /** Maximum time to wait for requests in progress, in milliseconds: shorter than the grace period of a container. */
  longestMs: 15_000,
  /** Milliseconds without a new request after which no request can be on its way that was sent before the client knew of the closing. */
  quietMs: 300,
  /** Milliseconds in which the server says that it closes (`/health/ready`) and still accepts connections, so that proxies turn away. */
  announcedMs: 0,
};

/**
 * Waits until the connections that clients have made are accepted: the system resets those that still wait when the listening socket is
 * closed. Clients that make new connections again and again do not hold it up for long.
 */
async function allAccepted(server: Server): Promise<void> {
  let accepted = 0;
  const count = () => void accepted++;
  server.on('connection', count);
  const startedAt = performance.now();
  for (let before = -1; before !== accepted && performance.now() - startedAt < 500;) {
    before = accepted;
    await sleep(20);
    await yieldToEventLoop(); // continues after the system was asked for new connections
  }
  server.off('connection', count);
}

/**
 * Lets the server close without cutting off a request. First it announces that it closes, then it accepts no new connection. Requests in
 * progress, and those that still arrive over open connections, are answered with `connection: close`. Then the connections are closed.
 * @returns a signal that is aborted when closing begins; answers without an end of their own must then end
 */
export function drainOnClose(
  instance: FastifyInstance,
  logger: Logger,
  limits: { readonly longestMs?: number; readonly quietMs?: number; readonly announcedMs?: number } = {},
): AbortSignal {
  const { longestMs, quietMs, announcedMs } = { ...usual, ...limits };
  const stopping = new AbortController();
  /** The last response of each open connection. A listener per response would cost a twentieth of a small request. */
  const last = new Map<Socket, ServerResponse>();
  let lastActivity = 0;
  /** True while connections are accepted for the last time. Clients keep theirs meanwhile, or new ones would never end. */
  let isAccepting = false;
  instance.addHook('onRequest', (_, { raw }, done) => {
    const { socket } = raw.req;
    if (isAccepting) raw.removeHeader('connection');
    if (!last.has(socket)) socket.once('close', () => last.delete(socket));
    last.set(socket, raw);
    lastActivity = performance.now();
    done();
  });
  const running = () => [...last.values()].filter((response) => !response.writableFinished);
  instance.addHook('preClose', async () => {
    stopping.abort();
    const { server } = instance;
    if (!server.listening) return;
    if (announcedMs > 0) await sleep(announcedMs);
    isAccepting = true;
    await allAccepted(server);
    isAccepting = false;
    const startedAt = performance.now();
    lastActivity = startedAt;
    let hasConnections = true;
    server.once('close', () => (hasConnections = false));
    // closes only the listening socket; `server.close()` would also cut idle connections, over which a request may be on its way
    Server.prototype.close.call(server);
    // Fastify adds this header to later answers; if a connection has several requests, the last answer ends it
    for (const response of running()) if (!response.headersSent) response.setHeader('connection', 'close');
    const isQuiet = () => performance.now() - lastActivity >= quietMs && running().length === 0;
    while (hasConnections && !isQuiet() && performance.now() - startedAt < longestMs) {
      await sleep(10);
      await yieldToEventLoop(); // read what has arrived before deciding that it is quiet
    }
    const requests = running().length;
    if (requests > 0) logger.warn({ requests }, 'requests that took too long were cut at the stop');
  });
  return stopping.signal;
}
