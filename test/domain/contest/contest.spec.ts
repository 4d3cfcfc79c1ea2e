import { createHash } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { contest } from '../../../src/domain/contest/contest.js';
import { isVoting, resultOf, whatIf } from '../../../src/domain/contest/rules.js';
import { commitTo, drawOrder } from '../../../src/domain/voting/draw.js';
import { lastActCounts, moments, opened, opening } from '../../support/contest.js';
import { erasedIn, given } from '../../support/given.js';

const placeEntered = (entryId: string, placeId: string, label: string) => ({
  type: 'PlaceEntered' as const,
  data: { entryId, placeId, label },
  at: moments.entering,
});
const e1 = placeEntered('e1', '510121111219.1', '蔡家大院');
const e2 = placeEntered('e2', '510121111219.2', '三合碑小区');
const accepted = (entryId: string) => ({ type: 'EntryAccepted' as const, data: { entryId } });
const closed = { type: 'VotingClosed' as const, data: { entries: 2, votingUntil: opening.votingUntil, resultAt: opening.resultAt! } };
const scored = (by: string, entryId: string, score: number) => ({
  type: 'JuryScoreGiven' as const,
  data: { contestId: 'subject-1', entryId, score },
  by,
});
const closing = { eventId: 'closing-1', revision: 9 };
const voted = { votes: { e1: 10, e2: 8 }, closing, policies: [] };
const underway = [opened(), e1, e2, accepted('e1'), accepted('e2')] as const;
const judged = [...underway, closed, scored('juror-1', 'e1', 60), scored('juror-1', 'e2', 90), scored('juror-2', 'e2', 80)] as const;

// public: 10/10 and 8/10 of 60; jury: means 60 and 85, so 12/17 and 1 of 40. e1: 60 + 480/17 = 1500/17, e2: 48 + 40 = 88
const line = { votes: 10, juryPoints: 60, juryScores: 1, publicPart: '1', juryPart: '12/17', score: '1500/17', scoreHundredths: 8824 };
const result = {
  result: 1,
  closing,
  votes: 18,
  juryScores: 3,
  formula: opening.formula,
  ranking: [
    { ...line, entryId: 'e1', rank: 1, separatedBy: 'first' as const },
    {
      entryId: 'e2',
      rank: 2,
      votes: 8,
      juryPoints: 170,
      juryScores: 2,
      publicPart: '4/5',
      juryPart: '1',
      score: '88',
      scoreHundredths: 8800,
      separatedBy: 'score' as const,
    },
  ],
  winners: ['e1'],
  noticeUntil: moments.awarding,
  unanswered: 0,
};
const inOrder = [
  'entryId',
  'rank',
  'votes',
  'juryPoints',
  'juryScores',
  'publicPart',
  'juryPart',
  'score',
  'scoreHundredths',
  'separatedBy',
] as const;
const sealed = <R extends typeof result>(stated: R) => {
  const ranking = stated.ranking.map((row) => Object.fromEntries(inOrder.map((key) => [key, row[key]])));
  return {
    ...stated,
    sha256: createHash('sha256')
      .update(JSON.stringify({ ...stated, ranking }))
      .digest('hex'),
  };
};
const published = { type: 'ResultPublished' as const, data: sealed(result) };
const onNotice = [...judged, published] as const;
const objection = (entryId: string | null, by = 'resident-1', objectionId = 'o1') => ({
  type: 'ObjectionRaised' as const,
  by,
  data: { objectionId, result: 1, words: '图片不是本小区的。', ...(entryId !== null && { entryId }) },
});
const answered = (upheld: boolean, objectionId = 'o1') => ({
  type: 'ObjectionAnswered' as const,
  data: { objectionId, upheld, reason: '已核实。', unanswered: 0 },
});
const awarded = { type: 'AwardGranted' as const, data: { result: 1, winners: ['e1'], sha256: published.data.sha256 } };

