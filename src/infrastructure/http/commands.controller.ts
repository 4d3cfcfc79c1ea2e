import { Controller, HttpCode, Inject, Post, Req, Res, type Type } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { assistedChannels, type Capacity, capacities, type Channel, channels } from '../../domain/shared/capacity.js';
import { Described, formats, Id, Instant, OneOf, Optional, Text } from '../../domain/shared/fields.js';
import type { Request } from '../../application/kernel/command.js';
import type { Clock } from '../../application/ports/clock.js';
import type { CommandDefinition } from '../../application/kernel/command.js';
import type { QueryDefinition } from '../../application/kernel/query.js';
import { validatorOf } from '../schema/validators.js';
import { Allowed } from './access.js';
import { actorOf } from './token.js';
import { Problem } from './problem.js';
import { APP_CONTEXT, type AppContext } from './app-context.js';

/** The headers of a command. */
export class CommandHeaders {
  @Described(
    '幂等键：同一键、同一内容只算一次，重发得到同样的答复；1 至 200 个可显示的 ASCII 字符。请用随机值（如 UUID 第 4 版），不要由姓名、号码等推出：它以明文记入日志。被拒绝的请求不占用键，改正后可用同一键重发',
    'The same key and body again is the same request: it is answered as before, and nothing happens twice. 1 to 200 printable ' +
      'ASCII characters, quoted or not. It should be random, such as a UUID version 4, and never made from a name or a number: it is ' +
      'in the log in clear. A refused request binds no key: corrected, it may be sent with the same one',
  )
  @Optional()
  @Text(1, 200)
  'idempotency-key'?: string;
  @Described('由哪种渠道而来，默认 web', 'By which way it came; `web` by default')
  @Optional()
  @OneOf(channels)
  'wuwei-channel'?: Channel;
  @Described('以哪种身份办理', 'In which of the sender’s capacities')
  @Optional()
  @OneOf(capacities)
  'wuwei-capacity'?: Capacity;
  @Described(
    '何时发生（早于现在时填）：如纸质表、上门登记',
    'When it happened, if earlier than now: on paper, at the door, before an import',
  )
  @Optional()
  @Instant()
  'wuwei-occurred-at'?: string;
  @Described('代录时，实际办理的人', 'The person who acts, when the sender only enters it')
  @Optional()
  @Id()
  'wuwei-on-behalf-of'?: string;
  @Described(
    '所依据的版本（ETag），如 "3"，可列几个；* 表示必须已存在',
    'The revision that the stream must have: `"3"`, or one of a list; `*`: any, but it must be there. A weak tag matches none',
  )
  @Optional()
  @Text(1, 1000)
  'if-match'?: string;
}

/** Creates a controller that serves each command at its path. What a command makes has an address if a query reads it there. */
export function commandsController(definitions: readonly CommandDefinition[], queries: readonly QueryDefinition[]): Type {
  const addressed = new Set(definitions.filter((definition) => hasAddress(definition, queries)));
  class Commands {
    constructor(@Inject(APP_CONTEXT) private readonly context: AppContext) {}

    async give(definition: CommandDefinition, request: FastifyRequest, reply: FastifyReply): Promise<object> {
      const outcome = await this.context.give(requestOf(definition, request, this.context.clock), request.id);
      if ('refused' in outcome) throw new Problem(outcome);
      if (outcome.revision !== null) reply.header('etag', `"${outcome.revision}"`);
      if (outcome.created) {
        reply.status(201);
        if (addressed.has(definition)) reply.header('location', `/v1/${definition.path}/${outcome.id}`);
      }
      const { id, revision, position, events } = outcome;
      return { id, revision, position, events };
    }
  }
  for (const definition of definitions.filter(({ allow }) => allow !== 'system')) serve(Commands, definition);
  Controller('v1')(Commands);
  return Commands;
}

/** Whether something new can be read below the command's own path. */
export const hasAddress = ({ path }: CommandDefinition, queries: readonly QueryDefinition[]): boolean =>
  queries.some((query) => query.path === `${path}/:id`);

interface Gives {
  give(definition: CommandDefinition, request: FastifyRequest, reply: FastifyReply): Promise<object>;
}

function serve(controller: { prototype: Gives }, definition: CommandDefinition): void {
  const prototype = controller.prototype as unknown as Record<string, unknown>;
  const name = definition.command;
  prototype[name] = {
    [name](this: Gives, request: FastifyRequest, reply: FastifyReply) {
      return this.give(definition, request, reply);
    },
  }[name];
  Req()(controller.prototype, name, 0);
  Res({ passthrough: true })(controller.prototype, name, 1);
  const descriptor = Object.getOwnPropertyDescriptor(prototype, name);
  if (!descriptor) throw new Error(`${name} cannot be served`);
  for (const decorate of [Post(definition.path), HttpCode(200), Allowed(definition.allow)])
    decorate(controller.prototype, name, descriptor);
}

