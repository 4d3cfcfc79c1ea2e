import { readFileSync } from 'node:fs';
import { append } from '../../../../src/application/kernel/appending.js';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { system } from '../../../../src/application/kernel/actor.js';
import type { Actor } from '../../../../src/application/kernel/actor.js';
import { newEventId } from '../../../../src/application/kernel/ids.js';
import type { Counter, CountRefusal } from '../../../../src/application/contexts/platform/counter.js';
import { withholding } from '../../../../src/application/contexts.js';
import { type BallotCount, countBallot } from '../../../../src/domain/platform/counting.js';
import type { Refusal } from '../../../../src/domain/shared/decider.js';
import { sha256 } from '../../../../src/domain/shared/sha256.js';
import type { Outcome } from '../../../../src/domain/voting/outcome.js';
import { countFile } from '../../../../src/infrastructure/cli/count-file.js';
import { parsePabulib } from '../../../../src/infrastructure/formats/pabulib.js';
import { commitTo, drawOrder } from '../../../../src/domain/voting/draw.js';
import { election, list, moments, ranking, seed, village } from '../../../domain/platform/scenes.js';
import { actor, inMemoryApplication, official } from '../../../support/application.js';
import * as asking from '../../../support/asking.js';
import { ballotTally } from '../../../../src/projections/platform/ballot-tally.js';
import { ballots } from '../../../../src/projections/platform/ballots.js';
import { expectToFollowFromLog } from '../../../support/recompute.js';
import { atOnce } from '../../../support/at-once.js';
import { nothingIsReady } from '../../../support/until.js';

type Application = Awaited<ReturnType<typeof inMemoryApplication>>;
let app: Application;
let stuck: unknown[];

const resident = (id: string): Actor => actor(id, { capacity: 'resident', placeId: `${village}.1` });
const ask = (query: string, params: Record<string, string>, more?: Parameters<typeof asking.ask>[3]) =>
  asking.ask(app, query, params, more);
const time = (at: string) => asking.time(app, at, stuck);
const events = (from = 0) => asking.eventsOf(app, from);
const types = async (from: number) => (await events(from)).map(({ type }) => type);
async function open(data: object, at: string = moments.opening) {
  app.clock.set(at);
  const { id } = await app.done({ command: 'OpenBallot', data });
  app.clock.set(moments.voting);
  return { id, params: { id } };
}
const cast = (params: { id: string }, voter: string, data: object) =>
  app.give({ command: 'CastPaper', params, data, sender: resident(voter) });
const voting = async (params: { id: string }, papers: readonly (readonly [number, object])[]) => {
  for (const [kind, [count, paper]] of papers.entries())
    for (let i = 0; i < count; i++) expect(await cast(params, `v${kind}-${i}`, paper)).not.toHaveProperty('refused');
};

beforeEach(async () => {
  stuck = [];
  app = await inMemoryApplication();
  for (const data of [
    { placeId: '510121', name: '金堂县', level: 'county' },
    { placeId: '510121111', name: '金龙镇', level: 'town' },
    { placeId: village, name: '谢杨坝村', level: 'village' },
    { placeId: `${village}.1`, name: '蔡家大院', level: 'courtyard' },
  ])
    await app.done({ command: 'RegisterPlace', data });
  await app.done({ command: 'AdoptPlacePolicy', data: atOnce(app.clock.now().toISOString()) });
});
afterEach(async () => {
  expect(stuck).toEqual([]);
  await expectToFollowFromLog(app);
  await app.close();
});

