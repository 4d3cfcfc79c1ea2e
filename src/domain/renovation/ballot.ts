import { refuse, type Immutable, type Refusal } from '../shared/decider.js';
import { EventRef } from '../shared/event-ref.js';
import { Flag, Id, Ids, Instant, Int, Many, One, OneOf, Optional, PersonIds, Sha256, SomeOf } from '../shared/fields.js';
import { figureOf, type FigureRefusal, periodEnd, type PeriodRefusal, type Policies, policyAt, PolicyFigure } from '../shared/policy.js';
import { ActRule, actRule } from '../voting/acts.js';
import { sha256 } from '../shared/sha256.js';
import { type BodyRefusal, placeKindOf, ruleFor, type SharedMatter, sharedMatterNames } from '../voting/bodies.js';
import {
  decideByThreshold,
  type Tally,
  ThresholdDecision,
  ThresholdRule,
  thresholdRuleNames,
  type ThresholdRuleName,
  VoterCount,
} from '../voting/threshold.js';
import { thresholdRules } from '../voting/threshold-rules.js';
import { largestRoll, mostPages, RollLine, type UnmeasuredUnit } from './roll.js';
import { expectedOn, isLeftOut, type RollCounted, type Voter, type Voters } from './voters.js';

/*
 * The owners' ballot on a renovation. It is part of the renovation's own stream, so a design cannot change while a ballot is open, and a
 * ballot cannot open on a design that lacks signatures (ADR 9). Votes are in streams of their own (ballot-paper.ts), so voters conflict
 * neither with each other nor with the procedure. Longer than other files, because all steps of the ballot use its roll and its terms.
 */

/** What is decided. The body and the rule follow from it and from the kind of place (bodies.ts). */
class BallotMatter {
  @OneOf(sharedMatterNames) matter!: SharedMatter;
  /** Parking spaces and storage rooms count only if the rules of procedure say so. Default: neither. */
  @Optional() @SomeOf(['parking', 'storage'], 0, 2) countedKinds?: ('parking' | 'storage')[];
  /** Who may not hold a proxy, as the staff of the property manager. */
  @Optional() @PersonIds(0, 100) barredProxies?: string[];
  /** The most owners whom one person may represent. Default: as the policy of the place says. Absent in earlier events: one. */
  @Optional() @Int(1, 5) mostProxies?: number;
}

/** Announces the ballot on a signed design. The owners are given notice before it opens. */
export class OpenRenovationBallot extends BallotMatter {
  /** Default: the rule of the body that decides. Another one is refused. */
  @Optional() @OneOf(thresholdRuleNames) rule?: ThresholdRuleName;
  /** Default: at the end of the notice to the owners, for which the policy of the place says the fewest days. */
  @Optional() @Instant() opensAt?: string;
  /** Default: as many days after the opening as the policy of the place says. */
  @Optional() @Instant() closesAt?: string;
  /** True if a vote may be replaced while the ballot is open; then the last one counts. Default: false. */
  @Optional() @Flag() replaceable?: boolean;
  /**
   * The current roll, with at most `largestRoll` + 1 units: units with their owners where owners decide, else households with who
   * represents them. `area` is null if it is not registered.
   */
  declare static readonly facts: {
    roll: UnmeasuredUnit[];
    counted: RollCounted;
    policies: Policies;
    /** The level of the place, and of the place above it. */
    level: string;
    above: string | null;
  };
}
/** Closes the ballot at its time. */
export class CloseRenovationBallot {}
/** Decides by the count of a closed ballot. */
export class DecideRenovation {
  /** The tally of the votes recorded before the closing, and the event that closed the ballot. */
  declare static readonly facts: { count: { ballotId: string; tally: Tally; closing: EventRef } };
}

