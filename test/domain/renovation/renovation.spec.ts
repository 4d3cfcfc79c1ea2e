import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { decideByThreshold, emptyTally, type Choice, type Tally } from '../../../src/domain/voting/threshold.js';
import { sharedMatters } from '../../../src/domain/voting/bodies.js';
import { thresholdRules } from '../../../src/domain/voting/threshold-rules.js';
import { largestRoll, pagesOf, type RollUnit } from '../../../src/domain/renovation/roll.js';
import { openObjectionsLimit } from '../../../src/domain/renovation/messages.js';
import type { RenovationBallotOpened } from '../../../src/domain/renovation/ballot.js';
import { countRoll, unitsOnRoll, votersOf } from '../../../src/domain/renovation/voters.js';
import { atOnce } from '../../../src/domain/shared/steps.js';
import { renovation } from '../../../src/domain/renovation/renovation.js';
import { sha256 } from '../../../src/domain/shared/sha256.js';
import { given } from '../../support/given.js';
import {
  allSigned,
  announced,
  ballotClosed,
  balloting,
  ballotOpened,
  compound,
  consulted,
  consulting,
  counting,
  day,
  design,
  designed,
  documentHash,
  expected,
  otherHash,
  proposal,
  proposed,
  revised,
  roll,
  rollFacts,
  signed,
  submitted,
  unit,
  ofCompound,
} from './scenes.js';
import { tallyVotes } from '../../support/tally.js';

const closing = { eventId: 'closing-1', revision: 9 };
const at = (n: number) => ({ at: day(n) });
const noPolicy = { policies: [] };
/** 24:00 of a day of May 2026 in China. */
const endOf = (n: number) => day(n, '16:00:00.000');
const tally = (...votes: readonly [Choice, heads: number, area: number][]): Tally =>
  tallyVotes(votes.map(([choice, heads, area]) => ({ choice, heads, area })));
const decided = (votes: Tally) =>
  ({
    type: 'RenovationDecided',
    data: {
      ballotId: 'r1.1',
      designVersion: 1,
      decision: decideByThreshold(ballotOpened.data.rule, expected, votes),
      closing,
      tallySha256: documentHash,
    },
  }) as const;
const adopted = [...counting, decided(tally(['approve', 3, 330_00]))] as const;
const rejected = [...counting, decided(tally(['reject', 3, 330_00]))] as const;
const withoutQuorum = [...counting, decided(emptyTally)] as const;
const noticed = [...adopted, { type: 'RenovationNoticeOpened', data: { ballotId: 'r1.1', designVersion: 1, until: day(25) } }] as const;
const objected = (id: string, raisedBy = 'wu') =>
  ({ type: 'RenovationObjectionRaised', data: { objectionId: id, raisedBy, words: '长凳挡了我家的门。' } }) as const;
const ruled = (objectionId: string, upheld: boolean, open: number) =>
  ({ type: 'RenovationObjectionRuled', data: { objectionId, upheld, reason: '已到现场看过。', open, noticeUntil: day(25) } }) as const;
const reopened = { type: 'RenovationReopened', data: { objectionId: 'o1', designVersion: 1 } } as const;
const effective = [
  ...noticed,
  { type: 'RenovationTookEffect', data: { ballotId: 'r1.1', designVersion: 1, noticeUntil: day(25) } },
] as const;

describe('ProposeRenovation', () => {
  const facts = { place: { level: 'compound' } };

  it.each(['compound', 'courtyard', 'settlement'])('given a %s, when a renovation is proposed for it, then it is proposed', (level) => {
    given(renovation)
      .when('ProposeRenovation', proposal, { id: 'r1', by: 'cai', facts: { place: { level } } })
      .then([proposed]);
  });

  it.each(['village', 'household'])('given a %s, when a renovation is proposed for it, then it is refused', (level) => {
    given(renovation)
      .when('ProposeRenovation', proposal, { facts: { place: { level } } })
      .thenRefused('renovation.not-a-compound', { level });
  });

  it('given a renovation, when its id is proposed again, then it is refused', () => {
    given(renovation, proposed).when('ProposeRenovation', proposal, { id: 'r1', facts }).thenRefused('renovation.exists', { id: 'r1' });
  });
});

