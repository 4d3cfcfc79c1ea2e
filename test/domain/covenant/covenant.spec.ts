import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { covenant } from '../../../src/domain/covenant/covenant.js';
import { decideByThreshold, emptyTally, type ThresholdRuleName } from '../../../src/domain/voting/threshold.js';
import { bodyOf } from '../../../src/domain/voting/bodies.js';
import { thresholdRules } from '../../../src/domain/voting/threshold-rules.js';
import { given } from '../../support/given.js';

const village = '510121111219';
const v1 = { placeId: village, version: 1 } as const;
const v2 = { placeId: village, version: 2 } as const;
const text = {
  title: '谢杨坝村村规民约',
  clauses: [
    { number: 1, text: '爱护环境，不乱搭乱建' },
    { number: 2, text: '垃圾分类，定点投放' },
  ],
  slogans: [{ text: '不乱搭' }, { text: '爱花草' }, { text: '美到家' }],
};
const until = '2026-05-08T16:00:00.000Z';
const policy = [{ name: 'covenant-opinion-days', value: 7 }];
const facts = { policies: [] };
const amendment = {
  title: '谢杨坝村村规民约',
  clauses: [
    { number: 1, text: '爱护环境' },
    { number: 3, text: '邻里互助' },
  ],
  slogans: [],
};

const drafted = { type: 'CovenantDrafted', data: { ...v1, ...text }, by: 'secretary' } as const;
const opened = { type: 'CovenantOpinionsOpened', data: { ...v1, until, policy } } as const;
const closed = { type: 'CovenantOpinionsClosed', data: v1 } as const;
const passed = { type: 'CovenantReviewed', data: { ...v1, passed: true } } as const;
const returned = { type: 'CovenantReviewed', data: { ...v1, passed: false, remarks: '第一条与上位法不符' } } as const;
const amended = { type: 'CovenantAmended', data: { ...v2, ...amendment }, by: 'clerk' } as const;
const filed = { type: 'CovenantFiled', data: { ...v1, fileNumber: '金龙备〔2026〕3号' } } as const;

const heads = (count: number) => ({ heads: count, area: 0, households: 0 });
/** A town has no body by law, so a simple majority of those present decides. */
const inTown = { level: 'town', above: 'county' };
const villagersLaw = (article: string) => `《中华人民共和国村民委员会组织法（2018年修正）》第${article}条`;
const inVillage = { level: 'village', above: 'town' };
const decision = (expected: number, present: number, approving: number, outcome: 'adopted' | 'rejected') => ({
  rule: 'simple-majority' as const,
  source: { title: '通行做法' },
  outcome,
  expected: heads(expected),
  counts: [
    { choice: 'approve' as const, ...heads(approving) },
    { choice: 'reject' as const, ...heads(present - approving) },
    { choice: 'abstain' as const, ...heads(0) },
    { choice: 'stand-aside' as const, ...heads(0) },
    { choice: 'block' as const, ...heads(0) },
  ],
  comparisons: [
    {
      name: 'majority' as const,
      measure: 'heads' as const,
      part: 'approving' as const,
      of: 'participating' as const,
      numerator: 1,
      denominator: 2,
      strict: true,
      partCount: approving,
      wholeCount: present,
      left: approving * 2,
      right: present,
      holds: outcome === 'adopted',
    },
  ],
});
const papers = { minutes: 'a'.repeat(64), signIn: 'b'.repeat(64) };
/** The vote was announced, and its notice is over. */
const announced = {
  type: 'CovenantVoteAnnounced',
  data: { ...v1, votesFrom: '2026-04-30T16:00:00.000Z', policy: [{ name: 'assembly-notice-days', value: 10 }] },
} as const;
const adopted = { type: 'CovenantAdopted', data: { ...v1, decision: decision(120, 80, 41, 'adopted'), papers } } as const;
const rejected = { type: 'CovenantRejected', data: { ...v1, decision: decision(120, 80, 40, 'rejected'), papers } } as const;
const vote = (expected: number, present: number, approving: number) => ({
  papers,
  expected: heads(expected),
  present: heads(present),
  approving: heads(approving),
});
const noSuch = { id: village };