/** The ballot was announced: its terms and its roll are fixed. Votes are possible from `opensAt` on. */
export class RenovationBallotOpened extends BallotMatter {
  static readonly schemaVersion = 4;
  @Id() ballotId!: string;
  @Int(1, 1_000_000) designVersion!: number;
  @One(() => ThresholdRule) rule!: ThresholdRule;
  @Instant() opensAt!: string;
  @Instant() closesAt!: string;
  @Flag() replaceable!: boolean;
  /** Which acts of a voter count. Absent in events of earlier versions, for which the same rule holds. */
  @Optional() @One(() => ActRule) acts?: ActRule;
  /** The pages of the unit roll, in order: the ids of their streams `rollPage-…`. They were recorded before. */
  @Ids(1, mostPages) pages!: string[];
  /** The sums of `roll`, with the number of units as households. */
  @One(() => VoterCount) expected!: VoterCount;
  /** How heads and area were counted. Absent in earlier versions, in which units without a known owner were no heads. */
  @Optional() @Many(() => RollLine, 1, 10) roll?: RollLine[];
  /** The figures that the ballot follows. Absent in version 1. */
  @Optional() @Many(() => PolicyFigure, 0, 20) policy?: PolicyFigure[];

  /**
   * Version 3 has no `roll`, `countedKinds` and proxies. Version 2 has fewer matters and rules. Version 1 has the same fields without
   * `policy` and the rule without `source`. It opened when it was announced.
   */
  static upcast(data: unknown): unknown {
    return data;
  }
}
export class RenovationBallotClosed {
  @Id() ballotId!: string;
}
export class RenovationDecided {
  static readonly schemaVersion = 2;
  @Id() ballotId!: string;
  @Int(1, 1_000_000) designVersion!: number;
  /** The outcome with all counts and both sides of every comparison. */
  @One(() => ThresholdDecision) decision!: ThresholdDecision;
  /** The RenovationBallotClosed of this ballot. Votes after it in the log do not count. */
  @One(() => EventRef) closing!: EventRef;
  /** SHA-256 of the JSON `{"ballotId":…,"closing":…,"expected":…,"counts":…}` with the values of this event, without spaces. */
  @Sha256() tallySha256!: string;

  /** Version 1 has fewer rules, and the decision has no `source`. */
  static upcast(data: unknown): unknown {
    return data;
  }
}

/** The state of a ballot. */
export interface Ballot {
  readonly id: string;
  readonly designVersion: number;
  readonly rule: ThresholdRule;
  readonly opensAt: string;
  readonly closesAt: string;
  readonly replaceable: boolean;
  readonly acts?: ActRule;
  /** The pages of its roll. */
  readonly pages: readonly string[];
  readonly expected: VoterCount;
  readonly mostProxies: number;
  readonly barredProxies: readonly string[];
  readonly closed: boolean;
}

/** The id of the next ballot on a renovation. */
export const nextBallotId = (renovationId: string, ballots: number): string => `${renovationId}.${ballots + 1}`;

/** A ballot with its roll. */
export interface BallotWithRoll extends Ballot {
  /** Empty after the closing. */
  readonly voters: Voters;
}

/** What acts of voters need of a renovation. */
export interface RenovationWithRoll {
  readonly id: string;
  readonly placeId: string;
  readonly ballot: BallotWithRoll | null;
}

/** The voter with this name on the roll, or null. */
export const voterOf = (ballot: Immutable<BallotWithRoll>, owner: string): Voter | null =>
  Object.hasOwn(ballot.voters, owner) ? (ballot.voters[owner] ?? null) : null;

/** Why a ballot cannot be opened. */
export type OpenBallotRefusal =
  PeriodRefusal | BodyRefusal | FigureRefusal | 'renovation.roll-too-large' | 'renovation.unit-without-area' | 'renovation.roll-empty';

