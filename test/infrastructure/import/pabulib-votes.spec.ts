import { readFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { contest } from '../../../src/domain/contest/contest.js';
import { parsePabulib } from '../../../src/infrastructure/formats/pabulib.js';
import { readText } from '../../../src/infrastructure/formats/encoding.js';
import { MalformedFile } from '../../../src/infrastructure/formats/text.js';
import { ImportRefused, importPabulibVotes } from '../../../src/infrastructure/import/pabulib-votes.js';
import { contestRanking, rankingOf } from '../../../src/projections/contest/ranking.js';
import { inMemoryApplication } from '../../support/application.js';
import { moments, opening } from '../../support/contest.js';
import { beginning } from '../../../src/projections/position.js';

const village = '510121111219';
const swiecie = readFileSync(new URL('../../../data/Poland_Swiecie_2023.pb', import.meta.url));
const pb = (votes: readonly string[], type = 'approval') =>
  Buffer.from(
    [
      'META',
      'key;value',
      'budget;100',
      `vote_type;${type}`,
      'PROJECTS',
      'project_id;cost;name',
      'a;60;路灯',
      'b;50;长椅',
      'VOTES',
      'voter_id;vote',
      ...votes,
      '',
    ].join('\n'),
  );

let app: Awaited<ReturnType<typeof inMemoryApplication>>;
let contestId: string;

async function openContest(change = {}) {
  app.clock.set('2026-05-01T08:00:00.000Z');
  const formula = { publicShare: 100, juryShare: 0, normalisation: 'maximum', tieBreaks: [] };
  const { jurors: _, resultAt: __, ...rest } = opening;
  ({ id: contestId } = await app.done({
    command: 'OpenContest',
    data: { ...rest, formula, votesPerVoter: 22, votesPerDay: 22, ...change },
  }));
}
const importing = (file: Uint8Array, more = {}) =>
  importPabulibVotes({
    file,
    source: readText(file),
    contestId,
    contest: async () => (await app.aggregates.load(contest, contestId)).state,
    hashOf: app.hashOf,
    give: (command) =>
      app.give({ ...command, channel: 'import', occurredAt: command.command === 'CastVote' ? moments.voting : moments.entering }),
    ...more,
  });
const votes = async () => {
  await app.readModels.atLeast(await app.log.position(), [contestRanking], AbortSignal.timeout(10_000));
  return rankingOf((await app.readModels.get(contestRanking, contestId))!);
};

beforeEach(async () => {
  app = await inMemoryApplication();
  for (const data of [
    { placeId: '510121', name: '金堂县', level: 'county' },
    { placeId: '510121111', name: '金龙镇', level: 'town' },
    { placeId: village, name: '谢杨坝村', level: 'village' },
  ]) {
    await app.done({ command: 'RegisterPlace', data });
  }
  await openContest();
  app.clock.set('2026-05-13T08:00:00.000Z');
});
afterEach(() => app.close());

describe('importing ballots', () => {
  it('comes to the totals that the file of a real election states', async () => {
    const progress: number[] = [];
    const file = parsePabulib(swiecie.toString());
    const column = file.projectColumns.indexOf('votes');
    const labelOf = (name: string) => (name.length > 60 ? `${name.slice(0, 59)}…` : name);
    const stated = new Map(file.projects.map(({ name, cells }) => [labelOf(name), Number(cells[column])]));
    expect(
      await importing(swiecie, { onProgress: ({ done, total }: { done: number; total: number }) => progress.push(done / total) }),
    ).toEqual({ voters: 2_553, votes: [...stated.values()].reduce((a, b) => a + b, 0), refused: [] });
    expect(new Map((await votes()).map(({ label, votes: received }) => [label, received]))).toEqual(stated);
    expect([progress.length, progress.at(-1)]).toEqual([2_553, 1]);
  }, 60_000);

  it('records whose vote it is, who entered it, and both times', async () => {
    await importing(pb(['1;a,b', '2;a']));
    const events = [];
    for await (const { events: page } of app.log.readAll(beginning, { types: ['VoteCast'] })) events.push(...page);
    expect(events).toHaveLength(3);
    const people = new Set(events.map(({ meta }) => (JSON.parse(meta) as { actor: string }).actor));
    expect(people.size).toBe(2);
    expect(events[0]).toMatchObject({ occurredAt: moments.voting, recordedAt: '2026-05-13T08:00:00.000Z' });
    expect(JSON.parse(events[0]!.meta)).toMatchObject({
      capacity: 'resident',
      channel: 'import',
      enteredBy: 'county-office',
      place: village,
    });
  });

  it('changes nothing when it is done again', async () => {
    const first = await importing(pb(['1;a,b', '2;a']));
    const position = await app.log.position();
    expect(await importing(pb(['1;a,b', '2;a']))).toEqual(first);
    expect(await app.log.position()).toBe(position);
  });

  it('takes entries that have been made already', async () => {
    for (const [placeId, label] of [
      [`${village}.1`, '蔡家大院'],
      [`${village}.2`, '三合小区'],
    ] as const) {
      await app.done({ command: 'RegisterPlace', data: { placeId, name: label, level: 'compound' } });
      await app.done({
        command: 'EnterContest',
        params: { id: contestId },
        data: { placeId, label },
        channel: 'import',
        occurredAt: moments.entering,
      });
    }
    const { state } = await app.aggregates.load(contest, contestId);
    const ids = Object.keys(state!.entries);
    for (const entryId of ids)
      await app.done({ command: 'ScreenEntry', params: { id: contestId }, data: { entryId, decision: 'accepted' } });
    await importing(pb(['1;a,b', '2;b']), {
      entries: new Map([
        ['a', ids[0]],
        ['b', ids[1]],
      ]),
    });
    expect((await votes()).map(({ label, votes: received }) => [label, received])).toEqual([
      ['三合小区', 2],
      ['蔡家大院', 1],
    ]);
    await expect(importing(pb(['1;a']), { entries: new Map([['a', ids[0]]]) })).rejects.toThrow('project b has no entry');
  });

  it('tells what was refused', async () => {
    app.clock.set('2026-05-25T08:00:00.000Z');
    const late = (command: { command: string }) =>
      app.give({ ...command, channel: 'import', occurredAt: command.command === 'CastVote' ? moments.closing : moments.entering });
    expect(await importing(pb(['1;a']), { give: late })).toEqual({
      voters: 1,
      votes: 0,
      refused: [{ voter: '1', project: 'a', code: 'contest.not-open' }],
    });
  });
});

describe('nothing is imported', () => {
  const untouched = async (importing: Promise<unknown>, error: unknown) => {
    const position = await app.log.position();
    await expect(importing).rejects.toThrow(error);
    expect(await app.log.position()).toBe(position);
  };

  it('of a file that is malformed in one line', () => untouched(importing(pb(['1;a', '2;c'])), MalformedFile));
  it('of a file whose ballots are no approvals', () => untouched(importing(pb(['1;a', '2;b'], 'ordinal')), ImportRefused));
  it('of a file that lists a voter twice', () => untouched(importing(pb(['1;a', '1;b'])), /voter 1 is listed twice/u));
  it('when a ballot is longer than the contest allows', async () => {
    await openContest({ votesPerVoter: 1 });
    await untouched(importing(pb(['1;a', '2;a,b'])), /names 2 projects, but a voter of this contest has only 1 a day/u);
  });
  it('into a contest that takes no compounds, or that is not there', async () => {
    await openContest({ category: 'balcony' });
    await untouched(importing(pb(['1;a'])), ImportRefused);
    contestId = 'c9';
    await untouched(importing(pb(['1;a'])), /no contest c9/u);
  });
});