describe('a renovation list decided by equal shares', () => {
  const file = parsePabulib(readFileSync(new URL('../../../../data/Poland_Swiecie_2023.pb', import.meta.url), 'utf8'));
  const column = file.projectColumns.indexOf('selected');
  const published = file.projects.filter(({ cells }) => cells[column] === '1').map(({ id }) => id);

  it('has the winners that were published of a real one, and tells how', async () => {
    const options = file.projects.map(({ id, name, cost }) => ({ optionId: id, name: [...name].slice(0, 200).join(''), cost: cost * 100 }));
    const { params } = await open({ ...list, options, budget: file.budget * 100 });
    await Promise.all(file.ballots.map(({ voter, options: approved }) => cast(params, voter, { approved })));
    expect(await ask('GetBallot', params)).toMatchObject({ stage: 'open', votedAtLeast: 2_550 });
    const before = await app.log.position();
    await time(moments.closing);
    expect(await types(before)).toEqual(['BallotClosed', 'BallotResultPublished']);

    expect(published).toHaveLength(17);
    const result = await ask('GetBallotResult', params);
    expect(new Set(result.winners)).toEqual(new Set(published));
    expect(result).toMatchObject({
      official: true,
      rule: { rule: 'equal-shares', completion: 'add1', unit: 100 },
      budget: file.budget * 100,
      published: { ballots: 2_553, winners: result.winners },
      closingPosition: (await events(before))[0]!.position,
    });
    const { sha256: hash, ...stated } = result.published;
    expect(hash).toBe(sha256(JSON.stringify(stated)));
    expect(
      result.account.filter(({ step }: { step: string }) => step === 'bought').map(({ option }: { option: string }) => option),
    ).toEqual(result.winners);
    expect(result.words.zh).toHaveLength(result.account.length);
    expect(result.words.zh.join('')).toContain(options.find(({ optionId }) => optionId === result.winners[0])!.name);

    const exported = parsePabulib((await ask('ExportBallot', params, { format: 'pb' })).text as string);
    const asGiven = (ballots: readonly { readonly options: readonly string[] }[]) =>
      ballots.map((ballot) => ballot.options.toSorted().join()).sort();
    expect(asGiven(exported.ballots)).toEqual(asGiven(file.ballots));
    expect(exported.projects.map(({ id, cost, selected }) => [id, cost, selected])).toEqual(
      file.projects.map(({ id, cost, cells }) => [id, cost, cells[column] === '1']),
    );

    // 695 different papers were given, and no row more is kept
    const rows = await app.readModels.list(ballotTally, { prefix: `${params.id}/`, limit: 5_000 });
    expect(rows).toHaveLength(new Set(file.ballots.map((ballot) => ballot.options.toSorted().join())).size);

    const why = await ask('GetWhatMyPaperDid', params, { as: resident('v1') });
    const mine = file.ballots.find(({ voter }) => voter === 'v1')!.options;
    expect(why.paper).toEqual({ approved: mine.toSorted() });
    expect(why.reasons.map(({ option }: { option: string }) => option)).toEqual(result.winners.filter((id: string) => mine.includes(id)));
    expect(why.words.en).toHaveLength(why.reasons.length);

    const greedy = await ask('GetBallotResult', params, { rule: 'greedy' });
    expect(greedy).toMatchObject({ official: false, rule: { rule: 'greedy', overBudget: 'skip', minScore: 1 } });
    expect(greedy).not.toHaveProperty('published');
    const costs = new Map(options.map(({ optionId, cost }) => [optionId, cost]));
    const most = file.projects.toSorted((a, b) => Number(b.cells[2]) - Number(a.cells[2]))[0]!.id;
    expect([greedy.winners[0], greedy.winners.reduce((sum: number, id: string) => sum + costs.get(id)!, 0) <= file.budget * 100]).toEqual([
      most,
      true,
    ]);
    expect((await ask('GetBallotResult', params, { rule: 'greedy', budget: 0 })).winners).toEqual([]);
    expect(await ask('GetBallotResult', params, { unit: 99 })).toEqual({ refused: 'platform.unit-too-fine', with: { unit: 100 } });
    expect(await ask('GetBallotResult', params, { unit: 1_000 })).toMatchObject({
      official: false,
      rule: { rule: 'equal-shares', unit: 1_000 },
    });
    expect((await ask('GetBallotResult', params)).winners).toEqual(result.winners);
  }, 180_000);
});

describe('a list with projects that exclude each other, of which one is withdrawn', () => {
  it('has a result within the limits, which says why, and which the export and a what-if keep', async () => {
    const limits = [{ name: '东片', options: ['lamps', 'bench'], most: 1 }];
    const { params } = await open({ ...list, budget: 200_00, limits });
    for (const voter of ['v1', 'v2', 'v3']) await cast(params, voter, { approved: ['lamps', 'bench', 'trees'] });
    expect(await ask('GetBallot', params)).toMatchObject({ declared: { limits }, withdrawn: [] });
    const before = await ask('GetBallot', params);
    const withdrawal = { optionId: 'trees', reason: 'not-feasible' };
    await app.done({ command: 'WithdrawBallotOption', params, data: withdrawal });
    expect(await ask('GetBallot', params)).toMatchObject({ withdrawn: [withdrawal], revision: before.revision + 1 });
    await time(moments.closing);
    const result = await ask('GetBallotResult', params);
    expect(result).toMatchObject({ winners: ['bench'], order: [['bench'], ['lamps']], published: { ballots: 3, winners: ['bench'] } });
    expect(result.words.zh).toEqual(
      expect.arrayContaining(['计票前退出、已从所有选票中划去：补种（不再可行）。', '不选 路灯：东片 最多选 1 项，已选 长椅。']),
    );
    expect(result.words.en).toContain('Not selected 路灯: at most 1 of 东片 can be chosen, and 长椅 is.');
    expect(await ask('GetBallotResult', params, { rule: 'greedy' })).toMatchObject({ official: false, winners: ['bench'] });
    expect(await ask('GetBallotResult', params, { rule: 'approval', seats: 3 })).toMatchObject({ winners: ['lamps', 'bench'] });
    expect((await ask('GetWhatMyPaperDid', params, { as: resident('v1') })).reasons).toMatchObject([{ option: 'bench' }]);
    const exported = (await ask('ExportBallot', params, { format: 'pb' })).text as string;
    expect(countFile('x.pb', Buffer.from(exported), null)).toMatchObject({ winners: ['bench'], warnings: [] });
  });
});