describe('the consultation', () => {
  it('given a proposal, when the consultation is opened, then it lasts the days of the policy or longer; for fewer, it is refused', () => {
    const opened = (until: string) =>
      ({ type: 'RenovationConsultationOpened', data: { until, policy: [{ name: 'renovation-consultation-days', value: 7 }] } }) as const;
    given(renovation, proposed)
      .when('OpenRenovationConsultation', {}, { ...at(1), facts: noPolicy })
      .then([opened(endOf(8))]);
    given(renovation, proposed)
      .when('OpenRenovationConsultation', { until: day(9) }, { ...at(1), facts: noPolicy })
      .then([opened(day(9))]);
    given(renovation, proposed)
      .when('OpenRenovationConsultation', { until: day(8) }, { ...at(1), facts: noPolicy })
      .thenRefused('registry.too-short', { least: 7, given: 6, earliest: endOf(8) });
    given(renovation, proposed)
      .when('OpenRenovationConsultation', { until: '2026-05-01T08:00:01.000Z' }, { ...at(1), facts: noPolicy })
      .thenRefused('registry.too-short', { least: 7, given: 0, earliest: endOf(8) });
  });

  it('given an open consultation, when it is opened with the same end, then nothing changes; with another, or after it closed, then it is refused', () => {
    given(renovation, ...consulting)
      .when('OpenRenovationConsultation', { until: day(8) }, { facts: noPolicy })
      .thenNothing();
    given(renovation, ...consulting)
      .when('OpenRenovationConsultation', { until: day(9) }, { facts: noPolicy })
      .thenRefused('renovation.consultation-held');
    given(renovation, ...consulted)
      .when('OpenRenovationConsultation', { until: day(12) }, { ...at(9), facts: noPolicy })
      .thenRefused('renovation.consultation-held');
    given(renovation, ...noticed)
      .when('OpenRenovationConsultation', { until: day(25) }, { ...at(19), facts: noPolicy }) // the end of the notice
      .thenRefused('renovation.consultation-held');
  });

  it('given an open consultation, when it is closed at its end, then it closes; before, then it is refused', () => {
    given(renovation, ...consulting)
      .when('CloseRenovationConsultation', {}, at(8))
      .then([consulted[2]]);
    given(renovation, ...consulting)
      .when('CloseRenovationConsultation', {}, { at: day(7, '23:59:59.999') })
      .thenRefused('renovation.not-due', { due: day(8) });
  });

  it('given a closed consultation, when it is closed, then nothing changes; given none, then it is refused', () => {
    given(renovation, ...consulted)
      .when('CloseRenovationConsultation', {}, at(9))
      .thenNothing();
    for (const n of [19, 25])
      given(renovation, ...noticed)
        .when('CloseRenovationConsultation', {}, at(n))
        .thenNothing();
    given(renovation, proposed).when('CloseRenovationConsultation', {}, at(9)).thenRefused('renovation.not-in-consultation');
  });
});

describe('the design', () => {
  it('given a closed consultation, when a design is submitted, then it is submitted; before, then it is refused', () => {
    given(renovation, ...consulted)
      .when('SubmitRenovationDesign', design, { by: 'planner' })
      .then([submitted]);
    for (const before of [[proposed], consulting])
      given(renovation, ...before)
        .when('SubmitRenovationDesign', design)
        .thenRefused('renovation.consultation-first');
  });

  it('given a design, when another is submitted, then it is refused; when it is revised, then there is a new version', () => {
    given(renovation, ...designed)
      .when('SubmitRenovationDesign', design)
      .thenRefused('renovation.design-exists', { version: 1 });
    given(renovation, ...designed)
      .when('ReviseRenovationDesign', { ...design, document: otherHash }, { by: 'planner' })
      .then([revised]);
    given(renovation, ...consulted)
      .when('ReviseRenovationDesign', design)
      .thenRefused('renovation.no-design');
  });

  it('given a ballot, at any later step, when the design is revised or signed, then it is refused', () => {
    for (const past of [balloting, counting, adopted, noticed, effective]) {
      given(renovation, ...past)
        .when('ReviseRenovationDesign', design)
        .thenRefused('renovation.design-fixed', { version: 1 });
      given(renovation, ...past)
        .when('SignRenovationDesign', { version: 1 }, { capacity: 'cadre' })
        .thenRefused('renovation.design-fixed', { version: 1 });
    }
  });

  it.each([
    ['cadre', 'cadres'],
    ['planner', 'planner'],
    ['moderator', 'residents'],
    ['resident', 'residents'],
    ['household-head', 'residents'],
  ] as const)('given a design, when a %s signs it, then it is signed for the group %s', (capacity, group) => {
    given(renovation, ...designed)
      .when('SignRenovationDesign', { version: 1 }, { by: 'somebody', capacity })
      .then([signed(group, 'somebody')]);
  });

  it('given a signature for a group, when others sign, then one signature for each group counts, and nobody signs for two', () => {
    const half = given(renovation, ...designed, signed('cadres', 'cadre'));
    half.when('SignRenovationDesign', { version: 1 }, { by: 'another', capacity: 'cadre' }).thenNothing();
    half
      .when('SignRenovationDesign', { version: 1 }, { by: 'cadre', capacity: 'moderator' })
      .thenRefused('renovation.signs-for-another-group');
    half.when('SignRenovationDesign', { version: 1 }, { by: 'planner', capacity: 'planner' }).then([signed('planner', 'planner')]);
  });

  it('given no signing group or no design, when it is signed, then it is refused', () => {
    given(renovation, ...designed)
      .when('SignRenovationDesign', { version: 1 }, { capacity: 'auditor' })
      .thenRefused('renovation.not-a-signing-group', { capacity: 'auditor' });
    given(renovation, ...consulted)
      .when('SignRenovationDesign', { version: 1 })
      .thenRefused('renovation.no-design');
  });

  it('given a design signed by all, when it is revised, then all signatures are needed again', () => {
    const anew = given(renovation, ...allSigned, revised);
    anew.when('SignRenovationDesign', { version: 1 }, { capacity: 'cadre' }).thenRefused('renovation.design-superseded', { version: 2 });
    anew.when('SignRenovationDesign', { version: 2 }, { by: 'cadre', capacity: 'cadre' }).then([signed('cadres', 'cadre', 2)]);
    anew
      .when('OpenRenovationBallot', { matter: 'ordinary' }, { ...at(10), facts: { ...ofCompound, ...rollFacts(roll), policies: [] } })
      .thenRefused('renovation.not-signed', { missing: 'cadres, planner, residents' });
  });
});

