import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { append } from '../../../../src/application/kernel/appending.js';
import { newEventId } from '../../../../src/application/kernel/ids.js';
import { queries } from '../../../../src/application/contexts.js';
import { commitTo, drawOrder } from '../../../../src/domain/voting/draw.js';
import { queryReaderOf } from '../../../../src/infrastructure/schema/validators.js';
import { withFraction } from '../../../../src/domain/shared/fraction.js';
import { moments, opening } from '../../../support/contest.js';
import { type ContestStage, contestStage, juror } from '../../../support/contest-stage.js';
import { expectToFollowFromLog } from '../../../support/recompute.js';

let app: ContestStage['app'];
let ask: ContestStage['ask'];
let time: ContestStage['time'];
let events: ContestStage['events'];
let openContest: ContestStage['openContest'];
let vote: ContestStage['vote'];

beforeEach(async () => ({ app, ask, time, events, openContest, vote } = await contestStage()));
afterEach(async () => {
  await expectToFollowFromLog(app);
  await app.close();
});

describe('what if a contest were scored by another formula: it', () => {
  /** San has fewer votes (2 to 3) and the jury's favour (90 to 10), and wins by 80 to 580/9. */
  async function heldContest(change = {}) {
    const held = await openContest(change);
    for (const voter of ['v1', 'v2', 'v3']) await vote(held.params, voter, held.cai);
    for (const voter of ['v4', 'v5']) await vote(held.params, voter, held.san);
    for (const [entryId, score] of [
      [held.cai, 10],
      [held.san, 90],
    ] as const)
      await app.give({ command: 'GiveJuryScore', params: held.params, data: { entryId, score }, sender: juror('juror-1') });
    return held;
  }
  const unjudged = { formula: { publicShare: 100, juryShare: 0, normalisation: 'maximum', tieBreaks: ['public'] }, jurors: [] };

  it.each([
    [{ publicShare: 90 }, 'cai', ['820/9', '70'], { publicShare: 90, juryShare: 10 }],
    [{ juryShare: 10 }, 'cai', ['820/9', '70'], { publicShare: 90, juryShare: 10 }],
    [{ publicShare: 0, juryShare: 100 }, 'san', ['100', '100/9'], { publicShare: 0, juryShare: 100 }],
    [{ normalisation: 'rank' }, 'cai', ['80', '70'], { normalisation: 'rank' }],
    [{ normalisation: 'sum' }, 'san', ['60', '40'], { normalisation: 'sum' }],
    [{ publicShare: 50, normalisation: 'rank' }, 'san', ['75', '75'], { publicShare: 50, juryShare: 50, normalisation: 'rank' }],
    [
      { publicShare: 50, normalisation: 'rank', tieBreaks: ['public'] },
      'cai',
      ['75', '75'],
      { publicShare: 50, juryShare: 50, normalisation: 'rank', tieBreaks: ['public'] },
    ],
    [
      { publicShare: 50, normalisation: 'rank', tieBreaks: ['earlier-entry', 'jury'] },
      'cai',
      ['75', '75'],
      { publicShare: 50, juryShare: 50, normalisation: 'rank', tieBreaks: ['earlier-entry', 'jury'] },
    ],
  ] as const)('ranks the same figures by another formula: %j', async (asked, winner, scores, changed) => {
    const { params, ...entries } = await heldContest();
    await time(moments.publishing);
    const { ranking, words, labels, ...rest } = await ask('GetContestResult', params, asked);
    expect(rest).toEqual({
      contestId: params.id,
      official: false,
      result: 1,
      closing: { eventId: expect.any(String), revision: expect.any(Number) },
      votes: 5,
      juryScores: 2,
      formula: { ...opening.formula, ...changed },
      winners: [entries[winner]],
    });
    expect(ranking.map(({ score }: { score: string }) => score)).toEqual(scores);
    expect([labels, words.en.length, words.en.at(-1)]).toEqual([
      { [entries.cai]: '蔡家大院', [entries.san]: '三合小区' },
      3,
      `By this ranking the award goes to ${labels[entries[winner]]}.`,
    ]);
    expect([words.zh[0].includes(labels[entries[winner]]), words.zh[0].includes(` = ${withFraction(scores[0], 2)}`)]).toEqual([true, true]);
    expect(ranking[0]).toMatchObject({
      entryId: entries[winner],
      rank: 1,
      separatedBy: 'first',
      juryScores: 1,
      ...(winner === 'cai' ? { votes: 3, juryPoints: 10 } : { votes: 2, juryPoints: 90 }),
    });
  });
  it('leaves the official result as it is, to the byte, and comes to the same by the contest’s own formula', async () => {
    const { params, san } = await heldContest();
    await time(moments.publishing);
    const position = await app.log.position();
    const asPublished = async () => {
      const { words: _words, labels: _labels, closingPosition: _position, ...fields } = await ask('GetContestResult', params);
      return JSON.stringify(fields);
    };
    const official = await asPublished();
    await ask('GetContestResult', params, { publicShare: 90 });
    const { words, labels: _, ...own } = await ask('GetContestResult', params, opening.formula);
    expect(words).toEqual((await ask('GetContestResult', params)).words);
    expect(await asPublished()).toBe(official);
    expect([(await events()).find(({ type }) => type === 'ResultPublished')?.data, await app.log.position()]).toEqual([official, position]);
    const { noticeUntil: __, unanswered: ___, sha256: ____, ...published } = JSON.parse(official) as Record<string, unknown>;
    expect([own, published['winners']]).toEqual([{ contestId: params.id, official: false, ...published }, [san]]);
  });
  it('gives the award to as many ranks as the contest does, and none to whoever received nothing', async () => {
    const { params, cai, san } = await openContest({ ...unjudged, resultAt: undefined, awards: 2 });
    await vote(params, 'v1', san);
    await time(moments.publishing);
    const { ranking, winners } = await ask('GetContestResult', params, { tieBreaks: ['earlier-entry'] });
    expect([ranking.map(({ entryId }: { entryId: string }) => entryId), winners]).toEqual([[san, cai], [san]]);
    const held = await heldContest({ awards: 2 });
    await time(moments.publishing);
    expect((await ask('GetContestResult', held.params, { publicShare: 90 })).winners).toEqual([held.cai, held.san]);
  });
  it.each(['none', 'until-closed', 'until-notice'] as const)(
    'is told of no contest whose result is not published, embargoed %s or not',
    async (embargo) => {
      const { params, cai } = await heldContest({ embargo });
      for (const at of [moments.voting, moments.closing]) {
        await time(at);
        for (const asked of [{ publicShare: 90 }, { publicShare: 90, juryShare: 90 }])
          expect(await ask('GetContestResult', params, asked)).toEqual({ refused: 'contest.result-not-found', with: { id: params.id } });
      }
      await time(moments.publishing);
      expect(await ask('GetContestResult', params, { publicShare: 90 })).toMatchObject({ official: false, winners: [cai] });
    },
  );
  it('knows only who was in the official ranking: nobody disqualified, and nothing while that ranking is withdrawn', async () => {
    const { params, cai, san } = await heldContest();
    await time(moments.publishing);
    await app.done({ command: 'DisqualifyEntry', params, data: { entryId: cai, reason: '刷票。' } });
    expect(await ask('GetContestResult', params, { publicShare: 90 })).toEqual({
      refused: 'contest.result-not-found',
      with: { id: params.id },
    });
    await time(moments.publishing);
    expect(await ask('GetContestResult', params, { publicShare: 90 })).toMatchObject({
      result: 2,
      votes: 2,
      ranking: [{ entryId: san, rank: 1 }],
      winners: [san],
    });
    expect((await ask('GetContestResult', params, { publicShare: 90 })).ranking).toHaveLength(1);
  });
  it('does not count a vote that stands behind the closing in the log', async () => {
    const { params, cai, san } = await heldContest();
    await time(moments.closing);
    const cast = (await events()).find(({ type }) => type === 'VoteCast')!;
    const late = (voter: string) =>
      append(app.log, `contestVote-${params.id}.${voter}`, -1, [
        { ...cast, id: newEventId(), data: JSON.stringify({ contestId: params.id, entryId: san }) },
      ]);
    for (const voter of ['v6', 'v7']) await late(voter);
    await time(moments.publishing);
    await late('v8');
    expect(await ask('GetContestResult', params, { publicShare: 100 })).toMatchObject({
      votes: 5,
      ranking: [
        { entryId: cai, votes: 3 },
        { entryId: san, votes: 2 },
      ],
      winners: [cai],
    });
  });
  it('refuses a formula that is none, or that needs a jury or a draw where there was none', async () => {
    const { params } = await heldContest();
    await time(moments.publishing);
    expect(await ask('GetContestResult', params, { publicShare: 60, juryShare: 50 })).toEqual({
      refused: 'contest.wrong-formula',
      with: { sum: 110 },
    });
    expect(await ask('GetContestResult', params, { tieBreaks: ['jury', 'draw'] })).toEqual({ refused: 'contest.draw-mismatch' });
    const without = await heldContest(unjudged);
    await time(moments.publishing);
    for (const asked of [{ publicShare: 60 }, { juryShare: 40 }])
      expect(await ask('GetContestResult', without.params, asked)).toEqual({
        refused: 'contest.jury-mismatch',
        with: { share: 40, jurors: 0 },
      });
    expect(await ask('GetContestResult', without.params, { normalisation: 'sum' })).toMatchObject({
      official: false,
      winners: [without.cai],
    });
  });
  it('draws by the seed that was revealed, where one was committed to', async () => {
    const seed = '金堂县清江社区二〇二六年五月之签';
    const { params, cai, san } = await heldContest({
      formula: { ...opening.formula, tieBreaks: ['draw'] },
      drawCommitment: commitTo(seed),
    });
    await time(moments.closing);
    await app.done({ command: 'RevealDrawSeed', params, data: { seed } });
    await time(moments.publishing);
    const answer = await ask('GetContestResult', params, { publicShare: 50, normalisation: 'rank' });
    const drawn = drawOrder(seed, [cai, san]);
    expect(answer).toMatchObject({
      drawSeed: seed,
      ranking: [
        { entryId: drawn[0], score: '75' },
        { entryId: drawn[1], score: '75', separatedBy: 'draw' },
      ],
      winners: [drawn[0]],
    });
    expect(await ask('GetContestResult', params, { publicShare: 50, normalisation: 'rank', tieBreaks: ['public'] })).toMatchObject({
      winners: [cai],
    });
  });
  it('is asked in a query string, a list by naming its parameter again', () => {
    const read = queryReaderOf(queries.find(({ query }) => query === 'GetContestResult')!.parameters!);
    expect(read({ publicShare: '90', normalisation: 'rank', tieBreaks: ['public', 'jury'] })).toEqual({
      data: { publicShare: 90, normalisation: 'rank', tieBreaks: ['public', 'jury'] },
      errors: [],
    });
    expect(read({ tieBreaks: 'public' })).toEqual({ data: { tieBreaks: ['public'] }, errors: [] });
    for (const wrong of [
      { publicShare: '101' },
      { juryShare: '0.5' },
      { normalisation: 'mean' },
      { tieBreaks: 'luck' },
      { tieBreaks: '' },
      { tieBreaks: ['jury', 'jury'] },
      { awards: '2' },
    ])
      expect([wrong, read(wrong).errors.length]).toEqual([wrong, 1]);
  });
});
