import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { ResolutionAnnounced } from '../../../src/domain/assembly/messages.js';
import { resolution, tallyOf } from '../../../src/domain/assembly/resolution.js';
import { resolutionVote } from '../../../src/domain/assembly/vote.js';
import type { Immutable } from '../../../src/domain/shared/decider.js';
import { choices, decideByThreshold } from '../../../src/domain/voting/threshold.js';
import { thresholdRules } from '../../../src/domain/voting/threshold-rules.js';
import { given } from '../../support/given.js';

const village = '510121111219';
const terms = { placeId: village, matter: 'covenant', title: '表决村规民约', text: '一、爱护环境。' } as const;
const residents = [
  { personId: 'a', householdId: `${village}.1.1`, bornOn: '1961-03-07' },
  { personId: 'b', householdId: `${village}.1.1`, bornOn: '1963-03-07' },
  { personId: 'c', householdId: `${village}.1.2`, bornOn: '2008-05-14' },
  { personId: 'child', householdId: `${village}.1.2`, bornOn: '2008-05-15' },
  { personId: 'unknown', householdId: `${village}.1.3`, bornOn: null },
];
const facts = { kind: 'village', policies: [], residents } as const;
const announcement: Immutable<ResolutionAnnounced> = {
  ...terms,
  rule: thresholdRules['villagers-assembly'],
  opensAt: '2026-05-13T16:00:00.000Z',
  closesAt: '2026-05-18T16:00:00.000Z',
  voters: residents.slice(0, 3).map(({ personId, householdId }) => ({ personId, householdId })),
  unknownAge: 1,
  expected: { heads: 3, area: 0, households: 2 },
  policy: [
    { name: 'assembly-notice-days', value: 10 },
    { name: 'ballot-days', value: 3 },
  ],
};
const announced = { type: 'ResolutionAnnounced', data: announcement } as const;
const announce = (change: object = {}, changedFacts: object = {}) =>
  given(resolution).when('AnnounceResolution', { ...terms, ...change }, { facts: { ...facts, ...changedFacts } });

describe('AnnounceResolution', () => {
  it('given a village and its covenant, when a vote is announced, then the assembly decides: adults on the day, and their households', () => {
    announce({ opensAt: '2026-05-13T16:00:00.000Z' }).then([announced]);
  });

  it('given a matter of another body, when a vote is announced, then it is refused, and the right body is named', () => {
    announce({ rule: 'villagers-representatives', members: ['a'] }).thenRefused('voting.wrong-body', {
      matter: 'covenant',
      matterZh: '制定、修改公约',
      matterEn: 'adopting or amending a covenant',
      body: 'villagers-assembly',
      bodyZh: '村民会议',
      bodyEn: 'the villagers’ assembly',
      source: '《中华人民共和国村民委员会组织法（2018年修正）》第22条',
      rules: 'villagers-assembly, villagers-resolution',
    });
    announce({}, { kind: 'compound' }).thenRefused('resolution.owners-count-by-area');
  });

  it('given representatives or a council, when members are named, then they are the roll; without them it is refused', () => {
    const council = { matter: 'ordinary', rule: 'residents-council', opensAt: '2026-05-13T16:00:00.000Z' };
    const { unknownAge: _, ...rest } = announcement;
    announce({ ...council, members: ['m1', 'm2'] }, { kind: 'community' }).then([
      {
        type: 'ResolutionAnnounced',
        data: {
          ...rest,
          matter: 'ordinary',
          rule: thresholdRules['residents-council'],
          voters: [{ personId: 'm1' }, { personId: 'm2' }],
          unknownAge: 0,
          expected: { heads: 2, area: 0, households: 0 },
        },
      },
    ]);
    announce(council, { kind: 'community' }).thenRefused('resolution.members-missing');
    announce({ members: ['a'] }).thenRefused('resolution.members-not-asked');
  });

  it('given periods, residents or a resolution that do not fit, when a vote is announced, then it is refused', () => {
    announce({ opensAt: '2026-05-10T16:00:00.000Z' }).thenRefused('registry.too-short');
    announce({ opensAt: '2026-05-13T16:00:00.000Z', closesAt: '2026-05-13T16:00:00.000Z' }).thenRefused('registry.too-short');
    const onTheSpot = [
      {
        placeId: village,
        versions: [{ placeId: village, version: 1, from: '2026-05-01', settings: [{ name: 'ballot-days', value: 0 }], holidays: [] }],
      },
    ];
    announce({ opensAt: '2026-05-13T16:00:00.000Z', closesAt: '2026-05-13T16:00:00.000Z' }, { policies: onTheSpot }).thenRefused(
      'resolution.wrong-dates',
    );
    announce({}, { residents: residents.slice(3) }).thenRefused('resolution.nobody-may-vote');
    const many = Array.from({ length: 4_001 }, (_, i) => ({ ...residents[0]!, personId: `p${i}` }));
    announce({}, { residents: many }).thenRefused('resolution.too-many-voters', { most: 4_000 });
    given(resolution, announced).when('AnnounceResolution', terms, { facts }).thenRefused('resolution.announced-already');
  });
});