describe('OpenContest', () => {
  const at = '2026-05-01T08:00:00.000Z';
  const facts = { policies: [] };

  it('given no contest, when it is opened, then the event states everything by which it is held', () => {
    given(contest).when('OpenContest', opening, { at, facts }).then([opened()]);
  });
  it('given only what is required, when a contest is opened, then the defaults are filled in', () => {
    const { votesPerDay: _day, embargo: _embargo, jurors: _jurors, resultAt: _at, noticeDays: _days, awards: _awards, ...rest } = opening;
    const formula = { ...opening.formula, publicShare: 100, juryShare: 0 };
    given(contest)
      .when('OpenContest', { ...rest, formula }, { at, facts })
      .then([opened({ formula, votesPerDay: 3, embargo: 'none', jurors: [], resultAt: opening.votingUntil, noticeDays: 7, awards: 1 })]);
    given(contest)
      .when('OpenContest', { ...rest, jurors: ['juror-1'] }, { at, facts })
      .then([opened({ votesPerDay: 3, embargo: 'none', jurors: ['juror-1'], resultAt: '2026-05-25T16:00:00.000Z' })]);
  });
  it('given a policy of the place, when a contest is opened, then its figures count; a shorter notice is refused', () => {
    const from = { placeId: opening.placeId, version: 2 };
    const settings = [
      { name: 'contest-jury-days', value: 5 },
      { name: 'contest-notice-days', value: 10 },
      { name: 'entries-per-vote', value: 2 },
    ];
    const policies = [{ placeId: opening.placeId, versions: [{ ...from, from: '2026-05-01', settings, holidays: [] }] }];
    const { resultAt: _at, noticeDays: _days, ...rest } = opening;
    given(contest)
      .when('OpenContest', rest, { at, facts: { policies } })
      .then([
        opened({
          resultAt: '2026-05-25T16:00:00.000Z',
          noticeDays: 10,
          acts: { ...lastActCounts, entriesPerVote: 2 },
          policy: settings.map((setting) => ({ ...setting, ...from })),
        }),
      ]);
    given(contest)
      .when('OpenContest', { ...opening, noticeDays: 9 }, { at, facts: { policies } })
      .thenRefused('registry.setting-out-of-range', { name: 'contest-notice-days', least: 10, most: 90, given: 9 });
    given(contest)
      .when('OpenContest', { ...opening, noticeDays: 6 }, { at, facts })
      .thenRefused('registry.setting-out-of-range', { name: 'contest-notice-days', least: 7, most: 90, given: 6 });
  });
  it('given shares that do not add up to the whole, when a contest is opened, then it is refused', () => {
    given(contest)
      .when('OpenContest', { ...opening, formula: { ...opening.formula, juryShare: 41 } }, { at, facts })
      .thenRefused('contest.wrong-formula', { sum: 101 });
  });
  it.each([
    ['entries end before it opens', { entriesUntil: '2026-05-01T08:00:00.000Z' }],
    ['entries end after the voting', { entriesUntil: '2026-05-20T00:00:00.001Z' }],
    ['the voting ends as it begins', { votingFrom: opening.votingUntil }],
    ['the result comes before the voting ends', { resultAt: '2026-05-19T23:59:59.999Z' }],
    ['the result comes after years', { resultAt: '2028-12-01T00:00:00.000Z' }],
    ['the voting lasts for years', { votingUntil: '2028-12-01T00:00:00.000Z', resultAt: '2028-12-01T00:00:00.000Z' }],
  ])('given that %s, when a contest is opened, then it is refused', (_, change) => {
    given(contest)
      .when('OpenContest', { ...opening, ...change }, { at, facts })
      .thenRefused('contest.wrong-dates');
  });
  it('given dates at their limits, when a contest is opened, then it is opened', () => {
    const atOnce = { entriesUntil: opening.votingUntil, resultAt: opening.votingUntil };
    given(contest)
      .when('OpenContest', { ...opening, ...atOnce }, { at, facts })
      .then([opened(atOnce)]);
    // 730 days, and three more until the result
    const longest = { votingUntil: '2028-04-30T08:00:00.000Z', resultAt: '2028-05-03T16:00:00.000Z' };
    given(contest)
      .when('OpenContest', { ...opening, ...longest }, { at, facts })
      .then([opened(longest)]);
    for (const change of [{ votingUntil: '2028-04-30T08:00:00.001Z' }, { resultAt: '2028-05-03T16:00:00.001Z' }])
      given(contest)
        .when('OpenContest', { ...opening, ...longest, ...change }, { at, facts })
        .thenRefused('contest.wrong-dates');
  });
  it('given a jury without a share, or a share without a jury, when a contest is opened, then it is refused', () => {
    given(contest)
      .when('OpenContest', { ...opening, jurors: [] }, { at, facts })
      .thenRefused('contest.jury-mismatch', { share: 40, jurors: 0 });
    given(contest)
      .when('OpenContest', { ...opening, formula: { ...opening.formula, publicShare: 100, juryShare: 0 } }, { at, facts })
      .thenRefused('contest.jury-mismatch', { share: 0, jurors: 2 });
  });
  it('given a draw without a commitment, or a commitment without a draw, when a contest is opened, then it is refused', () => {
    given(contest)
      .when('OpenContest', { ...opening, formula: { ...opening.formula, tieBreaks: ['draw'] } }, { at, facts })
      .thenRefused('contest.draw-mismatch');
    given(contest)
      .when('OpenContest', { ...opening, drawCommitment: commitTo('x') }, { at, facts })
      .thenRefused('contest.draw-mismatch');
  });
  it('given a contest, when it is opened again, then it is refused', () => {
    given(contest, opened()).when('OpenContest', opening, { at, facts }).thenRefused('contest.already-open');
  });
});

