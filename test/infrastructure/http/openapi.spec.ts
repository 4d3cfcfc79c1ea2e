import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { county, courtyard, office, type Server, startServer, town, village } from '../../support/server.js';

/* eslint-disable-next-line @typescript-eslint/no-explicit-any -- looked at as a client sees it */
type Operation = any;

let server: Server;
let token: string;
let paths: Record<string, Record<string, Operation>>;
beforeAll(async () => {
  server = await startServer();
  token = server.token('office', ...office);
  paths = (await server.get('/openapi.json')).body.paths;
});
afterAll(() => server.close());

describe('where the API says that something begun is', () => {
  const documented = () =>
    Object.entries(paths)
      .filter(([, { post }]) => post?.responses['201']?.headers?.Location !== undefined)
      .map(([path]) => path);

  it('is an address that can be read', () => {
    expect(documented()).toEqual(
      expect.arrayContaining(['/v1/places', '/v1/people', '/v1/contests', '/v1/renovations', '/v1/ballots', '/v1/covenants']),
    );
    expect(documented().filter((path) => paths[`${path}/{id}`]?.['get'] === undefined)).toEqual([]);
    for (const path of ['/v1/households', '/v1/merit/rules', '/v1/contests/{id}/votes'])
      expect([path, paths[path]?.['post'].responses['201'] !== undefined, documented().includes(path)]).toEqual([path, true, false]);
  });

  it('is what it is answered with, and nothing where there is no such address', async () => {
    for (const place of [county, town, village, courtyard]) {
      const { headers, body } = await server.post('/v1/places', place, token);
      expect(await server.get(`${headers.get('location')}?atLeast=${body.position}`)).toMatchObject({
        status: 200,
        body: { placeId: place.placeId },
      });
    }
    const { example } = paths['/v1/merit/rules']!['post'].requestBody.content['application/json'];
    for (const [path, body] of [
      ['households', { placeId: `${courtyard.placeId}.7`, name: '七号' }],
      ['merit/rules', { ...example, placeId: village.placeId }],
    ] as const) {
      const { status, text, headers } = await server.post(`/v1/${path}`, body, token);
      expect([path, status, status === 201 || text, headers.get('location')]).toEqual([path, 201, true, null]);
    }
  });
});