describe('DraftCovenant', () => {
  it('given no covenant, when one is drafted, then version 1 is drafted', () => {
    given(covenant)
      .when('DraftCovenant', { placeId: village, ...text }, { id: village })
      .then([{ type: 'CovenantDrafted', data: { ...v1, ...text } }]);
  });

  it('given a covenant, when a second one is drafted for the place, then it is refused', () => {
    given(covenant, drafted)
      .when('DraftCovenant', { placeId: village, ...text })
      .thenRefused('covenant.exists', { title: text.title, version: 1 });
  });

  it.each([
    [[1, 1], 1],
    [[2, 1], 1],
    [[1, 3, 2], 2],
  ])('given no covenant, when its clauses are numbered %j, then it is refused', (order, number) => {
    const clauses = order.map((n) => ({ number: n, text: '某条' }));
    given(covenant)
      .when('DraftCovenant', { placeId: village, ...text, clauses })
      .thenRefused('covenant.clauses-out-of-order', { number });
  });

  it('given no covenant, when its clause numbers have gaps, then it is drafted, since a dropped number is not used again', () => {
    const clauses = [
      { number: 1, text: '甲' },
      { number: 40, text: '乙' },
    ];
    given(covenant)
      .when('DraftCovenant', { placeId: village, ...text, clauses })
      .then([{ type: 'CovenantDrafted', data: { ...v1, ...text, clauses } }]);
  });
});

describe('OpenCovenantOpinions', () => {
  const at = '2026-05-01T08:00:00.000Z';

  it('given a draft, when opinions are opened, then they are open for seven days or until the given instant', () => {
    given(covenant, drafted).when('OpenCovenantOpinions', {}, { at, facts }).then([opened]);
    const longer = '2026-06-01T00:00:00.000Z';
    given(covenant, drafted)
      .when('OpenCovenantOpinions', { until: longer }, { at, facts })
      .then([{ type: 'CovenantOpinionsOpened', data: { ...v1, until: longer, policy } }]);
  });

  it('given a policy of the place, when opinions are opened, then its days count, and the event names it', () => {
    const settings = [{ name: 'covenant-opinion-days', value: 10 }];
    const policies = [{ placeId: village, versions: [{ placeId: village, version: 4, from: '2026-05-01', settings, holidays: [] }] }];
    given(covenant, drafted)
      .when('OpenCovenantOpinions', {}, { at, facts: { policies } })
      .then([
        {
          type: 'CovenantOpinionsOpened',
          data: { ...v1, until: '2026-05-11T16:00:00.000Z', policy: [{ ...settings[0]!, placeId: village, version: 4 }] },
        },
      ]);
    given(covenant, drafted)
      .when('OpenCovenantOpinions', {}, { at, now: '2026-04-30T08:00:00.000Z', facts: { policies } })
      .then([{ type: 'CovenantOpinionsOpened', data: { ...v1, until: '2026-05-07T16:00:00.000Z', policy } }]);
  });

  it('given an open hearing, when it is opened with the same end, then nothing changes; with another, then it is refused', () => {
    given(covenant, drafted, opened).when('OpenCovenantOpinions', { until }, { at, facts }).thenNothing();
    given(covenant, drafted, opened)
      .when('OpenCovenantOpinions', { until: '2026-06-01T00:00:00.000Z' }, { at, facts })
      .thenRefused('covenant.opinions-open', { until });
  });

  it('given a draft, when opinions are opened for less than the days of the policy, then it is refused with the earliest end', () => {
    const tooShort = { least: 7, given: 6, earliest: until };
    given(covenant, drafted)
      .when('OpenCovenantOpinions', { until: '2026-05-08T15:59:59.999Z' }, { at, facts })
      .thenRefused('registry.too-short', tooShort);
    given(covenant, drafted)
      .when('OpenCovenantOpinions', { until: at }, { at, facts })
      .thenRefused('registry.too-short', { ...tooShort, given: 0 });
  });

  it('given a draft, when an opening is entered late, then the days count from the entry', () => {
    given(covenant, drafted).when('OpenCovenantOpinions', {}, { at: '2026-04-01T08:00:00.000Z', now: at, facts }).then([opened]);
  });

  it('given a version that was heard, at any later step, when opinions are opened, then it is refused', () => {
    for (const after of [[], [passed], [returned], [passed, adopted], [passed, rejected]]) {
      given(covenant, drafted, opened, closed, ...after)
        .when('OpenCovenantOpinions', {}, { at, facts })
        .thenRefused('covenant.heard-already', { version: 1 });
    }
  });

  it('given no covenant, when opinions are opened, then it is refused', () => {
    given(covenant)
      .when('OpenCovenantOpinions', {}, { ...noSuch, facts })
      .thenRefused('covenant.not-found', noSuch);
  });
});