describe('EnterContest', () => {
  const at = moments.entering;
  const enter = { placeId: '510121111219.1', label: '蔡家大院' };
  const facts = { level: 'compound' };

  it('given an open contest, when a place is entered, then the entry has its label', () => {
    given(contest, opened())
      .when('EnterContest', enter, { at, facts })
      .then([{ type: 'PlaceEntered', data: { entryId: 'new-1', ...enter } }]);
  });
  it('given a contest of memories, when a story is entered, then the entry has it', () => {
    const story = { title: '老井', story: '小时候，全院人都吃这口井的水。' };
    given(contest, opened({ category: 'memory' }))
      .when('EnterContest', story, { at, facts: { level: null } })
      .then([{ type: 'StoryEntered', data: { entryId: 'new-1', ...story } }]);
  });
  it('given the end of entries or a closed contest, when something is entered, then it is refused', () => {
    given(contest, opened())
      .when('EnterContest', enter, { at: opening.entriesUntil, facts })
      .thenRefused('contest.entries-closed', { until: opening.entriesUntil });
    given(contest, opened(), closed)
      .when('EnterContest', enter, { at, facts })
      .thenRefused('contest.entries-closed', { until: opening.entriesUntil });
  });
  it.each([
    ['balcony', 'household'],
    ['compound', 'compound'],
    ['compound', 'courtyard'],
    ['settlement', 'settlement'],
  ] as const)('given the category %s, when a %s is entered, then it is taken', (category, level) => {
    given(contest, opened({ category }))
      .when('EnterContest', enter, { at, facts: { level } })
      .then([{ type: 'PlaceEntered', data: { entryId: 'new-1', ...enter } }]);
  });
  it.each([
    ['balcony', 'compound'],
    ['compound', 'household'],
    ['settlement', 'compound'],
    ['memory', 'compound'],
    ['compound', null],
  ] as const)('given the category %s, when a place of level %s is entered, then it is refused', (category, level) => {
    given(contest, opened({ category }))
      .when('EnterContest', enter, { at, facts: { level } })
      .thenRefused('contest.wrong-entrant', { category });
  });
  it('given half an entry, or one of another kind, when it is entered, then it is refused', () => {
    given(contest, opened())
      .when('EnterContest', { placeId: '510121111219.1' }, { at, facts })
      .thenRefused('contest.wrong-entrant', { category: 'compound' });
    given(contest, opened())
      .when('EnterContest', { ...enter, story: '…' }, { at, facts })
      .thenRefused('contest.wrong-entrant', { category: 'compound' });
    const { placeId, label } = enter;
    for (const data of [{ label }, { ...enter, title: '老井' }, { ...enter, title: '老井', story: '…' }, { title: '老井', story: '…' }])
      given(contest, opened()).when('EnterContest', data, { at, facts }).thenRefused('contest.wrong-entrant', { category: 'compound' });
    const story = { title: '老井', story: '…' };
    for (const data of [{ title: '老井' }, { story: '…' }, { ...story, label }, { ...story, placeId }, { ...story, ...enter }])
      given(contest, opened({ category: 'memory' }))
        .when('EnterContest', data, { at, facts: { level: null } })
        .thenRefused('contest.wrong-entrant', { category: 'memory' });
  });
  it('given a place outside the contest, when it is entered, then it is refused', () => {
    given(contest, opened())
      .when('EnterContest', { ...enter, placeId: '510121111220.1' }, { at, facts })
      .thenRefused('contest.entrant-outside', { place: '510121111220.1', contest: '510121111219' });
  });
  it('given a juror, when they enter something, then it is refused', () => {
    given(contest, opened()).when('EnterContest', enter, { at, facts, by: 'juror-2' }).thenRefused('contest.juror-cannot-enter');
  });
  it('given an entrant, when it is entered again, then it is refused, unless the first entry was refused', () => {
    given(contest, opened(), e1).when('EnterContest', enter, { at, facts }).thenRefused('contest.already-entered', { entry: 'e1' });
    given(contest, opened(), e1, { type: 'EntryRefused', data: { entryId: 'e1', reason: '图片不清。' } })
      .when('EnterContest', enter, { at, facts })
      .then([{ type: 'PlaceEntered', data: { entryId: 'new-1', ...enter } }]);
    given(contest, opened({ category: 'memory' }), {
      type: 'StoryEntered',
      data: { entryId: 'e1', title: '老井', story: '……' },
      by: 'resident-1',
    })
      .when('EnterContest', { title: '老树', story: '……' }, { at, facts: { level: null }, by: 'resident-1' })
      .thenRefused('contest.already-entered', { entry: 'e1' });
  });
  it('given 1,000 entries, when one more is entered, then it is refused', () => {
    const many = Array.from({ length: 1_000 }, (_, i) => placeEntered(`e${i}`, `510121111219.${i + 2}`, '小区'));
    given(contest, opened(), ...many)
      .when('EnterContest', enter, { at, facts })
      .thenRefused('contest.entry-limit', { limit: 1_000 });
    given(contest, opened(), ...many.slice(1))
      .when('EnterContest', enter, { at, facts })
      .then([{ type: 'PlaceEntered', data: { entryId: 'new-1', ...enter } }]);
  });
});

describe('ScreenEntry', () => {
  const at = moments.entering;

  it('given a memory whose author was erased, when it is screened, then it can be refused, but not accepted', () => {
    const story = { type: 'StoryEntered', data: { entryId: 'e9', title: '老井', story: '村口的老井' } } as const;
    const then = given(contest, opened(), erasedIn(story, 'title', 'story'));
    then.when('ScreenEntry', { entryId: 'e9', decision: 'accepted' }, { at }).thenRefused('person.erased');
    then
      .when('ScreenEntry', { entryId: 'e9', decision: 'refused', reason: '已删除' }, { at })
      .then([{ type: 'EntryRefused', data: { entryId: 'e9', reason: '已删除' } }]);
  });

  it('given an entry, when it is screened, then it is accepted, or refused with a reason', () => {
    given(contest, opened(), e1)
      .when('ScreenEntry', { entryId: 'e1', decision: 'accepted' }, { at })
      .then([accepted('e1')]);
    given(contest, opened(), e1)
      .when('ScreenEntry', { entryId: 'e1', decision: 'accepted', reason: '材料齐全。' }, { at })
      .then([{ type: 'EntryAccepted', data: { entryId: 'e1', reason: '材料齐全。' } }]);
    given(contest, opened(), e1)
      .when('ScreenEntry', { entryId: 'e1', decision: 'refused', reason: '图片不清。' }, { at })
      .then([{ type: 'EntryRefused', data: { entryId: 'e1', reason: '图片不清。' } }]);
  });
  it('given an entry, when it is refused without a reason, then the command is refused', () => {
    given(contest, opened(), e1).when('ScreenEntry', { entryId: 'e1', decision: 'refused' }, { at }).thenRefused('contest.reason-missing');
  });
  it('given a screened entry, when it is screened the same, then nothing changes; otherwise, then it is refused', () => {
    given(contest, opened(), e1, accepted('e1')).when('ScreenEntry', { entryId: 'e1', decision: 'accepted' }, { at }).thenNothing();
    given(contest, opened(), e1, accepted('e1'))
      .when('ScreenEntry', { entryId: 'e1', decision: 'refused', reason: '…' }, { at })
      .thenRefused('contest.already-screened', { entry: 'e1' });
  });
  it('given no such entry, when it is screened, then it is refused', () => {
    given(contest, opened())
      .when('ScreenEntry', { entryId: 'constructor', decision: 'accepted' }, { at })
      .thenRefused('contest.entry-not-found', { entry: 'constructor' });
  });
  it('given the end of the voting, when an entry is screened, then it is refused', () => {
    given(contest, opened(), e1)
      .when('ScreenEntry', { entryId: 'e1', decision: 'accepted' }, { at: moments.closing })
      .thenRefused('contest.screening-over', { until: opening.votingUntil });
    given(contest, opened(), e1, closed)
      .when('ScreenEntry', { entryId: 'e1', decision: 'accepted' }, { at: moments.voting })
      .thenRefused('contest.screening-over', { until: opening.votingUntil });
  });
});