describe('DecideResolution', () => {
  const decide = (...votes: { personId: string; choice: 'approve' | 'reject' | 'abstain' }[]) =>
    given(resolution, announced).when('DecideResolution', {}, { at: announcement.closesAt, facts: { votes } });
  const { placeId, matter, rule, expected, voters } = announcement;
  const roll = Object.fromEntries(voters.map(({ personId, householdId = '' }) => [personId, householdId]));

  it('given two of three adults, when one of them approves, then it is rejected; when both do, then it is adopted', () => {
    for (const [second, outcome] of [
      ['reject', 'rejected'],
      ['approve', 'adopted'],
    ] as const) {
      const votes = [
        { personId: 'a', choice: 'approve' as const },
        { personId: 'b', choice: second },
      ];
      const decision = decideByThreshold(rule, expected, tallyOf(roll, votes));
      expect(decision.outcome).toBe(outcome);
      decide(...votes).then([{ type: 'ResolutionDecided', data: { placeId, matter, decision } }]);
    }
  });

  it('given one of three adults and one of two households, when it is decided, then there is no quorum', () => {
    const votes = [{ personId: 'a', choice: 'approve' as const }];
    const decision = decideByThreshold(rule, expected, tallyOf(roll, votes));
    expect(decision.outcome).toBe('no-quorum');
    decide(...votes).then([{ type: 'ResolutionDecided', data: { placeId, matter, decision } }]);
  });

  it('given open voting, a decision, or no resolution, when it is decided, then it is refused or nothing changes', () => {
    given(resolution, announced)
      .when('DecideResolution', {}, { at: '2026-05-18T15:59:59.999Z', facts: { votes: [] } })
      .thenRefused('resolution.still-open', { until: announcement.closesAt });
    const decision = decideByThreshold(rule, expected, tallyOf(roll, []));
    given(resolution, announced, { type: 'ResolutionDecided', data: { placeId, matter, decision } })
      .when('DecideResolution', {}, { at: announcement.closesAt, facts: { votes: [] } })
      .thenNothing();
    given(resolution)
      .when('DecideResolution', {}, { facts: { votes: [] } })
      .thenRefused('resolution.not-found');
  });

  it('given any votes, when they are tallied, then heads and households are those of a naive count, and strangers count nothing', () => {
    const voted = fc.array(fc.tuple(fc.constantFrom('a', 'b', 'c', 'stranger'), fc.constantFrom(...choices)), { maxLength: 6 });
    fc.assert(
      fc.property(voted, (given_) => {
        const last = new Map<string, (typeof choices)[number]>(given_);
        const tally = tallyOf(
          roll,
          [...last].map(([personId, choice]) => ({ personId, choice })),
        );
        const people = Object.keys(roll).filter((personId) => last.has(personId));
        const sum = (measure: 'heads' | 'households') => choices.reduce((total, choice) => total + tally[choice][measure], 0);
        expect(sum('heads')).toBe(people.length);
        expect(sum('households')).toBe(new Set(people.map((personId) => roll[personId])).size);
        for (const choice of choices) expect(tally[choice].heads).toBe(people.filter((personId) => last.get(personId) === choice).length);
      }),
    );
  });
});

describe('VoteOnResolution', () => {
  const { voters: _, unknownAge: _unknown, policy: _policy, ...rest } = announcement;
  const state = { ...rest, voters: { a: `${village}.1.1` }, announcedAt: '2026-05-01T08:00:00.000Z', decision: null };
  const at = announcement.opensAt;
  const voteFacts = { resolutionId: 'r-1', resolution: state };
  const voted = (choice: 'approve' | 'reject', more: object = {}) =>
    ({ type: 'ResolutionVoted', data: { resolutionId: 'r-1', choice }, at, by: 'a', ...more }) as const;
  const vote = (choice: (typeof choices)[number], more: object = {}, ...past: ReturnType<typeof voted>[]) =>
    given(resolutionVote, ...past).when('VoteOnResolution', { choice }, { at, by: 'a', facts: voteFacts, ...more });

  it('given a voter, when they vote and vote again, then the last counts; the same again changes nothing', () => {
    vote('approve').then([{ type: 'ResolutionVoted', data: { resolutionId: 'r-1', choice: 'approve' } }]);
    vote('reject', {}, voted('approve')).then([{ type: 'ResolutionVoted', data: { resolutionId: 'r-1', choice: 'reject' } }]);
    vote('approve', {}, voted('approve')).thenNothing();
  });

  it('given a vote in person, or a later entry, when one is entered for the voter, then it is refused', () => {
    vote('reject', { enteredBy: 'volunteer' }, voted('approve')).thenRefused('resolution.voted-in-person');
    const later = voted('approve', { at: '2026-05-14T16:00:00.000Z', enteredBy: 'volunteer' });
    vote('reject', { enteredBy: 'volunteer' }, later).thenRefused('resolution.later-act-stands');
    vote('approve', {}, later).then([{ type: 'ResolutionVoted', data: { resolutionId: 'r-1', choice: 'approve' } }]);
  });

  it('given who may not vote, the wrong time, or a choice that the rule does not have, when they vote, then it is refused', () => {
    vote('approve', { by: 'stranger' }).thenRefused('resolution.not-on-roll');
    const refusal = { from: announcement.opensAt, until: announcement.closesAt };
    vote('approve', { at: '2026-05-13T15:59:59.999Z' }).thenRefused('resolution.voting-not-open', refusal);
    vote('approve', { at: announcement.closesAt }).thenRefused('resolution.voting-not-open', refusal);
    vote('block').thenRefused('resolution.no-such-choice', { rule: 'villagers-assembly' });
    const hundred = Array.from({ length: 100 }, (_one, i) => voted(i % 2 === 0 ? 'approve' : 'reject'));
    vote('approve', {}, ...hundred).thenRefused('resolution.too-many-changes', { limit: 100 });
  });
});
