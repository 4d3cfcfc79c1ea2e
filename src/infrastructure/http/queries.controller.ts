import { Controller, Get, Inject, Req, Res, type Type } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import fresh from 'fresh';
import Negotiator from 'negotiator';
import { LRUCache } from 'lru-cache';
import { county } from '../../domain/shared/place-id.js';
import { Described, Int, Optional } from '../../domain/shared/fields.js';
import { type Position, positionOf } from '../../projections/position.js';
import type { Refusal } from '../../domain/shared/decider.js';
import { sha256 } from '../../domain/shared/sha256.js';
import type { Language } from '../../domain/voting/words.js';
import type { Ask, QueryDefinition } from '../../application/kernel/query.js';
import { NoSuchPosition } from '../../application/ports/event-log.js';
import { answering } from '../../application/ports/projection-store.js';
import { queryReaderOf } from '../schema/validators.js';
import { Allowed } from './access.js';
import { actorOf, readToken } from './token.js';
import { pathParameters } from './commands.controller.js';
import { picturePolicy } from './headers.js';
import { pictures, type Picture } from './pictures.js';
import { languageOf, Problem } from './problem.js';
import { liveAnswer } from './live.js';
import type { Sent } from './sent.js';
import type { HttpSettings } from '../settings.js';
import { APP_CONTEXT, HTTP_SETTINGS, STOPPING, type AppContext } from './app-context.js';

/** Parameters of every query. */
export class Freshness {
  @Described(
    '答复至少包含日志到这一位置的内容：即提交时所答的 position',
    'The answer is at least as fresh as this position of the log: the `position` that a command was answered with',
  )
  @Optional()
  @Int(0, Number.MAX_SAFE_INTEGER)
  atLeast?: number;
}

/** Maximum time that a read waits for `atLeast`, in milliseconds. */
const timeoutMs = 5_000;
/** How long a cached public answer may be used, in milliseconds: some answers depend on the time. */
const cachedFor = 1_000;

/** Creates a controller that serves each query at its path. */
export function queriesController(definitions: readonly QueryDefinition[]): Type {
  class Queries {
    /**
     * Public answers: a ranking is read once, however many ask for it. When a projection moves on, all are dropped: they may be out of
     * date, or hold what was erased meanwhile. Without the cache every answer is read again and is the same.
     */
    private readonly cache = new LRUCache<string, Sent>({
      max: 2_000,
      ttl: cachedFor,
      maxSize: 64_000_000,
      sizeCalculation: ({ body }) => body.length + 200,
    });
    /** How often a projection has moved on, as far as this process has heard; an answer is kept for `cachedFor` at most. */
    private progress = 0;

    constructor(
      @Inject(APP_CONTEXT) readonly context: AppContext,
      @Inject(STOPPING) readonly stopping: AbortSignal,
      @Inject(HTTP_SETTINGS) readonly settings: HttpSettings,
    ) {
      context.readModels.onProgress(() => {
        this.progress++;
        this.cache.clear();
      });
    }

    async respond(definition: QueryDefinition, request: FastifyRequest, reply: FastifyReply, read: Read): Promise<void> {
      const isForAll = isPublic(definition, request);
      const asOf = this.context.asOf();
      if (asOf !== null) reply.header('wuwei-as-of', asOf);
      if (request.method === 'GET' && prefers(request, 'text/event-stream')) {
        return liveAnswer(this.context.readModels, reply, this.stopping, async () => {
          await readToken(request, this.context); // the token may have expired or been revoked meanwhile
          return this.kept(isForAll, request.url, () => this.answer(definition, request, read, null));
        });
      }
      const drawing = wantedPicture(definition, request);
      const key = drawing === null ? request.url : `${request.url} ${drawing.language}`;
      const sent = await this.kept(isForAll, key, () => this.answer(definition, request, read, drawing));
      if (Object.hasOwn(pictures, definition.query)) reply.header('vary', 'accept, accept-language');
      reply.header('etag', sent.etag);
      if (isForAll) reply.header('cache-control', 'no-cache'); // may be cached, but must be revalidated by its ETag
      const { 'if-none-match': known } = request.headers;
      if (known !== undefined && fresh({ 'if-none-match': known }, { etag: sent.etag })) {
        reply.status(304).send();
        return;
      }
      if (drawing !== null) reply.header('content-security-policy', picturePolicy);
      reply.header('content-type', sent.type).send(sent.body);
    }

    /** An answer for all from the cache, or read now. */
    private async kept(isForAll: boolean, key: string, read: () => Promise<Sent>): Promise<Sent> {
      const cached = isForAll ? this.cache.get(key) : undefined;
      if (cached) return cached;
      const { progress } = this;
      const sent = await read();
      if (isForAll && this.settings.keepsAnswers && progress === this.progress) this.cache.set(key, sent);
      return sent;
    }

    private async answer(definition: QueryDefinition, request: FastifyRequest, read: Read, drawing: Drawing | null): Promise<Sent> {
      const params = pathParameters(request);
      const { atLeast, ...given } = request.query as Record<string, unknown>;
      const freshness = readFreshness(atLeast === undefined ? {} : { atLeast });
      const { data: query, errors } = read(given);
      if (errors.length + freshness.errors.length > 0)
        throw new Problem('request.invalid', {
          errors: [...freshness.errors, ...errors].map((error) => ({ ...error, pointer: `/query${error.pointer}` })),
        });
      const { authority, readModels, log, services, clock } = this.context;
      const actor = actorOf(request);
      const ask: Ask<unknown> = {
        params,
        query,
        viewer: actor && authority.viewer(actor),
        rows: readModels,
        log,
        services,
        now: clock.now().toISOString(),
      };
      const mustBeAllowed = async (place: string) => {
        if (!(await authority.mayRead(actor, definition.allow, place)))
          throw new Problem(actor ? 'auth.not-allowed' : 'auth.missing', { with: { place } });
      };
      const { placeFrom } = definition;
      if (!placeFrom) await mustBeAllowed(definition.place?.(ask) ?? (query as { place?: string }).place ?? county);
      this.assertNotStopped(definition);
      if (freshness.data.atLeast !== undefined) await this.wait(positionOf(freshness.data.atLeast), definition);
      if (placeFrom) await mustBeAllowed(await placeFrom(ask));
      const answer = await this.context.answer(definition, ask, request.id);
      if ('refused' in answer) throw new Problem(answer as Refusal);
      const { opening } = services;
      const draw = async ({ draw, language }: Drawing) => {
        return draw(await opening.worded(answer, language), language, opening.rows(readModels, language), params['id'] ?? '');
      };
      const picture = drawing && (await draw(drawing));
      const text = picture ?? (await opening.json(JSON.stringify(answer)));
      const { revision } = answer as { revision?: unknown };
      return {
        body: Buffer.from(text),
        type: picture === null ? 'application/json; charset=utf-8' : 'image/svg+xml',
        etag: `"${typeof revision === 'number' ? `${revision}.` : ''}${sha256(text).slice(0, 16)}"`,
      };
    }

    /** Rows that stopped before what was in the log at the start say nothing of all the rest: no answer is made of them. */
    private assertNotStopped({ from }: QueryDefinition): void {
      const { builds, endAtStart } = this.context;
      const failure = from.map((projection) => answering(builds(), projection)?.failure).find((one) => one && one.position <= endAtStart);
      if (failure) throw new Problem('read-models.behind', { with: { position: failure.position } });
    }

    private async wait(position: Position, definition: QueryDefinition): Promise<void> {
      const { readModels } = this.context;
      const reached = await Promise.all(definition.from.map((projection) => readModels.position(projection)));
      const isBehind = reached.some((checkpoint) => checkpoint < position); // only then is the log asked: it may be on another machine
      const isAhead = isBehind && (await this.isAheadOfLog(position));
      try {
        await readModels.atLeast(position, definition.from, AbortSignal.timeout(timeoutMs));
      } catch (error) {
        if (error instanceof DOMException && error.name === 'TimeoutError')
          throw new Problem(isAhead ? 'log.behind' : 'read-models.behind', { with: { position } });
        throw error;
      }
    }

    /** True if the log that is read here has not come so far, and another process may have been given this position. @throws Problem */
    private async isAheadOfLog(position: Position): Promise<boolean> {
      const { log } = this.context;
      if (position <= (await log.position()) || (await log.at(position)) !== null) return false;
      try {
        for await (const _ of log.readAll(position, { until: position })) break;
        return false;
      } catch (error) {
        if (!(error instanceof NoSuchPosition)) throw error;
        if (!error.mayCome) throw new Problem('request.beyond-the-log', { with: { position } });
        return true;
      }
    }
  }
  for (const definition of definitions) serve(Queries, definition);
  Controller('v1')(Queries);
  return Queries;
}