describe('what the API says of itself', () => {
  it('describes every tag in both languages, and declares no dialect that the page warns of', async () => {
    const { body } = await server.get('/openapi.json');
    expect(body.jsonSchemaDialect).toBeUndefined();
    for (const { name, description } of body.tags)
      expect([name, description]).toEqual([name, expect.stringMatching(/\p{Script=Han}.* · [A-Z]/u)]);
  });

  it('describes every parameter and summarises every operation in both languages, with its tag and its answers', async () => {
    const { body } = await server.get('/openapi.json');
    const inBoth = /\p{Script=Han}.* · .*[A-Za-z]/u;
    const named = new Set(body.tags.map(({ name }: Operation) => name));
    const wrong: string[] = [];
    for (const [path, methods] of Object.entries(paths))
      for (const [method, { parameters = [], summary, description, tags, responses, operationId }] of Object.entries(methods)) {
        const demand = (what: string, isRight: boolean) => isRight || wrong.push(`${method} ${path}: ${what}`);
        demand('operationId', typeof operationId === 'string');
        demand('summary', inBoth.test(summary));
        demand('description', inBoth.test(description));
        demand('tags', tags?.length === 1 && named.has(tags[0]));
        demand(
          'responses',
          Object.keys(responses ?? {}).some((status) => status.startsWith('2')),
        );
        for (const response of Object.values<Operation>(responses ?? {}))
          demand('response', '$ref' in response || response.description !== '');
        for (const parameter of parameters) {
          const { name, description: words } =
            '$ref' in parameter ? body.components.parameters[parameter.$ref.split('/').at(-1)] : parameter;
          demand(`parameter ${name}`, inBoth.test(words ?? ''));
        }
      }
    expect(wrong).toEqual([]);
    const ids = Object.values(paths).flatMap((methods) => Object.values(methods).map(({ operationId }) => operationId));
    expect(new Set(ids).size).toBe(ids.length);
  });

  it('leaves no value undescribed', async () => {
    const { body } = await server.get('/openapi.json');
    const empty: string[] = [];
    const look = (schema: Operation, at: string): void => {
      const isEmpty = Object.keys(schema).every((keyword) => keyword === 'description');
      if (isEmpty || schema.type === 'null' || ([schema.type].flat().includes('array') && !schema.items)) empty.push(at);
      for (const [name, property] of Object.entries(schema.properties ?? {})) look(property, `${at}.${name}`);
      if (schema.items) look(schema.items, `${at}[]`);
      if (typeof schema.additionalProperties === 'object') look(schema.additionalProperties, `${at}.*`);
    };
    const everySchema = (value: Operation, at: string): void => {
      if (typeof value !== 'object' || value === null) return;
      for (const [key, inner] of Object.entries<Operation>(value)) {
        if (key === 'example') continue;
        if (key === 'schema') look(inner, at);
        else everySchema(inner, `${at}/${key}`);
      }
    };
    everySchema(body.paths, '');
    everySchema(body.components.parameters, '');
    for (const [name, schema] of Object.entries(body.components.schemas)) look(schema, name);
    expect(empty).toEqual([]);
  });

  it('says that auditors read whatever officials may', () => {
    for (const path of [
      '/v1/households',
      '/v1/roles',
      '/v1/covenants/{id}/opinions',
      '/v1/contests/{id}/objections',
      '/v1/renovations/{id}/opinions',
      '/v1/renovations/{id}/objections',
      '/v1/renovations/{id}/ballot/votes',
      '/v1/plots/{id}/applications',
      '/v1/merit/tallies',
      '/v1/merit/entries',
      '/v1/people/{id}',
      '/v1/people/{id}/roles',
      '/v1/audit',
    ])
      expect([path, paths[path]!['get'].description]).toEqual([path, expect.stringContaining('auditor')]);
    expect(paths['/v1/households']!['post'].description).not.toContain('auditor');
  });

  it('shows what the log looks like', () => {
    const { example } = paths['/v1/events']!['get'].responses['200'].content['application/x-ndjson'];
    const [line, rest] = example.split('\n');
    expect(rest).toBe('');
    expect(JSON.parse(line)).toMatchObject({
      specversion: '1.0',
      type: 'wuwei.VoteCast',
      position: expect.stringMatching(/^\d+$/u),
      data: { entryId: expect.any(String) },
    });
  });

  it('names the addresses of the system: live, ready, metrics', async () => {
    for (const [path, statuses] of [
      ['/health/live', ['200']],
      ['/health/ready', ['200', '503']],
      ['/metrics', ['200', '401', '403', 'default']],
    ] as const) {
      expect([path, Object.keys(paths[path]?.['get'].responses ?? {}), paths[path]?.['get'].security]).toEqual([path, statuses, []]);
      const { status, headers } = await server.get(path);
      expect([path, status, Object.keys(paths[path]?.['get'].responses[200].content)]).toEqual([
        path,
        200,
        [headers.get('content-type')!.split(';')[0]],
      ]);
    }
  });

  it('describes readiness as it is answered, ready or not', async () => {
    const failing = { ...server.wuwei.builds()[0]!, failure: { eventId: 'e-1', type: 'VoteCast', position: 1, message: 'no' } };
    for (const [status, builds, stuck] of [
      [200, server.wuwei.builds, []],
      [503, () => [failing], [{ entry: 'x', command: 'CloseVoting', why: 'no' }]],
    ] as const) {
      Object.assign(server.wuwei, { builds, stuck: () => stuck });
      const answer = await server.get('/health/ready');
      const { schema, example } = paths['/health/ready']!['get'].responses[status].content['application/json'];
      expect([answer.status, schema.required]).toEqual([status, ['status', 'position', 'failing', 'projections', 'stuck']]);
      for (const shown of [answer.body, example]) {
        const validate = new Ajv2020({ strict: true, allowUnionTypes: true }).compile(schema);
        expect([validate(shown), validate.errors]).toEqual([true, null]);
      }
      const validate = new Ajv2020().compile(schema);
      for (const field of schema.required) expect(validate({ ...answer.body, [field]: 'x' })).toBe(false);
    }
  });
});
