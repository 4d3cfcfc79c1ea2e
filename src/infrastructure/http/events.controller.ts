import type { OutgoingHttpHeaders, ServerResponse } from 'node:http';
import { pipeline } from 'node:stream/promises';
import { Controller, Get, Inject, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { county, isPlaceId } from '../../domain/shared/place-id.js';
import { type Position, positionOf } from '../../projections/position.js';
import { Described, Flag, Int, Optional } from '../../domain/shared/fields.js';
import { cloudEvent, cloudEventsNdjson, progressEvent } from '../../application/kernel/cloud-event.js';
import { assertGivenOut, EventFilter, eventsWanted, withEventTypes } from '../../application/kernel/event-filter.js';
import type { Allow } from '../../application/kernel/actor.js';
import { queryReaderOf } from '../schema/validators.js';
import { Allowed } from './access.js';
import { heartbeatMs } from './live.js';
import { readToken } from './token.js';
import { Problem } from './problem.js';
import { APP_CONTEXT, STOPPING, type AppContext } from './app-context.js';

export class EventsQuery extends EventFilter {
  @Described('从这一位置之后开始，默认从头', 'The position after which to begin; the beginning by default')
  @Optional()
  @Int(0, Number.MAX_SAFE_INTEGER)
  after?: number;
  @Described('最多几条，默认全部', 'At most so many events; all by default')
  @Optional()
  @Int(1, 1_000_000_000)
  limit?: number;
  @Described('继续等待新事件，直到断开或服务停止', 'Go on with what happens from now on, until the client goes or the server stops')
  @Optional()
  @Flag()
  follow?: boolean;
  @Described(
    '个人信息保持密封，与存储的完全一致；这样导出的文件，日后删除个人信息仍对其有效',
    'Leave personal texts sealed, as they are stored. An erasure also reaches an export that was made like this',
  )
  @Optional()
  @Flag()
  sealed?: boolean;
}
const readQuery = queryReaderOf(EventsQuery);
const auditors: Allow = { over: ['auditor'] };

/** The event log, for auditors: of the county, or of the place that the filter names. */
@Controller('v1/events')
export class EventsController {
  constructor(
    @Inject(APP_CONTEXT) private readonly context: AppContext,
    @Inject(STOPPING) private readonly stopping: AbortSignal,
  ) {}

  @Get()
  @Allowed(auditors)
  async events(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    await this.demandRights(request);
    const query = queryOf(request);
    await assertGivenOut(this.context.log, positionOf(query.after ?? 0));
    reply.header('content-type', cloudEventsNdjson);
    if (request.method === 'HEAD') {
      reply.send();
      return;
    }
    reply.hijack();
    reply.raw.writeHead(200, reply.getHeaders() as OutgoingHttpHeaders);
    reply.raw.flushHeaders(); // the client of a quiet log sees at once that its request was accepted
    await this.send(query, reply.raw, () => this.mayRead(request));
  }

  /** @throws Problem if the request's token does not allow it, or no longer does */
  private async demandRights(request: FastifyRequest): Promise<void> {
    const token = await readToken(request, this.context);
    const { place } = request.query as { place?: unknown };
    const concerned = typeof place === 'string' && isPlaceId(place) ? place : county;
    if (!(await this.context.authority.mayRead(token && token.actor, auditors, concerned)))
      throw new Problem('auth.not-allowed', { with: { place: concerned } });
  }

  private async mayRead(request: FastifyRequest): Promise<boolean> {
    try {
      await this.demandRights(request);
      return true;
    } catch (error) {
      if (error instanceof Problem) return false;
      throw error;
    }
  }

  /**
   * Writes the events that match, until there are no more or the client disconnects. If none is found for some time, a progress line says
   * up to which position the log was searched, and keeps proxies from closing the connection. Before anything is written to a long-lived
   * stream, the rights are checked again.
   */
  private async send(query: EventsQuery, raw: ServerResponse, mayRead: () => Promise<boolean>): Promise<void> {
    const { after: given = 0, limit = Infinity, follow = false, sealed = false, ...filter } = query;
    const after = positionOf(given);
    const { log, readModels, services } = this.context;
    const ending = new AbortController();
    raw.on('close', () => ending.abort());
    if (follow) this.stopping.addEventListener('abort', () => ending.abort(), { signal: ending.signal });
    if (raw.destroyed || (follow && this.stopping.aborted)) ending.abort(); // already so: no event will follow

    let position: Position = after;
    let isQuiet = true;
    const tellProgress = async () => {
      if (!(await mayRead())) ending.abort();
      if (!ending.signal.aborted && !raw.writableEnded) raw.write(`${progressEvent(position)}\n`);
    };
    const beat = setInterval(() => {
      if (isQuiet && !raw.writableNeedDrain) tellProgress().catch(() => ending.abort());
      isQuiet = true;
    }, heartbeatMs);

    const asked = { after, limit, follow, signal: ending.signal };
    const lines = async function* () {
      for await (const { events, upTo } of eventsWanted(log, filter, asked)) {
        if (events.length > 0) {
          if (follow && !(await mayRead())) return;
          const isWithheld = await services.withholding(readModels, events);
          isQuiet = false;
          const opened = sealed ? events : await services.opening.shown(events);
          yield opened.map((event) => `${cloudEvent(event, isWithheld(event))}\n`).join('');
        }
        position = upTo;
      }
    };
    try {
      await pipeline(lines, raw);
    } catch (error) {
      if (!ending.signal.aborted) throw error;
    } finally {
      clearInterval(beat);
    }
  }
}

/** @throws Problem if a parameter is invalid */
function queryOf(request: FastifyRequest): EventsQuery {
  const { data, errors } = readQuery(request.query as Record<string, unknown>);
  if (errors.length > 0)
    throw new Problem('request.invalid', { errors: errors.map((error) => ({ ...error, pointer: `/query${error.pointer}` })) });
  const query = withEventTypes(data);
  if ('refused' in query) throw new Problem(query);
  return query;
}
