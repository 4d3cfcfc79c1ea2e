import type { CommandDefinition } from '../../application/kernel/command.js';
import type { QueryDefinition } from '../../application/kernel/query.js';
import { schemasOf } from '../schema/reader.js';
import { CommandHeaders, hasAddress } from './commands.controller.js';
import { bodyOf, commandOperation, eventsOperation, parametersOf, pathOf, queryOperation, tagOf } from './openapi/operations.js';
import { type Json, outcomeSchema, problemSchema } from './openapi/schemas.js';
import { systemOperations } from './openapi/system.js';
import { both, tags } from './openapi/words.js';
import { Freshness } from './queries.controller.js';

/**
 * The OpenAPI 3.1 document, made from the definitions of commands and queries. The schemas are those of the compiled validators; answers
 * are described from recorded answers (recorded-answers.json).
 */
export function openApi(commands: readonly CommandDefinition[], queries: readonly QueryDefinition[]): object {
  const served = commands.filter(({ allow }) => allow !== 'system');
  const bodies = served.map(bodyOf);
  const paths: Record<string, Json> = {};
  const add = (path: string, method: string, operation: Json) => (paths[path] = { ...paths[path], [method]: operation });
  for (const definition of served) add(pathOf(definition.path), 'post', commandOperation(definition, hasAddress(definition, queries)));
  for (const definition of queries) add(pathOf(definition.path), 'get', queryOperation(definition));
  add('/v1/events', 'get', eventsOperation());
  for (const [path, operation] of Object.entries(systemOperations)) add(path, 'get', operation);
  return {
    openapi: '3.1.0',
    info: {
      title: 'Wuwei 五微',
      version: '0.1.0',
      description:
        '居民自治“五微工作法”的记录与计票系统。答复中为 null 且其 JSON Pointer 列于 erased 的，是已删除的个人信息，请显示为“已删除”；列于 unreadable 的，是因密钥缺失或损坏而无法读取的，请显示为“无法读取”。' +
        'Records how residents govern their neighbourhoods by the Five Micro Work Method: every command becomes events in a ' +
        'durable log, every answer is a projection of it. ' +
        'Where an answer has null and lists the JSON Pointer (RFC 6901) of that place in `erased`, personal data was erased: show ' +
        'it as “erased”. ' +
        'Where `unreadable` lists it, personal data is there but cannot be read, because its key is missing or damaged: show it as ' +
        '“unreadable”. ' +
        '请求可带 traceparent（W3C Trace Context）；每个答复的 traceresponse 含追踪编号，运行记录中也有，不写入日志。' +
        'A request may have the header `traceparent` (W3C Trace Context). Every answer has `traceresponse` with the trace id, ' +
        'which is in ' +
        'the log of the process too and is not stored.',
    },
    servers: [{ url: '/' }],
    tags: [...new Set([...served, ...queries].map(tagOf)), 'events', 'system']
      .sort()
      .map((name) => ({ name, description: both(tags[name] ?? { zh: name, en: name }) })),
    paths: Object.fromEntries(Object.entries(paths).sort(([a], [b]) => (a < b ? -1 : 1))),
    components: {
      schemas: { ...schemasOf(bodies), Outcome: outcomeSchema, Problem: problemSchema },
      parameters: Object.fromEntries(
        [...parametersOf(CommandHeaders, 'header'), ...parametersOf(Freshness, 'query')].map((parameter): [string, Json] => [
          String(parameter['name']),
          parameter,
        ]),
      ),
      securitySchemes: { bearer: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT' } },
      responses: {
        Problem: {
          description: 'RFC 9457 problem, in Chinese or English by Accept-Language',
          content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
        },
      },
    },
  };
}