describe('CloseCovenantOpinions', () => {
  it('given an open hearing, when its end has come, then it closes', () => {
    given(covenant, drafted, opened).when('CloseCovenantOpinions', {}, { now: until }).then([closed]);
  });

  it('given an open hearing, when it is closed before its end, then it is refused', () => {
    given(covenant, drafted, opened)
      .when('CloseCovenantOpinions', {}, { now: '2026-05-08T07:59:59.999Z' })
      .thenRefused('covenant.opinions-open', { until });
  });

  it('given no covenant, when its hearing is closed, then that is refused', () => {
    given(covenant).when('CloseCovenantOpinions', {}, { id: 'c-1', now: until }).thenRefused('covenant.not-found', { id: 'c-1' });
  });

  it('given no open hearing, when it is closed, then nothing changes', () => {
    given(covenant, drafted).when('CloseCovenantOpinions', {}, { now: until }).thenNothing();
    given(covenant, drafted, opened, closed).when('CloseCovenantOpinions', {}, { now: until }).thenNothing();
  });
});

describe('ReviewCovenant', () => {
  it('given a draft that was heard, when it is reviewed, then it passes, or is returned with remarks', () => {
    given(covenant, drafted, opened, closed).when('ReviewCovenant', { passed: true }, { by: 'lawyer' }).then([passed]);
    given(covenant, drafted, opened, closed)
      .when('ReviewCovenant', { passed: false, remarks: '第一条与上位法不符' }, { by: 'lawyer' })
      .then([returned]);
  });

  it('given a draft that was not heard, when it is reviewed, then it is refused', () => {
    given(covenant, drafted).when('ReviewCovenant', { passed: true }, { by: 'lawyer' }).thenRefused('covenant.opinions-first');
    given(covenant, drafted, opened).when('ReviewCovenant', { passed: true }, { by: 'lawyer' }).thenRefused('covenant.opinions-first');
  });

  it('given a reviewed version, at any later step, when it is reviewed again, then it is refused', () => {
    for (const after of [[passed], [returned], [passed, adopted], [passed, rejected]]) {
      given(covenant, drafted, opened, closed, ...after)
        .when('ReviewCovenant', { passed: true }, { by: 'lawyer' })
        .thenRefused('covenant.reviewed-already', { version: 1 });
    }
  });

  it('given a draft or an amendment, when its author reviews it, then it is refused', () => {
    given(covenant, drafted, opened, closed)
      .when('ReviewCovenant', { passed: true }, { by: 'secretary' })
      .thenRefused('covenant.reviewer-drafted');
    const heardAgain = [
      { type: 'CovenantOpinionsOpened', data: { ...v2, until } },
      { type: 'CovenantOpinionsClosed', data: v2 },
    ] as const;
    given(covenant, drafted, amended, ...heardAgain)
      .when('ReviewCovenant', { passed: true }, { by: 'clerk' })
      .thenRefused('covenant.reviewer-drafted');
  });

  it('given a draft that was heard, when it is returned without remarks, then it is refused', () => {
    given(covenant, drafted, opened, closed)
      .when('ReviewCovenant', { passed: false }, { by: 'lawyer' })
      .thenRefused('covenant.remarks-missing');
  });

  it('given no covenant, when it is reviewed, then it is refused', () => {
    given(covenant).when('ReviewCovenant', { passed: true }, noSuch).thenRefused('covenant.not-found', noSuch);
  });
});

