import { hash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import iconv from 'iconv-lite';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { system } from '../../../src/application/kernel/actor.js';
import { exportOf } from '../../../src/application/contexts/platform/ballot-export.js';
import { countingIn } from '../../../src/application/contexts/platform/ballot-results.js';
import { ballot } from '../../../src/domain/platform/ballot.js';
import { parsePabulib, type PabulibFile } from '../../../src/infrastructure/formats/pabulib.js';
import { readText } from '../../../src/infrastructure/formats/encoding.js';
import type { Reading } from '../../../src/infrastructure/formats/election.js';
import { MalformedFile } from '../../../src/infrastructure/formats/text.js';
import { asFiled } from '../../../src/infrastructure/import/kept-file.js';
import { importPapers } from '../../../src/infrastructure/import/papers.js';
import { ImportRefused } from '../../../src/infrastructure/import/pabulib-votes.js';
import { ballots } from '../../../src/projections/platform/ballots.js';
import { election, list, moments, points, ranking, village } from '../../domain/platform/scenes.js';
import { inMemoryApplication } from '../../support/application.js';
import { ballotTally } from '../../../src/projections/platform/ballot-tally.js';
import { beginning } from '../../../src/projections/position.js';
import { atOnce } from '../../support/at-once.js';

const pb = (votes: readonly string[], type = 'approval', columns = 'voter_id;vote') =>
  Buffer.from(
    [
      'META',
      'key;value',
      'budget;100',
      `vote_type;${type}`,
      'PROJECTS',
      'project_id;cost;name',
      'lamps;60;路灯',
      'bench;50;长椅',
      'trees;40;补种',
      'VOTES',
      columns,
      ...votes,
      '',
    ].join('\n'),
  );

let app: Awaited<ReturnType<typeof inMemoryApplication>>;
let ballotId: string;
const { budget: _, ...unpriced } = { ...list, options: list.options.map(({ optionId, name }) => ({ optionId, name })) };

async function open(data: object) {
  app.clock.set(moments.opening);
  ({ id: ballotId } = await app.done({ command: 'OpenBallot', data }));
  app.clock.set(moments.voting);
}
const importing = async (
  file: Uint8Array,
  occurredAt: string = moments.voting,
  path = 'votes.pb',
  encoding?: string,
  reading: Reading = {},
) =>
  importPapers({
    path,
    file,
    source: readText(file, encoding),
    reading,
    ballotId,
    ballot: (await app.aggregates.load(ballot, ballotId)).state,
    hashOf: app.hashOf,
    give: (command) => app.give({ ...command, channel: 'import', ...(command.command === 'CastPaper' && { occurredAt }) }),
  });
const papers = async () => {
  const events = [];
  for await (const { events: page } of app.log.readAll(beginning, { types: ['PaperCast'] })) events.push(...page);
  return events.map(({ data }) => (JSON.parse(data) as { paper: object }).paper);
};

beforeEach(async () => {
  app = await inMemoryApplication();
  for (const data of [
    { placeId: '510121', name: '金堂县', level: 'county' },
    { placeId: '510121111', name: '金龙镇', level: 'town' },
    { placeId: village, name: '谢杨坝村', level: 'village' },
  ])
    await app.done({ command: 'RegisterPlace', data });
  await app.done({ command: 'AdoptPlacePolicy', data: atOnce(app.clock.now().toISOString()) });
});
afterEach(() => app.close());

describe('importing ballots as papers', () => {
  it.each([
    ['approval', list, pb(['1;trees,lamps', '2;']), [{ approved: ['lamps', 'trees'] }, { approved: [] }]],
    [
      'choose-1',
      { ...unpriced, form: 'choice', rule: { rule: 'approval' } },
      pb(['1;bench', '2;lamps'], 'choose-1'),
      [{ choice: 'bench' }, { choice: 'lamps' }],
    ],
    ['ordinal', { ...unpriced, form: 'ranking', rule: { rule: 'borda' } }, pb(['1;trees,lamps'], 'ordinal'), [ranking('trees', 'lamps')]],
    [
      'cumulative',
      { ...unpriced, form: 'points', rule: { rule: 'points' } },
      pb(['1;trees,lamps;3,7'], 'cumulative', 'voter_id;vote;points'),
      [points({ lamps: 7, trees: 3 })],
    ],
  ] as const)('%s', async (_type, data, file, given) => {
    await open(data);
    expect(await importing(file)).toEqual({ voters: given.length, votes: given.length, refused: [], fileKept: true });
    const position = await app.log.position();
    expect(await papers()).toEqual(given);
    expect(await importing(file)).toEqual({ voters: given.length, votes: given.length, refused: [], fileKept: true });
    expect(await app.log.position()).toBe(position);
  });
  it.each([
    [
      'a .soi, as often as it was given',
      'votes.soi',
      ['# ALTERNATIVE NAME 1: trees', '# ALTERNATIVE NAME 2: lamps', '2: 1,2', '1: 2'],
      [ranking('trees', 'lamps'), ranking('trees', 'lamps'), ranking('lamps')],
    ],
    [
      'a .toc with ties',
      'votes.toc',
      ['# DATA TYPE: toc', '# ALTERNATIVE NAME 1: bench', '# ALTERNATIVE NAME 2: lamps', '# ALTERNATIVE NAME 3: trees', '1: {1,3},2'],
      [ranking(['bench', 'trees'], 'lamps')],
    ],
    [
      'a .csv, by ids or names, with ties and ranks left out',
      'votes.csv',
      ['count,rank1,rank2,rank3', '2,路灯,bench,', '1,undervote,补种|lamps,', '1,,,'],
      [ranking('lamps', 'bench'), ranking('lamps', 'bench'), ranking([], ['lamps', 'trees']), ranking()],
    ],
  ] as const)('rankings of %s', async (_what, path, lines, given) => {
    await open({ ...unpriced, form: 'ranking', rule: { rule: 'borda' } });
    const file = Buffer.from(`${lines.join('\n')}\n`);
    for (let times = 0; times < 2; times++)
      expect(await importing(file, moments.voting, path)).toEqual({ voters: given.length, votes: given.length, refused: [] });
    expect(await papers()).toEqual(given);
  });
  it('in GB18030 are read as such, or by the encoding that is declared', async () => {
    await open({ ...unpriced, form: 'ranking', rule: { rule: 'borda' } });
    const file = iconv.encode('第一选择;第二选择\n路灯;补种\n', 'gb18030');
    await importing(file, moments.voting, 'votes.csv');
    await importing(Buffer.concat([file, Buffer.from('lamps;\n')]), moments.voting, 'votes.csv', 'gbk');
    expect(await papers()).toEqual([ranking('lamps', 'trees'), ranking('lamps', 'trees'), ranking('lamps')]);
  });
  it('that mark an option twice count it once, and are told; strictly nothing is imported', async () => {
    await open({ ...unpriced, form: 'ranking', rule: { rule: 'borda' } });
    const file = Buffer.from('count,rank1,rank2,rank3\n2,lamps,路灯,bench\n1,bench|bench,,trees\n');
    await expect(importing(file, moments.voting, 'votes.csv', undefined, { strict: true })).rejects.toThrow(
      /^line 3, column 2: an option/u,
    );
    expect(await papers()).toEqual([]);
    expect(await importing(file, moments.voting, 'votes.csv')).toEqual({ voters: 3, votes: 3, refused: [], repeatedMarks: 1 });
    expect(await papers()).toEqual([ranking('lamps', 'bench'), ranking('lamps', 'bench'), ranking('bench', [], 'trees')]);
  });
  it('of cast vote records are those of the contest that is named', async () => {
    await open({ ...unpriced, form: 'ranking', rule: { rule: 'borda' } });
    const file = Buffer.from(
      'Cast Vote Record,Precinct,Ballot Style,Works 1st Choice,Works 2nd Choice,Clerk 1st Choice\n1,P,1,路灯,trees,Ann\n2,P,1,trees,undervote,Bo\n',
    );
    await expect(importing(file, moments.voting, 'cvr.csv')).rejects.toThrow(/several contests; name one .*--file-contest/u);
    await importing(file, moments.voting, 'cvr.csv', undefined, { contest: 'Works' });
    expect(await papers()).toEqual([ranking('lamps', 'trees'), ranking('trees')]);
  });
  it('are points from a CSV with a column for each option', async () => {
    await open({ ...unpriced, form: 'points', rule: { rule: 'points' } });
    await importing(Buffer.from('路灯,bench,trees\n5,1,\n'), moments.voting, 'votes.csv', undefined, { cells: 'points' });
    expect(await papers()).toEqual([points({ bench: 1, lamps: 5 })]);
  });
  it('of an exported ballot come back as they were', async () => {
    await open({ ...unpriced, form: 'ranking', rule: { rule: 'schulze' } });
    await importing(Buffer.from('count,rank1,rank2\n3,lamps,bench|trees\n2,trees,\n'), moments.voting, 'votes.csv');
    const given = await papers();
    app.clock.set(moments.closing);
    await app.done({ command: 'CloseBallot', sender: system, params: { id: ballotId } });
    await app.readModels.atLeast(await app.log.position(), [ballots, ballotTally], AbortSignal.timeout(10_000));
    const row = (await app.readModels.get(ballots, ballotId))!;
    const { counting } = (await countingIn(app.readModels, ballotId, true))!;
    for (const format of ['csv', 'toi'] as const) {
      const exported = exportOf(row, counting.papers, format);
      if ('refused' in exported) throw new Error(exported.refused);
      const before = (await papers()).length;
      await open({ ...unpriced, form: 'ranking', rule: { rule: 'schulze' } });
      await importing(Buffer.from(exported.text), moments.voting, exported.fileName);
      const texts = (some: readonly object[]) => some.map((paper) => JSON.stringify(paper)).sort();
      expect(texts((await papers()).slice(before))).toEqual(texts(given));
    }
  });
  it('gives what a voter did not score the score that the file declares for it', async () => {
    await open({ ...unpriced, form: 'points', rule: { rule: 'points' } });
    const scoring = (type: string) =>
      Buffer.from(
        pb(['1;trees,lamps;3,0', '2;;'], type, 'voter_id;vote;points').toString().replace('budget;100', 'budget;100\ndefault_score;2'),
      );
    expect(await importing(scoring('scoring'))).toEqual({ voters: 2, votes: 2, refused: [], fileKept: true });
    expect(await papers()).toEqual([points({ bench: 2, trees: 3 }), points({ bench: 2, lamps: 2, trees: 2 })]);
  });
  it('takes a choice of none for an abstention', async () => {
    await open({ ...unpriced, form: 'choice', rule: { rule: 'approval' } });
    expect(await importing(pb(['1;', '2;lamps'], 'choose-1'))).toEqual({ voters: 2, votes: 1, refused: [], fileKept: true });
    expect(await papers()).toEqual([{ choice: 'lamps' }]);
  });
  it('has the projects of a real city as its options, numbered as there', async () => {
    const katowice = readFileSync(new URL('../../fixtures/votes/pb/Poland_Katowice_2023_Murcki.pb', import.meta.url));
    const { projects, ballots: filedBallots } = parsePabulib(katowice.toString());
    const options = projects.map(({ id, name, cost }) => ({ optionId: id, name: [...name].slice(0, 200).join(''), cost: cost * 100 }));
    await open({ ...list, options, budget: 377_664_00, form: 'points', pointsInAll: 3, rule: { rule: 'greedy', minScore: 50 } });
    expect(await importing(katowice)).toEqual({ voters: 1_249, votes: 1_249, refused: [], fileKept: true });
    app.clock.set(moments.closing);
    await app.done({ command: 'CloseBallot', sender: system, params: { id: ballotId } });
    await app.readModels.atLeast(await app.log.position(), [ballots, ballotTally], AbortSignal.timeout(10_000));
    await app.done({ command: 'PublishBallotResult', sender: system, params: { id: ballotId } });
    await app.readModels.atLeast(await app.log.position(), [ballots, ballotTally], AbortSignal.timeout(10_000));
    const row = (await app.readModels.get(ballots, ballotId))!;
    expect(row.result!.winners.toSorted()).toEqual(
      projects
        .filter(({ selected }) => selected)
        .map(({ id }) => id)
        .sort(),
    );
    const { counting } = (await countingIn(app.readModels, ballotId, true))!;
    const exported = exportOf(row, counting.papers, 'pb');
    if ('refused' in exported) throw new Error(exported.refused);
    const told = (file: PabulibFile) =>
      file.ballots.map(({ options: named, points: given }) => JSON.stringify(named.map((id, i) => [id, given![i]]).sort())).sort();
    expect(told(parsePabulib(exported.text))).toEqual(told({ ...parsePabulib(katowice.toString()), ballots: filedBallots }));

    const filed = parsePabulib(Buffer.from((await asFiled(app.log, app.services.opening, row, counting, row.result!.winners))!).toString());
    const { projects: _p, ...rest } = parsePabulib(katowice.toString());
    expect(filed).toEqual({ ...rest, projects: expect.anything() });
    expect(filed.projects).toEqual(projects); // the published `selected` is ours
  }, 60_000);
  it('is given back as it came only where nothing else was counted', async () => {
    const row = async () => (await app.readModels.get(ballots, ballotId))!;
    const counted = async () => {
      await app.readModels.atLeast(await app.log.position(), [ballots, ballotTally], AbortSignal.timeout(10_000));
      app.clock.set(moments.closing);
      await app.done({ command: 'CloseBallot', sender: system, params: { id: ballotId } });
      await app.readModels.atLeast(await app.log.position(), [ballots, ballotTally], AbortSignal.timeout(10_000));
      const { counting } = (await countingIn(app.readModels, ballotId, true))!;
      return asFiled(app.log, app.services.opening, await row(), counting, ['lamps']);
    };
    const file = pb(['1;trees,lamps', '2;']);
    await open(list);
    await importing(file);
    expect((await counted())?.toString()).toBe(
      file
        .toString()
        .replace('cost;name\n', 'cost;name;selected\n')
        .replace('路灯\n', '路灯;1\n')
        .replace('长椅\n', '长椅;0\n')
        .replace('补种\n', '补种;0\n'),
    );
    await open(list); // one voter more, who came by another file
    await importing(file);
    expect(await importing(pb(['3;bench']))).toMatchObject({ votes: 1, fileKept: false });
    expect(await counted()).toBeNull();
    await open({ ...list, options: [...list.options, { optionId: 'pond', name: '鱼池', cost: 10_00 }] }); // an option that the file does not have
    await importing(file);
    expect(await counted()).toBeNull();
    await open({ ...list, budget: 200_00 }); // other money
    expect(await importing(file)).toMatchObject({ votes: 2, fileKept: false });
    expect(await counted()).toBeNull();
    await open(list); // no file at all, and one that is none
    expect(await counted()).toBeNull();
    await open(list);
    const bytes = Buffer.from('no .pb');
    await app.done({
      command: 'KeepBallotFile',
      params: { id: ballotId },
      data: { sha256: hash('sha256', bytes), part: 1, parts: 1, bytes: bytes.toString('base64') },
    });
    expect(await counted()).toBeNull();
  });
  it('tells what was refused', async () => {
    await open(list);
    expect(await importing(pb(['1;lamps']), moments.closing)).toEqual({
      voters: 1,
      votes: 0,
      refused: [{ voter: '1', code: 'platform.ballot-not-open' }],
      fileKept: true,
    });
  });
});

describe('nothing is imported', () => {
  const untouched = async (file: Uint8Array, error: RegExp | (new (...given: never[]) => Error), path?: string) => {
    const position = await app.log.position();
    await expect(importing(file, moments.voting, path)).rejects.toThrow(error);
    expect(await app.log.position()).toBe(position);
  };
  it('of a file of which one vote is none of the ballot', async () => {
    await open({ ...list, mostOptions: 2 });
    await untouched(
      pb(['1;lamps', '2;lamps,bench,trees']),
      /^line 13: platform\.too-many-options-named: .*A vote can name at most 2 options/u,
    );
    await untouched(pb(['1;lamps'], 'ordinal'), /^line 12: platform\.wrong-form: .*votes of the form approval\. Fill in approved only/u);
    await open(election);
    await untouched(pb(['1;lamps'], 'ordinal'), /platform\.no-such-option/u);
    await open({ ...unpriced, form: 'points', rule: { rule: 'points' } });
    await untouched(pb(['1;lamps;-3'], 'scoring', 'voter_id;vote;points'), /^line 12: -3 points/u);
  });
  it('of a file that is malformed, or lists a voter twice', async () => {
    await open(list);
    await untouched(pb(['1;lamps', '2;pool']), MalformedFile);
    await untouched(pb(['1;lamps', '1;bench']), /voter 1 is listed twice/u);
  });
  it('of rankings of which one is malformed, names an option that there is not, or one twice, or are too many', async () => {
    await open({ ...unpriced, form: 'ranking', rule: { rule: 'borda' } });
    const csv = (...lines: readonly string[]) => Buffer.from(['count,rank1,rank2', ...lines, ''].join('\n'));
    await untouched(csv('1,lamps,', '1,pool,'), /^line 3, column 2: there is no option "pool" 没有选项 "pool"$/u, 'votes.csv');
    await untouched(csv('1,lamps,overvote'), /^line 2: platform\.option-named-twice/u, 'votes.csv');
    await untouched(csv('1000001,lamps,'), /1000001 votes; import at most 1000000/u, 'votes.csv');
    await untouched(Buffer.from('# ALTERNATIVE NAME 1: pool\n2: 1\n'), /^line 2: platform\.no-such-option/u, 'votes.soi');
    await untouched(
      Buffer.from('# ALTERNATIVE NAME 1: lamps\n2: 1\n1: 2\n'),
      /^line 3, column 4: there is no alternative 2 没有选项 2$/u,
      'votes.soi',
    );
    await open({
      ...unpriced,
      options: [
        { optionId: 'a', name: 'b' },
        { optionId: 'b', name: '甲' },
      ],
      form: 'ranking',
      rule: { rule: 'borda' },
    });
    await untouched(csv('1,a,', '1,甲,b', '2,c,'), /^line 4, column 2: there is no option "c" 没有选项 "c"$/u, 'votes.csv');
    await untouched(csv('1,a,', '1,甲,b'), /^line 3: "b" is the name of several options: a, b "b" 是/u, 'votes.csv');
    await untouched(Buffer.from('{}'), /has none of these formats: Pabulib \(\.pb\), PrefLib/u, 'votes.doc');
    await open(list);
    await untouched(csv('1,lamps,'), /platform\.wrong-form/u, 'votes.csv');
  });
  it('into a ballot that is not there', async () => {
    ballotId = 'b9';
    await untouched(pb(['1;lamps']), ImportRefused);
  });
});