/** Reads and checks path, headers and body of a command. @throws Problem (400, 401) */
function requestOf(definition: CommandDefinition, request: FastifyRequest, clock: Clock): Request {
  const sender = actorOf(request);
  if (sender === null) throw new Problem('auth.missing');
  const { params, headers } = readRequest(request);
  const type = definition.decider.commands[definition.command];
  if (!type) throw new Error(`${definition.decider.stream} has no command ${definition.command}`);
  const body = request.body === undefined ? {} : request.body;
  const errors = validatorOf(type)(body);
  if (errors.length > 0) throw new Problem('request.invalid', { errors });

  const channel = headers['wuwei-channel'] ?? 'web';
  const occurredAt = headers['wuwei-occurred-at'];
  const onBehalfOf = headers['wuwei-on-behalf-of'];
  if (channel === 'system') throw new Problem('request.channel-not-allowed');
  if ((occurredAt !== undefined || onBehalfOf !== undefined) && !assistedChannels.includes(channel))
    throw new Problem('request.channel-not-allowed');
  if (occurredAt !== undefined && occurredAt > clock.now().toISOString()) throw new Problem('request.occurred-in-future');
  const ifMatch = headers['if-match'];
  return {
    definition,
    params,
    data: body as object,
    sender,
    channel,
    key: headers['idempotency-key']?.replace(/^"(.+)"$/u, '$1'),
    isNoted: headers['idempotency-key'] !== undefined,
    onBehalfOf,
    occurredAt,
    capacity: headers['wuwei-capacity'],
    ifRevision: ifMatch === undefined ? undefined : revisionsOf(ifMatch),
  };
}

const checkHeaders = validatorOf(CommandHeaders);
const headerNames = Object.keys(new CommandHeaders());

function readRequest(request: FastifyRequest): { params: Record<string, string>; headers: CommandHeaders } {
  const params = pathParameters(request);
  const headers: Record<string, unknown> = {};
  const sent = request.headers;
  for (const name of headerNames) if (sent[name] !== undefined) headers[name] = sent[name];
  // these two have their own syntax
  const { 'if-match': _, 'idempotency-key': key, ...others } = headers as CommandHeaders;
  const errors = checkHeaders(others);
  if (errors.length > 0)
    throw new Problem('request.invalid', { errors: errors.map((error) => ({ ...error, pointer: `/headers${error.pointer}` })) });
  // bytes beyond ASCII have no defined encoding in a header (RFC 9110 5.5): one key could be read as two
  if (key !== undefined && !/^[\x20-\x7e]{1,200}$/u.test(key)) throw invalidHeader('idempotency-key', 'format.idempotency-key');
  return { params, headers: headers };
}

/** The parameters in the path, each an id or a place code. @throws Problem (400) */
export function pathParameters(request: FastifyRequest): Record<string, string> {
  const params = request.params as Record<string, string>;
  for (const [name, value] of Object.entries(params)) {
    if (!formats.isId(value))
      throw new Problem('request.invalid', { errors: [{ pointer: `/path/${name}`, code: 'format.id', params: {} }] });
  }
  return params;
}

const invalidHeader = (name: keyof CommandHeaders, code: string): Problem =>
  new Problem('request.invalid', { errors: [{ pointer: `/headers/${name}`, code, params: {} }] });

/** An entity tag (RFC 9110 8.8.3). */
const entityTag = /(?:W\/)?"[\x21\x23-\x7e\x80-\xff]*"/gu;

/**
 * The revisions that If-Match names: `"3"` from the answer of a command, or `"3.1f…"` from that of a query; `*` is any (RFC 9110 13.1.1).
 * Comparison is strong: a weak or unknown tag matches no revision. @throws Problem (400) if it is not a list of tags
 */
function revisionsOf(ifMatch: string): readonly number[] | 'any' {
  if (ifMatch === '*') return 'any';
  const tags = ifMatch.match(entityTag) ?? [];
  const elements = ifMatch.replace(entityTag, '""').split(',');
  if (tags.length === 0 || elements.some((element) => !['', '""'].includes(element.trim()))) throw invalidHeader('if-match', 'format.etag');
  return tags.flatMap((tag) => /^"(0|[1-9]\d{0,14})(?:\.[\w-]*)?"$/u.exec(tag)?.slice(1).map(Number) ?? []);
}