describe('an election from which a candidate withdraws during the count, with write-ins', () => {
  it('strikes the write-ins first and the candidate in the declared round, in the official result and in a what-if', async () => {
    const options = [...election.options, { optionId: 'other', name: '另选他人', writeIn: true }];
    const { params } = await open({ ...election, options });
    const said = [['chen'], ['chen'], ['li', 'cai'], ['li', 'cai'], ['other', 'wu'], ['wu', 'cai']];
    for (const [i, named] of said.entries()) await cast(params, `v${i}`, ranking(...named));
    await time(moments.closing);
    const withdrawal = { optionId: 'li', reason: 'died', round: 2 };
    await app.done({ command: 'WithdrawBallotOption', params, data: withdrawal });
    await app.done({ command: 'RevealBallotSeed', params, data: { seed } });
    await time('2026-06-20T00:00:00.000Z');
    const result = await ask('GetBallotResult', params);
    expect(result.words.zh).toEqual(
      expect.arrayContaining([
        '于计票第 2 轮退出：李秀兰（已去世）。',
        '第 1 轮先划去未登记的另写人选 另选他人，其票转给 吴明 1。',
        '第 2 轮退出 李秀兰，其票转给 蔡新周 2。',
      ]),
    );
    expect(result.published.winners).toEqual(result.winners);
    expect(result.winners).not.toContain('li');
    const borda = await ask('GetBallotResult', params, { rule: 'borda', seats: 2 });
    expect(borda.words.en.slice(0, 2)).toEqual([
      'Withdrawn before the count and struck from all ballots: 李秀兰 (has died).',
      'Undeclared write-ins, struck from all ballots before the count: 另选他人.',
    ]);
  });
});

describe('a list whose ties go by lot at once', () => {
  it.each(['greedy', 'equal-shares', 'phragmen'] as const)(
    'is decided in the order of the seed that was committed to, and the account of %s says so',
    async (rule) => {
      // all have the same votes; by cost the trees would come first
      const options = list.options.map((option) => ({ ...option, cost: option.optionId === 'trees' ? 50_00 : 60_00 }));
      const budget = 180_00; // for shares of 60 yuan, of which each project takes as large a part
      const { params } = await open({
        ...list,
        rule: { rule, ties: 'lot' },
        options,
        budget,
        lastTies: 'draw',
        drawCommitment: commitTo(seed),
      });
      for (const { optionId } of options) await cast(params, `of-${optionId}`, { approved: [optionId] });
      await time(moments.closing);
      expect(await ask('GetBallotResult', params)).toMatchObject({ refused: 'platform.result-not-found' });
      await app.done({ command: 'RevealBallotSeed', params, data: { seed } });
      await time('2026-06-20T00:00:00.000Z');
      const { account, published, lastTies, words } = await ask('GetBallotResult', params);
      const ties = account.filter(({ step }: { step: string }) => step === 'tie');
      const drawn = drawOrder(
        seed,
        options.map(({ optionId }) => optionId),
      );
      expect([published.drawSeed, lastTies, ties[0].by]).toEqual([seed, 'draw', 'lot']);
      expect(ties[0].chosen).toBe(drawn.find((id) => ties[0].options.includes(id)));
      expect(words.zh.join('')).toContain('按事先声明的次序（抽签或名单）定为');
    },
  );
});

describe('an election by the single transferable vote', () => {
  // quota 5 of 12: chen has 7 and passes his surplus on to li
  const papers = [
    [7, ranking('chen', 'li')],
    [3, ranking('cai')],
    [2, ranking('wu', 'cai')],
  ] as const;

  it('waits for the seed, and is published by itself when it is revealed', async () => {
    const { params } = await open(election);
    await voting(params, papers);
    const before = await app.log.position();
    await time(moments.closing);
    await time('2026-06-20T00:00:00.000Z');
    expect(await types(before)).toEqual(['BallotClosed']);
    expect(await ask('GetBallot', params)).toMatchObject({ stage: 'closed', ballots: 12, drawSeed: null });
    // nor can anybody see what would come of the seed, and keep it back
    for (const parameters of [{}, { seats: 2 }, { rule: 'borda' }, { rule: 'schulze', why: 'li' }])
      expect(await ask('GetBallotResult', params, parameters)).toEqual({ refused: 'platform.result-not-found', with: { id: params.id } });
    expect(await ask('ExportBallot', params, { format: 'soi' })).toEqual({ refused: 'platform.result-not-found', with: { id: params.id } });
    expect(await app.give({ command: 'RevealBallotSeed', params, data: { seed: `${seed}！` } })).toMatchObject({
      refused: 'voting.seed-mismatch',
    });
    await app.done({ command: 'RevealBallotSeed', params, data: { seed } });
    await time('2026-06-20T00:00:00.000Z');
    expect((await types(before)).slice(1)).toEqual(['BallotSeedRevealed', 'BallotResultPublished']);
    const result = await ask('GetBallotResult', params);
    expect(result).toMatchObject({
      official: true,
      lastTies: 'draw',
      winners: ['chen', 'cai'],
      published: { ballots: 12, drawSeed: seed },
      closingPosition: (await events(before))[0]!.position,
    });
    expect(result.order.flat().sort()).toEqual(['cai', 'chen', 'li', 'wu']);
    const why = await ask('GetBallotResult', params, { why: 'wu' });
    expect(why).toMatchObject({ official: true, option: 'wu', won: false });
    expect(why.account.length).toBeLessThan(result.account.length);
    expect(why.account).toContainEqual(expect.objectContaining({ step: 'eliminated', options: ['wu'] }));
    expect(why).not.toHaveProperty('winners');
    expect((await ask('GetWhatMyPaperDid', params, { as: resident('v0-0') })).reasons.slice(0, 2)).toMatchObject([
      { option: 'chen', value: '1' },
      { option: 'li', value: '0.28571' },
    ]); // 2 of 7
  });
});