describe('RecordCovenantVote', () => {
  const reviewed = [drafted, opened, closed, passed, announced] as const;

  it('given a reviewed covenant, when more than half of those present approve, then it is adopted with every count', () => {
    given(covenant, ...reviewed)
      .when('RecordCovenantVote', vote(120, 80, 41), { facts: inTown })
      .then([adopted]);
  });

  it('given a reviewed covenant, when exactly half approve, then it is rejected', () => {
    given(covenant, ...reviewed)
      .when('RecordCovenantVote', vote(120, 80, 40), { facts: inTown })
      .then([rejected]);
  });

  it('given the rule of the villagers’ assembly, when its quorum is reached, then it is adopted; one short, then there is no quorum', () => {
    const outcome = (expected: number, present: number) => {
      const state = reviewed.reduce<ReturnType<typeof covenant.evolve.CovenantDrafted>>(
        (before, { type, data }) => covenant.evolve[type](before, data as never, { by: 'secretary' } as never),
        null,
      );
      const events = covenant.decide.RecordCovenantVote(state, { rule: 'villagers-assembly', ...vote(expected, present, present) }, {
        id: village,
        at: until,
        facts: inVillage,
      } as never);
      return 'refused' in events
        ? events
        : events.map(({ type, data }) => [type, 'decision' in data && data.decision.rule, 'decision' in data && data.decision.outcome]);
    };
    expect(outcome(120, 61)).toEqual([['CovenantAdopted', 'villagers-assembly', 'adopted']]);
    expect(outcome(120, 60)).toEqual([['CovenantRejected', 'villagers-assembly', 'no-quorum']]);
  });

  it('given a village, when its covenant is voted on without a rule, then the assembly decides: one of 1,000 present is no quorum (E5)', () => {
    const counts = { ...emptyTally, approve: heads(1) };
    const made = decideByThreshold(thresholdRules['villagers-assembly'], heads(1_000), counts);
    expect(made).toMatchObject({ outcome: 'no-quorum', source: { article: '22', validUntil: '2025-12-31' } });
    given(covenant, ...reviewed)
      .when('RecordCovenantVote', vote(1_000, 1, 1), { facts: inVillage })
      .then([{ type: 'CovenantRejected', data: { ...v1, decision: made, papers } }]);
  });

  it.each([
    [
      'a village',
      inVillage,
      'villagers-representatives',
      'villagers-assembly',
      'villagers-assembly, villagers-resolution',
      villagersLaw('22'),
    ],
    ['a village', inVillage, 'simple-majority', 'villagers-assembly', 'villagers-assembly, villagers-resolution', villagersLaw('22')],
    [
      'a community',
      { level: 'community', above: 'town' },
      'residents-council',
      'residents-meeting',
      'residents-meeting',
      '《中华人民共和国城市居民委员会组织法（2018年修正）》第9条',
    ],
    [
      'a compound',
      { level: 'compound', above: 'village' },
      'branch-proposal',
      'owners',
      'civil-code-278-ordinary',
      '《中华人民共和国民法典》第278条',
    ],
    [
      'a courtyard of a village',
      { level: 'courtyard', above: 'village' },
      'simple-majority',
      'villagers-group',
      'villagers-group-meeting',
      villagersLaw('28'),
    ],
  ] as const)('given the covenant of %s, when the wrong body votes, then the right one is named', (_, facts, rule, body, rules, source) => {
    given(covenant, ...reviewed)
      .when('RecordCovenantVote', { rule, ...vote(120, 80, 41) }, { facts })
      .thenRefused('voting.wrong-body', {
        matter: 'covenant',
        matterZh: '制定、修改公约',
        matterEn: 'adopting or amending a covenant',
        body,
        bodyZh: bodyOf(rules.split(', ')[0] as ThresholdRuleName).zh,
        bodyEn: bodyOf(rules.split(', ')[0] as ThresholdRuleName).en,
        source,
        rules,
      });
  });

  it('given a decided resolution on the reviewed draft, when it is recorded, then its decision counts, without figures and announcement', () => {
    const reviewedAt = '2026-05-09T08:00:00.000Z';
    const past = [drafted, opened, closed, { ...passed, at: reviewedAt }] as const;
    const ballot = { placeId: village, matter: 'covenant', announcedAt: reviewedAt, decision: decision(120, 80, 41, 'adopted') };
    const record = (change: object = {}, data: object = {}) =>
      given(covenant, ...past).when(
        'RecordCovenantVote',
        { ballotId: 'r-1', ...data },
        { ...noSuch, facts: { ...inTown, ballot: { ...ballot, ...change } } },
      );
    record().then([{ type: 'CovenantAdopted', data: { ...v1, decision: ballot.decision, ballotId: 'r-1' } }]);
    record({ decision: decision(120, 80, 40, 'rejected') }).then([
      { type: 'CovenantRejected', data: { ...v1, decision: decision(120, 80, 40, 'rejected'), ballotId: 'r-1' } },
    ]);
    for (const change of [{ placeId: '510121002002' }, { matter: 'ordinary' }, { announcedAt: '2026-05-09T07:59:59.999Z' }])
      record(change).thenRefused('covenant.ballot-unfit', { ballot: 'r-1' });
    given(covenant, ...past)
      .when('RecordCovenantVote', { ballotId: 'r-1' }, { ...noSuch, facts: { ...inTown, ballot: null } })
      .thenRefused('covenant.ballot-unfit', { ballot: 'r-1' });
    record({}, { expected: heads(120) }).thenRefused('covenant.figures-or-ballot');
    given(covenant, ...past, announced)
      .when('RecordCovenantVote', { expected: heads(120), present: heads(80) }, { ...noSuch, at: announced.data.votesFrom, facts: inTown })
      .thenRefused('covenant.figures-or-ballot');
  });

  it('given consensus, when who does not approve is counted, then a block or too few approvals reject, and missing or wrong counts are refused', () => {
    const heads = (count: number) => ({ heads: count, area: 0, households: 0 });
    const outcome = (more: object, rule = 'consensus') => {
      const state = reviewed.reduce<ReturnType<typeof covenant.evolve.CovenantDrafted>>(
        (before, { type, data }) => covenant.evolve[type](before, data as never, { by: 'secretary' } as never),
        null,
      );
      const events = covenant.decide.RecordCovenantVote(
        state,
        { rule, expected: heads(100), present: heads(90), approving: heads(60), papers, ...more } as never,
        { id: village, at: until, facts: inTown } as never,
      );
      if ('refused' in events) return [events.refused, events.with];
      const { type, data } = events[0]!;
      return [type, 'decision' in data && Object.fromEntries(data.decision.counts.map((one) => [one.choice, one.heads]))];
    };
    expect(outcome({ standingAside: heads(30) })).toEqual([
      'CovenantAdopted',
      { approve: 60, reject: 0, abstain: 0, 'stand-aside': 30, block: 0 },
    ]);
    expect(outcome({ standingAside: heads(29), blocking: heads(1) })).toEqual([
      'CovenantRejected',
      { approve: 60, reject: 0, abstain: 0, 'stand-aside': 29, block: 1 },
    ]);
    expect(outcome({ approving: heads(59), standingAside: heads(31) })[0]).toBe('CovenantRejected'); // fewer than two thirds approve
    expect(outcome({ rejecting: heads(10), abstaining: heads(20) }, 'simple-majority')).toEqual([
      'CovenantAdopted',
      { approve: 60, reject: 10, abstain: 20, 'stand-aside': 0, block: 0 },
    ]);
    expect(outcome({ approving: heads(90) })[0]).toBe('CovenantAdopted');
    // who does not approve may block, so it must be said
    expect(outcome({})).toEqual(['covenant.counts-missing', { rule: 'consensus' }]);
    for (const more of [{ standingAside: heads(29) }, { standingAside: heads(30), blocking: heads(1) }, { rejecting: heads(0) }])
      expect(outcome(more)).toEqual(['covenant.counts-do-not-add-up', { measure: 'heads' }]);
    expect(outcome({ rejecting: { heads: 30, area: 1, households: 0 } }, 'simple-majority')).toEqual([
      'covenant.counts-do-not-add-up',
      { measure: 'area' },
    ]);
  });

  it('given the four deliberations, when each is held in its order, then the last adopts; in another order, then it is refused', () => {
    const steps = ['branch-proposal', 'committees-consultation', 'party-members-meeting', 'villagers-resolution'] as const;
    const decided = (rule: (typeof steps)[number], approving = 60) =>
      decideByThreshold(thresholdRules[rule], heads(90), { ...emptyTally, approve: heads(approving), reject: heads(80 - approving) });
    const stepPassed = (rule: (typeof steps)[number]) =>
      ({ type: 'CovenantDeliberated', data: { ...v1, decision: decided(rule), papers } }) as const;
    const voting = (rule: ThresholdRuleName, past: readonly (typeof steps)[number][], approving = 60) =>
      given(covenant, ...reviewed, ...past.map(stepPassed)).when(
        'RecordCovenantVote',
        { rule, ...vote(90, 80, approving) },
        { facts: inVillage },
      );
    for (const [i, step] of steps.entries()) {
      const past = steps.slice(0, i);
      if (step === 'villagers-resolution')
        voting(step, past).then([{ type: 'CovenantAdopted', data: { ...v1, decision: decided(step), papers } }]);
      else voting(step, past).then([stepPassed(step)]);
      voting(step, past, 40).then([{ type: 'CovenantRejected', data: { ...v1, decision: decided(step, 40), papers } }]);
      // no other step, and, once begun, no other rule
      for (const other of steps) if (other !== step) voting(other, past).thenRefused('covenant.deliberation-out-of-order', { due: step });
      if (i > 0) voting('villagers-assembly', past).thenRefused('covenant.deliberation-out-of-order', { due: step });
    }
    given(covenant, ...reviewed.filter(({ type }) => type !== 'CovenantVoteAnnounced'), ...steps.slice(0, 3).map(stepPassed))
      .when('RecordCovenantVote', { rule: 'villagers-resolution', ...vote(90, 80, 60) }, { facts: inVillage })
      .thenRefused('covenant.vote-not-announced');
    const anew = [
      ...reviewed,
      stepPassed('branch-proposal'),
      amended,
      { ...opened, data: { ...opened.data, ...v2 } },
      { ...closed, data: v2 },
      { ...passed, data: { ...passed.data, ...v2 } },
    ] as const;
    given(covenant, ...anew)
      .when('RecordCovenantVote', { rule: 'committees-consultation', ...vote(90, 80, 60) }, { facts: inVillage })
      .thenRefused('covenant.deliberation-out-of-order', { due: 'branch-proposal' });
  });

  it('given a covenant whose review has not passed, when a vote is recorded, then it is refused', () => {
    for (const before of [[drafted], [drafted, opened], [drafted, opened, closed], [drafted, opened, closed, returned]]) {
      given(covenant, ...before)
        .when('RecordCovenantVote', vote(120, 80, 41), { facts: inTown })
        .thenRefused('covenant.review-first');
    }
  });

  it('given a version that was voted on, when a vote is recorded, then it is refused', () => {
    given(covenant, ...reviewed, adopted)
      .when('RecordCovenantVote', vote(120, 80, 41), { facts: inTown })
      .thenRefused('covenant.voted-already', { version: 1 });
    given(covenant, ...reviewed, rejected)
      .when('RecordCovenantVote', vote(120, 80, 41), { facts: inTown })
      .thenRefused('covenant.voted-already', { version: 1 });
  });

  it('given a reviewed covenant, when more are present than expected or more approve than present, in any measure, then it is refused', () => {
    given(covenant, ...reviewed)
      .when('RecordCovenantVote', vote(80, 81, 41), { facts: inTown })
      .thenRefused('covenant.counts-impossible', { measure: 'heads' });
    given(covenant, ...reviewed)
      .when('RecordCovenantVote', vote(80, 40, 41), { facts: inTown })
      .thenRefused('covenant.counts-impossible', { measure: 'heads' });
    const households = { ...vote(120, 80, 41), approving: { heads: 41, area: 0, households: 1 } };
    given(covenant, ...reviewed)
      .when('RecordCovenantVote', households, { facts: inTown })
      .thenRefused('covenant.counts-impossible', { measure: 'households' });
  });

  it('given no covenant, when a vote is recorded, then it is refused', () => {
    given(covenant)
      .when('RecordCovenantVote', vote(120, 80, 41), { ...noSuch, facts: inTown })
      .thenRefused('covenant.not-found', noSuch);
  });
});