describe('CloseVoting', () => {
  it('given an open contest, when its end has come, then it closes with the number of entries that were voted on', () => {
    given(contest, ...underway, placeEntered('e3', '510121111219.3', '未审小区'))
      .when('CloseVoting', {}, { at: moments.closing })
      .then([closed]);
  });
  it('given an open contest, when it is closed before its end, then it is refused', () => {
    given(contest, ...underway)
      .when('CloseVoting', {}, { at: '2026-05-19T23:59:59.999Z' })
      .thenRefused('contest.voting-not-over', { until: opening.votingUntil });
  });
  it('given a closed contest, when it is closed again, then nothing changes', () => {
    given(contest, ...underway, closed)
      .when('CloseVoting', {}, { at: moments.judging })
      .thenNothing();
  });
});

describe('GiveJuryScore', () => {
  const by = 'juror-1';
  const score = { entryId: 'e1', score: 60 };
  const given60 = [{ type: 'JuryScoreGiven' as const, data: { contestId: 'subject-1', ...score } }];

  it('given a voting that has begun, when a juror gives a score before the result, then it is recorded', () => {
    given(contest, ...underway)
      .when('GiveJuryScore', score, { by, facts: { home: null }, at: moments.voting })
      .then(given60);
    given(contest, ...underway, closed)
      .when('GiveJuryScore', score, { by, facts: { home: null }, at: '2026-05-22T23:59:59.999Z' })
      .then(given60);
  });
  it('given the instant at which the voting begins, when a juror gives a score, then it is recorded', () => {
    given(contest, ...underway)
      .when('GiveJuryScore', score, { by, facts: { home: null }, at: opening.votingFrom })
      .then(given60);
  });
  it('given no voting yet, or a result, when a juror gives a score, then it is refused', () => {
    const values = { from: opening.votingFrom, until: opening.resultAt! };
    given(contest, ...underway)
      .when('GiveJuryScore', score, { by, facts: { home: null }, at: moments.entering })
      .thenRefused('contest.jury-closed', values);
    given(contest, ...underway, closed)
      .when('GiveJuryScore', score, { by, facts: { home: null }, at: moments.publishing })
      .thenRefused('contest.jury-closed', values);
    given(contest, ...underway, closed, published)
      .when('GiveJuryScore', score, { by, facts: { home: null }, at: moments.judging })
      .thenRefused('contest.jury-closed', values);
  });
  it('given somebody who was not declared a juror, when they give a score, then it is refused', () => {
    given(contest, ...underway)
      .when('GiveJuryScore', score, { by: 'resident-1', facts: { home: null }, at: moments.voting })
      .thenRefused('contest.not-juror');
  });
  it('given a juror who lives in the entry or wrote it, when they score it, then it is refused: nobody judges their own', () => {
    const entrant = e1.data.placeId;
    for (const home of [entrant, `${entrant}.1.7`])
      given(contest, ...underway)
        .when('GiveJuryScore', score, { by, facts: { home }, at: moments.voting })
        .thenRefused('contest.own-entry');
    given(contest, ...underway)
      .when('GiveJuryScore', score, { by, facts: { home: '510121111999.1.7' }, at: moments.voting })
      .then(given60);
  });
  it('given an entry that is unknown or not accepted, when a juror gives a score, then it is refused', () => {
    given(contest, ...underway)
      .when('GiveJuryScore', { entryId: 'e9', score: 60 }, { by, facts: { home: null }, at: moments.voting })
      .thenRefused('contest.entry-not-found', { entry: 'e9' });
    given(contest, opened(), e1)
      .when('GiveJuryScore', score, { by, facts: { home: null }, at: moments.voting })
      .thenRefused('contest.entry-not-accepted', { entry: 'e1' });
  });
  it('given a score, when the juror gives the same, then nothing changes; another, then it is refused', () => {
    given(contest, ...underway, scored(by, 'e1', 60))
      .when('GiveJuryScore', score, { by, facts: { home: null }, at: moments.voting })
      .thenNothing();
    given(contest, ...underway, scored(by, 'e1', 61))
      .when('GiveJuryScore', score, { by, facts: { home: null }, at: moments.voting })
      .thenRefused('contest.already-scored', { score: 61 });
    given(contest, ...underway, scored('juror-2', 'e1', 61))
      .when('GiveJuryScore', score, { by, facts: { home: null }, at: moments.voting })
      .then(given60);
  });
});