/** Whether the answer is the same for everybody: with a token it may contain more. */
const isPublic = ({ allow }: QueryDefinition, { headers }: FastifyRequest): boolean =>
  allow === 'public' && headers.authorization === undefined;

/** How an answer is drawn. */
interface Drawing {
  readonly draw: Picture;
  readonly language: Language;
}

/** Whether the client prefers a media type to JSON (RFC 9110 12.5.1). */
function prefers({ headers: { accept } }: FastifyRequest, type: string): boolean {
  if (accept?.includes(type) !== true) return false; // the usual case, and negotiation costs
  return new Negotiator({ headers: { accept } }).mediaType(['application/json', type]) === type;
}

/** The function that draws the answer, if it has a picture and the client accepts it. */
function wantedPicture({ query }: QueryDefinition, request: FastifyRequest): Drawing | null {
  const draw = Object.hasOwn(pictures, query) && prefers(request, 'image/svg+xml') ? pictures[query] : undefined;
  return draw === undefined ? null : { draw, language: languageOf(request.headers['accept-language']) };
}

type Read = ReturnType<typeof queryReaderOf>;
const readFreshness = queryReaderOf(Freshness);
class NoParameters {}

interface Responds {
  respond(definition: QueryDefinition, request: FastifyRequest, reply: FastifyReply, read: Read): Promise<void>;
}

function serve(controller: { prototype: Responds }, definition: QueryDefinition): void {
  const prototype = controller.prototype as unknown as Record<string, unknown>;
  const name = definition.query;
  const read = queryReaderOf(definition.parameters ?? NoParameters);
  prototype[name] = {
    [name](this: Responds, request: FastifyRequest, reply: FastifyReply) {
      return this.respond(definition, request, reply, read);
    },
  }[name];
  Req()(controller.prototype, name, 0);
  Res()(controller.prototype, name, 1);
  const descriptor = Object.getOwnPropertyDescriptor(prototype, name);
  if (!descriptor) throw new Error(`${name} cannot be served`);
  for (const decorate of [Get(definition.path), Allowed(definition.allow)]) decorate(controller.prototype, name, descriptor);
}