describe('AnnounceCovenantVote', () => {
  const reviewed = [drafted, opened, closed, passed] as const;
  const noticeEnds = '2026-05-11T16:00:00.000Z';
  const announcing = { ...announced, data: { ...announced.data, votesFrom: noticeEnds } };

  it('given a reviewed version, when its vote is announced, then ten days of notice follow, or more, but not fewer (E8)', () => {
    const told = given(covenant, ...reviewed);
    told.when('AnnounceCovenantVote', {}, { facts }).then([announcing]);
    told
      .when('AnnounceCovenantVote', { votesFrom: until }, { facts })
      .thenRefused('registry.too-short', { least: 10, given: 7, earliest: noticeEnds });
    const later = '2026-06-01T01:00:00.000Z';
    const isLater = { ...announced, data: { ...announced.data, votesFrom: later } };
    told.when('AnnounceCovenantVote', { votesFrom: later }, { facts }).then([isLater]);
    given(covenant, ...reviewed, isLater)
      .when('AnnounceCovenantVote', { votesFrom: later }, { facts })
      .thenNothing();
  });

  it('given a vote that was not announced, or not long enough before, when the body of the place votes, then it is refused', () => {
    given(covenant, ...reviewed)
      .when('RecordCovenantVote', vote(120, 80, 41), { facts: inVillage })
      .thenRefused('covenant.vote-not-announced');
    given(covenant, ...reviewed, announcing)
      .when('RecordCovenantVote', vote(120, 80, 41), { at: until, facts: inVillage })
      .thenRefused('covenant.vote-too-early', { from: noticeEnds });
    given(covenant, ...reviewed, announcing)
      .when('RecordCovenantVote', vote(120, 80, 41), { at: noticeEnds, facts: inTown })
      .then([adopted]);
    // the first steps of 四议两公开 are no assembly
    given(covenant, ...reviewed)
      .when('RecordCovenantVote', { rule: 'branch-proposal', ...vote(9, 9, 9) }, { facts: inVillage })
      .then([
        {
          type: 'CovenantDeliberated',
          data: {
            ...v1,
            papers,
            decision: decideByThreshold(thresholdRules['branch-proposal'], heads(9), { ...emptyTally, approve: heads(9) }),
          },
        },
      ]);
  });

  it('given a version that is amended, when the body votes, then the vote must be announced again', () => {
    const again = [
      amended,
      { ...opened, data: { ...opened.data, ...v2 } },
      { ...closed, data: v2 },
      { ...passed, data: { ...v2, passed: true } },
    ] as const;
    given(covenant, ...reviewed, announced, ...again)
      .when('RecordCovenantVote', vote(120, 80, 41), { facts: inTown })
      .thenRefused('covenant.vote-not-announced');
  });

  it('given no covenant, no review or a vote already, when a vote is announced, then it is refused', () => {
    given(covenant)
      .when('AnnounceCovenantVote', {}, { ...noSuch, facts })
      .thenRefused('covenant.not-found', noSuch);
    given(covenant, drafted).when('AnnounceCovenantVote', {}, { facts }).thenRefused('covenant.review-first');
    given(covenant, ...reviewed, announced, adopted)
      .when('AnnounceCovenantVote', {}, { facts })
      .thenRefused('covenant.voted-already', { version: 1 });
  });
});

