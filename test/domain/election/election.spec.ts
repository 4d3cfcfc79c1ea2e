import { describe, it } from '@jest/globals';
import { election } from '../../../src/domain/election/election.js';
import type { Election, ElectionAnnounced } from '../../../src/domain/election/messages.js';
import { textOfChoice } from '../../../src/domain/election/counting.js';
import { furtherRule, offices } from '../../../src/domain/election/offices.js';
import type { Immutable } from '../../../src/domain/shared/decider.js';
import { sha256 } from '../../../src/domain/shared/sha256.js';
import { given } from '../../support/given.js';

const village = '510121111219';
const { rule } = offices['villagers-committee'];
const terms = { placeId: village, office: 'villagers-committee', title: '村民委员会选举', seats: 1 } as const;
const resident = (personId: string, bornOn: string | null = '1961-03-07') => ({ personId, bornOn });
const facts = { kind: 'village', policies: [], residents: ['a', 'b', 'c', 'd'].map((id) => resident(id)) } as const;
const times = { nominationsUntil: '2026-05-08T16:00:00.000Z', opensAt: '2026-05-21T16:00:00.000Z', closesAt: '2026-05-22T16:00:00.000Z' };
const policy = [
  { name: 'nomination-days', value: 7 },
  { name: 'electoral-roll-days', value: 20 },
];
const announcement: Immutable<ElectionAnnounced> = {
  ...terms,
  ...times,
  rule,
  electors: ['a', 'b', 'c', 'd'],
  unknownAge: 0,
  policy,
};
const announced = { type: 'ElectionAnnounced', data: announcement } as const;
const nominated = (personId: string, by: string) =>
  ({ type: 'CandidateNominated', data: { personId, name: `姓名${personId}` }, by }) as const;
const attested = (personId: string, qualified = true) => ({ type: 'CandidateAttested', data: { personId, qualified } }) as const;
const listed = [announced, nominated('a', 'a'), nominated('b', 'b'), attested('a'), attested('b')] as const;
const opened = {
  type: 'ElectionVotingOpened',
  data: { candidates: ['a', 'b'], electors: 4, closesAt: times.closesAt },
} as const;
const voting = [...listed, opened] as const;
const closed = [...voting, { type: 'ElectionClosed', data: { closesAt: times.closesAt } }] as const;
const texts = [[2], [1], [1]].map((chosen) => textOfChoice({ chosen }));
const papers = [{ chosen: [1] }, { chosen: [1] }, { chosen: [2] }];
const result = {
  placeId: village,
  office: 'villagers-committee',
  rule,
  seats: 1,
  electors: 4,
  papers: 3,
  abstentions: 0,
  votes: [2, 1],
  elected: ['a'],
  tied: [] as string[],
  outcome: 'elected',
  termUntil: '2031-05-22T16:00:00.000Z',
  papersSha256: sha256(JSON.stringify(papers)),
} as const;
const decided = [...closed, { type: 'ElectionBoxOpened', data: { papers, lost: 0 } }, { type: 'ElectionDecided', data: result }] as const;

