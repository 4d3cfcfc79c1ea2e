import type { FastifyReply } from 'fastify';
import type { ReadModels } from '../../application/read-models.js';
import type { Sent } from './queries.controller.js';

/** At most that often a live answer is looked at again, in milliseconds. */
const pace = 100;
/** A comment that often keeps proxies from closing a quiet stream. */
const heartbeat = 15_000;

/** Sends an answer, and again whenever it has changed, as server-sent events (HTML Living Standard, 9.2), until the client goes. */
export async function liveAnswer(readModels: ReadModels, reply: FastifyReply, answer: () => Promise<Sent>): Promise<void> {
  let { body, etag } = await answer(); // a refusal is still answered as a problem
  reply.hijack();
  const { raw } = reply;
  raw.writeHead(200, { 'content-type': 'text/event-stream; charset=utf-8', 'cache-control': 'no-cache', 'x-accel-buffering': 'no' });
  const send = () => raw.write(`event: change\nid: ${etag}\ndata: ${body}\n\n`);
  send();

  let waiting: NodeJS.Timeout | undefined;
  const look = async () => {
    waiting = undefined;
    try {
      const next = await answer();
      if (next.etag === etag || raw.destroyed || raw.writableNeedDrain) return; // a slow client is told the newest when it has read the last
      ({ body, etag } = next);
      send();
    } catch (error) {
      raw.destroy(error as Error); // the headers are gone: all that can still be told is that the stream broke off
    }
  };
  const soon = () => (waiting ??= setTimeout(() => void look(), pace));
  const stop = readModels.onProgress(soon);
  raw.on('drain', soon);
  const beat = setInterval(() => raw.write(': \n\n'), heartbeat);
  raw.on('close', () => {
    stop();
    clearInterval(beat);
    clearTimeout(waiting);
  });
}