describe('a Schulze ballot', () => {
  // Tennessee: three winners by three rules
  const data = {
    ...election,
    subject: 'renovation-list',
    rule: { rule: 'schulze' },
    lastTies: 'listed',
    drawCommitment: undefined,
    replaceable: true,
  };
  const papers = [
    [42, ranking('chen', 'li', 'cai', 'wu')],
    [26, ranking('li', 'cai', 'wu', 'chen')],
    [15, ranking('cai', 'wu', 'li', 'chen')],
    [17, ranking('wu', 'cai', 'li', 'chen')],
  ] as const;

  it('is recounted under other rules, which leaves what is official as it is', async () => {
    const { params } = await open(data);
    await voting(params, papers);
    await time(moments.closing);
    const official = await ask('GetBallotResult', params);
    expect(official).toMatchObject({
      official: true,
      rule: { rule: 'schulze', seats: 1, strength: 'winning-votes', unranked: 'last' },
      winners: ['li'],
      order: [['li'], ['cai'], ['wu'], ['chen']],
    });
    expect(official.account[0].preferences[0]).toEqual([0, 42, 42, 42]);
    const what = async (query: object) => {
      const { official: marked, winners } = await ask('GetBallotResult', params, { ...query });
      return [marked, winners];
    };
    expect(await what({ rule: 'instant-runoff' })).toEqual([false, ['wu']]);
    expect(await what({ rule: 'borda', seats: 2 })).toEqual([false, ['li', 'cai']]);
    expect(await what({ rule: 'single-transferable-vote', seats: 1 })).toEqual([false, ['wu']]);
    expect(await what({ seats: 3 })).toEqual([false, ['li', 'cai', 'wu']]);
    expect(await what({ strength: 'margins' })).toEqual([false, ['li']]);
    const position = await app.log.position();
    expect(await ask('GetBallotResult', params)).toEqual(official);
    expect(await app.log.position()).toBe(position);
  });
  it('is not recounted by rules that do not count it, nor with parameters of others', async () => {
    const { params } = await open(data);
    await voting(params, papers.slice(3));
    await time(moments.closing);
    expect(await ask('GetBallotResult', params, { rule: 'approval' })).toEqual({
      refused: 'platform.rule-does-not-count-form',
      with: { rule: 'approval', form: 'ranking' },
    });
    expect(await ask('GetBallotResult', params, { rule: 'greedy' })).toEqual({
      refused: 'platform.budget-mismatch',
      with: { rule: 'greedy' },
    });
    expect(await ask('GetBallotResult', params, { budget: 5 })).toEqual({ refused: 'platform.budget-mismatch', with: { rule: 'schulze' } });
    expect(await ask('GetBallotResult', params, { rule: 'borda', strength: 'margins' })).toEqual({
      refused: 'voting.parameter-of-another-rule',
      with: { rule: 'borda', parameter: 'strength' },
    });
    expect(await ask('GetBallotResult', params, { rule: 'single-transferable-vote' })).toMatchObject({ refused: 'platform.seats-missing' });
    expect(await ask('GetBallotResult', params, { why: 'zhang' })).toEqual({
      refused: 'platform.no-such-option',
      with: { option: 'zhang' },
    });
  });
  it('counts the last paper of each voter that stands before the closing in the log', async () => {
    const { params } = await open(data);
    await cast(params, 'v1', ranking('chen'));
    await cast(params, 'v1', ranking('li'));
    await cast(params, 'v2', ranking('wu'));
    await app.done({ command: 'WithdrawPaper', params, sender: resident('v2') });
    await time(moments.closing);
    const [paper] = (await events()).filter(({ type }) => type === 'PaperCast');
    const late = (voter: string, more: object, revision: number) =>
      append(app.log, `ballotPaper-${params.id}.${voter}`, revision, [
        { ...paper!, id: newEventId(), data: JSON.stringify({ ballotId: params.id, paper: ranking('cai'), ...more }) },
      ]);
    await late('v3', {}, -1); // decided before the closing, written behind it
    await late('v1', { replaces: ranking('li') }, 1);
    expect(await ask('GetBallotResult', params)).toMatchObject({ winners: ['li'], published: { ballots: 1 } });
    expect((await ask('GetBallotResult', params, { rule: 'instant-runoff' })).account[0].tallies).toContainEqual({
      option: 'li',
      value: '1',
    });
    expect((await ask('GetBallotResult', params, { rule: 'instant-runoff' })).account[0].tallies).toContainEqual({
      option: 'cai',
      value: '0',
    });
    expect(await ask('GetMyPaper', params, { as: resident('v1') })).toEqual({
      ballotId: params.id,
      paper: ranking('li'),
      castAt: moments.voting,
      entered: [],
    });
    for (const voter of ['v2', 'v3'])
      expect(await ask('GetMyPaper', params, { as: resident(voter) })).toEqual({
        ballotId: params.id,
        paper: null,
        castAt: null,
        entered: [],
      });
    expect(await ask('GetWhatMyPaperDid', params, { as: resident('v3') })).toEqual({
      refused: 'platform.paper-not-found',
      with: { id: params.id },
    });
  });
});