describe('OpenRenovationBallot', () => {
  const facts = { ...ofCompound, ...rollFacts(roll), policies: [] };
  const ordinary = { matter: 'ordinary', rule: 'civil-code-278-ordinary' } as const;

  it('given a design signed by all, when the ballot is opened, then the event has rule, roll and who is expected', () => {
    given(renovation, ...allSigned)
      .when('OpenRenovationBallot', { ...ordinary, replaceable: true }, { id: 'r1', ...at(10), facts })
      .then([announced]);
  });

  it('given a design signed by all, when the ballot is opened without saying so, then votes are final', () => {
    given(renovation, ...allSigned)
      .when('OpenRenovationBallot', ordinary, { id: 'r1', ...at(10), facts })
      .then([
        {
          type: 'RenovationBallotOpened',
          data: { ...announced.data, replaceable: false, acts: { ...announced.data.acts, ofOneKind: 'first' } },
        },
      ]);
  });

  it.each(['raise-maintenance-fund', 'rebuild', 'change-use-of-common-parts', 'operate-common-parts'] as const)(
    'given the special matter %s, when the ballot is opened, then three quarters decide, and no other rule is accepted',
    (matter) => {
      const { en, zh } = sharedMatters[matter];
      given(renovation, ...allSigned)
        .when('OpenRenovationBallot', { ...ordinary, matter }, { ...at(10), facts })
        .thenRefused('voting.wrong-body', {
          matter,
          matterZh: zh,
          matterEn: en,
          body: 'owners',
          bodyZh: '业主',
          bodyEn: 'the owners',
          source: '《中华人民共和国民法典》第278条',
          rules: 'civil-code-278-special',
        });
      given(renovation, ...allSigned)
        .when('OpenRenovationBallot', { matter, replaceable: true }, { id: 'r1', ...at(10), facts })
        .then([{ type: 'RenovationBallotOpened', data: { ...announced.data, matter, rule: thresholdRules['civil-code-278-special'] } }]);
    },
  );

  it('given owners, when a simple majority is asked for on a shared matter, then it is refused: both quorums count (E1)', () => {
    for (const rule of ['simple-majority', 'civil-code-278-special', 'villagers-group-meeting'] as const)
      given(renovation, ...allSigned)
        .when('OpenRenovationBallot', { matter: 'use-maintenance-fund', rule }, { ...at(10), facts })
        .thenRefused('voting.wrong-body');
  });

  it('given a courtyard of a village, when the ballot is opened, then the villagers’ group decides, not owners (E3)', () => {
    const ofVillage = { ...facts, level: 'courtyard', above: 'village' };
    given(renovation, ...allSigned)
      .when('OpenRenovationBallot', { matter: 'ordinary', replaceable: true }, { id: 'r1', ...at(10), facts: ofVillage })
      .then([{ type: 'RenovationBallotOpened', data: { ...announced.data, rule: thresholdRules['villagers-group-meeting'] } }]);
    given(renovation, ...allSigned)
      .when('OpenRenovationBallot', ordinary, { ...at(10), facts: ofVillage })
      .thenRefused('voting.wrong-body');
  });

  it.each([
    ['the cadres', signed('cadres', 'cadre')],
    ['the planner', signed('planner', 'planner')],
    ['the residents', signed('residents', 'moderator')],
  ] as const)('given a design that %s have not signed, when the ballot is opened, then it is refused', (_, missing) => {
    given(renovation, ...allSigned.filter((event) => event.type !== 'RenovationDesignSigned' || event.data.group !== missing.data.group))
      .when('OpenRenovationBallot', ordinary, { ...at(10), facts })
      .thenRefused('renovation.not-signed', { missing: missing.data.group });
  });

  it('given no design, or a ballot held before, when the ballot is opened, then it is refused', () => {
    given(renovation, ...consulted)
      .when('OpenRenovationBallot', ordinary, { ...at(10), facts })
      .thenRefused('renovation.no-design');
    for (const past of [balloting, counting, adopted, noticed, effective]) {
      given(renovation, ...past)
        .when('OpenRenovationBallot', ordinary, { ...at(10), facts })
        .thenRefused('renovation.ballot-held');
    }
  });

  it('given an opening before the notice to the owners is over, or a close too soon after it, when the ballot is opened, then it is refused', () => {
    given(renovation, ...allSigned)
      .when('OpenRenovationBallot', { ...ordinary, opensAt: day(25, '15:59:59.999') }, { ...at(10), facts })
      .thenRefused('registry.too-short', { least: 15, given: 14, earliest: endOf(25) });
    given(renovation, ...allSigned)
      .when('OpenRenovationBallot', { ...ordinary, opensAt: endOf(25), closesAt: day(29, '15:59:59.999') }, { ...at(10), facts })
      .thenRefused('registry.too-short', { least: 3, given: 2, earliest: endOf(29) });
    given(renovation, ...allSigned)
      .when(
        'OpenRenovationBallot',
        { ...ordinary, opensAt: day(26), closesAt: endOf(29), replaceable: true },
        { id: 'r1', ...at(10), facts },
      )
      .then([{ ...announced, data: { ...announced.data, opensAt: day(26), closesAt: endOf(29) } }]);
  });

  it('given a policy of the place, when the ballot is opened, then its figures count, and the event names them', () => {
    const from = { placeId: compound, version: 2 };
    const settings = [
      { name: 'owners-notice-days', value: 20 },
      { name: 'owners-ballot-days', value: 10 },
      { name: 'entries-per-vote', value: 2 },
    ];
    const policies = [{ placeId: compound, versions: [{ ...from, from: day(1).slice(0, 10), settings, holidays: [] }] }];
    given(renovation, ...allSigned)
      .when(
        'OpenRenovationBallot',
        { ...ordinary, replaceable: true },
        { id: 'r1', ...at(10), facts: { ...ofCompound, ...rollFacts(roll), policies } },
      )
      .then([
        {
          ...announced,
          data: {
            ...announced.data,
            opensAt: '2026-06-01T16:00:00.000Z', // the 20th day, 30 May, is a Saturday
            closesAt: '2026-06-12T16:00:00.000Z',
            acts: { ...announced.data.acts, entriesPerVote: 2 },
            policy: [...settings.map((setting) => ({ ...setting, ...from })), ...announced.data.policy.slice(3)],
          },
        },
      ]);
  });

  it('given a roll that is empty, without owners, without an area or too large, when the ballot is opened, then it is refused', () => {
    const open = (units: readonly (Omit<RollUnit, 'area'> & { readonly area: number | null })[]) =>
      given(renovation, ...allSigned).when('OpenRenovationBallot', ordinary, {
        ...at(10),
        facts: { ...ofCompound, ...rollFacts(units), policies: [] },
      });
    open([]).thenRefused('renovation.roll-empty');
    open([unit(202, 70_00)]).thenRefused('renovation.roll-empty');
    open([{ ...unit(301, 1, 'wu'), area: null }]).thenRefused('renovation.unit-without-area', { unit: `${compound}.1.301` });
    open(Array.from({ length: largestRoll + 1 }, (_, i) => unit(i + 1, 100_00, `p${i}`))).thenRefused('renovation.roll-too-large', {
      most: 5_000,
    });
  });

  describe('heads and area', () => {
    type Unit = (typeof facts.roll)[number];
    const open = (units: readonly Unit[], countedKinds: ('parking' | 'storage')[] = []) => {
      const { refused, data } = opening(units, countedKinds);
      return refused ? { refused } : { expected: data.expected, roll: data.roll };
    };
    const opening = (units: readonly Unit[], countedKinds: ('parking' | 'storage')[]) => {
      const moment = { at: day(10), now: day(10), by: 'cadre', capacity: 'cadre' } as const;
      const state = allSigned.reduce<ReturnType<typeof renovation.evolve.RenovationProposed>>(
        (before, { type, data }) => renovation.evolve[type](before, data as never, moment),
        null,
      );
      const counted = atOnce(countRoll('r1.1', units, countedKinds));
      const outcome = renovation.decide.OpenRenovationBallot(state, { matter: 'ordinary', countedKinds }, {
        ...moment,
        id: 'r1',
        newId: 'n',
        facts: { ...ofCompound, roll: units, counted, policies: [] },
      } as never);
      return 'refused' in outcome
        ? { refused: outcome.refused, data: null }
        : { refused: null, data: outcome[0]!.data as RenovationBallotOpened };
    };
    const of = (number: number, area: number, owners: string[], more: Partial<Unit> = {}): Unit => ({
      ...unit(number, area, ...owners),
      kind: 'home',
      holding: 'sold',
      ...more,
    });

    it('given three parts and one known owner, when the ballot is opened, then three heads are expected, not one (E2)', () => {
      expect(open([of(1, 100_00, ['cai']), of(2, 100_00, []), of(3, 100_00, [])])).toEqual({
        expected: { heads: 3, area: 300_00, households: 3 },
        roll: [
          { line: 'known', units: 1, area: 100_00, heads: 1 },
          { line: 'unknown', units: 2, area: 200_00, heads: 2 },
        ],
      });
    });

    it('given unsold and undelivered parts, when the ballot is opened, then all of them are one head together (E2)', () => {
      const units = [
        of(1, 100_00, ['cai']),
        of(2, 90_00, ['developer'], { holding: 'unsold' }),
        of(3, 80_00, [], { holding: 'unsold' }),
        of(4, 70_00, ['li'], { holding: 'undelivered' }),
      ];
      expect(open(units)).toEqual({
        expected: { heads: 2, area: 340_00, households: 4 },
        roll: [
          { line: 'known', units: 1, area: 100_00, heads: 1 },
          { line: 'developer', units: 3, area: 240_00, heads: 1 },
        ],
      });
      expect(votersOf(unitsOnRoll(units))).toEqual({
        cai: { area: 100_00, units: 1, coOwners: [] },
        developer: { area: 240_00, units: 3, coOwners: [] },
      });
    });

    it('given parking spaces and storage rooms, when the ballot is opened, then the announcement says whether they count, and the roll tells it (E12)', () => {
      const units = [
        of(1, 100_00, ['cai']),
        of(2, 50_00, ['cai'], { kind: 'shop' }),
        of(3, 12_00, ['wu'], { kind: 'parking' }),
        { ...of(4, 1, [], { kind: 'storage' }), area: null },
      ];
      expect(open(units)).toEqual({
        expected: { heads: 1, area: 150_00, households: 2 },
        roll: [
          { line: 'known', units: 2, area: 150_00, heads: 1 },
          { line: 'parking', units: 1, area: 12_00, heads: 0 },
          { line: 'storage', units: 1, area: 0, heads: 0 },
        ],
      });
      expect(open(units, ['parking'])).toMatchObject({
        expected: { heads: 2, area: 162_00, households: 3 },
      });
      expect(open(units, ['storage'])).toMatchObject({ refused: 'renovation.unit-without-area' });
    });

    it('given any roll, when heads and area are counted, then they are those of a naive count', () => {
      const units = fc.array(
        fc.record({
          area: fc.integer({ min: 1, max: 200_00 }),
          owner: fc.constantFrom('a', 'b', 'c', 'd', null),
          kind: fc.constantFrom('home' as const, 'shop' as const, 'parking' as const, 'storage' as const),
          holding: fc.constantFrom('sold' as const, 'unsold' as const, 'undelivered' as const),
        }),
        { maxLength: 30 },
      );
      fc.assert(
        fc.property(units, (drawn) => {
          const roll = [
            of(0, 1, ['z']),
            ...drawn.map(({ owner, area, ...more }, i) => of(i + 1, area, owner === null ? [] : [owner], more)),
          ];
          const counted = roll.filter(({ kind }) => kind === 'home' || kind === 'shop');
          const sold = counted.filter(({ holding }) => holding === 'sold');
          const named = new Set(sold.flatMap(({ owners }) => owners));
          const nameless = sold.filter(({ owners }) => owners.length === 0).length;
          const developer = sold.length < counted.length ? 1 : 0;
          expect(open(roll)).toMatchObject({
            expected: {
              heads: named.size + nameless + developer,
              area: counted.reduce((sum, { area }) => sum + area!, 0),
              households: counted.length,
            },
          });
        }),
      );
    });
  });

  it('given more proxies than the policy allows, when the ballot is opened, then the ballot keeps what was declared, up to five (E13)', () => {
    given(renovation, ...allSigned)
      .when(
        'OpenRenovationBallot',
        { ...ordinary, replaceable: true, mostProxies: 3, barredProxies: ['guard'] },
        { id: 'r1', ...at(10), facts },
      )
      .then([{ ...announced, data: { ...announced.data, mostProxies: 3, barredProxies: ['guard'] } }]);
  });

  it('given a roll of 5,000 units, when the ballot is opened, then it is opened', () => {
    const units = Array.from({ length: largestRoll }, (_, i) => unit(i + 1, 100_00, `p${i}`));
    given(renovation, ...allSigned)
      .when(
        'OpenRenovationBallot',
        { ...ordinary, replaceable: true },
        { id: 'r1', ...at(10), facts: { ...ofCompound, ...rollFacts(units), policies: [] } },
      )
      .then([
        {
          type: 'RenovationBallotOpened',
          data: {
            ...announced.data,
            pages: [...pagesOf('r1.1', units)].map(({ id }) => id),
            expected: { heads: 5_000, area: 500_000_00, households: 5_000 },
            roll: [{ line: 'known', units: 5_000, area: 500_000_00, heads: 5_000 }],
          },
        },
      ]);
  });

  it('given a ballot without a quorum, when another is opened on the same design, then it is opened', () => {
    given(renovation, ...withoutQuorum)
      .when(
        'OpenRenovationBallot',
        { ...ordinary, replaceable: true },
        { id: 'r1', ...at(20), facts: { ...facts, ...rollFacts(roll, 'r1.2') } },
      )
      .then([
        {
          type: 'RenovationBallotOpened',
          data: {
            ...announced.data,
            ballotId: 'r1.2',
            pages: [...pagesOf('r1.2', roll)].map(({ id }) => id),
            opensAt: '2026-06-04T16:00:00.000Z',
            closesAt: '2026-06-22T16:00:00.000Z',
          },
        },
      ]);
  });

  it('given a rejection, when a ballot is opened or the design signed, then it is refused until the design is revised', () => {
    given(renovation, ...rejected)
      .when('OpenRenovationBallot', ordinary, { ...at(20), facts })
      .thenRefused('renovation.revision-first', { version: 1 });
    given(renovation, ...rejected)
      .when('SignRenovationDesign', { version: 1 }, { capacity: 'cadre' })
      .thenRefused('renovation.revision-first', { version: 1 });
    given(renovation, ...rejected)
      .when('ReviseRenovationDesign', { ...design, document: otherHash }, { by: 'planner' })
      .then([revised]);
  });
});

