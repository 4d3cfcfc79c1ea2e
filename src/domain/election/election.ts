import { defineDecider, refuse, type Immutable, type Moment, type Refusal } from '../shared/decider.js';
import { isOfAge } from '../shared/age.js';
import { periodEnd, type PeriodRefusal, policyAt } from '../shared/policy.js';
import { sha256 } from '../shared/sha256.js';
import { dayInChina, plusDays } from '../shared/time.js';
import { countElection, inPublishedOrder, standAgain } from './counting.js';
import {
  AnnounceElection,
  AnnounceFurtherElection,
  AnswerNomination,
  AttestCandidate,
  CandidateAttested,
  CandidateNominated,
  CloseElection,
  CorrectElectoralRoll,
  DestroyElectionKey,
  type Election,
  ElectionAnnounced,
  ElectionBoxOpened,
  ElectionClosed,
  ElectionDecided,
  ElectionKeyDestroyed,
  ElectionNotHeld,
  ElectionVotingOpened,
  ElectoralRollCorrected,
  mostElectorsFor,
  NominateCandidate,
  NominationAnswered,
  OpenElectionBox,
  OpenElectionVoting,
} from './messages.js';
import { furtherRule, offices, officesAt } from './offices.js';

/** Longer than other files: the steps of one election, in their order. */

/** From the opening of the voting to its end at most, in days. */
const longest = 30;
/** Refusal codes of the commands of an election. */
export type ElectionRefusal =
  | PeriodRefusal
  | 'election.not-found'
  | 'election.announced-already'
  | 'election.office-elsewhere'
  | 'election.wrong-dates'
  | 'election.no-electors'
  | 'election.too-many-electors'
  | 'election.no-open-seats'
  | 'election.roll-final'
  | 'election.not-registered'
  | 'election.not-on-roll'
  | 'election.nominations-over'
  | 'election.too-many-nominations'
  | 'election.not-nominated'
  | 'election.not-standing'
  | 'election.reason-missing'
  | 'election.own-candidature'
  | 'election.list-final'
  | 'election.not-due'
  | 'election.box-not-open';

const absent = refuse('election.not-found');

/** The same instant so many years later. */
const yearsAfter = (instant: string, years: number): string => {
  const date = new Date(instant);
  date.setUTCFullYear(date.getUTCFullYear() + years);
  return date.toISOString();
};

function announced(
  { placeId, office, title, seats, ...wished }: Immutable<AnnounceElection>,
  { kind, policies, residents }: Immutable<typeof AnnounceElection.facts>,
  { now }: Pick<Moment, 'now'>,
): Refusal<ElectionRefusal> | Immutable<ElectionAnnounced> {
  const { kind: right, rule, zh, en } = offices[office];
  if (kind !== right)
    return refuse('election.office-elsewhere', { officeZh: zh, officeEn: en, offices: officesAt(kind).join(', ') || '—' });
  const policy = policyAt(policies, now);
  const nominations = periodEnd(policy, 'nomination-days', now, wished.nominationsUntil);
  if ('refused' in nominations) return nominations;
  const roll = periodEnd(policy, 'electoral-roll-days', now, wished.opensAt);
  if ('refused' in roll) return roll;
  const [nominationsUntil, opensAt, closesAt] = [nominations.until, roll.until, wished.closesAt ?? plusDays(roll.until, 1)];
  if (nominationsUntil >= opensAt || !areVotingTimes(opensAt, closesAt)) return refuse('election.wrong-dates', { most: longest });
  const electionDay = dayInChina(opensAt);
  const electors = residents.filter(({ bornOn }) => bornOn !== null && isOfAge(bornOn, electionDay)).map(({ personId }) => personId);
  if (electors.length === 0) return refuse('election.no-electors');
  if (electors.length > mostElectorsFor(seats)) return refuse('election.too-many-electors', { most: mostElectorsFor(seats) });
  return {
    placeId,
    office,
    title,
    seats,
    rule,
    nominationsUntil,
    opensAt,
    closesAt,
    electors,
    unknownAge: residents.filter(({ bornOn }) => bornOn === null).length,
    policy: [...nominations.policy, ...roll.policy],
  };
}

const areVotingTimes = (opensAt: string, closesAt: string): boolean => opensAt < closesAt && closesAt <= plusDays(opensAt, longest);

/** The same roll, those with the most votes of who were not elected, and the seats that stayed open. */
function further(
  wished: Immutable<AnnounceFurtherElection>,
  { earlierId, earlier, policies }: Immutable<typeof AnnounceFurtherElection.facts>,
  { now }: Pick<Moment, 'now'>,
): Refusal<ElectionRefusal> | Immutable<ElectionAnnounced> {
  if (earlier === null) return absent;
  const { result, candidates, placeId, office, title, rule } = earlier;
  if (result === null || candidates === null || result.outcome !== 'seats-open') return refuse('election.no-open-seats');
  const notice = periodEnd(policyAt(policies, now), 'further-election-days', now, wished.opensAt);
  if ('refused' in notice) return notice;
  const [opensAt, closesAt] = [notice.until, wished.closesAt ?? plusDays(notice.until, 1)];
  if (!areVotingTimes(opensAt, closesAt)) return refuse('election.wrong-dates', { most: longest });
  const seats = result.seats - result.elected.length;
  const numbers = standAgain({ ...result, elected: result.elected.map((person) => candidates.indexOf(person) + 1) }, seats);
  const standing = numbers.map((number) => candidates[number - 1]!);
  return {
    placeId,
    office,
    title,
    seats,
    rule: furtherRule(rule),
    opensAt,
    closesAt,
    electors: Object.keys(earlier.electors),
    unknownAge: 0,
    policy: notice.policy,
    follows: earlierId,
    standing: standing.map((personId) => ({ personId, name: earlier.nominees[personId]!.name })),
  };
}