describe('AnnounceElection', () => {
  it('given residents, when an election is announced, then the roll has who is 18 years old on the election day in China', () => {
    const residents = [resident('of-age', '2008-05-22'), resident('a-day-too-young', '2008-05-23'), resident('unknown', null)];
    given(election)
      .when('AnnounceElection', terms, { facts: { ...facts, residents } })
      .then([{ type: 'ElectionAnnounced', data: { ...announcement, electors: ['of-age'], unknownAge: 1 } }]);
  });

  it('given a place where the office is not elected, when it is announced, then it is refused with what is elected there', () => {
    given(election)
      .when('AnnounceElection', terms, { facts: { ...facts, kind: 'community' } })
      .thenRefused('election.office-elsewhere', {
        officeZh: '村民委员会成员',
        officeEn: 'members of the villagers’ committee',
        offices: 'residents-committee',
      });
    given(election)
      .when('AnnounceElection', terms, { facts: { ...facts, kind: 'other' } })
      .thenRefused('election.office-elsewhere', {
        officeZh: '村民委员会成员',
        officeEn: 'members of the villagers’ committee',
        offices: '—',
      });
  });

  it('given periods, when they are too short or in the wrong order, then it is refused', () => {
    const at = (change: object) => given(election).when('AnnounceElection', { ...terms, ...change }, { facts });
    at({ opensAt: '2026-05-21T15:59:59.999Z' }).thenRefused('registry.too-short');
    at({ nominationsUntil: '2026-05-04T15:59:59.999Z' }).thenRefused('registry.too-short');
    at({ nominationsUntil: times.opensAt }).thenRefused('election.wrong-dates', { most: 30 });
    at({ closesAt: times.opensAt }).thenRefused('election.wrong-dates', { most: 30 });
    at({ closesAt: '2026-06-20T16:00:00.001Z' }).thenRefused('election.wrong-dates', { most: 30 });
  });

  it('given nobody of age, too many, or an announced election, when it is announced, then it is refused', () => {
    const among = (residents: typeof facts.residents) =>
      given(election).when('AnnounceElection', terms, { facts: { ...facts, residents } });
    among([resident('unknown', null)]).thenRefused('election.no-electors');
    among(Array.from({ length: 5_001 }, (_, i) => resident(`p${i}`))).thenRefused('election.too-many-electors', { most: 5_000 });
    given(election, announced).when('AnnounceElection', terms, { facts }).thenRefused('election.announced-already');
  });
});

describe('CorrectElectoralRoll', () => {
  const reason = '已核对身份证';
  it('given a roll, when somebody is entered or struck off, then it is recorded once, with the reason', () => {
    const entered = { personId: 'e', entitled: true, reason };
    const isRegistered = { facts: { isRegistered: true } };
    given(election, announced)
      .when('CorrectElectoralRoll', entered, isRegistered)
      .then([{ type: 'ElectoralRollCorrected', data: entered }]);
    given(election, announced, { type: 'ElectoralRollCorrected', data: entered })
      .when('CorrectElectoralRoll', entered, isRegistered)
      .thenNothing();
    const struck = { personId: 'a', entitled: false, reason };
    given(election, announced)
      .when('CorrectElectoralRoll', struck, isRegistered)
      .then([{ type: 'ElectoralRollCorrected', data: struck }]);
  });

  it('given a stranger, the last elector, or voting that has begun, when the roll is corrected, then it is refused', () => {
    const entered = { personId: 'e', entitled: true, reason };
    given(election, announced)
      .when('CorrectElectoralRoll', entered, { facts: { isRegistered: false } })
      .thenRefused('election.not-registered', { person: 'e' });
    given(election, { type: 'ElectionAnnounced', data: { ...announcement, electors: ['a'] } })
      .when('CorrectElectoralRoll', { personId: 'a', entitled: false, reason }, { facts: { isRegistered: true } })
      .thenRefused('election.no-electors');
    given(election, ...voting)
      .when('CorrectElectoralRoll', entered, { facts: { isRegistered: true } })
      .thenRefused('election.roll-final');
    given(election)
      .when('CorrectElectoralRoll', entered, { facts: { isRegistered: true } })
      .thenRefused('election.not-found');
  });
});

describe('NominateCandidate', () => {
  const named = { facts: { name: '姓名b' } };
  it('given an elector, when another is nominated, then it is recorded; again, then nothing changes', () => {
    given(election, announced)
      .when('NominateCandidate', { personId: 'b' }, { by: 'a', ...named })
      .then([{ type: 'CandidateNominated', data: { personId: 'b', name: '姓名b' } }]);
    given(election, announced, nominated('b', 'a'))
      .when('NominateCandidate', { personId: 'b' }, { by: 'a', ...named })
      .thenNothing();
  });

  it('given one seat, when an elector nominates a second person, then it is refused', () => {
    given(election, announced, nominated('b', 'a'))
      .when('NominateCandidate', { personId: 'c' }, { by: 'a', ...named })
      .thenRefused('election.too-many-nominations', { seats: 1 });
  });

  it('given who is not on the roll, or the end of nominations, when somebody is nominated, then it is refused', () => {
    const nominate = (personId: string, by: string, at = '2026-05-01T08:00:00.000Z') =>
      given(election, announced).when('NominateCandidate', { personId }, { by, at, ...named });
    nominate('b', 'stranger').thenRefused('election.not-on-roll');
    nominate('stranger', 'a').thenRefused('election.not-registered', { person: 'stranger' });
    nominate('b', 'a', times.nominationsUntil).thenRefused('election.nominations-over', { until: times.nominationsUntil });
    given(election)
      .when('NominateCandidate', { personId: 'b' }, { by: 'a', ...named })
      .thenRefused('election.not-found');
  });
});

