import { defineDecider, refuse, type Immutable, type Moment, type Refusal } from '../shared/decider.js';
import { isOfAge } from '../shared/age.js';
import { periodEnd, type PeriodRefusal, policyAt } from '../shared/policy.js';
import { dayInChina } from '../shared/time.js';
import { bodyOf, type BodyRefusal, ruleFor } from '../voting/bodies.js';
import { thresholdRules } from '../voting/threshold-rules.js';
import { addVote, type Choice, decideByThreshold, emptyTally, type Tally } from '../voting/threshold.js';
import {
  AnnounceResolution,
  DecideResolution,
  mostVoters,
  type Resolution,
  ResolutionAnnounced,
  ResolutionDecided,
  type RollVoter,
} from './messages.js';

/** Refusal codes of the commands of a resolution. */
export type ResolutionRefusal =
  | PeriodRefusal
  | BodyRefusal
  | 'resolution.not-found'
  | 'resolution.announced-already'
  | 'resolution.owners-count-by-area'
  | 'resolution.members-missing'
  | 'resolution.members-not-asked'
  | 'resolution.nobody-may-vote'
  | 'resolution.too-many-voters'
  | 'resolution.wrong-dates'
  | 'resolution.still-open';

const absent = refuse('resolution.not-found');
/** Bodies whose members are named. In all others, who lives there and is of age may vote. */
const ofMembers: readonly string[] = [
  'villagers-representatives',
  'residents-representatives',
  'residents-council',
  'party-branch',
  'committees',
  'party-members',
];

/** Who may vote: the members that were named, or who lives there and is 18 years old on the day. */
function rollOf(
  isOfMembers: boolean,
  { members }: Immutable<AnnounceResolution>,
  residents: Immutable<(typeof AnnounceResolution.facts)['residents']>,
  day: string,
): Refusal<ResolutionRefusal> | readonly RollVoter[] {
  if (isOfMembers) return members?.map((personId) => ({ personId })) ?? refuse('resolution.members-missing');
  if (members !== undefined) return refuse('resolution.members-not-asked');
  return residents
    .filter(({ bornOn }) => bornOn !== null && isOfAge(bornOn, day))
    .map(({ personId, householdId }) => ({ personId, householdId }));
}

function announced(
  data: Immutable<AnnounceResolution>,
  { kind, policies, residents }: Immutable<typeof AnnounceResolution.facts>,
  { now }: Pick<Moment, 'now'>,
): Refusal<ResolutionRefusal> | Immutable<ResolutionAnnounced> {
  const { placeId, matter, title, text } = data;
  const found = ruleFor(kind, matter, data.rule);
  if ('refused' in found) return found;
  const { body } = bodyOf(found.rule);
  // their votes weigh by the area of a unit: renovation/ballot.ts
  if (body === 'owners') return refuse('resolution.owners-count-by-area');
  const policy = policyAt(policies, now);
  const notice = periodEnd(policy, 'assembly-notice-days', now, data.opensAt);
  if ('refused' in notice) return notice;
  const voting = periodEnd(policy, 'ballot-days', notice.until, data.closesAt);
  if ('refused' in voting) return voting;
  const [opensAt, closesAt] = [notice.until, voting.until];
  if (closesAt <= opensAt) return refuse('resolution.wrong-dates');
  const isOfMembers = ofMembers.includes(body);
  const voters = rollOf(isOfMembers, data, residents, dayInChina(opensAt));
  if ('refused' in voters) return voters;
  if (voters.length === 0) return refuse('resolution.nobody-may-vote');
  if (voters.length > mostVoters) return refuse('resolution.too-many-voters', { most: mostVoters });
  const households = new Set(voters.flatMap(({ householdId }) => householdId ?? [])).size;
  return {
    placeId,
    matter,
    title,
    text,
    rule: thresholdRules[found.rule],
    opensAt,
    closesAt,
    voters,
    unknownAge: isOfMembers ? 0 : residents.filter(({ bornOn }) => bornOn === null).length,
    expected: { heads: voters.length, area: 0, households },
    policy: [...notice.policy, ...voting.policy],
  };
}

/**
 * The votes by choice. Each voter is a head; a household is counted once, with the first of its voters in the order of the roll: rules take
 * households only for the quorum.
 */
export function tallyOf(
  voters: Immutable<Resolution>['voters'],
  votes: readonly { readonly personId: string; readonly choice: Choice }[],
): Tally {
  const choices = new Map(votes.map(({ personId, choice }) => [personId, choice]));
  const counted = new Set<string>();
  let tally: Tally = emptyTally;
  for (const [personId, householdId] of Object.entries(voters)) {
    const choice = choices.get(personId);
    if (choice === undefined) continue;
    const isFirst = householdId !== '' && !counted.has(householdId);
    counted.add(householdId);
    tally = addVote(tally, choice, { heads: 1, households: isFirst ? 1 : 0 });
  }
  return tally;
}

/** A resolution of a body that decides by heads (domain.md, Bodies). Each voter's vote is in a stream of its own (vote.ts). */
export const resolution = defineDecider<Resolution | null, ResolutionRefusal>()({
  stream: 'resolution',
  initial: null,
  commands: { AnnounceResolution, DecideResolution },
  events: { ResolutionAnnounced, ResolutionDecided },
  decide: {
    AnnounceResolution: (state, data, { facts, now, event }) => {
      if (state !== null) return refuse('resolution.announced-already');
      const found = announced(data, facts, { now });
      return 'refused' in found ? found : [event('ResolutionAnnounced', found)];
    },
    DecideResolution: (state, _, { at, facts: { votes }, event }) => {
      if (state === null) return absent;
      if (state.decision !== null) return [];
      const { placeId, matter, rule, expected, voters, closesAt } = state;
      if (at < closesAt) return refuse('resolution.still-open', { until: closesAt });
      const decision = decideByThreshold(rule, expected, tallyOf(voters, votes));
      return [event('ResolutionDecided', { placeId, matter, decision })];
    },
  },
  evolve: {
    ResolutionAnnounced: (_, { voters, policy: _policy, unknownAge: _unknown, ...terms }, { at }) => ({
      ...terms,
      voters: Object.fromEntries(voters.map(({ personId, householdId }) => [personId, householdId ?? ''])),
      announcedAt: at,
      decision: null,
    }),
    ResolutionDecided: (state, { decision }) => state && { ...state, decision },
  },
});
