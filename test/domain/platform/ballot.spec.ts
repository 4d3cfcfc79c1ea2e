import { describe, expect, it } from '@jest/globals';
import { ballot, resultAwaits } from '../../../src/domain/platform/ballot.js';
import type { BallotOpened, Counted, OpenBallot } from '../../../src/domain/platform/ballot-messages.js';
import { type Counting, declaredAs, outcomeOf } from '../../../src/domain/platform/counting.js';
import { sha256 } from '../../../src/domain/shared/sha256.js';
import type { EventOf, Immutable } from '../../../src/domain/shared/decider.js';
import { ruleNames, ruleOf } from '../../../src/domain/voting/declared-rule.js';
import { commitTo } from '../../../src/domain/voting/draw.js';
import { rules } from '../../../src/domain/voting/rules.js';
import { atOnce } from '../../support/at-once.js';
import { given } from '../../support/given.js';
import { election, list, moments, seed, village } from './scenes.js';

type Past = EventOf<(typeof ballot)['events']>;

const equalShares = { rule: 'equal-shares', completion: 'add1', unit: 100 } as const;
const stv = { rule: 'single-transferable-vote', seats: 2, overvote: 'exhaust', skippedRanks: 0 } as const;
/** The options of an election are persons, each with an id of this ballot's own if none is given. */
const asTold = (subject: string, options: Immutable<OpenBallot>['options']) =>
  subject === 'election' ? options.map((option, i) => ({ personId: `candidate.subject-1.${i + 1}`, ...option })) : options;
/** The village votes on the spot. */
const { settings, ...of } = atOnce(moments.opening, village);
const policies = [{ placeId: village, versions: [{ ...of, version: 1, settings, holidays: [] }] }];
const policy = [...settings.map((setting) => ({ ...setting, placeId: village, version: 1 })), { name: 'entries-per-vote', value: 5 }];
const opened = (data: Immutable<OpenBallot>, change: Partial<Immutable<BallotOpened>> = {}) => ({
  type: 'BallotOpened' as const,
  data: {
    ...data,
    opensAt: moments.opening,
    closesAt: data.closesAt ?? moments.closing,
    acts: { precedence: 'in-person', ofOneKind: data.replaceable ? 'last' : 'first', entriesPerVote: 5 },
    policy,
    ...change,
    options: asTold(data.subject, change.options ?? data.options),
  } as Immutable<BallotOpened>,
});
const listOpened = opened(list, { rule: equalShares });
const electionOpened = opened(election, { rule: stv });
const closingEvent = { eventId: 'closing-1', revision: 9 };
const closed = { type: 'BallotClosed', data: { closesAt: moments.closing } } as const;
const closedForDraw = { type: 'BallotClosed', data: { closesAt: moments.closing, drawCommitment: commitTo(seed) } } as const;
const revealed = { type: 'BallotSeedRevealed', data: { seed } } as const;
const opening = (data: Immutable<OpenBallot>, subjectPlace: string | null = null) =>
  given(ballot).when('OpenBallot', data, { at: moments.opening, facts: { subjectPlace, policies } });