/** The event that announces the ballot, with a copy of the rule and the pages of the roll, or why it cannot open. */
export function openBallot(
  {
    matter,
    rule,
    opensAt,
    closesAt,
    replaceable = false,
    mostProxies,
    barredProxies = [],
    countedKinds = [],
  }: Immutable<OpenRenovationBallot>,
  design: { readonly ballotId: string; readonly designVersion: number },
  {
    now,
    facts: { roll, counted, policies, level, above },
  }: { readonly now: string; readonly facts: Immutable<typeof OpenRenovationBallot.facts> },
): Refusal<OpenBallotRefusal> | Immutable<RenovationBallotOpened> {
  const body = ruleFor(placeKindOf(level, above), matter, rule);
  if ('refused' in body) return body;
  const policy = policyAt(policies, now);
  const notice = periodEnd(policy, 'owners-notice-days', now, opensAt);
  if ('refused' in notice) return notice;
  const voting = periodEnd(policy, 'owners-ballot-days', notice.until, closesAt);
  if ('refused' in voting) return voting;
  const proxies = figureOf(policy, 'proxies-per-holder', mostProxies);
  if ('refused' in proxies) return proxies;
  const figures = (['entries-per-vote', 'proxies-per-holder'] as const).map((name) => policy.figures[name]);
  if (roll.length > largestRoll) return refuse('renovation.roll-too-large', { most: largestRoll });
  const lacking = roll.find((unit) => unit.area === null && !isLeftOut(unit, countedKinds));
  if (lacking) return refuse('renovation.unit-without-area', { unit: lacking.unitId });
  const { names, lines, pages } = counted;
  if (names === 0) return refuse('renovation.roll-empty');
  return {
    ...design,
    matter,
    rule: thresholdRules[body.rule],
    opensAt: notice.until,
    closesAt: voting.until,
    replaceable,
    acts: actRule(!replaceable, policy.figures['entries-per-vote'].value),
    pages: [...pages],
    expected: expectedOn(lines),
    roll: lines.map((line) => ({ ...line })),
    countedKinds,
    mostProxies: proxies.value,
    ...(barredProxies.length > 0 && { barredProxies }),
    policy: [...notice.policy, ...voting.policy, ...figures],
  };
}

/** Applies the rule of the ballot to the counted votes. */
export function decideBallot(
  { id, designVersion, rule, expected }: Immutable<Ballot>,
  { tally, closing }: Immutable<typeof DecideRenovation.facts>['count'],
): Immutable<RenovationDecided> {
  const decision = decideByThreshold(rule, expected, tally);
  const tallySha256 = sha256(JSON.stringify({ ballotId: id, closing, expected: decision.expected, counts: decision.counts }));
  return { ballotId: id, designVersion, decision, closing, tallySha256 };
}

/** The state after the opening. */
export const ballotOpened = ({
  ballotId,
  designVersion,
  rule,
  opensAt,
  closesAt,
  replaceable,
  acts,
  pages,
  expected,
  mostProxies = 1,
  barredProxies = [],
}: Immutable<RenovationBallotOpened>): Immutable<Ballot> => ({
  id: ballotId,
  designVersion,
  rule,
  opensAt,
  closesAt,
  replaceable,
  ...(acts && { acts }),
  pages,
  expected,
  mostProxies,
  barredProxies,
  closed: false,
});

/** Why an act in a ballot is not possible now. */
export type BallotRefusal = 'renovation.no-such-ballot' | 'renovation.ballot-closed' | 'renovation.ballot-not-open';

/** The ballot with this id if it is announced or open at this UTC instant, else the refusal. */
export function ballotNotClosedAt(
  ballot: Immutable<BallotWithRoll> | null,
  ballotId: string,
  at: string,
): Immutable<BallotWithRoll> | Refusal<BallotRefusal> {
  if (ballot?.id !== ballotId) return refuse('renovation.no-such-ballot', { ballot: ballotId });
  return ballot.closed || at >= ballot.closesAt ? refuse('renovation.ballot-closed', { closed: ballot.closesAt }) : ballot;
}

/** The ballot with this id if votes are possible in it at this UTC instant, else the refusal. */
export function ballotOpenAt(
  ballot: Immutable<BallotWithRoll> | null,
  ballotId: string,
  at: string,
): Immutable<BallotWithRoll> | Refusal<BallotRefusal> {
  const found = ballotNotClosedAt(ballot, ballotId, at);
  return !('refused' in found) && at < found.opensAt ? refuse('renovation.ballot-not-open', { opens: found.opensAt }) : found;
}