describe('AmendCovenant', () => {
  const { title: _, ...untitled } = amendment;

  it('given any step but an open hearing, when the covenant is amended, then the next version is drafted, under the same title or a new one', () => {
    for (const before of [
      [],
      [opened, closed],
      [opened, closed, returned],
      [opened, closed, passed],
      [opened, closed, passed, rejected],
      [opened, closed, passed, adopted],
    ]) {
      given(covenant, drafted, ...before)
        .when('AmendCovenant', untitled)
        .then([{ type: 'CovenantAmended', data: { ...v2, ...amendment } }]);
    }
    given(covenant, drafted, amended)
      .when('AmendCovenant', { ...untitled, title: '新约' })
      .then([{ type: 'CovenantAmended', data: { placeId: village, version: 3, ...amendment, title: '新约' } }]);
  });

  it('given an amended covenant, when its steps are taken, then they start again with the hearing', () => {
    given(covenant, drafted, opened, closed, passed, adopted, amended)
      .when('RecordCovenantVote', vote(120, 80, 41), { facts: inTown })
      .thenRefused('covenant.review-first');
    given(covenant, drafted, opened, closed, passed, adopted, amended)
      .when('ReviewCovenant', { passed: true })
      .thenRefused('covenant.opinions-first');
    given(covenant, drafted, opened, closed, passed, adopted, amended)
      .when('OpenCovenantOpinions', { until }, { facts })
      .then([{ type: 'CovenantOpinionsOpened', data: { ...v2, until, policy } }]);
  });

  it('given an open hearing, when the covenant is amended, then it is refused', () => {
    given(covenant, drafted, opened).when('AmendCovenant', untitled).thenRefused('covenant.opinions-open', { until });
  });

  it('given a covenant, when it is amended with clauses out of order, then it is refused', () => {
    const clauses = [
      { number: 2, text: '乙' },
      { number: 1, text: '甲' },
    ];
    given(covenant, drafted)
      .when('AmendCovenant', { ...untitled, clauses })
      .thenRefused('covenant.clauses-out-of-order', { number: 1 });
  });

  it('given no covenant, when it is amended, then it is refused', () => {
    given(covenant).when('AmendCovenant', untitled, noSuch).thenRefused('covenant.not-found', noSuch);
  });
});

