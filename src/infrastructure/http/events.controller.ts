import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { Controller, Get, Inject, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { county } from '../../domain/shared/place-id.js';
import { Flag, Int, Optional, Text } from '../../domain/shared/fields.js';
import { cloudEvent, cloudEventsNdjson } from '../../application/kernel/cloud-event.js';
import { isEventType } from '../../application/kernel/decode.js';
import { invalidParameter } from '../../application/kernel/paging.js';
import type { Allow } from '../../application/kernel/actor.js';
import { queryReaderOf } from '../schema/validators.js';
import { Allowed } from './access.js';
import { readToken } from './token.js';
import { Problem } from './problem.js';
import { APP_CONTEXT, type AppContext } from './app-context.js';

export class EventsQuery {
  /** The position after which to begin; the beginning, when it is left out. */
  @Optional() @Int(0, Number.MAX_SAFE_INTEGER) after?: number;
  @Optional() @Int(1, 1_000_000_000) limit?: number;
  /** Only events of this type. */
  @Optional() @Text(1, 100) type?: string;
  /** Go on with what happens from now on, until the client goes. */
  @Optional() @Flag() follow?: boolean;
}
const readQuery = queryReaderOf(EventsQuery);
const auditors: Allow = { over: ['auditor'] };

/** The log itself, for auditors. */
@Controller('v1/events')
export class EventsController {
  constructor(@Inject(APP_CONTEXT) private readonly context: AppContext) {}

  @Get()
  @Allowed(auditors)
  async events(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    const { data: query, errors } = readQuery(request.query as Record<string, unknown>);
    if (query.type !== undefined && errors.length === 0 && !isEventType(query.type))
      throw new Problem(invalidParameter('type', 'format.event-type'));
    if (errors.length > 0)
      throw new Problem('request.invalid', { errors: errors.map((error) => ({ ...error, pointer: `/query${error.pointer}` })) });
    const demandRights = async () => {
      const token = await readToken(request, this.context);
      if (!(await this.context.authority.mayRead(token && token.actor, auditors, county)))
        throw new Problem('auth.not-allowed', { with: { place: county } });
    };
    await demandRights();
    if (request.method === 'HEAD') {
      reply.header('content-type', cloudEventsNdjson).send();
      return;
    }
    const gone = new AbortController();
    reply.hijack();
    const { raw } = reply;
    raw.on('close', () => gone.abort());
    if (raw.destroyed) gone.abort(); // gone already: it will not close again
    raw.writeHead(200, { 'content-type': cloudEventsNdjson });
    raw.flushHeaders(); // who follows a quiet log learns at once that it is heard
    await pipeline(Readable.from(this.lines(query, gone.signal, demandRights)), raw).catch((error: unknown) => {
      if (!gone.signal.aborted) throw error;
    });
  }

  /** A stream that is followed may outlive the rights of who follows it: it ends with them, before the next page. */
  private async *lines(
    { after = 0, limit = Infinity, type, follow }: EventsQuery,
    gone: AbortSignal,
    demandRights: () => Promise<void>,
  ): AsyncGenerator<string> {
    const { log, readModels } = this.context;
    const filter = type === undefined ? {} : { types: [type] };
    let left = limit;
    for await (const page of follow ? log.subscribe(after, filter, gone) : log.readAll(after, filter)) {
      try {
        if (follow) await demandRights();
      } catch (error) {
        if (error instanceof Problem) return;
        throw error;
      }
      const isWithheld = await this.context.services.withholding(readModels, page);
      const lines = page.slice(0, left).map((event) => `${cloudEvent(event, isWithheld(event))}\n`);
      yield lines.join('');
      left -= lines.length;
      if (left <= 0 || gone.aborted) return;
    }
  }
}