describe('AnswerNomination and AttestCandidate', () => {
  it('given a nomination by another, when the person answers, then it is recorded; who nominates oneself stands', () => {
    given(election, announced, nominated('b', 'a'))
      .when('AnswerNomination', { stands: true }, { by: 'b' })
      .then([{ type: 'NominationAnswered', data: { personId: 'b', stands: true } }]);
    given(election, announced, nominated('b', 'b')).when('AnswerNomination', { stands: true }, { by: 'b' }).thenNothing();
    given(election, announced)
      .when('AnswerNomination', { stands: true }, { by: 'b' })
      .thenRefused('election.not-nominated', { person: 'b' });
    given(election, ...voting)
      .when('AnswerNomination', { stands: false }, { by: 'b' })
      .thenRefused('election.list-final');
    given(election).when('AnswerNomination', { stands: false }, { by: 'b' }).thenRefused('election.not-found');
  });

  it('given who stands, when an official finds them qualified or not, then it is recorded, with a reason if not', () => {
    const stands = [announced, nominated('b', 'b')] as const;
    given(election, ...stands)
      .when('AttestCandidate', { personId: 'b', qualified: true }, { by: 'official' })
      .then([attested('b')]);
    given(election, ...stands, attested('b'))
      .when('AttestCandidate', { personId: 'b', qualified: true }, { by: 'official' })
      .thenNothing();
    given(election, ...stands)
      .when('AttestCandidate', { personId: 'b', qualified: false }, { by: 'official' })
      .thenRefused('election.reason-missing');
  });

  it('given a candidate or the candidate’s rival, when they examine a candidate, then it is refused (recusal)', () => {
    const stand = [announced, nominated('a', 'a'), nominated('b', 'b')] as const;
    for (const by of ['a', 'b'])
      given(election, ...stand)
        .when('AttestCandidate', { personId: 'b', qualified: true }, { by })
        .thenRefused('election.own-candidature');
  });

  it('given who is nominated and has not declined, when they examine a rival or correct the roll, then it is refused (recusal)', () => {
    const stand = [announced, nominated('a', 'b'), nominated('b', 'b')] as const;
    given(election, ...stand)
      .when('AttestCandidate', { personId: 'b', qualified: false, reason: '不符' }, { by: 'a' })
      .thenRefused('election.own-candidature');
    given(election, ...stand)
      .when('CorrectElectoralRoll', { personId: 'c', entitled: false, reason: '迁出' }, { by: 'a', facts: { isRegistered: true } })
      .thenRefused('election.own-candidature');
  });

  it('given who has examined a candidate or corrected the roll, when they would stand, then it is refused (recusal)', () => {
    const examined = { ...attested('b', false), by: 'a' };
    given(election, announced, nominated('a', 'b'), nominated('b', 'b'), examined)
      .when('AnswerNomination', { stands: true }, { by: 'a' })
      .thenRefused('election.own-candidature');
    const corrected = { type: 'ElectoralRollCorrected', data: { personId: 'd', entitled: false, reason: '迁出' }, by: 'a' } as const;
    given(election, announced, corrected)
      .when('NominateCandidate', { personId: 'a' }, { by: 'a', facts: { name: '姓名a' } })
      .thenRefused('election.own-candidature');
  });

  it('given a nominee who is struck off the roll, when they agree or are examined, or voting opens, then they do not stand', () => {
    const struck = { type: 'ElectoralRollCorrected', data: { personId: 'b', entitled: false, reason: '迁出' }, by: 'official' } as const;
    given(election, announced, nominated('b', 'a'), struck)
      .when('AnswerNomination', { stands: true }, { by: 'b' })
      .thenRefused('election.not-on-roll');
    given(election, announced, nominated('b', 'b'), struck)
      .when('AttestCandidate', { personId: 'b', qualified: true }, { by: 'official' })
      .thenRefused('election.not-registered', { person: 'b' });
    given(election, ...listed, struck)
      .when('OpenElectionVoting', {}, { at: times.opensAt })
      .then([{ type: 'ElectionNotHeld', data: { candidates: 1, seats: 1 } }]);
  });

  it('given who was not nominated or has not agreed, or a final list, when they are examined, then it is refused', () => {
    given(election, announced)
      .when('AttestCandidate', { personId: 'b', qualified: true })
      .thenRefused('election.not-nominated', { person: 'b' });
    given(election, announced, nominated('b', 'a'))
      .when('AttestCandidate', { personId: 'b', qualified: true })
      .thenRefused('election.not-standing', { person: 'b' });
    given(election, ...voting)
      .when('AttestCandidate', { personId: 'b', qualified: true })
      .thenRefused('election.list-final');
    given(election).when('AttestCandidate', { personId: 'b', qualified: true }).thenRefused('election.not-found');
  });
});