describe('a count', () => {
  /** The counts that were asked for, each answered when the test says so. */
  let asked: {
    readonly count: BallotCount;
    readonly answer: (refusal?: Refusal<CountRefusal>) => void;
    readonly fail: (error: Error) => void;
  }[];
  /** As after a start: nothing is kept. */
  const anew = async (counter: Counter) => {
    asked = [];
    const { log, clock, keys, close } = app;
    await close();
    app = await inMemoryApplication(log, counter, keys);
    app.clock.set(clock.now().toISOString());
  };
  const waiting: Counter = (count) =>
    new Promise<Outcome | Refusal<CountRefusal>>((resolve, reject) =>
      asked.push({ count, answer: (refusal) => resolve(refusal ?? countBallot(count)), fail: reject }),
    );
  beforeEach(() => anew(waiting));
  const until = async (count: number) => {
    while (asked.length < count) await new Promise((resolve) => setTimeout(resolve, 5));
    await nothingIsReady(); // and no further one
    expect(asked).toHaveLength(count);
  };
  const publish = (params: { id: string }) => app.give({ command: 'PublishBallotResult', params, sender: system });
  const closedList = async () => {
    const { params } = await open(list);
    await voting(params, [
      [2, { approved: ['bench', 'lamps'] }],
      [1, { approved: ['trees'] }],
    ]);
    app.clock.set(moments.closing);
    await app.done({ command: 'CloseBallot', params, sender: system });
    return params;
  };
  /** Published, what was counted for it being kept. */
  const publishedList = async () => {
    const params = await closedList();
    const publishing = publish(params);
    await until(1);
    asked.shift()!.answer();
    expect(await publishing).toMatchObject({ events: [{ type: 'BallotResultPublished' }] });
    return params;
  };

  it('is not begun in vain: neither before the closing, nor before the seed is out, nor once the result is', async () => {
    const { params } = await open(election);
    expect(await publish(params)).toEqual({ refused: 'platform.ballot-still-open', with: { until: moments.closing } });
    app.clock.set(moments.closing);
    await app.done({ command: 'CloseBallot', params, sender: system });
    expect(await publish(params)).toEqual({ refused: 'platform.seed-awaited' });
    expect(await publish({ id: 'nowhere' })).toEqual({ refused: 'ballot.not-found', with: { id: 'nowhere' } });
    expect(asked).toEqual([]);
    await app.done({ command: 'RevealBallotSeed', params, data: { seed } });
    const publishing = publish(params);
    await until(1);
    expect(asked[0]!.count).toMatchObject({ drawSeed: seed, other: null, counting: { ballots: 0 } });
    asked[0]!.answer();
    expect(await publishing).toMatchObject({ events: [{ type: 'BallotResultPublished' }] });
    await anew(waiting);
    expect(await publish(params)).toMatchObject({ events: [] });
    expect(asked).toEqual([]);
  });
  it('that is broken off leaves nothing behind, and is begun again by the next attempt', async () => {
    const params = await closedList();
    const before = await app.log.position();
    const first = publish(params);
    await until(1);
    asked[0]!.answer({ refused: 'platform.counting-busy' });
    expect(await first).toEqual({ refused: 'platform.counting-busy' });
    const second = publish(params);
    await until(2);
    asked[1]!.fail(new Error('the thread ended'));
    await expect(second).rejects.toThrow('the thread ended');
    expect(await app.log.position()).toBe(before);
    const third = publish(params);
    await until(3);
    asked[2]!.answer();
    expect(await third).toMatchObject({ events: [{ type: 'BallotResultPublished' }] });
  });
  it('that was published is what is told of the result and of a vote, without being done again', async () => {
    const params = await publishedList();
    expect(await ask('GetBallotResult', params)).toMatchObject({ official: true, winners: ['bench', 'trees'] });
    expect(await ask('GetWhatMyPaperDid', params, { as: resident('v0-0') })).toMatchObject({ reasons: [{ option: 'bench' }] });
    expect(asked).toEqual([]);
  });
  it('is done once for equal questions, and apart for others', async () => {
    const params = await publishedList();
    const equal = Array.from({ length: 8 }, () => ask('GetBallotResult', params, { rule: 'greedy' }));
    await until(1);
    const other = ask('GetBallotResult', params, { rule: 'greedy', budget: 60_00 });
    await until(2);
    for (const { answer } of asked) answer();
    expect((await Promise.all(equal)).map(({ winners }) => winners)).toEqual(equal.map(() => ['bench', 'trees']));
    expect((await other).winners).toEqual(['bench']);
    expect((await ask('GetBallotResult', params, { rule: 'greedy' })).winners).toEqual(['bench', 'trees']);
    expect(asked).toHaveLength(2);
  });
  it('that is refused or fails is told to all who asked, and not kept', async () => {
    const params = await publishedList();
    const tooLong = { refused: 'platform.count-too-long', with: { seconds: 10 } } as const;
    const refused = Array.from({ length: 2 }, () => ask('GetBallotResult', params, { unit: 1_000 }));
    await until(1);
    asked[0]!.answer(tooLong);
    expect(await Promise.all(refused)).toEqual([tooLong, tooLong]);
    const failed = Array.from({ length: 2 }, () => ask('GetBallotResult', params, { unit: 1_000 }).catch(({ message }: Error) => message));
    await until(2);
    asked[1]!.fail(new Error('the thread ended'));
    expect(await Promise.all(failed)).toEqual(['the thread ended', 'the thread ended']);
    const answered = ask('GetBallotResult', params, { unit: 1_000 });
    await until(3);
    asked[2]!.answer();
    expect(await answered).toMatchObject({ official: false, winners: ['bench', 'trees'] });
  });
  it('of questions, however many, does not push out the one that is official', async () => {
    const params = await publishedList();
    await anew((count) => {
      if (count.other === null) asked.push({ count, answer: () => {}, fail: () => {} });
      return Promise.resolve(countBallot(count));
    });
    await ask('GetBallotResult', params);
    for (let budget = 0; budget < 150; budget++) await ask('GetBallotResult', params, { rule: 'greedy', budget });
    expect(await ask('GetBallotResult', params)).toMatchObject({ official: true });
    expect(asked).toHaveLength(1);
  });
});