describe('CloseRenovationBallot', () => {
  it('given an open ballot, when it is closed at its end, then it closes; before, then it is refused', () => {
    given(renovation, ...balloting)
      .when('CloseRenovationBallot', {}, at(17))
      .then([ballotClosed]);
    given(renovation, ...balloting)
      .when('CloseRenovationBallot', {}, { at: day(16, '23:59:59.999') })
      .thenRefused('renovation.not-due', { due: day(17) });
  });

  it('given a closed ballot, when it is closed, then nothing changes; given none, then it is refused', () => {
    given(renovation, ...counting)
      .when('CloseRenovationBallot', {}, at(18))
      .thenNothing();
    given(renovation, ...allSigned)
      .when('CloseRenovationBallot', {}, at(18))
      .thenRefused('renovation.no-ballot');
  });
});

describe('DecideRenovation', () => {
  const count = (votes: Tally) => ({ facts: { count: { ballotId: 'r1.1', tally: votes, closing } } });

  it('given a closed ballot, when it is decided, then the event states every count, every comparison, the closing event and the hash', () => {
    const none = { heads: 0, area: 0, households: 0 };
    const counts = [
      { choice: 'approve', heads: 2, area: 250_00, households: 0 },
      { choice: 'reject', heads: 1, area: 80_00, households: 0 },
      { choice: 'abstain', ...none },
      { choice: 'stand-aside', ...none },
      { choice: 'block', ...none },
    ] as const;
    const [areaQuorum, headQuorum, areaMajority, headMajority] = thresholdRules['civil-code-278-ordinary'].conditions;
    given(renovation, ...counting)
      .when('DecideRenovation', {}, count(tally(['approve', 2, 250_00], ['reject', 1, 80_00])))
      .then([
        {
          type: 'RenovationDecided',
          data: {
            ballotId: 'r1.1',
            designVersion: 1,
            decision: {
              rule: 'civil-code-278-ordinary',
              source: { title: '中华人民共和国民法典', article: '278', validFrom: '2021-01-01' },
              outcome: 'adopted',
              expected,
              counts: [...counts],
              comparisons: [
                { ...areaQuorum!, partCount: 330_00, wholeCount: 400_00, left: 990_00, right: 800_00, holds: true },
                { ...headQuorum!, partCount: 3, wholeCount: 3, left: 9, right: 6, holds: true },
                { ...areaMajority!, partCount: 250_00, wholeCount: 330_00, left: 500_00, right: 330_00, holds: true },
                { ...headMajority!, partCount: 2, wholeCount: 3, left: 4, right: 3, holds: true },
              ],
            },
            closing,
            tallySha256: sha256(JSON.stringify({ ballotId: 'r1.1', closing, expected, counts })),
          },
        },
      ]);
  });

  it('given an open ballot or none, when it is decided, then it is refused; given a decision, then nothing changes', () => {
    given(renovation, ...balloting)
      .when('DecideRenovation', {}, count(emptyTally))
      .thenRefused('renovation.ballot-open');
    given(renovation, ...allSigned)
      .when('DecideRenovation', {}, count(emptyTally))
      .thenRefused('renovation.no-ballot');
    given(renovation, ...adopted)
      .when('DecideRenovation', {}, count(emptyTally))
      .thenNothing();
  });

  it('given the count of another ballot, when it is decided, then it throws', () => {
    expect(() =>
      given(renovation, ...counting).when('DecideRenovation', {}, { facts: { count: { ballotId: 'r1.2', tally: emptyTally, closing } } }),
    ).toThrow('r1.2');
  });

  const building = { heads: 312, area: 312_00 };
  it.each([
    ['civil-code-278-ordinary', 209, 105, 'adopted'], // 209×3 ≥ 312×2 and 105×2 > 209
    ['civil-code-278-ordinary', 208, 105, 'adopted'], // 208×3 = 312×2: at least
    ['civil-code-278-ordinary', 207, 207, 'no-quorum'],
    ['civil-code-278-ordinary', 208, 104, 'rejected'], // 104×2 = 208: not more than
    ['civil-code-278-special', 208, 156, 'adopted'], // 156×4 = 208×3: at least
    ['civil-code-278-special', 208, 155, 'rejected'],
    ['simple-majority', 1, 1, 'adopted'],
    ['simple-majority', 2, 1, 'rejected'],
    ['simple-majority', 0, 0, 'rejected'],
  ] as const)(
    'given the rule %s, when %i of 312 take part and %i approve, then the outcome is %s',
    (rule, participating, approving, outcome) => {
      const opened = {
        type: 'RenovationBallotOpened',
        data: { ...ballotOpened.data, rule: thresholdRules[rule], expected: { ...building, households: 312 } },
      } as const;
      const votes = tally(
        ['approve', approving, approving * 100],
        ['reject', participating - approving, (participating - approving) * 100],
      );
      const decision = decideByThreshold(thresholdRules[rule], opened.data.expected, votes);
      expect(decision.outcome).toBe(outcome);
      given(renovation, ...allSigned, opened, ballotClosed)
        .when('DecideRenovation', {}, count(votes))
        .then([
          {
            type: 'RenovationDecided',
            data: {
              ballotId: 'r1.1',
              designVersion: 1,
              decision,
              closing,
              tallySha256: sha256(JSON.stringify({ ballotId: 'r1.1', closing, expected: decision.expected, counts: decision.counts })),
            },
          },
        ]);
    },
  );
});