describe('OpenElectionVoting and CloseElection', () => {
  it('given more qualified candidates than seats, when it is time, then voting opens with the list; not before', () => {
    given(election, ...listed)
      .when('OpenElectionVoting', {}, { at: times.opensAt })
      .then([opened]);
    given(election, ...listed)
      .when('OpenElectionVoting', {}, { at: '2026-05-21T15:59:59.999Z' })
      .thenRefused('election.not-due', { at: times.opensAt });
    given(election, ...voting)
      .when('OpenElectionVoting', {}, { at: times.opensAt })
      .thenNothing();
    given(election).when('OpenElectionVoting', {}).thenRefused('election.not-found');
  });

  it('given as many candidates as seats, because one is not qualified or does not stand, when it is time, then there is no voting', () => {
    const notHeld = [{ type: 'ElectionNotHeld', data: { candidates: 1, seats: 1 } }] as const;
    given(election, ...listed, attested('b', false))
      .when('OpenElectionVoting', {}, { at: times.opensAt })
      .then(notHeld);
    given(election, ...listed, { type: 'NominationAnswered', data: { personId: 'b', stands: false } })
      .when('OpenElectionVoting', {}, { at: times.opensAt })
      .then(notHeld);
  });

  it('given open voting, when it is time, then it closes; not before', () => {
    given(election, ...voting)
      .when('CloseElection', {}, { at: times.closesAt })
      .then([{ type: 'ElectionClosed', data: { closesAt: times.closesAt } }]);
    given(election, ...voting)
      .when('CloseElection', {}, { at: '2026-05-22T15:59:59.999Z' })
      .thenRefused('election.not-due', { at: times.closesAt });
    given(election, ...closed)
      .when('CloseElection', {}, { at: times.closesAt })
      .thenNothing();
    given(election).when('CloseElection', {}).thenRefused('election.not-found');
  });
});

describe('OpenElectionBox and DestroyElectionKey', () => {
  it('given papers in any order, when the box is opened, then all are published in the order of what they say, and counted', () => {
    for (const order of [texts, texts.toReversed()])
      given(election, ...closed)
        .when('OpenElectionBox', {}, { facts: { papers: order } })
        .then([
          { type: 'ElectionBoxOpened', data: { papers, lost: 0 } },
          { type: 'ElectionDecided', data: result },
        ]);
  });

  it('given a paper that cannot be read, when the box is opened, then it is counted as lost', () => {
    given(election, ...closed)
      .when('OpenElectionBox', {}, { facts: { papers: [null, ...texts] } })
      .then([
        { type: 'ElectionBoxOpened', data: { papers, lost: 1 } },
        { type: 'ElectionDecided', data: result },
      ]);
  });

  it('given open voting or an opened box, when it is opened, then it is refused or nothing changes', () => {
    given(election, ...voting)
      .when('OpenElectionBox', {}, { facts: { papers: [] } })
      .thenRefused('election.not-due', { at: times.closesAt });
    given(election, ...decided)
      .when('OpenElectionBox', {}, { facts: { papers: [] } })
      .thenNothing();
    given(election)
      .when('OpenElectionBox', {}, { facts: { papers: [] } })
      .thenRefused('election.not-found');
  });

  it('given an opened box, when the key is destroyed, then it is recorded once; before, it is refused: the papers would be lost', () => {
    const destroyed = { type: 'ElectionKeyDestroyed', data: {} } as const;
    given(election, ...decided)
      .when('DestroyElectionKey', {})
      .then([destroyed]);
    given(election, ...decided, destroyed)
      .when('DestroyElectionKey', {})
      .thenNothing();
    given(election, ...closed)
      .when('DestroyElectionKey', {})
      .thenRefused('election.box-not-open');
    given(election).when('DestroyElectionKey', {}).thenRefused('election.not-found');
  });
});