describe('OpenBallot', () => {
  it('given no ballot, when one is opened, then the event has everything, the rule with all its parameters', () => {
    opening(list).then([listOpened]);
    opening(election).then([electionOpened]);
    const { opensAt: _, ...atOnce } = list;
    opening(atOnce).then([listOpened]);
    opening({ ...list, rule: { rule: 'equal-shares', unit: 1 } }).then([opened(list, { rule: { ...equalShares, unit: 1 } })]);
    opening({ ...election, rule: { rule: 'instant-runoff', anySkippedRanks: true } }).then([
      opened(election, {
        rule: {
          rule: 'instant-runoff',
          overvote: 'skip',
          anySkippedRanks: true,
          elimination: 'single',
          until: 'majority',
          ties: 'earlier-round',
        },
      }),
    ]);
  });
  it('given an election, when it is opened, then each candidate is a person: the one named, else one of this ballot alone', () => {
    const options = [
      { optionId: 'li', name: '李秀兰', personId: 'p-li' },
      ...['1', 'Wei', '魏三'].map((id) => ({ optionId: id, name: id })),
    ];
    const own = [2, 3, 4].map((n) => `candidate.subject-1.${n}`);
    const told = options.map((option, i) => ({ ...option, personId: ['p-li', ...own][i]! }));
    opening({ ...election, options }).then([opened(election, { rule: stv, options: told })]);
  });
  it('given a renovation, covenant or contest of another place, when a ballot is opened for it, then it is refused', () => {
    for (const subject of ['renovation', 'covenant', 'contest-final'] as const) {
      const of = { ...election, subject, subjectId: 'x1' };
      opening(of, village).then([opened(of, { rule: stv })]);
      opening(of, '510121111220').thenRefused('platform.subject-elsewhere', { subject: 'x1', place: village });
      opening({ ...election, subject }).thenRefused('platform.subject-mismatch', { subject });
    }
    opening({ ...election, subjectId: 'x1' }, village).thenRefused('platform.subject-mismatch', { subject: 'election' });
    opening({ ...list, subjectId: 'x1' }, village).thenRefused('platform.subject-mismatch', { subject: 'renovation-list' });
  });
  it('given a ballot, when its id is opened again, then it is refused', () => {
    given(ballot, listOpened)
      .when('OpenBallot', list, { facts: { subjectPlace: null, policies: [] } })
      .thenRefused('platform.ballot-already-open');
  });
  it('given an option named twice, when a ballot is opened, then it is refused', () => {
    opening({ ...election, options: [...election.options, { optionId: 'li', name: '李秀芳' }] }).thenRefused('platform.option-twice', {
      option: 'li',
    });
  });
  it('given a rule, when a ballot is opened, then it needs a budget and every cost exactly if the rule chooses under a budget', () => {
    const { budget: _, ...unpriced } = { ...list, options: list.options.map(({ optionId, name }) => ({ optionId, name })) };
    const mismatch = (data: Immutable<OpenBallot>) => opening(data).thenRefused('platform.budget-mismatch', { rule: data.rule.rule });
    for (const rule of ['equal-shares', 'greedy', 'phragmen'] as const) {
      mismatch({ ...unpriced, rule: { rule } });
      mismatch({ ...unpriced, budget: 1, rule: { rule } });
      mismatch({ ...list, budget: 1, rule: { rule }, options: [...list.options.slice(1), { optionId: 'lamps', name: '路灯' }] });
    }
    mismatch({ ...unpriced, options: list.options, rule: { rule: 'approval' } });
    mismatch({ ...list, rule: { rule: 'approval' } });
    mismatch({ ...list, rule: { rule: 'equal-shares', seats: 2 } });
    opening({ ...unpriced, rule: { rule: 'equal-shares', seats: 2 } }).then([
      opened(unpriced, { rule: { rule: 'equal-shares', completion: 'more-seats', unit: 1, seats: 2 } }),
    ]);
    opening({ ...list, rule: { rule: 'phragmen' } }).then([opened(list, { rule: { rule: 'phragmen' } })]);
  });
  it('given a rule that elects, when a ballot is opened, then it needs the number of seats, and no more than there are options', () => {
    opening({ ...election, rule: { rule: 'single-transferable-vote' } }).thenRefused('platform.seats-missing', {
      rule: 'single-transferable-vote',
    });
    opening({ ...election, rule: { rule: 'borda', seats: 5 } }).thenRefused('platform.too-many-seats', { seats: 5, options: 4 });
  });
  it('given a form of votes that the rule does not count, when a ballot is opened, then it is refused', () => {
    opening({ ...election, form: 'approval' }).thenRefused('platform.rule-does-not-count-form', {
      rule: 'single-transferable-vote',
      form: 'approval',
    });
    opening({ ...list, form: 'ranking' }).thenRefused('platform.rule-does-not-count-form', { rule: 'equal-shares', form: 'ranking' });
    opening({ ...election, form: 'choice', rule: { rule: 'approval' } }).then([
      opened(election, { form: 'choice', rule: { rule: 'approval', seats: 1 } }),
    ]);
    opening({ ...election, rule: { rule: 'borda', strength: 'margins' } }).thenRefused('voting.parameter-of-another-rule', {
      rule: 'borda',
      parameter: 'strength',
    });
    const many = Array.from({ length: 101 }, (_, i) => ({ optionId: `o${i}`, name: `第${i}项` }));
    opening({ ...election, options: many }).thenRefused('platform.too-many-to-rank', { limit: 100 });
    opening({ ...election, options: many.slice(1) }).then([opened(election, { options: many.slice(1), rule: stv })]);
  });
  it('given limits that do not fit the form, when a ballot is opened, then it is refused', () => {
    opening({ ...list, mostOptions: 2 }).then([opened(list, { rule: equalShares, mostOptions: 2 })]);
    opening({ ...list, mostOptions: 3 }).then([opened(list, { rule: equalShares, mostOptions: 3 })]);
    opening({ ...list, mostOptions: 4 }).thenRefused('platform.limit-mismatch', { form: 'approval' });
    opening({ ...list, pointsInAll: 10 }).thenRefused('platform.limit-mismatch', { form: 'approval' });
    opening({ ...election, form: 'choice', rule: { rule: 'approval' }, mostOptions: 1 }).thenRefused('platform.limit-mismatch', {
      form: 'choice',
    });
    opening({ ...election, form: 'points', rule: { rule: 'points' }, pointsInAll: 10 }).then([
      opened(election, { form: 'points', rule: { rule: 'points', seats: 1 }, pointsInAll: 10 }),
    ]);
  });
  it('given limits on options together, when a ballot is opened, then it needs a budget, known options, and a number or an amount', () => {
    const limits = [
      { options: ['lamps', 'bench'], most: 1 },
      { name: '东片', options: ['trees'], budget: 30_00 },
    ];
    opening({ ...list, limits }).then([opened({ ...list, limits }, { rule: equalShares })]);
    opening({ ...list, limits: [{ options: ['lamps'] }] }).thenRefused('platform.joint-limit-mismatch');
    opening({ ...election, limits: [{ options: ['li'], most: 1 }] }).thenRefused('platform.joint-limit-mismatch');
    opening({ ...list, limits: [{ options: ['lamps', 'pond'], most: 1 }] }).thenRefused('platform.no-such-option', { option: 'pond' });
  });
  it('given an open ballot, when options are withdrawn, then they are told, each once, but not the last one', () => {
    const withdraw = (optionId: string, ...before: readonly string[]) =>
      given(ballot, listOpened, ...before.map((gone) => ({ type: 'BallotOptionWithdrawn' as const, data: { optionId: gone } }))).when(
        'WithdrawBallotOption',
        { optionId },
      );
    withdraw('lamps').then([{ type: 'BallotOptionWithdrawn', data: { optionId: 'lamps' } }]);
    withdraw('lamps', 'lamps').then([]);
    withdraw('trees', 'lamps', 'bench').thenRefused('platform.last-option', { option: 'trees' });
    withdraw('pond').thenRefused('platform.no-such-option', { option: 'pond' });
    given(ballot).when('WithdrawBallotOption', { optionId: 'lamps' }).thenRefused('ballot.not-found');
  });
  it('given a closed ballot, when an option is withdrawn, then it may be as long as the count waits for the seed', () => {
    const data = { optionId: 'li', reason: 'died', round: 2 } as const;
    const withdraw = (...past: readonly Past[]) => given(ballot, ...past).when('WithdrawBallotOption', data);
    withdraw(electionOpened).then([{ type: 'BallotOptionWithdrawn', data }]);
    withdraw(electionOpened, closedForDraw).then([{ type: 'BallotOptionWithdrawn', data }]);
    withdraw(electionOpened, closedForDraw, revealed).thenRefused('platform.withdrawal-too-late');
    given(ballot, listOpened, closed).when('WithdrawBallotOption', { optionId: 'lamps' }).thenRefused('platform.withdrawal-too-late');
  });
  it('given a rule without rounds, when an option is withdrawn in a round, then it is refused', () => {
    given(ballot, listOpened)
      .when('WithdrawBallotOption', { optionId: 'lamps', round: 1 })
      .thenRefused('platform.no-rounds', { rule: 'equal-shares' });
  });
  it('given write-ins, when a ballot is opened or its options are withdrawn, then one declared option must stay', () => {
    const [chen, ...others] = election.options;
    const writeIns = others.map((option) => ({ ...option, writeIn: true }));
    const options = [chen!, ...writeIns];
    opening({ ...election, options }).then([opened({ ...election, options }, { rule: stv })]);
    opening({ ...election, options: writeIns }).thenRefused('platform.only-write-ins');
    given(ballot, opened({ ...election, options }, { rule: stv }))
      .when('WithdrawBallotOption', { optionId: 'chen' })
      .thenRefused('platform.last-option', { option: 'chen' });
  });
  it('given a ballot, when it is opened, then its state has the position of every option', () => {
    expect(ballot.evolve.BallotOpened(null, listOpened.data, {} as never)!.index).toEqual({ lamps: 0, bench: 1, trees: 2 });
  });
  it('given a tie-break, when a ballot is opened, then it needs a commitment exactly if ties are drawn', () => {
    const { drawCommitment: _, ...without } = election;
    opening(without).thenRefused('platform.draw-mismatch');
    opening({ ...list, drawCommitment: commitTo(seed) }).thenRefused('platform.draw-mismatch');
  });
  it('given times in the wrong order or more than two years, when a ballot is opened, then it is refused', () => {
    opening({ ...list, opensAt: '2026-05-31T23:59:59.999Z' }).thenRefused('registry.too-short', {
      least: 0,
      given: 0,
      earliest: moments.opening,
    });
    opening({ ...list, closesAt: moments.opening }).thenRefused('platform.wrong-dates');
    opening({ ...list, closesAt: '2028-06-01T00:00:00.000Z' }).thenRefused('platform.wrong-dates');
    opening({ ...list, closesAt: '2028-05-31T00:00:00.000Z' }).then([
      opened(list, { rule: equalShares, closesAt: '2028-05-31T00:00:00.000Z' }),
    ]);
  });
  it('given no policy of the place, when a ballot is opened, then it opens after three days of notice and takes votes for three', () => {
    const byDefault = (data: Immutable<OpenBallot>) =>
      given(ballot).when('OpenBallot', data, { at: moments.opening, facts: { subjectPlace: null, policies: [] } });
    const { opensAt: _opens, closesAt: _closes, ...silent } = list;
    const [opensAt, closesAt] = ['2026-06-04T16:00:00.000Z', '2026-06-08T16:00:00.000Z']; // 7 June is a Sunday
    const figures = [
      { name: 'ballot-notice-days', value: 3 },
      { name: 'ballot-days', value: 3 },
      { name: 'entries-per-vote', value: 5 },
    ];
    byDefault(silent).then([opened(list, { rule: equalShares, opensAt, closesAt, policy: figures })]);
    byDefault(list).thenRefused('registry.too-short', { least: 3, given: 0, earliest: opensAt });
    byDefault({ ...list, opensAt, closesAt: '2026-06-04T16:00:01.000Z' }).thenRefused('registry.too-short', {
      least: 3,
      given: 0,
      earliest: closesAt,
    });
  });
});