describe('the public notice', () => {
  it('given an adopted design, when the notice is opened, then it lasts the days of the policy or longer; for fewer, it is refused', () => {
    const opened = (until: string) =>
      ({
        type: 'RenovationNoticeOpened',
        data: { ballotId: 'r1.1', designVersion: 1, until, policy: [{ name: 'renovation-notice-days', value: 7 }] },
      }) as const;
    given(renovation, ...adopted)
      .when('OpenRenovationNotice', {}, { ...at(18), facts: noPolicy })
      .then([opened(endOf(25))]);
    given(renovation, ...adopted)
      .when('OpenRenovationNotice', { until: day(31) }, { ...at(18), facts: noPolicy })
      .then([opened(day(31))]);
    given(renovation, ...adopted)
      .when('OpenRenovationNotice', { until: day(25) }, { ...at(18), facts: noPolicy })
      .thenRefused('registry.too-short', { least: 7, given: 6, earliest: endOf(25) });
    given(renovation, ...adopted)
      .when('OpenRenovationNotice', {}, { ...at(15), facts: noPolicy }) // a Friday: the last day is one too
      .then([opened(endOf(22))]);
    given(renovation, ...adopted)
      .when('OpenRenovationNotice', {}, { ...at(16), facts: noPolicy })
      .then([opened(endOf(25))]);
  });

  it('given a notice, when it is opened with the same end, then nothing changes; a second one, or one for what is not adopted, is refused', () => {
    given(renovation, ...noticed)
      .when('OpenRenovationNotice', { until: day(25) }, { ...at(19), facts: noPolicy })
      .thenNothing();
    given(renovation, ...noticed)
      .when('OpenRenovationNotice', { until: day(26) }, { ...at(19), facts: noPolicy })
      .thenRefused('renovation.notice-held');
    given(renovation, ...consulting)
      .when('OpenRenovationNotice', { until: day(8) }, { ...at(2), facts: noPolicy }) // the end of the consultation
      .thenRefused('renovation.not-adopted');
    for (const past of [noticed, effective])
      given(renovation, ...past)
        .when('OpenRenovationNotice', {}, { ...at(26), facts: noPolicy })
        .thenRefused('renovation.notice-held');
    for (const past of [allSigned, counting, rejected, withoutQuorum])
      given(renovation, ...past)
        .when('OpenRenovationNotice', {}, { ...at(18), facts: noPolicy })
        .thenRefused('renovation.not-adopted');
  });

  it('given a notice, when an objection is raised before its end, then it is recorded; after it, or at another step, then it is refused', () => {
    given(renovation, ...noticed)
      .when('RaiseRenovationObjection', { words: '长凳挡了我家的门。' }, { ...at(20), by: 'wu', newId: 'o1' })
      .then([objected('o1')]);
    given(renovation, ...noticed)
      .when('RaiseRenovationObjection', { words: '迟了' }, at(25))
      .thenRefused('renovation.not-in-notice');
    given(renovation, ...noticed)
      .when('RaiseRenovationObjection', { words: '纸质' }, { at: day(24), now: day(26), by: 'wu', newId: 'o1' })
      .then([{ type: 'RenovationObjectionRaised', data: { objectionId: 'o1', raisedBy: 'wu', words: '纸质' } }]);
    given(renovation, ...consulting)
      .when('RaiseRenovationObjection', { words: '不同意' }, at(2))
      .thenRefused('renovation.not-in-notice');
    for (const past of [adopted, effective, [...noticed, objected('o1'), ruled('o1', true, 0), reopened]]) {
      given(renovation, ...past)
        .when('RaiseRenovationObjection', { words: '不同意' }, at(20))
        .thenRefused('renovation.not-in-notice');
    }
  });

  it('given 200 open objections, when one more is raised, then it is refused; after a ruling, then it is recorded', () => {
    const many = Array.from({ length: openObjectionsLimit }, (_, i) => objected(`o${i}`));
    given(renovation, ...noticed, ...many)
      .when('RaiseRenovationObjection', { words: '再一件' }, at(20))
      .thenRefused('renovation.objection-limit', { most: 200 });
    given(renovation, ...noticed, ...many, ruled('o1', false, 199))
      .when('RaiseRenovationObjection', { words: '长凳挡了我家的门。' }, { ...at(20), by: 'wu', newId: 'o200' })
      .then([objected('o200')]);
  });
});

