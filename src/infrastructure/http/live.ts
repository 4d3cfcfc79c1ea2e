import type { OutgoingHttpHeaders } from 'node:http';
import type { FastifyReply } from 'fastify';
import type { ReadModels } from '../../application/ports/read-models.js';
import type { Sent } from './sent.js';

/** Minimum time between two reads of a live answer, in milliseconds. */
const pace = 100;
/** Milliseconds after which something is written to a quiet stream, so that proxies do not close it. */
export const heartbeatMs = 15_000;

/**
 * Sends an answer, and again whenever it has changed, as server-sent events (HTML Living Standard, 9.2), until the client disconnects or
 * the server stops. Nothing of it is kept: a client that connects again, here or to another process, gets the present answer first.
 */
export async function liveAnswer(
  readModels: ReadModels,
  reply: FastifyReply,
  stopping: AbortSignal,
  answer: () => Promise<Sent>,
): Promise<void> {
  const { raw } = reply;
  let sent: string | undefined;
  let waiting: NodeJS.Timeout | undefined;
  let beat: NodeJS.Timeout | undefined;
  let isReading = true; // one read at a time: an older answer must not follow a newer one

  const show = ({ body, etag }: Sent) => {
    // a slow client gets the newest answer when it has read the last one
    if (etag === sent || raw.destroyed || raw.writableEnded || raw.writableNeedDrain) return;
    sent = etag;
    raw.write(`event: change\nid: ${etag}\ndata: ${body.toString()}\n\n`);
  };
  const look = async () => {
    waiting = undefined;
    if (isReading) return soon();
    isReading = true;
    try {
      show(await answer());
    } catch (error) {
      raw.destroy(error as Error); // the headers were sent: the client can only be shown that the stream broke off
    } finally {
      isReading = false;
    }
  };
  const soon = () => {
    waiting ??= setTimeout(() => void look(), pace);
  };
  const stop = readModels.onProgress(soon); // before the first answer is read, so that nothing committed meanwhile is missed
  const end = () => {
    stop();
    clearInterval(beat);
    clearTimeout(waiting);
    stopping.removeEventListener('abort', finish);
  };
  const finish = () => {
    end();
    raw.end();
  };

  try {
    const first = await answer(); // a refusal is still answered as a problem
    reply.hijack();
    if (raw.destroyed) return end(); // already closed: there will be no close event
    raw.on('drain', soon).on('close', end);
    beat = setInterval(() => raw.write(': \n\n'), heartbeatMs);
    reply.headers({ 'content-type': 'text/event-stream; charset=utf-8', 'x-accel-buffering': 'no' });
    raw.writeHead(200, reply.getHeaders() as OutgoingHttpHeaders);
    show(first);
    stopping.addEventListener('abort', finish);
    if (stopping.aborted) finish();
  } catch (error) {
    end();
    throw error;
  } finally {
    isReading = false;
  }
}
