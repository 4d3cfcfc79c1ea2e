import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { decode } from '../../../src/application/kernel/decode.js';
import type { Actor } from '../../../src/application/kernel/actor.js';
import { commands } from '../../../src/application/contexts.js';
import type { CommandDefinition } from '../../../src/application/kernel/command.js';
import { accountIdOf } from '../../../src/domain/guardianship/merit-account.js';
import { grantable } from '../../../src/domain/shared/capacity.js';
import { formats } from '../../../src/domain/shared/fields.js';
import { schemasOf } from '../../../src/infrastructure/schema/reader.js';
import { type Server, startServer } from '../../support/server.js';
import { adopt, courtyard, liveAll, openBallot, openContest, openList, village } from '../../system/life.js';
import { overRest } from '../../system/stage.js';
import { beginning } from '../../../src/projections/position.js';

/*
 * Any JSON to every command, aimed at things that are there: a life that has been lived, and beside it what is still under way. It is sent
 * by people who hold every capacity, so that only the command itself can refuse it.
 */

let server: Server;
let resident: Actor;
let guardian: Actor;
/** What there is to aim at, by the first part of a path; the last of each is under way. */
let ids: Readonly<Record<string, readonly string[]>>;
/** Values for fields of these names that fit what there is. */
let fitting: Readonly<Record<string, unknown>>;

beforeAll(async () => {
  server = await startServer();
  const stage = overRest(server);
  const { cast } = await liveAll(stage);
  const compounds = await openContest(stage, cast, {
    votingFrom: stage.inDays(0),
    votingUntil: stage.inDays(20),
    resultAt: stage.inDays(21),
  });
  await adopt(stage, 1, cast.member, cast);
  const { id: renovation } = await openBallot(stage, cast, 30);
  await openList(stage, { closesAt: stage.inDays(30) });
  await server.wuwei.policyRunner.stop(); // nothing is written from now on but what is asked for here

  const idsByType = new Map<string, string[]>();
  for await (const { events: page } of server.wuwei.log.readAll(beginning)) {
    for (const { type, aggregateId } of page.map(decode))
      if (/^(?:Contest|Ballot)Opened$|^RenovationProposed$|^(?:Election|Resolution)Announced$/u.test(type))
        idsByType.set(type, [...(idsByType.get(type) ?? []), aggregateId]);
  }
  ids = {
    places: [`${village}.3`, `${village}.2`],
    households: [`${courtyard}.6`, `${courtyard}.5`],
    people: [cast.residents[3]!.id],
    covenants: [courtyard, village],
    pledges: [3, 2, 1].map((n) => `${village}.${courtyard}.${n}`),
    contests: idsByType.get('ContestOpened')!,
    renovations: idsByType.get('RenovationProposed')!,
    ballots: idsByType.get('BallotOpened')!,
    elections: idsByType.get('ElectionAnnounced')!,
    resolutions: idsByType.get('ResolutionAnnounced')!,
    plots: [`${courtyard}~2`, `${courtyard}~1`],
    merit: [accountIdOf(courtyard, cast.member.id)],
  };
  const { items } = await stage.ask('ListMeritEntries', cast.member, {}, { place: courtyard, guardian: cast.member.id });
  fitting = {
    placeId: courtyard,
    householdId: `${courtyard}.4`,
    into: `${village}.3`,
    owners: [cast.residents[3]!.id],
    to: cast.residents[1]!.id,
    toId: cast.residents[1]!.id,
    ballotId: `${renovation}.1`,
    entryId: compounds.a,
    causeId: items[0].causeId,
    until: stage.inDays(9),
    closesAt: stage.inDays(9),
    entriesUntil: stage.inDays(1),
    votingFrom: stage.inDays(1),
    votingUntil: stage.inDays(9),
  };
  const everything = (id: string): Actor => ({ id, grants: grantable.map((capacity) => ({ capacity, placeId: '510121' })) });
  [resident, guardian] = [everything(cast.residents[0]!.id), everything(cast.member.id)];
}, 120_000);
afterAll(() => server.close());

/** The example of a command with whatever in it names something that is there. */
function aimed({ path, example }: CommandDefinition): Record<string, unknown> {
  const body = Object.entries(example as object).map(([field, value]: [string, unknown]) => [field, fitting[field] ?? value] as const);
  const place = { places: `${village}.77`, households: `${courtyard}.78` }[path];
  const own = place === undefined ? {} : { placeId: place };
  return { ...(Object.fromEntries(body) as object), ...own };
}

type Choice = (among: readonly string[]) => string;
/**
 * Sends it to one of the things there are. The answer must be a result, or a problem that wrote nothing; never an error of the server's
 * own.
 */
async function answerTo(row: CommandDefinition, body: unknown, of: Choice) {
  const [collection = ''] = row.path.split('/');
  const path = `/v1/${row.path.replace(':id', () => of(ids[collection]!)).replace(':erasureId', 'an-erasure')}`;
  const { id, grants } = collection === 'plots' || collection === 'merit' ? guardian : resident;
  const before = await server.wuwei.log.position();
  const { status, body: answer, headers } = await server.post(path, body, server.token(id, ...grants));
  const after = await server.wuwei.log.position();
  const told = { path, body, status, answer };
  if (status === 200 || status === 201) {
    expect({ ...told, wrote: after - before }).toEqual({ ...told, wrote: (answer as { events: unknown[] }).events.length });
    return told;
  }
  expect({ ...told, isRefusal: [400, 403, 404, 409, 413, 422].includes(status) }).toEqual({ ...told, isRefusal: true });
  expect(told).toMatchObject({
    answer: {
      status,
      code: expect.stringMatching(/^[a-z-]+\.[a-z-]+$/u),
      title: expect.any(String),
      detail: expect.not.stringMatching(/…|\{\w+\}/u),
    },
  });
  expect(headers.get('content-type')).toMatch(/^application\/problem\+json/u);
  expect(after).toBe(before);
  return told;
}