describe('RevealDrawSeed', () => {
  const seed = '金堂县清江社区二〇二六年五月之签';
  const drawn = opened({ formula: { ...opening.formula, tieBreaks: ['draw'] }, drawCommitment: commitTo(seed) });

  it('given a closed voting, when the seed is revealed, then it is revealed', () => {
    given(contest, drawn, closed)
      .when('RevealDrawSeed', { seed }, { at: moments.judging })
      .then([{ type: 'DrawSeedRevealed', data: { seed } }]);
    given(contest, drawn, closed, { type: 'DrawSeedRevealed', data: { seed } })
      .when('RevealDrawSeed', { seed }, { at: moments.judging })
      .thenNothing();
  });
  it('given an open voting, no draw or a result, when the seed is revealed, then it is refused', () => {
    given(contest, drawn)
      .when('RevealDrawSeed', { seed }, { at: moments.voting })
      .thenRefused('contest.voting-not-over', { until: opening.votingUntil });
    given(contest, opened(), closed).when('RevealDrawSeed', { seed }, { at: moments.judging }).thenRefused('contest.no-draw');
    given(contest, drawn, closed, published)
      .when('RevealDrawSeed', { seed }, { at: moments.notice })
      .thenRefused('contest.result-published');
  });
  it('given a commitment, when another seed is revealed, then it is refused', () => {
    given(contest, drawn, closed)
      .when('RevealDrawSeed', { seed: `${seed}。` }, { at: moments.judging })
      .thenRefused('contest.seed-mismatch', { commitment: commitTo(seed) });
  });
  it('given entries that are equal in everything, when the seed is revealed, then the draw separates them', () => {
    const seeds = Array.from({ length: 12 }, (_, i) => `签签签签签签签签签签签签签签签签${i}`);
    const state = {
      ...opening,
      ...drawn.data,
      entries: entriesOf('e1', 'e2'),
      closed: true,
      results: 0,
      standing: null,
      objections: {},
      ended: false,
    };
    const first = (drawSeed: string | null) =>
      resultOf({ ...state, drawSeed }, { e1: 5, e2: 5 }, closing, moments.publishing)!.ranking.map(
        ({ entryId, rank }) => `${rank} ${entryId}`,
      );
    expect(first(null)).toEqual(['1 e1', '1 e2']);
    for (const one of seeds) expect(first(one)).toEqual(drawOrder(one, ['e1', 'e2']).map((id, i) => `${i + 1} ${id}`));
    expect(new Set(seeds.map((one) => first(one).join())).size).toBe(2);
  });
});

const entriesOf = (...ids: string[]) =>
  Object.fromEntries(ids.map((id) => [id, { entrant: id, enteredAt: moments.entering, status: 'accepted' as const, scores: {} }]));

describe('DisqualifyEntry', () => {
  const data = { entryId: 'e1', reason: '刷票。' };
  const disqualified = { type: 'EntryDisqualified' as const, data };

  it('given an accepted entry, when it is disqualified, then it is disqualified', () => {
    given(contest, ...underway)
      .when('DisqualifyEntry', data)
      .then([disqualified]);
  });
  it('given a result, when an entry is disqualified, then the result is withdrawn', () => {
    given(contest, ...onNotice)
      .when('DisqualifyEntry', data)
      .then([disqualified, { type: 'ResultWithdrawn', data: { result: 1 } }]);
  });
  it('given a disqualified entry, when it is disqualified again, then nothing changes; given one not accepted, then it is refused', () => {
    given(contest, ...underway, disqualified)
      .when('DisqualifyEntry', data)
      .thenNothing();
    given(contest, opened(), e1).when('DisqualifyEntry', data).thenRefused('contest.entry-not-accepted', { entry: 'e1' });
    given(contest, opened()).when('DisqualifyEntry', data).thenRefused('contest.entry-not-found', { entry: 'e1' });
  });
  it('given an award, when an entry is disqualified, then it is refused', () => {
    given(contest, ...onNotice, awarded)
      .when('DisqualifyEntry', data)
      .thenRefused('contest.ended');
  });
});