describe('a vote', () => {
  it('has the form of its ballot, comes from a neighbour, and is refused once the time is over', async () => {
    const { params } = await open(list);
    expect(await cast(params, 'v1', ranking('lamps'))).toEqual({
      refused: 'platform.wrong-form',
      with: { form: 'approval', field: 'approved' },
    });
    expect(await cast(params, 'v1', { choice: 'lamps' })).toMatchObject({ refused: 'platform.wrong-form' });
    expect(await cast(params, 'v1', { approved: ['lamps', 'pool'] })).toEqual({
      refused: 'platform.no-such-option',
      with: { option: 'pool' },
    });
    const stranger = actor('stranger', { capacity: 'resident', placeId: '510121111220.1' });
    expect(await app.give({ command: 'CastPaper', params, data: { approved: [] }, sender: stranger })).toMatchObject({
      refused: 'auth.not-allowed',
    });
    expect(await app.give({ command: 'CastPaper', params, data: { approved: [] }, sender: official })).toMatchObject({
      refused: 'auth.not-allowed',
    });
    expect(await app.give({ command: 'OpenBallot', data: list, sender: resident('v1') })).toMatchObject({ refused: 'auth.not-allowed' });
    expect(await cast({ id: 'nowhere' }, 'v1', { approved: [] })).toEqual({ refused: 'ballot.not-found', with: { id: 'nowhere' } });
    app.clock.set(moments.closing);
    expect(await cast(params, 'v1', { approved: [] })).toMatchObject({ refused: 'platform.ballot-not-open' });
  });
  it('is one, however many are cast at once, and the ballot says whether it may change', async () => {
    const { params } = await open({ ...list, replaceable: false });
    const outcomes = await Promise.all(
      Array.from({ length: 64 }, (_, i) => cast(params, 'v1', { approved: [i % 2 === 0 ? 'lamps' : 'bench'] })),
    );
    expect(outcomes.filter((outcome) => 'refused' in outcome && outcome.refused === 'platform.paper-final')).toHaveLength(32);
    expect((await events()).filter(({ type }) => type === 'PaperCast')).toHaveLength(1);
  });
  describe('entered for a voter', () => {
    const earlier = '2026-06-02T08:00:00.000Z';
    const registered = async () => {
      const { id } = await app.done({ command: 'RegisterPerson', data: { placeId: `${village}.1`, name: '李秀兰' } });
      await app.done({ command: 'GrantRole', params: { id }, data: { capacity: 'resident', placeId: `${village}.1` } });
      return actor(id);
    };
    const entering = (command: 'CastPaper' | 'WithdrawPaper', params: { id: string }, voter: Actor, more: object = {}) =>
      app.give({
        command,
        params,
        data: command === 'CastPaper' ? { approved: ['lamps'] } : {},
        onBehalfOf: voter.id,
        channel: 'paper-form',
        occurredAt: earlier,
        ...more,
      });

    it('is answered the same in a secret ballot, whatever the voter did', async () => {
      for (const replaceable of [true, false]) {
        const { params } = await open({ ...list, replaceable });
        const voters = await Promise.all(Array.from({ length: 4 }, registered));
        const [, same, other, again] = voters as [Actor, Actor, Actor, Actor];
        await app.done({ command: 'CastPaper', params, sender: same, data: { approved: ['lamps'] } });
        await app.done({ command: 'CastPaper', params, sender: other, data: { approved: ['bench'] } });
        await app.done({ command: 'CastPaper', params, sender: again, data: { approved: ['lamps'] } });
        if (replaceable) await app.done({ command: 'WithdrawPaper', params, sender: again });
        for (const command of ['CastPaper', 'WithdrawPaper'] as const) {
          for (const more of [{}, { ifRevision: 'any' as const }, { ifRevision: [0] }, { key: `k-${command}-${replaceable}` }]) {
            const shapes = [];
            for (const [i, voter] of voters.entries()) {
              const answer = await entering(command, params, voter, { ...more, ...('key' in more && { key: `${more.key}-${i}` }) });
              shapes.push(
                'refused' in answer
                  ? JSON.stringify(answer)
                  : JSON.stringify([answer.revision, answer.created, answer.events.map(({ type }) => type)]),
              );
            }
            expect(new Set(shapes).size).toBe(1);
            const event = command === 'CastPaper' ? 'PaperCast' : 'PaperWithdrawn';
            expect(shapes[0]).toContain('ifRevision' in more ? 'precondition.failed' : event);
          }
        }
        expect(await ask('GetMyPaper', params, { as: other })).toMatchObject({
          paper: { approved: ['bench'] },
          entered: Array.from({ length: 4 }, () => ({
            enteredBy: official.id,
            happenedAt: earlier,
            counts: false,
          })),
        });
      }
    });

    it('before the voter’s own vote, as it happened, is refused where votes are no secret, and the voter’s own counts', async () => {
      const { params } = await open({ ...list, secretUntilClosed: false });
      const voter = await registered();
      await app.done({ command: 'CastPaper', params, sender: voter, data: { approved: ['bench'] } });
      expect(await entering('CastPaper', params, voter)).toEqual({ refused: 'platform.voted-in-person' });
      expect(await ask('GetMyPaper', params, { as: voter })).toMatchObject({ paper: { approved: ['bench'] }, entered: [] });
    });

    it('counts where nothing else stands, and is shown to the voter, who may vote in its place', async () => {
      const { params } = await open({ ...list, replaceable: false });
      const voter = await registered();
      await entering('CastPaper', params, voter);
      const shown = { act: 'vote', paper: { approved: ['lamps'] }, happenedAt: earlier, enteredAt: moments.voting, channel: 'paper-form' };
      expect(await ask('GetMyPaper', params, { as: voter })).toMatchObject({
        paper: { approved: ['lamps'] },
        entered: [{ ...shown, counts: true }],
      });
      await app.done({ command: 'CastPaper', params, sender: voter, data: { approved: ['bench'] } });
      expect(await ask('GetMyPaper', params, { as: voter })).toMatchObject({
        paper: { approved: ['bench'] },
        entered: [{ ...shown, counts: false }],
      });
    });

    it('or cast in person can be withdrawn by whoever has moved away since, and for them, and by nobody else', async () => {
      const { params } = await open(list);
      const [mover, other] = [await registered(), await registered()];
      await app.done({ command: 'CastPaper', params, sender: mover, data: { approved: ['lamps'] } });
      await entering('CastPaper', params, other);
      for (const { id } of [mover, other])
        await app.done({ command: 'RevokeRole', params: { id }, data: { capacity: 'resident', placeId: `${village}.1` } });
      expect(await app.give({ command: 'CastPaper', params, sender: mover, data: { approved: ['bench'] } })).toMatchObject({
        refused: 'auth.not-allowed',
      });
      expect(await entering('WithdrawPaper', params, other, { sender: resident('neighbour') })).toMatchObject({
        refused: 'auth.not-allowed',
      });
      await app.done({ command: 'WithdrawPaper', params, sender: mover });
      await entering('WithdrawPaper', params, other, { occurredAt: moments.voting });
      await time(moments.closing);
      expect(await ask('GetBallotResult', params)).toMatchObject({ published: { ballots: 0 } });
    });
  });

  it('is told to nobody while the ballot is open and secret; where it is not secret, to those who read the log', async () => {
    const { params } = await open(list);
    const shown = await open({ ...list, secretUntilClosed: false });
    for (const ballot of [params, shown.params]) await cast(ballot, 'v1', { approved: ['lamps'] });
    await app.readModels.atLeast(await app.log.position(), [ballots], AbortSignal.timeout(5_000));
    const papers = async () => {
      const all = (await events()).filter(({ type }) => type === 'PaperCast');
      return all.map(await withholding(app.readModels, all));
    };
    expect(await papers()).toEqual([true, false]);
    for (const { id } of [params, shown.params]) {
      expect(await ask('GetBallotResult', { id }, { rule: 'greedy' })).toEqual({
        refused: 'platform.ballot-still-open',
        with: { until: moments.closing },
      });
      expect(await ask('GetBallotResult', { id }, { seats: 1 })).toMatchObject({ refused: 'platform.ballot-still-open' });
      expect(await ask('GetBallotResult', { id })).toMatchObject({ refused: 'platform.result-not-found' });
      expect(await ask('GetWhatMyPaperDid', { id }, { as: resident('v1') })).toMatchObject({ refused: 'platform.result-not-found' });
      expect(await ask('GetMyPaper', { id }, { as: resident('v1') })).toMatchObject({ paper: { approved: ['lamps'] } });
      expect(await ask('ExportBallot', { id }, { format: 'pb' })).toMatchObject({ refused: 'platform.ballot-still-open' });
    }
    await time(moments.closing);
    await app.readModels.atLeast(await app.log.position(), [ballots], AbortSignal.timeout(5_000));
    expect(await papers()).toEqual([false, false]);
  });
});

