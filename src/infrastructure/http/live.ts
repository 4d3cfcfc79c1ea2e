import type { OutgoingHttpHeaders } from 'node:http';
import type { FastifyReply } from 'fastify';
import * as rx from 'rxjs';
import type { ReadModels } from '../../application/ports/read-models.js';
import type { Sent } from './sent.js';

/** Minimum time between two reads of a live answer, in milliseconds. */
const pace = 100;
/** Milliseconds after which something is written to a quiet stream, so that proxies do not close it. */
export const heartbeatMs = 15_000;
/** Milliseconds after which a client comes back when the server stops; the clients of a server not all at once. */
const comeBack = () => 1_000 + Math.floor(Math.random() * 2_000);

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
  const free = new rx.Subject<void>();
  /** A slow client gets the newest answer when it has read the last one. */
  const drained = rx.defer(() => (raw.writableNeedDrain ? rx.fromEvent(raw, 'drain').pipe(rx.take(1)) : rx.EMPTY));
  const reading = rx.defer(() =>
    rx.concat(answer(), rx.concat(rx.timer(pace), drained).pipe(rx.ignoreElements())).pipe(rx.finalize(() => free.next())),
  );
  const frames = new rx.Observable<void>((changes) => readModels.onProgress(() => changes.next())).pipe(
    rx.startWith(undefined),
    rx.throttle(() => free, { leading: true, trailing: true }), // one read at a time: an older answer must not follow a newer one
    rx.exhaustMap(() => reading),
    rx.distinctUntilChanged((a, b) => a.etag === b.etag),
    rx.map(({ etag, body }) => `event: change\nid: ${etag}\ndata: ${body.toString()}\n\n`),
    rx.switchMap((change) => rx.concat(rx.of(change), rx.interval(heartbeatMs).pipe(rx.map(() => ': \n\n')))),
    rx.takeUntil(stopping.aborted ? rx.of(null) : rx.fromEvent(stopping, 'abort')),
    rx.endWith(`retry: ${comeBack()}\n\n`),
    rx.takeUntil(rx.fromEvent(raw, 'close')),
    rx.tap(() => {
      if (reply.sent) return; // until the first answer a refusal is answered as a problem
      reply.hijack();
      reply.headers({ 'content-type': 'text/event-stream; charset=utf-8', 'x-accel-buffering': 'no' });
      raw.writeHead(200, reply.getHeaders() as OutgoingHttpHeaders);
    }),
  );
  try {
    await rx.lastValueFrom(frames.pipe(rx.tap((frame) => raw.write(frame))), { defaultValue: '' });
    raw.end();
  } catch (error) {
    if (!reply.sent) throw error;
    raw.destroy(error as Error); // the headers were sent: the client can only be shown that the stream broke off
  }
}