describe('PublishResult', () => {
  const at = moments.publishing;
  const facts = voted;

  it('given a closed voting, when the result is published, then it has all figures, the rule, the closing event and its own hash', () => {
    given(contest, ...judged)
      .when('PublishResult', {}, { at, facts })
      .then([published]);
    const { sha256, ...stated } = published.data;
    expect(sha256).toMatch(/^[0-9a-f]{64}$/u);
    expect(stated).toEqual(result);
  });
  it('given a disqualified entry, when the result is published again, then the entry is left out', () => {
    const again = sealed({
      ...result,
      result: 2,
      votes: 8,
      juryScores: 2,
      winners: ['e2'],
      ranking: [
        {
          entryId: 'e2',
          rank: 1,
          votes: 8,
          juryPoints: 170,
          juryScores: 2,
          publicPart: '1',
          juryPart: '1',
          score: '100',
          scoreHundredths: 10_000,
          separatedBy: 'first' as const,
        },
      ],
    });
    given(
      contest,
      ...onNotice,
      { type: 'EntryDisqualified', data: { entryId: 'e1', reason: '刷票。' } },
      { type: 'ResultWithdrawn', data: { result: 1 } },
    )
      .when('PublishResult', {}, { at, facts })
      .then([{ type: 'ResultPublished', data: again }]);
  });
  it('given a shared rank, when the result is published, then all who share it win, and nobody without a vote', () => {
    const state = {
      ...opened().data,
      entries: entriesOf('e1', 'e2', 'e3', 'e4'),
      closed: true,
      drawSeed: null,
      results: 0,
      standing: null,
      objections: {},
      ended: false,
    };
    expect(resultOf({ ...state, awards: 1 }, { e1: 4, e2: 4 }, closing, at)?.winners).toEqual(['e1', 'e2']);
    expect(resultOf({ ...state, awards: 4 }, { e1: 4, e2: 3 }, closing, at)?.winners).toEqual(['e1', 'e2']);
  });
  it('given scores of the jury and no vote, when the result is published, then an entry with a score wins, and the seed is stated', () => {
    const entries = entriesOf('e1', 'e2');
    const state = {
      ...opened().data,
      entries: { ...entries, e1: { ...entries['e1']!, scores: { 'juror-1': 70, 'juror-2': 80 } } },
      closed: true,
      drawSeed: '签一',
      results: 0,
      standing: null,
      objections: {},
      ended: false,
    };
    const stated = resultOf({ ...state, awards: 2 }, {}, closing, at);
    expect(stated).toMatchObject({ votes: 0, juryScores: 2, drawSeed: '签一', winners: ['e1'] });
    expect(resultOf({ ...state, drawSeed: null }, {}, closing, at)).not.toHaveProperty('drawSeed');
    expect(resultOf({ ...state, awards: 2 }, { e1: 1 }, closing, at)?.winners).toEqual(['e1']);
  });
  it('given no entry or no vote, when the result is published, then the contest ends without an award', () => {
    given(contest, opened(), e1, closed)
      .when('PublishResult', {}, { at, facts })
      .then([{ type: 'ContestEndedWithoutAward', data: { result: 1, reason: 'no-entries' } }]);
    given(contest, ...underway, closed)
      .when('PublishResult', {}, { at, facts: { votes: {}, closing, policies: [] } })
      .then([{ type: 'ContestEndedWithoutAward', data: { result: 1, reason: 'no-votes' } }]);
  });
  it('given an open voting or a missing score of the jury, when the result is published, then it is refused', () => {
    given(contest, ...underway)
      .when('PublishResult', {}, { at, facts })
      .thenRefused('contest.voting-not-over', { until: opening.votingUntil });
    given(contest, ...judged)
      .when('PublishResult', {}, { at: moments.judging, facts })
      .thenRefused('contest.result-not-due', { at: opening.resultAt! });
  });
  it('given a result, when it is published again, then nothing changes', () => {
    given(contest, ...onNotice)
      .when('PublishResult', {}, { at, facts })
      .thenNothing();
    given(contest, opened(), closed, { type: 'ContestEndedWithoutAward', data: { result: 1, reason: 'no-entries' } })
      .when('PublishResult', {}, { at, facts })
      .thenNothing();
  });
});

describe('isVoting', () => {
  it('given a contest, when votes are accepted, then it is from the start on, before the end, and before the voting is closed', () => {
    const { votingFrom, votingUntil } = opening;
    const at = (instant: string, isClosed = false) => isVoting({ closed: isClosed, votingFrom, votingUntil }, instant);
    expect([at('2026-05-09T23:59:59.999Z'), at(votingFrom), at('2026-05-19T23:59:59.999Z'), at(votingUntil)]).toEqual([
      false,
      true,
      true,
      false,
    ]);
    expect(at(votingFrom, true)).toBe(false);
  });
});