describe('RuleOnRenovationObjection', () => {
  const ruling = (upheld: boolean) => ({ objectionId: 'o1', upheld, reason: '已到现场看过。' });
  const two = [...noticed, objected('o1'), objected('o2', 'li')] as const;

  it('given two objections, when one is dismissed, then the event says how many are still open', () => {
    given(renovation, ...two)
      .when('RuleOnRenovationObjection', ruling(false), { by: 'cadre' })
      .then([ruled('o1', false, 1)]);
  });

  it('given two objections, one of them dismissed, when the other is ruled on, then none is open any more', () => {
    const one = given(renovation, ...two, ruled('o1', false, 1));
    one.when('PutRenovationIntoEffect', {}, at(25)).thenRefused('renovation.objections-open', { open: 1 });
    one.when('RuleOnRenovationObjection', { ...ruling(false), objectionId: 'o2' }, { by: 'cadre' }).then([ruled('o2', false, 0)]);
  });

  it('given an objection, when it is upheld, then the renovation is reopened and the other objections end', () => {
    given(renovation, ...two)
      .when('RuleOnRenovationObjection', ruling(true), { by: 'cadre' })
      .then([ruled('o1', true, 1), reopened]);
    const anew = given(renovation, ...two, ruled('o1', true, 1), reopened);
    anew.when('ReviseRenovationDesign', { ...design, document: otherHash }, { by: 'planner' }).then([revised]);
    anew.when('PutRenovationIntoEffect', {}, at(25)).thenRefused('renovation.not-in-notice');
    anew
      .when('RuleOnRenovationObjection', { ...ruling(false), objectionId: 'o2' })
      .thenRefused('renovation.objection-not-found', { objection: 'o2' });
  });

  it('given no such objection, a ruled one, or one’s own, when it is ruled on, then it is refused', () => {
    given(renovation, ...noticed)
      .when('RuleOnRenovationObjection', ruling(false))
      .thenRefused('renovation.objection-not-found', { objection: 'o1' });
    given(renovation, ...two, ruled('o1', false, 1))
      .when('RuleOnRenovationObjection', ruling(false))
      .thenRefused('renovation.objection-not-found', { objection: 'o1' });
    given(renovation, ...two)
      .when('RuleOnRenovationObjection', ruling(false), { by: 'wu' })
      .thenRefused('renovation.own-objection');
  });
});