describe('CloseBallot', () => {
  const closing = (at: string, ...past: Past[]) => given(ballot, ...past).when('CloseBallot', {}, { at });
  it('given an open ballot, when its closing time has come, then it closes once', () => {
    closing(moments.closing, listOpened).then([closed]);
    closing(moments.closing, electionOpened).then([closedForDraw]);
    closing(moments.closing, listOpened, closed).thenNothing();
  });
  it('given an open ballot before its closing time, or none, when it is closed, then it is refused', () => {
    closing('2026-06-07T23:59:59.999Z', listOpened).thenRefused('platform.ballot-still-open', { until: moments.closing });
    closing(moments.closing).thenRefused('ballot.not-found');
  });
});

describe('RevealBallotSeed', () => {
  const revealing = (text: string, ...past: Past[]) => given(ballot, ...past).when('RevealBallotSeed', { seed: text });
  it('given a closed ballot, when the committed seed is revealed, then it is revealed once', () => {
    revealing(seed, electionOpened, closedForDraw).then([revealed]);
    revealing(seed, electionOpened, closedForDraw, revealed).thenNothing();
  });
  it('given an open ballot, another seed, or no draw, when a seed is revealed, then it is refused', () => {
    revealing(seed, electionOpened).thenRefused('platform.ballot-still-open', { until: moments.closing });
    revealing(`${seed}。`, electionOpened, closedForDraw).thenRefused('voting.seed-mismatch', { commitment: commitTo(seed) });
    revealing(seed, listOpened, closed).thenRefused('platform.nothing-drawn');
    revealing(seed).thenRefused('ballot.not-found');
  });
});

