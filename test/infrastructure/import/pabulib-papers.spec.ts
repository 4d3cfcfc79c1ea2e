import { readFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { system } from '../../../src/application/authority.js';
import { exportOf } from '../../../src/application/ballot-export.js';
import { countingIn } from '../../../src/application/ballot-results.js';
import { ballot } from '../../../src/domain/platform/ballot.js';
import { parsePabulib, type PabulibFile } from '../../../src/infrastructure/formats/pabulib.js';
import { MalformedFile } from '../../../src/infrastructure/formats/text.js';
import { importPabulibPapers } from '../../../src/infrastructure/import/pabulib-papers.js';
import { ImportRefused } from '../../../src/infrastructure/import/pabulib-votes.js';
import type { BallotRow } from '../../../src/projections/platform/ballots.js';
import { election, list, moments, points, ranking, village } from '../../domain/platform/scenes.js';
import { inMemoryApplication } from '../../support/application.js';

const pb = (votes: readonly string[], type = 'approval', columns = 'voter_id;vote') =>
  Buffer.from(['META', 'key;value', 'budget;100', `vote_type;${type}`, 'PROJECTS', 'project_id;cost;name', 'lamps;60;路灯', 'bench;50;长椅', 'trees;40;补种', 'VOTES', columns, ...votes, ''].join('\n'));

let app: Awaited<ReturnType<typeof inMemoryApplication>>;
let ballotId: string;
const { budget: _, ...unpriced } = { ...list, options: list.options.map(({ optionId, name }) => ({ optionId, name })) };

async function open(data: object) {
  app.clock.set(moments.opening);
  ({ id: ballotId } = await app.done({ command: 'OpenBallot', data }));
  app.clock.set(moments.voting);
}
const importing = async (file: Uint8Array, occurredAt: string = moments.voting) =>
  importPabulibPapers({
    file, ballotId, ballot: (await app.aggregates.load(ballot, ballotId)).state,
    give: (command) => app.give({ ...command, channel: 'import', ...(command.command === 'CastPaper' && { occurredAt }) }),
  });
const papers = async () => {
  const events = [];
  for await (const page of app.log.readAll(0, { types: ['PaperCast'] })) events.push(...page);
  return events.map(({ data }) => (JSON.parse(data) as { paper: object }).paper);
};

beforeEach(async () => {
  app = await inMemoryApplication();
  for (const data of [{ placeId: '510121', name: '金堂县', level: 'county' }, { placeId: '510121111', name: '金龙镇', level: 'town' }, { placeId: village, name: '谢杨坝村', level: 'village' }]) await app.done({ command: 'RegisterPlace', data });
});
afterEach(() => app.close());

describe('importing ballots as papers', () => {
  it.each([
    ['approval', list, pb(['1;trees,lamps', '2;']), [{ approved: ['lamps', 'trees'] }, { approved: [] }]],
    ['choose-1', { ...unpriced, form: 'choice', rule: { rule: 'approval' } }, pb(['1;bench', '2;lamps'], 'choose-1'), [{ choice: 'bench' }, { choice: 'lamps' }]],
    ['ordinal', { ...unpriced, form: 'ranking', rule: { rule: 'borda' } }, pb(['1;trees,lamps'], 'ordinal'), [ranking('trees', 'lamps')]],
    ['cumulative', { ...unpriced, form: 'points', rule: { rule: 'points' } }, pb(['1;trees,lamps;3,7'], 'cumulative', 'voter_id;vote;points'), [points({ lamps: 7, trees: 3 })]],
  ] as const)('%s', async (_type, data, file, given) => {
    await open(data);
    expect(await importing(file)).toEqual({ voters: given.length, votes: given.length, refused: [] });
    const position = await app.log.position();
    expect(await papers()).toEqual(given);
    expect(await importing(file)).toEqual({ voters: given.length, votes: given.length, refused: [] });
    expect(await app.log.position()).toBe(position);
  });
  it('gives what a voter did not score the score that the file declares for it', async () => {
    await open({ ...unpriced, form: 'points', rule: { rule: 'points' } });
    const scoring = (type: string) => Buffer.from(pb(['1;trees,lamps;3,0', '2;;'], type, 'voter_id;vote;points').toString().replace('budget;100', 'budget;100\ndefault_score;2'));
    expect(await importing(scoring('scoring'))).toEqual({ voters: 2, votes: 2, refused: [] });
    expect(await papers()).toEqual([points({ bench: 2, trees: 3 }), points({ bench: 2, lamps: 2, trees: 2 })]);
  });
  it('takes a choice of none for an abstention', async () => {
    await open({ ...unpriced, form: 'choice', rule: { rule: 'approval' } });
    expect(await importing(pb(['1;', '2;lamps'], 'choose-1'))).toEqual({ voters: 2, votes: 1, refused: [] });
    expect(await papers()).toEqual([{ choice: 'lamps' }]);
  });
  it('has the projects of a real city as its options, numbered as there', async () => {
    const katowice = readFileSync(new URL('../../fixtures/votes/pb/Poland_Katowice_2023_Murcki.pb', import.meta.url));
    const { projects, ballots } = parsePabulib(katowice);
    const options = projects.map(({ id, name, cost }) => ({ optionId: id, name: [...name].slice(0, 200).join(''), cost: cost * 100 }));
    await open({ ...list, options, budget: 377_664_00, form: 'points', pointsInAll: 3, rule: { rule: 'greedy', minScore: 50 } });
    expect(await importing(katowice)).toEqual({ voters: 1_249, votes: 1_249, refused: [] });
    app.clock.set(moments.closing);
    await app.done({ command: 'CloseBallot', sender: system, params: { id: ballotId } });
    await app.readModels.atLeast(await app.log.position(), ['ballot', 'ballot-tally'], AbortSignal.timeout(10_000));
    await app.done({ command: 'PublishBallotResult', sender: system, params: { id: ballotId } });
    await app.readModels.atLeast(await app.log.position(), ['ballot', 'ballot-tally'], AbortSignal.timeout(10_000));
    const row = (await app.readModels.get<BallotRow>('ballot', ballotId))!;
    expect(row.result!.winners.toSorted()).toEqual(projects.filter(({ selected }) => selected).map(({ id }) => id).sort());
    const { counting } = (await countingIn(app.readModels, ballotId, true))!;
    const exported = exportOf(row, counting.papers, 'pb');
    if ('refused' in exported) throw new Error(exported.refused);
    const told = (file: PabulibFile) => file.ballots.map(({ options: named, points: given }) => JSON.stringify(named.map((id, i) => [id, given![i]]).sort())).sort();
    expect(told(parsePabulib(Buffer.from(exported.text)))).toEqual(told({ ...parsePabulib(katowice), ballots }));
  }, 60_000);
  it('tells what was refused', async () => {
    await open(list);
    expect(await importing(pb(['1;lamps']), moments.closing)).toEqual({ voters: 1, votes: 0, refused: [{ voter: '1', code: 'platform.ballot-not-open' }] });
  });
});

describe('nothing is imported', () => {
  const untouched = async (file: Uint8Array, error: RegExp | (new (...given: never[]) => Error)) => {
    const position = await app.log.position();
    await expect(importing(file)).rejects.toThrow(error);
    expect(await app.log.position()).toBe(position);
  };
  it('of a file of which one vote is none of the ballot', async () => {
    await open({ ...list, mostOptions: 2 });
    await untouched(pb(['1;lamps', '2;lamps,bench,trees']), /voter 2 .*platform\.too-many-options-named/u);
    await untouched(pb(['1;lamps'], 'ordinal'), /platform\.wrong-form/u);
    await open(election);
    await untouched(pb(['1;lamps'], 'ordinal'), /platform\.no-such-option/u);
    await open({ ...unpriced, form: 'points', rule: { rule: 'points' } });
    await untouched(pb(['1;lamps;-3'], 'scoring', 'voter_id;vote;points'), /gives -3 points/u);
  });
  it('of a file that is malformed, or lists a voter twice', async () => {
    await open(list);
    await untouched(pb(['1;lamps', '2;pool']), MalformedFile);
    await untouched(pb(['1;lamps', '1;bench']), /voter 1 is listed twice/u);
  });
  it('into a ballot that is not there', async () => {
    ballotId = 'b9';
    await untouched(pb(['1;lamps']), ImportRefused);
  });
});