describe('what a result would be under another formula', () => {
  const enteredAt = (entryId: string) => ({ e1: '2026-05-05T08:00:00.000Z', e2: '2026-05-05T07:59:59.999Z' })[entryId]!;
  const declared = { ...opened().data, drawCommitment: undefined };
  const { result: number, closing: event, votes, juryScores, formula } = result;
  const asked = (changes: Parameters<typeof whatIf>[2], of: Parameters<typeof whatIf>[0] = declared, drawSeed?: string) =>
    whatIf(of, { ...published.data, ...(drawSeed !== undefined && { drawSeed }) }, changes, enteredAt);
  const places = (answer: ReturnType<typeof asked>) => {
    if ('refused' in answer) throw new Error(answer.refused);
    return answer.ranking.map(({ entryId, rank, score, separatedBy }) => [entryId, rank, score, separatedBy]);
  };

  it('given a published result, when the same formula is asked, then the answer is the result', () => {
    const { noticeUntil: _until, unanswered: _open, ...figures } = result;
    expect(asked({})).toEqual(figures);
    expect(asked({})).not.toHaveProperty('drawSeed');
  });
  it('given a published result, when one share is asked, then the other is the rest, and ranking and winners follow', () => {
    // e1: votes 10 of at most 10, jury 60 of at most 85; e2: votes 8, jury 85
    const juryAlone = {
      result: number,
      closing: event,
      votes,
      juryScores,
      formula: { ...formula, publicShare: 0, juryShare: 100 },
      winners: ['e2'],
    };
    expect(asked({ publicShare: 0 })).toMatchObject(juryAlone);
    expect(asked({ juryShare: 100 })).toMatchObject(juryAlone);
    expect(places(asked({ publicShare: 0 }))).toEqual([
      ['e2', 1, '100', 'first'],
      ['e1', 2, '1200/17', 'score'],
    ]);
    expect(places(asked({ publicShare: 100 }))).toEqual([
      ['e1', 1, '100', 'first'],
      ['e2', 2, '80', 'score'],
    ]);
  });
  it('given a published result, when other tie-breaks are asked, then the shares stay and the figures of the entries decide', () => {
    // by rank, each entry is first once and second once: 50·1 + 50·1/2
    const tied = { publicShare: 50, normalisation: 'rank' } as const;
    expect(places(asked(tied))).toEqual([
      ['e2', 1, '75', 'first'],
      ['e1', 2, '75', 'jury'],
    ]);
    expect(places(asked({ ...tied, tieBreaks: ['public'] }))).toEqual([
      ['e1', 1, '75', 'first'],
      ['e2', 2, '75', 'public'],
    ]);
    expect(places(asked({ ...tied, tieBreaks: ['earlier-entry'] }))).toEqual([
      ['e2', 1, '75', 'first'],
      ['e1', 2, '75', 'earlier-entry'],
    ]);
  });
  it('given shares that do not add up to 100, when they are asked, then it is refused', () => {
    expect(asked({ publicShare: 60, juryShare: 41 })).toEqual({ refused: 'contest.wrong-formula', with: { sum: 101 } });
  });
  it('given a contest without a jury, when a share for it is asked, then it is refused', () => {
    const without = { ...declared, jurors: [] };
    expect(asked({ juryShare: 1 }, without)).toEqual({ refused: 'contest.jury-mismatch', with: { share: 1, jurors: 0 } });
    expect(asked({ juryShare: 0 }, without)).toMatchObject({ formula: { publicShare: 100, juryShare: 0 }, winners: ['e1'] });
  });
  it('given a contest without a draw, when a draw is asked, then it is refused; given one with a draw, then its seed decides', () => {
    const tied = { publicShare: 50, normalisation: 'rank', tieBreaks: ['draw'] } as const;
    expect(asked(tied)).toEqual({ refused: 'contest.draw-mismatch' });
    const drawn = { ...declared, drawCommitment: commitTo('x') };
    expect(places(asked(tied, drawn)).map(([, rank]) => rank)).toEqual([1, 1]);
    for (const seed of ['签一', '签二', '签三', '签四', '签五'])
      expect(asked(tied, drawn, seed)).toMatchObject({
        drawSeed: seed,
        ranking: drawOrder(seed, ['e1', 'e2']).map((entryId, i) => ({ entryId, rank: i + 1 })),
        winners: drawOrder(seed, ['e1', 'e2']).slice(0, 1),
      });
  });
});

describe('RaiseObjection', () => {
  const at = moments.notice;
  const words = '图片不是本小区的。';

  it('given a notice, when an objection to an entry or to the result is raised, then it is recorded', () => {
    given(contest, ...onNotice)
      .when('RaiseObjection', { entryId: 'e1', words }, { at, newId: 'o1' })
      .then([{ type: 'ObjectionRaised', data: { objectionId: 'o1', result: 1, words, entryId: 'e1' } }]);
    given(contest, ...onNotice)
      .when('RaiseObjection', { words }, { at, newId: 'o1' })
      .then([{ type: 'ObjectionRaised', data: { objectionId: 'o1', result: 1, words } }]);
  });
  it('given no notice, when an objection is raised, then it is refused', () => {
    given(contest, ...judged)
      .when('RaiseObjection', { words }, { at })
      .thenRefused('contest.no-notice');
    given(contest, ...onNotice)
      .when('RaiseObjection', { words }, { at: moments.awarding })
      .thenRefused('contest.no-notice');
    given(contest, ...onNotice, { type: 'ResultWithdrawn', data: { result: 1 } })
      .when('RaiseObjection', { words }, { at })
      .thenRefused('contest.no-notice');
    given(contest, ...onNotice, awarded)
      .when('RaiseObjection', { words }, { at })
      .thenRefused('contest.ended');
  });
  it('given an entry that does not take part, when an objection to it is raised, then it is refused', () => {
    given(contest, ...onNotice)
      .when('RaiseObjection', { entryId: 'e9', words }, { at })
      .thenRefused('contest.entry-not-found', { entry: 'e9' });
    given(contest, opened(), e1, e2, accepted('e2'), closed, published)
      .when('RaiseObjection', { entryId: 'e1', words }, { at })
      .thenRefused('contest.entry-not-accepted', { entry: 'e1' });
  });
  it('given an open objection of a person, when they raise another, then it is refused until the first is answered', () => {
    given(contest, ...onNotice, objection('e1'))
      .when('RaiseObjection', { words }, { at })
      .thenRefused('contest.objection-pending');
    given(contest, ...onNotice, objection('e1'), answered(false))
      .when('RaiseObjection', { words }, { at, newId: 'o2' })
      .then([{ type: 'ObjectionRaised', data: { objectionId: 'o2', result: 1, words } }]);
  });
  it('given 500 objections, when one more is raised, then it is refused', () => {
    const many = Array.from({ length: 500 }, (_, i) => objection(null, `resident-${i + 2}`, `o${i}`));
    given(contest, ...onNotice, ...many)
      .when('RaiseObjection', { words }, { at })
      .thenRefused('contest.objection-limit', { limit: 500 });
  });
});