describe('PublishBallotResult', () => {
  const counting = {
    ballots: 3,
    sums: null,
    papers: [
      { paper: { approved: ['bench', 'lamps'] }, count: 2 },
      { paper: { approved: ['trees'] }, count: 1 },
    ],
  };
  /** What counting comes to. */
  const countedOf = (data: Immutable<BallotOpened>, found: Counting, drawSeed: string | null = null): Counted => ({
    outcome: outcomeOf(data, found, drawSeed),
    ballots: found.ballots,
    closing: closingEvent,
  });
  const counted = countedOf(listOpened.data, counting);
  const publishing = (facts: { counted: Counted | null }, ...past: Past[]) =>
    given(ballot, ...past).when('PublishBallotResult', {}, { facts });
  const stateAfter = (...past: Past[]) =>
    past.reduce((state, { type, data }) => ballot.evolve[type](state, data as never, {} as never), ballot.initial)!;
  const stated = {
    closing: closingEvent,
    rule: equalShares,
    budget: 100_00,
    ballots: 3,
    winners: ['bench', 'trees'],
    order: [{ options: ['bench'] }, { options: ['trees'] }, { options: ['lamps'] }],
  };
  const published = { type: 'BallotResultPublished', data: { ...stated, sha256: sha256(JSON.stringify(stated)) } } as const;

  it('given a closed ballot, when the result is published, then it states winners, order and what was counted, with their hash', () => {
    publishing({ counted }, listOpened, closed).then([published]);
    expect(resultAwaits(stateAfter(listOpened, closed))).toBeNull();
  });
  it('given a published result, when it is published again, then nothing changes, also if that happened since it was read', () => {
    publishing({ counted: null }, listOpened, closed, published).thenNothing();
    publishing({ counted }, listOpened, closed, published).thenNothing();
    publishing({ counted: null }, listOpened, closed).thenNothing();
  });
  it('given a draw, when the result is published, then it is refused until the seed is revealed, and then drawn with it', () => {
    const papers = [
      { paper: { ranking: [{ options: ['chen'] }] }, count: 1 },
      { paper: { ranking: [{ options: ['li'] }] }, count: 1 },
      { paper: { ranking: [{ options: ['cai'] }] }, count: 1 },
    ];
    const tied = { ballots: 3, sums: null, papers };
    const past = [electionOpened, closedForDraw] as const;
    publishing({ counted: null }, ...past).thenRefused('platform.seed-awaited');
    expect(resultAwaits(stateAfter(...past))).toEqual({ refused: 'platform.seed-awaited' });
    expect(resultAwaits(stateAfter(...past, revealed))).toBeNull();
    // lots by SHA-256 of `seed:id`: of the three who are tied, the one drawn last is struck
    const drawn = ['chen', 'li', 'cai'].sort((a, b) => (sha256(`${seed}:${a}`) < sha256(`${seed}:${b}`) ? -1 : 1));
    const result = {
      closing: closingEvent,
      rule: stv,
      drawSeed: seed,
      ballots: 3,
      winners: drawn.slice(0, 2),
      order: [...drawn, 'wu'].map((option) => ({ options: [option] })),
    };
    publishing({ counted: countedOf(electionOpened.data, tied, seed) }, ...past, revealed).then([
      { type: 'BallotResultPublished', data: { ...result, sha256: sha256(JSON.stringify(result)) } },
    ]);
  });
  it('given an open ballot, when the result is published, then it is refused', () => {
    publishing({ counted: null }, listOpened).thenRefused('platform.ballot-still-open', { until: moments.closing });
    publishing({ counted: null }, electionOpened).thenRefused('platform.ballot-still-open', { until: moments.closing });
    expect(resultAwaits(stateAfter(electionOpened))).toEqual({ refused: 'platform.ballot-still-open', with: { until: moments.closing } });
    publishing({ counted: null }).thenRefused('ballot.not-found');
  });
});

describe('a rule in an event', () => {
  it('given a rule in an event, when it is read again, then it is the same rule', () => {
    for (const name of ruleNames) expect(ruleOf(declaredAs(rules[name].usual))).toEqual(rules[name].usual);
    expect(ruleOf(declaredAs({ ...rules['instant-runoff'].usual, skippedRanks: null }))).toEqual({
      ...rules['instant-runoff'].usual,
      skippedRanks: null,
    });
    expect(ruleOf(declaredAs({ rule: 'equal-shares', completion: 'votes', unit: 1, seats: 2 }))).toEqual({
      rule: 'equal-shares',
      completion: 'votes',
      unit: 1,
      seats: 2,
    });
  });
});