describe('PutRenovationIntoEffect', () => {
  it('given a notice, when its end has come, then the renovation takes effect once; before, then it is refused', () => {
    given(renovation, ...noticed)
      .when('PutRenovationIntoEffect', {}, at(25))
      .then([effective.at(-1)!]);
    given(renovation, ...effective)
      .when('PutRenovationIntoEffect', {}, at(26))
      .thenNothing();
    given(renovation, ...noticed)
      .when('PutRenovationIntoEffect', {}, { at: day(24, '23:59:59.999') })
      .thenRefused('renovation.not-due', { due: day(25) });
    given(renovation, ...adopted)
      .when('PutRenovationIntoEffect', {}, at(25))
      .thenRefused('renovation.not-in-notice');
  });

  it('given an open objection, when the notice has ended, then the renovation takes effect only after the objection is dismissed', () => {
    given(renovation, ...noticed, objected('o1'))
      .when('PutRenovationIntoEffect', {}, at(26))
      .thenRefused('renovation.objections-open', { open: 1 });
    given(renovation, ...noticed, objected('o1'), ruled('o1', false, 0))
      .when('PutRenovationIntoEffect', {}, at(26))
      .then([effective.at(-1)!]);
  });
});

describe('a renovation that was not proposed', () => {
  const none = given(renovation);
  const count = { ballotId: 'r1.1', tally: emptyTally, closing };

  it('given no renovation, when anything but a proposal is asked, then it is refused', () => {
    none.when('OpenRenovationConsultation', { until: day(8) }, { ...at(1), facts: noPolicy }).thenRefused('renovation.consultation-held');
    none.when('CloseRenovationConsultation', {}, at(8)).thenRefused('renovation.not-in-consultation');
    none.when('SubmitRenovationDesign', design).thenRefused('renovation.consultation-first');
    none.when('ReviseRenovationDesign', design).thenRefused('renovation.no-design');
    none.when('SignRenovationDesign', { version: 1 }).thenRefused('renovation.no-design');
    none
      .when('OpenRenovationBallot', { matter: 'ordinary' }, { ...at(10), facts: { ...ofCompound, ...rollFacts(roll), policies: [] } })
      .thenRefused('renovation.no-design');
    none.when('CloseRenovationBallot', {}, at(17)).thenRefused('renovation.no-ballot');
    none.when('DecideRenovation', {}, { facts: { count } }).thenRefused('renovation.no-ballot');
    none.when('OpenRenovationNotice', {}, { ...at(18), facts: noPolicy }).thenRefused('renovation.not-adopted');
    none.when('RaiseRenovationObjection', { words: '不同意' }, at(20)).thenRefused('renovation.not-in-notice');
    none
      .when('RuleOnRenovationObjection', { objectionId: 'o1', upheld: false, reason: '已到现场看过。' })
      .thenRefused('renovation.objection-not-found', { objection: 'o1' });
    none.when('PutRenovationIntoEffect', {}, at(25)).thenRefused('renovation.not-in-notice');
  });
});