describe('AnswerObjection', () => {
  const no = { objectionId: 'o1', upheld: false, reason: '图片属实。' };
  const yes = { objectionId: 'o1', upheld: true, reason: '图片不实。' };

  it('given an objection, when it is not upheld, then the result stands', () => {
    given(contest, ...onNotice, objection('e1'), objection(null, 'resident-2', 'o2'))
      .when('AnswerObjection', no, { by: 'organiser-1' })
      .then([{ type: 'ObjectionAnswered', data: { ...no, unanswered: 1, noticeUntil: moments.awarding } }]);
  });
  it('given an objection to an entry, when it is upheld, then the entry is disqualified and the result withdrawn', () => {
    given(contest, ...onNotice, objection('e1'))
      .when('AnswerObjection', yes, { by: 'organiser-1' })
      .then([
        { type: 'ObjectionAnswered', data: { ...yes, unanswered: 0 } },
        { type: 'EntryDisqualified', data: { entryId: 'e1', reason: yes.reason } },
        { type: 'ResultWithdrawn', data: { result: 1 } },
      ]);
  });
  it('given an objection to the result, when it is upheld, then the result is withdrawn', () => {
    given(contest, ...onNotice, objection(null))
      .when('AnswerObjection', yes, { by: 'organiser-1' })
      .then([
        { type: 'ObjectionAnswered', data: { ...yes, unanswered: 0 } },
        { type: 'ResultWithdrawn', data: { result: 1 } },
      ]);
  });
  it('given an entry disqualified before, when an objection to it is upheld, then neither happens a second time', () => {
    const fallen = [
      { type: 'EntryDisqualified' as const, data: { entryId: 'e1', reason: '刷票。' } },
      { type: 'ResultWithdrawn' as const, data: { result: 1 } },
    ];
    given(contest, ...onNotice, objection('e1'), ...fallen)
      .when('AnswerObjection', yes, { by: 'organiser-1' })
      .then([{ type: 'ObjectionAnswered', data: { ...yes, unanswered: 0 } }]);
    given(contest, ...onNotice, objection('e1'), ...fallen)
      .when('AnswerObjection', no, { by: 'organiser-1' })
      .then([{ type: 'ObjectionAnswered', data: { ...no, unanswered: 0 } }]);
  });
  it('given the one who raised it, when the objection is answered, then it is refused: nobody judges their own', () => {
    for (const data of [yes, no])
      given(contest, ...onNotice, objection('e1', 'organiser-1'))
        .when('AnswerObjection', data, { by: 'organiser-1' })
        .thenRefused('contest.own-objection');
  });
  it('given an answer, when the objection is answered the same, then nothing changes; otherwise, then it is refused', () => {
    given(contest, ...onNotice, objection('e1'), answered(false))
      .when('AnswerObjection', no, { by: 'organiser-1' })
      .thenNothing();
    given(contest, ...onNotice, objection('e1'), answered(false))
      .when('AnswerObjection', yes, { by: 'organiser-1' })
      .thenRefused('contest.objection-answered');
  });
  it('given no objection, or a contest that has ended, when it is answered, then it is refused', () => {
    given(contest, ...onNotice)
      .when('AnswerObjection', no, { by: 'organiser-1' })
      .thenRefused('contest.objection-not-found', { objection: 'o1' });
    given(contest, ...onNotice, objection('e1'), { type: 'ContestEndedWithoutAward', data: { result: 1, reason: 'no-entries' } })
      .when('AnswerObjection', no, { by: 'organiser-1' })
      .thenRefused('contest.ended');
  });
});

describe('GrantAward', () => {
  const at = moments.awarding;

  it('given a result, when the notice has ended, then the award goes to its winners', () => {
    given(contest, ...onNotice)
      .when('GrantAward', {}, { at })
      .then([awarded]);
    given(contest, ...onNotice, awarded)
      .when('GrantAward', {}, { at })
      .thenNothing();
  });
  it('given a notice that has not ended, or an open objection, when the award is granted, then it is refused', () => {
    given(contest, ...judged)
      .when('GrantAward', {}, { at })
      .thenRefused('contest.no-result');
    given(contest, ...onNotice)
      .when('GrantAward', {}, { at: moments.notice })
      .thenRefused('contest.notice-running', { until: moments.awarding });
    given(contest, ...onNotice, objection('e1'))
      .when('GrantAward', {}, { at })
      .thenRefused('contest.objection-unanswered', { count: 1 });
    given(contest, ...onNotice, objection('e1'), answered(false))
      .when('GrantAward', {}, { at })
      .then([awarded]);
  });
});

it('given no contest, when any command but the opening is given, then it is refused', () => {
  given(contest)
    .when('EnterContest', {}, { facts: { level: null } })
    .thenRefused('contest.not-found');
  given(contest).when('ScreenEntry', { entryId: 'e1', decision: 'accepted' }).thenRefused('contest.not-found');
  given(contest).when('CloseVoting', {}).thenRefused('contest.not-found');
  given(contest)
    .when('GiveJuryScore', { entryId: 'e1', score: 1 }, { facts: { home: null } })
    .thenRefused('contest.not-found');
  given(contest).when('RevealDrawSeed', { seed: '0123456789abcdef' }).thenRefused('contest.not-found');
  given(contest).when('DisqualifyEntry', { entryId: 'e1', reason: '…' }).thenRefused('contest.not-found');
  given(contest).when('PublishResult', {}, { facts: voted }).thenRefused('contest.not-found');
  given(contest).when('RaiseObjection', { words: '…' }).thenRefused('contest.not-found');
  given(contest)
    .when('AnswerObjection', { objectionId: 'o1', upheld: true, reason: '…' }, { by: 'organiser-1' })
    .thenRefused('contest.not-found');
  given(contest).when('GrantAward', {}).thenRefused('contest.not-found');
});