describe('FileCovenant', () => {
  const { fileNumber } = filed.data;

  it('given a version in force, also during its amendment, when it is filed, then it is filed', () => {
    given(covenant, drafted, opened, closed, passed, adopted).when('FileCovenant', { fileNumber }).then([filed]);
    given(covenant, drafted, opened, closed, passed, adopted, amended).when('FileCovenant', { fileNumber }).then([filed]);
  });

  it('given a filed version, when it is filed under the same number, then nothing changes; under another, then it is refused', () => {
    given(covenant, drafted, opened, closed, passed, adopted, filed).when('FileCovenant', { fileNumber }).thenNothing();
    given(covenant, drafted, opened, closed, passed, adopted, filed)
      .when('FileCovenant', { fileNumber: '4号' })
      .thenRefused('covenant.filed-already', { version: 1, fileNumber });
  });

  it('given nothing adopted, when it is filed, then it is refused', () => {
    given(covenant, drafted, opened, closed, passed).when('FileCovenant', { fileNumber }).thenRefused('covenant.adopt-first');
    given(covenant, drafted, opened, closed, passed, rejected).when('FileCovenant', { fileNumber }).thenRefused('covenant.adopt-first');
  });

  it('given no covenant, when it is filed, then it is refused', () => {
    given(covenant).when('FileCovenant', { fileNumber }, noSuch).thenRefused('covenant.not-found', noSuch);
  });
});