const expectSound = async (row: CommandDefinition, body: unknown, of: Choice): Promise<void> => void (await answerTo(row, body, of));

const ends = ({ command }: CommandDefinition) => /^(?:Disqualify|Withdraw|Merge|Revoke)/u.test(command);
const all = commands.filter(({ allow }) => allow !== 'system');
/** What takes something away comes last. */
const served = [...all.filter((row) => !ends(row)), ...all.filter(ends)];
const anything = fc.oneof(
  { weight: 3, arbitrary: fc.jsonValue({ maxDepth: 3 }) },
  {
    weight: 2,
    arbitrary: fc.constantFrom<unknown>(
      '\u0000',
      '\ud800',
      '𠮷野家'.normalize('NFD'),
      'שלום',
      -1,
      1e300,
      '9'.repeat(400),
      'constructor',
      '__proto__',
      [],
      {},
      null,
    ),
  },
  {
    weight: 2,
    arbitrary: fc.constantFrom<unknown>(
      '510121',
      village,
      `${courtyard}.1`,
      '2026-05-01T08:00:00.000Z',
      '2099-12-31T00:00:00.000Z',
      '2026-05-01',
      'a'.repeat(64),
      'nobody',
      0,
      1,
      1_000_000,
      Number.MAX_SAFE_INTEGER,
      true,
      false,
      ['nobody'],
    ),
  },
);
const which = fc.nat().map(
  (n): Choice =>
    (among) =>
      among[n % among.length]!,
);
const numRuns = 40;

/** Another value of the same kind, which mostly is let through to the decision. */
function likewise(value: unknown): fc.Arbitrary<unknown> {
  if (typeof value === 'number') return fc.oneof(fc.nat(100), fc.maxSafeInteger());
  if (typeof value === 'boolean') return fc.constant(!value);
  if (Array.isArray(value)) return fc.subarray(value as unknown[]);
  if (formats.isInstant(value))
    return fc.date({ min: new Date('2026-01-01'), max: new Date('2027-01-01'), noInvalidDate: true }).map((date) => date.toISOString());
  return formats.isPlaceId(value)
    ? fc.constantFrom('510121', village, courtyard, `${courtyard}.1`, `${courtyard}.4`, `${village}.2`, '510121999')
    : fc.oneof(fc.constantFrom('constructor', 'nobody', resident.id), fc.string({ minLength: 1, maxLength: 20, unit: 'grapheme' }));
}

type Path = readonly (string | number)[];
/** Where a body has a value, however deep. */
function pathsIn(value: unknown, at: Path = []): readonly Path[] {
  const own = at.length > 0 ? [at] : [];
  if (Array.isArray(value)) return [...own, ...value.flatMap((one, i) => pathsIn(one, [...at, i]))];
  if (typeof value !== 'object' || value === null) return own;
  return [...own, ...Object.entries(value).flatMap(([key, one]) => pathsIn(one, [...at, key]))];
}
const valueAt = (body: unknown, path: Path): unknown =>
  path.reduce((value, key) => (value as Record<string | number, unknown> | undefined)?.[key], body);
/** The body with another value there, or none where it is undefined. */
function changed(body: unknown, [key, ...rest]: Path, value: unknown): unknown {
  if (key === undefined) return value;
  const copy = (Array.isArray(body) ? [...(body as unknown[])] : { ...(body as object) }) as Record<string | number, unknown>;
  copy[key] = changed(copy[key], rest, value);
  return copy;
}

describe.each(served.map((row) => [row.command, row] as const))('%s', (_, row) => {
  it('with its example, comes as far as the decision', async () => {
    const { status, answer } = await answerTo(row, aimed(row), (among) => among.at(-1)!);
    expect([status, answer]).not.toEqual([
      expect.any(Number),
      expect.objectContaining({
        code: expect.stringMatching(
          new RegExp(`^(?:request\\..*|auth\\..*|registry\\.place-not-found|${row.decider.stream}\\.not-found)$`, 'u'),
        ),
      }),
    ]);
  });

  it('makes a result or a problem of any JSON', async () => {
    await fc.assert(
      fc.asyncProperty(anything, which, (body, of) => expectSound(row, body, of)),
      { numRuns },
    );
  });

  it('makes a result or a problem of its own shape with anything in one place, left out, or added', async () => {
    const type = row.decider.commands[row.command]!;
    const body = aimed(row);
    const places = [...Object.keys(schemasOf([type])[type.name]!.properties).map((field) => [field]), ['surplus'], ...pathsIn(body)];
    const change = fc
      .constantFrom<Path>(...places)
      .chain((place) =>
        fc
          .oneof({ weight: 3, arbitrary: likewise(valueAt(body, place)) }, { weight: 2, arbitrary: anything }, fc.constant(undefined))
          .map((value) => changed(body, place, value)),
      );
    await fc.assert(
      fc.asyncProperty(change, which, (sent, of) => expectSound(row, sent, of)),
      { numRuns: 2 * numRuns },
    );
  });
});