describe('AnnounceFurtherElection', () => {
  const earlier: Immutable<Election> = {
    ...terms,
    ...times,
    seats: 2,
    rule,
    electors: { a: true, b: true, c: true, d: true },
    nominees: Object.fromEntries(['a', 'b', 'c', 'd'].map((id) => [id, { name: `姓名${id}`, by: [id], stands: true, qualified: true }])),
    examiners: {},
    candidates: ['a', 'b', 'c', 'd'],
    stage: 'sealed',
    result: { ...result, seats: 2, votes: [3, 1, 2, 1], elected: ['a'], outcome: 'seats-open' },
  };
  const ask = (found: Immutable<Election> | null, data = {}) =>
    given(election).when('AnnounceFurtherElection', data, { facts: { earlierId: 'e-1', earlier: found, policies: [] } });

  it('given an open seat, when a further election is announced, then those with the most votes stand, and one third is enough', () => {
    ask(earlier).then([
      {
        type: 'ElectionAnnounced',
        data: {
          ...terms,
          rule: furtherRule(rule),
          opensAt: '2026-05-06T16:00:00.000Z', // 4 and 5 May are days off
          closesAt: '2026-05-07T16:00:00.000Z',
          electors: ['a', 'b', 'c', 'd'],
          unknownAge: 0,
          policy: [{ name: 'further-election-days', value: 3 }],
          follows: 'e-1',
          standing: ['c', 'b', 'd'].map((personId) => ({ personId, name: `姓名${personId}` })),
        },
      },
    ]);
  });

  it('given no open seat, no such election, or wrong times, when it is announced, then it is refused', () => {
    ask({ ...earlier, result: null }).thenRefused('election.no-open-seats');
    ask({ ...earlier, result: { ...earlier.result!, outcome: 'elected' } }).thenRefused('election.no-open-seats');
    ask({ ...earlier, result: { ...earlier.result!, outcome: 'void' } }).thenRefused('election.no-open-seats');
    ask(null).thenRefused('election.not-found');
    ask(earlier, { opensAt: '2026-05-01T16:00:00.000Z' }).thenRefused('registry.too-short');
    ask(earlier, { closesAt: '2026-05-06T16:00:00.000Z' }).thenRefused('election.wrong-dates', { most: 30 });
    given(election, announced)
      .when('AnnounceFurtherElection', {}, { facts: { earlierId: 'e-1', earlier, policies: [] } })
      .thenRefused('election.announced-already');
  });

  it('given a further election, when somebody is nominated, then it is refused; when it opens, then the list is that of the announcement', () => {
    const { nominationsUntil: _, ...data } = announcement;
    const standing = ['c', 'b'].map((personId) => ({ personId, name: `姓名${personId}` }));
    const again = { type: 'ElectionAnnounced', data: { ...data, follows: 'e-1', standing } } as const;
    given(election, again)
      .when('NominateCandidate', { personId: 'd' }, { by: 'a', facts: { name: '姓名d' } })
      .thenRefused('election.nominations-over', { until: '—' });
    given(election, again)
      .when('OpenElectionVoting', {}, { at: times.opensAt })
      .then([{ ...opened, data: { ...opened.data, candidates: ['c', 'b'] } }]);
  });
});