describe('a covenant', () => {
  it('given an adopted version, when it is amended, then the adopted one stays in force with its own clauses', () => {
    const moment = { at: until, now: until, by: 'clerk', capacity: 'cadre' as const };
    const before = covenant.evolve.CovenantDrafted(null, drafted.data, moment);
    const inForce = { version: 1, clauses: [1, 2], fileNumber: null };
    const after = covenant.evolve.CovenantAdopted(before, adopted.data, moment);
    expect(after).toMatchObject({ step: 'adopted', clauses: [1, 2], inForce });
    expect(covenant.evolve.CovenantAmended(after, amended.data, moment)).toMatchObject({ step: 'drafted', clauses: [1, 3], inForce });
  });
  it('given any counts, when a vote is recorded, then it is adopted exactly if more than half of those present approve', () => {
    const state = [drafted, opened, closed, passed, announced].reduce<ReturnType<typeof covenant.evolve.CovenantDrafted>>(
      (before, { type, data }) => covenant.evolve[type](before, data as never, { by: 'secretary' } as never),
      null,
    );
    fc.assert(
      fc.property(fc.nat(100_000), fc.nat(100_000), fc.nat(100_000), (approving, others, absent) => {
        const events = covenant.decide.RecordCovenantVote(state, vote(approving + others + absent, approving + others, approving), {
          id: village,
          at: until,
          facts: inTown,
        } as never);
        expect('refused' in events ? events.refused : events[0]?.type).toBe(approving > others ? 'CovenantAdopted' : 'CovenantRejected');
      }),
    );
  });
});

describe('PublishCovenantDecision and PublishCovenantResult', () => {
  const where = '村务公开栏';
  const inForce = [drafted, opened, closed, passed, announced, adopted] as const;
  const decisionPublished = { type: 'CovenantDecisionPublished', data: { ...v1, where } } as const;
  const resultPublished = { type: 'CovenantResultPublished', data: { ...v1, where } } as const;

  it('given a version in force, when the decision and then the result are published, then each is recorded once', () => {
    given(covenant, ...inForce)
      .when('PublishCovenantDecision', { where }, noSuch)
      .then([decisionPublished]);
    given(covenant, ...inForce, decisionPublished)
      .when('PublishCovenantDecision', { where }, noSuch)
      .thenNothing();
    given(covenant, ...inForce, decisionPublished)
      .when('PublishCovenantResult', { where }, noSuch)
      .then([resultPublished]);
    given(covenant, ...inForce, decisionPublished, resultPublished)
      .when('PublishCovenantResult', { where }, noSuch)
      .thenNothing();
  });

  it('given a decision that was not published, or none, when the result is published, then it is refused: no step is skipped', () => {
    given(covenant, ...inForce)
      .when('PublishCovenantResult', { where }, noSuch)
      .thenRefused('covenant.decision-not-published');
    for (const command of ['PublishCovenantDecision', 'PublishCovenantResult'] as const) {
      given(covenant, drafted).when(command, { where }, noSuch).thenRefused('covenant.adopt-first');
      given(covenant).when(command, { where }, noSuch).thenRefused('covenant.not-found', noSuch);
    }
  });

  it('given both publications, when the next version is adopted, then its decision is to be published anew', () => {
    const next = { ...adopted, data: { ...adopted.data, ...v2 } };
    given(covenant, ...inForce, decisionPublished, resultPublished, amended, next)
      .when('PublishCovenantDecision', { where }, noSuch)
      .then([{ type: 'CovenantDecisionPublished', data: { ...v2, where } }]);
  });
});