/** Those who may stand: on the roll, nominated, willing and qualified. In the order of the nominations. */
const standing = ({ nominees, electors }: Immutable<Election>): readonly string[] =>
  Object.entries(nominees).flatMap(([personId, { stands, qualified }]) =>
    stands === true && qualified === true && Object.hasOwn(electors, personId) ? [personId] : [],
  );
/** Whether the person stands, or is nominated and may still agree. Such a person decides neither who stands nor who votes. */
const mayStand = ({ nominees }: Immutable<Election>, personId: string): boolean =>
  Object.hasOwn(nominees, personId) && nominees[personId]!.stands !== false;

/** An election to an office (domain.md, Elections). Each voter's paper is in a stream of its own (vote.ts, ADR 20). */
export const election = defineDecider<Election | null, ElectionRefusal>()({
  stream: 'election',
  initial: null,
  commands: {
    AnnounceElection,
    AnnounceFurtherElection,
    CorrectElectoralRoll,
    NominateCandidate,
    AnswerNomination,
    AttestCandidate,
    OpenElectionVoting,
    CloseElection,
    OpenElectionBox,
    DestroyElectionKey,
  },
  events: {
    ElectionAnnounced,
    ElectoralRollCorrected,
    CandidateNominated,
    NominationAnswered,
    CandidateAttested,
    ElectionVotingOpened,
    ElectionNotHeld,
    ElectionClosed,
    ElectionBoxOpened,
    ElectionDecided,
    ElectionKeyDestroyed,
  },
  decide: {
    AnnounceElection: (state, data, { facts, now, event }) => {
      if (state !== null) return refuse('election.announced-already');
      const found = announced(data, facts, { now });
      return 'refused' in found ? found : [event('ElectionAnnounced', found)];
    },
    AnnounceFurtherElection: (state, data, { facts, now, event }) => {
      if (state !== null) return refuse('election.announced-already');
      const found = further(data, facts, { now });
      return 'refused' in found ? found : [event('ElectionAnnounced', found)];
    },
    CorrectElectoralRoll: (state, data, { by, facts, event }) => {
      if (state === null) return absent;
      if (state.stage !== 'announced') return refuse('election.roll-final');
      if (mayStand(state, by)) return refuse('election.own-candidature');
      if (data.entitled && !facts.isRegistered) return refuse('election.not-registered', { person: data.personId });
      if (data.entitled === Object.hasOwn(state.electors, data.personId)) return [];
      const most = mostElectorsFor(state.seats);
      if (data.entitled && Object.keys(state.electors).length >= most) return refuse('election.too-many-electors', { most });
      if (!data.entitled && Object.keys(state.electors).length === 1) return refuse('election.no-electors');
      return [event('ElectoralRollCorrected', data)];
    },
    NominateCandidate: (state, { personId }, { by, at, facts, event }) => {
      if (state === null) return absent;
      const { nominationsUntil, electors, nominees, seats } = state;
      if (!Object.hasOwn(electors, by)) return refuse('election.not-on-roll');
      if (nominationsUntil === undefined || at >= nominationsUntil || state.stage !== 'announced')
        return refuse('election.nominations-over', { until: nominationsUntil ?? '—' });
      if (!Object.hasOwn(electors, personId) || facts.name === null) return refuse('election.not-registered', { person: personId });
      if (personId === by && Object.hasOwn(state.examiners, by)) return refuse('election.own-candidature');
      if (nominees[personId]?.by.includes(by)) return [];
      if (Object.values(nominees).filter((nominee) => nominee.by.includes(by)).length >= seats)
        return refuse('election.too-many-nominations', { seats });
      return [event('CandidateNominated', { personId, name: facts.name })];
    },
    AnswerNomination: (state, { stands }, { by, event }) => {
      if (state === null) return absent;
      if (state.stage !== 'announced') return refuse('election.list-final');
      const nominee = state.nominees[by];
      if (nominee === undefined) return refuse('election.not-nominated', { person: by });
      if (nominee.stands === stands) return [];
      if (stands && Object.hasOwn(state.examiners, by)) return refuse('election.own-candidature');
      if (stands && !Object.hasOwn(state.electors, by)) return refuse('election.not-on-roll');
      return [event('NominationAnswered', { personId: by, stands })];
    },
    AttestCandidate: (state, data, { by, event }) => {
      if (state === null) return absent;
      if (state.stage !== 'announced') return refuse('election.list-final');
      const nominee = state.nominees[data.personId];
      if (nominee === undefined) return refuse('election.not-nominated', { person: data.personId });
      if (by === data.personId || mayStand(state, by)) return refuse('election.own-candidature');
      if (nominee.stands !== true) return refuse('election.not-standing', { person: data.personId });
      if (!Object.hasOwn(state.electors, data.personId)) return refuse('election.not-registered', { person: data.personId });
      if (!data.qualified && data.reason === undefined) return refuse('election.reason-missing');
      return nominee.qualified === data.qualified ? [] : [event('CandidateAttested', data)];
    },
    OpenElectionVoting: (state, _, { at, event }) => {
      if (state === null) return absent;
      if (state.stage !== 'announced') return [];
      const { opensAt, closesAt, seats, electors } = state;
      if (at < opensAt) return refuse('election.not-due', { at: opensAt });
      const candidates = standing(state);
      return candidates.length > seats
        ? [event('ElectionVotingOpened', { candidates: [...candidates], electors: Object.keys(electors).length, closesAt })]
        : [event('ElectionNotHeld', { candidates: candidates.length, seats })];
    },
    CloseElection: (state, _, { at, event }) => {
      if (state === null) return absent;
      if (state.stage !== 'voting') return [];
      const { closesAt } = state;
      return at < closesAt ? refuse('election.not-due', { at: closesAt }) : [event('ElectionClosed', { closesAt })];
    },
    OpenElectionBox: (state, _, { facts, event }) => {
      if (state === null) return absent;
      if (state.result !== null) return [];
      if (state.stage !== 'closed' || state.candidates === null) return refuse('election.not-due', { at: state.closesAt });
      const { placeId, office, rule, seats, candidates, closesAt } = state;
      const readable = facts.papers.filter((text) => text !== null);
      const papers = inPublishedOrder(readable);
      const electors = Object.keys(state.electors).length;
      const { elected, tied, ...count } = countElection({ rule, seats, electors, candidates: candidates.length }, papers);
      const personOf = (number: number): string => candidates[number - 1]!;
      return [
        event('ElectionBoxOpened', { papers, lost: facts.papers.length - readable.length }),
        event('ElectionDecided', {
          placeId,
          office,
          rule,
          seats,
          electors,
          ...count,
          elected: elected.map(personOf),
          tied: tied.map(personOf),
          termUntil: yearsAfter(closesAt, rule.termYears),
          papersSha256: sha256(JSON.stringify(papers)),
        }),
      ];
    },
    DestroyElectionKey: (state, _, { event }) => {
      if (state === null) return absent;
      if (state.stage === 'sealed') return [];
      return state.result === null ? refuse('election.box-not-open') : [event('ElectionKeyDestroyed', {})];
    },
  },
  evolve: {
    ElectionAnnounced: (_, { electors, standing: again = [], policy: _policy, unknownAge: _unknown, ...terms }) => ({
      ...terms,
      electors: Object.fromEntries(electors.map((personId) => [personId, true])),
      nominees: Object.fromEntries(again.map(({ personId, name }) => [personId, { name, by: [], stands: true, qualified: true }])),
      examiners: {},
      candidates: null,
      stage: 'announced',
      result: null,
    }),
    ElectoralRollCorrected: (state, { personId, entitled }, { by }) => {
      if (state === null) return state;
      const { [personId]: _, ...others } = state.electors;
      return { ...state, examiners: { ...state.examiners, [by]: true }, electors: entitled ? { ...others, [personId]: true } : others };
    },
    CandidateNominated: (state, { personId, name }, { by }) => {
      if (state === null) return state;
      const before = state.nominees[personId] ?? { by: [], stands: null, qualified: null };
      const nominee = { ...before, name, by: [...before.by, by], ...(by === personId && { stands: true }) };
      return { ...state, nominees: { ...state.nominees, [personId]: nominee } };
    },
    NominationAnswered: (state, { personId, stands }) => changed(state, personId, { stands }),
    CandidateAttested: (state, { personId, qualified }, { by }) =>
      changed(state && { ...state, examiners: { ...state.examiners, [by]: true } }, personId, { qualified }),
    ElectionVotingOpened: (state, { candidates }) => state && { ...state, candidates, stage: 'voting' },
    ElectionNotHeld: (state) => state && { ...state, stage: 'not-held' },
    ElectionClosed: (state) => state && { ...state, stage: 'closed' },
    ElectionBoxOpened: (state) => state,
    ElectionDecided: (state, result) => state && { ...state, stage: 'decided', result },
    ElectionKeyDestroyed: (state) => state && { ...state, stage: 'sealed' },
  },
});

function changed(
  state: Immutable<Election> | null,
  personId: string,
  change: Partial<Immutable<Election>['nominees'][string]>,
): Immutable<Election> | null {
  const nominee = state?.nominees[personId];
  return state && nominee ? { ...state, nominees: { ...state.nominees, [personId]: { ...nominee, ...change } } } : state;
}