describe('a ballot', () => {
  it('belongs to a covenant of its own place that is there', async () => {
    const data = { ...election, subject: 'covenant', subjectId: village };
    expect(await app.give({ command: 'OpenBallot', data })).toEqual({ refused: 'covenant.not-found', with: { id: village } });
    expect(await app.give({ command: 'OpenBallot', data: { ...data, subject: 'renovation', subjectId: 'r1' } })).toMatchObject({
      refused: 'renovation.not-found',
    });
    expect(await app.give({ command: 'OpenBallot', data: { ...data, subject: 'contest-final', subjectId: 'c1' } })).toMatchObject({
      refused: 'contest.not-found',
    });
    await app.done({
      command: 'DraftCovenant',
      data: { placeId: village, title: '村规民约', clauses: [{ number: 1, text: '爱护环境' }], slogans: [] },
    });
    const { id } = await open(data);
    expect((await ask('ListBallots', {}, { place: '510121111' })).items).toEqual([
      {
        ballotId: id,
        placeId: village,
        subject: 'covenant',
        subjectId: village,
        title: election.title,
        form: 'ranking',
        opensAt: moments.opening,
        closesAt: moments.closing,
        stage: 'open',
      },
    ]);
    expect((await ask('ListBallots', {}, { place: '510121112' })).items).toEqual([]);
    expect(await app.give({ command: 'OpenBallot', data: { ...data, placeId: `${village}.1` } })).toEqual({
      refused: 'platform.subject-elsewhere',
      with: { subject: village, place: `${village}.1` },
    });
  });
  it('that is the final of a contest tells nothing of how it came out while that contest is embargoed', async () => {
    app.clock.set('2026-05-31T00:00:00.000Z');
    const contest = await app.done({
      command: 'OpenContest',
      data: {
        placeId: village,
        category: 'memory',
        title: '最美记忆',
        entriesUntil: '2026-06-05T00:00:00.000Z',
        votingFrom: '2026-06-05T00:00:00.000Z',
        votingUntil: '2026-06-10T00:00:00.000Z',
        votesPerVoter: 1,
        formula: { publicShare: 100, juryShare: 0, normalisation: 'maximum', tieBreaks: [] },
        embargo: 'until-closed',
        jurors: [],
      },
    });
    const { params } = await open({ ...list, subject: 'contest-final', subjectId: contest.id });
    await cast(params, 'v1', { approved: ['bench'] });
    expect(await ask('ExportBallot', params, { format: 'pb' })).toMatchObject({ refused: 'platform.ballot-still-open' });
    await time(moments.closing);
    expect([(await ask('GetBallot', params)).stage, (await ask('GetContest', { id: contest.id })).embargoed]).toEqual(['decided', true]);
    const questions = [
      ['GetBallotResult', {}],
      ['GetBallotResult', { why: 'bench' }],
      ['GetBallotResult', { rule: 'approval' }],
      ['GetBallotResult', { budget: 50_00 }],
      ['GetWhatMyPaperDid', { as: resident('v1') }],
      ['ExportBallot', { format: 'pb' }],
    ] as const;
    for (const [query, asked] of questions)
      expect([query, asked, await ask(query, params, asked)]).toEqual([
        query,
        asked,
        { refused: 'platform.contest-embargoed', with: { id: params.id, contest: contest.id } },
      ]);
    expect(await ask('GetMyPaper', params, { as: resident('v1') })).toMatchObject({ paper: { approved: ['bench'] } });
    await time('2026-06-10T00:00:00.000Z');
    expect((await ask('GetContest', { id: contest.id })).embargoed).toBe(false);
    expect(await ask('GetBallotResult', params)).toMatchObject({ official: true, winners: ['bench'] });
    for (const [query, asked] of questions)
      expect([query, asked, await ask(query, params, asked)]).toEqual([
        query,
        asked,
        expect.not.objectContaining({ refused: expect.anything() }),
      ]);
  });
  it('in which nobody votes has a result too', async () => {
    const { params } = await open(list);
    await time(moments.closing);
    expect(await ask('GetBallotResult', params)).toMatchObject({ official: true, winners: [], published: { ballots: 0 } });
    expect(await ask('GetBallotResult', { id: 'nowhere' })).toEqual({ refused: 'ballot.not-found', with: { id: 'nowhere' } });
  });
});
