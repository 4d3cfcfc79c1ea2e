import { refuse, type Immutable, type Refusal } from '../shared/decider.js';
import { Flag, Id, Ids, Instant, Int, Many, One, OneOf, Optional, PlaceId, Sha256 } from '../shared/fields.js';
import { sha256 } from '../shared/sha256.js';
import { decideByThreshold, type Tally, ThresholdDecision, ThresholdRule, VoterCount } from '../voting/threshold.js';
import { thresholdRules } from '../voting/threshold-rules.js';

/*
 * The co-decision of a renovation. Its ballot stands in the renovation's own stream, so that a design cannot change under a ballot
 * and a ballot cannot open on a design that is no longer signed: one stream, one order, no two-phase dance. Votes are streams of
 * their own (ballot-paper.ts), so voters contend neither with each other nor with the procedure.
 */

/** domain.md row 15: what an owners' ballot on a renovation may be decided by. */
export const renovationRules = ['civil-code-278-ordinary', 'civil-code-278-special', 'simple-majority'] as const;

/** What is decided. All but the first are special matters (Civil Code art. 278, nos. 6–8): three quarters of area and of owners must approve. */
export const renovationMatters = ['ordinary', 'raise-maintenance-fund', 'rebuild', 'change-use-of-common-parts'] as const;

export const largestRoll = 5_000;

/** A unit of the compound as the roll has it when the ballot opens. */
export class RollUnit {
  @PlaceId() unitId!: string;
  /** Exclusive area in 0.01 m². */
  @Int(1, 100_000_00) area!: number;
  /** All who own it together, first the one by whom it votes; none when it has no known owner. */
  @Ids(0, 20) owners!: string[];
}

export class OpenRenovationBallot {
  @OneOf(renovationMatters) matter!: (typeof renovationMatters)[number];
  @OneOf(renovationRules) rule!: (typeof renovationRules)[number];
  @Instant() closesAt!: string;
  /** Whether a vote may be replaced while the ballot is open (the last one counts); not, when left out. */
  @Optional() @Flag() replaceable?: boolean;
  /** The unit roll now, at most one more than `largestRoll`; `area` is null where none is registered. */
  declare static readonly facts: { roll: { unitId: string; area: number | null; owners: string[] }[] };
}
export class CloseRenovationBallot {}
export class DecideRenovation {
  /** The tally of what stood in the log before the closing, and the position of the closing. */
  declare static readonly facts: { count: { ballotId: string; tally: Tally; closingPosition: number } };
}

export class RenovationBallotOpened {
  @Id() ballotId!: string;
  @Int(1, 1_000_000) designVersion!: number;
  @OneOf(renovationMatters) matter!: (typeof renovationMatters)[number];
  @One(() => ThresholdRule) rule!: ThresholdRule;
  @Instant() opensAt!: string;
  @Instant() closesAt!: string;
  @Flag() replaceable!: boolean;
  @Many(() => RollUnit, 1, largestRoll) units!: RollUnit[];
  /** All who may vote, each name once by head; the area of all units, those without an owner included; and the number of units. */
  @One(() => VoterCount) expected!: VoterCount;
}
export class RenovationBallotClosed {
  @Id() ballotId!: string;
}
export class RenovationDecided {
  @Id() ballotId!: string;
  @Int(1, 1_000_000) designVersion!: number;
  /** Outcome, every count and both sides of every comparison. */
  @One(() => ThresholdDecision) decision!: ThresholdDecision;
  /** Position of the ballot's closing: votes that stand beyond it do not count. */
  @Int(1, Number.MAX_SAFE_INTEGER) closingPosition!: number;
  /** Of the JSON text `{"ballotId":…,"closingPosition":…,"expected":…,"counts":…}` with the values as they stand in this event, without spaces. */
  @Sha256() tallySha256!: string;
}

/** What one name on the roll weighs, and who else may cast its vote. */
export interface Voter {
  readonly area: number;
  readonly units: number;
  /** Who owns every unit of this name together with it. */
  readonly coOwners: readonly string[];
}

export interface Ballot {
  readonly id: string;
  readonly designVersion: number;
  readonly rule: ThresholdRule;
  readonly opensAt: string;
  readonly closesAt: string;
  readonly replaceable: boolean;
  readonly expected: VoterCount;
  /** By the owner's id. Empty once the ballot is closed. */
  readonly voters: Readonly<Record<string, Voter>>;
  readonly closed: boolean;
}

/**
 * Who may vote, by name. A unit that several own together has one vote, under the name of the first of them on the roll, and is one
 * head (co-owners are one person when owners are counted); whoever of them casts it casts it for all. Whoever is the name of several
 * units is one head with the area of them all (domain.md row 15); those who own several units together are one head also where these
 * list them in another order, under the first name of the first unit. A co-owner may cast for a name only if every unit of that name is
 * theirs too. So each name is one stream of votes, and counting needs no look at anybody else's vote.
 */
export function votersOf(units: Immutable<RollUnit[]>): Readonly<Record<string, Voter>> {
  const voters = new Map<string, Voter>();
  const names = new Map<string, string>();
  for (const { area, owners } of units) {
    const [first] = owners;
    if (first === undefined) continue;
    const together = JSON.stringify(owners.toSorted());
    const name = names.get(together) ?? first;
    names.set(together, name);
    const others = owners.filter((owner) => owner !== name);
    const before = voters.get(name);
    const coOwners = before ? before.coOwners.filter((owner) => others.includes(owner)) : others;
    voters.set(name, { area: (before?.area ?? 0) + area, units: (before?.units ?? 0) + 1, coOwners });
  }
  return Object.fromEntries(voters);
}

export const voterOf = (ballot: Immutable<Ballot>, owner: string): Voter | null =>
  Object.hasOwn(ballot.voters, owner) ? (ballot.voters[owner] ?? null) : null;

export type OpenBallotRefusal =
  | 'renovation.matter-needs-special-rule'
  | 'renovation.end-not-ahead'
  | 'renovation.roll-too-large'
  | 'renovation.unit-without-area'
  | 'renovation.roll-empty';

/** What a ballot is opened with, rule and roll copied into it, or why it cannot open. */
export function openBallot(
  { matter, rule, closesAt, replaceable = false }: Immutable<OpenRenovationBallot>,
  design: { readonly ballotId: string; readonly designVersion: number },
  { at, now, facts: { roll } }: { readonly at: string; readonly now: string; readonly facts: Immutable<typeof OpenRenovationBallot.facts> },
): Refusal<OpenBallotRefusal> | Immutable<RenovationBallotOpened> {
  if (matter !== 'ordinary' && rule !== 'civil-code-278-special') return refuse('renovation.matter-needs-special-rule', { matter });
  if (closesAt <= now) return refuse('renovation.end-not-ahead', { end: closesAt });
  if (roll.length > largestRoll) return refuse('renovation.roll-too-large', { most: largestRoll });
  const units: Immutable<RollUnit>[] = [];
  for (const { area, ...unit } of roll) {
    if (area === null) return refuse('renovation.unit-without-area', { unit: unit.unitId });
    units.push({ ...unit, area });
  }
  const heads = Object.keys(votersOf(units)).length;
  if (heads === 0) return refuse('renovation.roll-empty');
  const expected = { heads, area: units.reduce((sum, { area }) => sum + area, 0), households: units.length };
  return { ...design, matter, rule: thresholdRules[rule], opensAt: at, closesAt, replaceable, units, expected };
}

/** Compares what was counted with the rule that the ballot carries. */
export function decideBallot(
  { id, designVersion, rule, expected }: Immutable<Ballot>,
  { tally, closingPosition }: Immutable<typeof DecideRenovation.facts>['count'],
): Immutable<RenovationDecided> {
  const decision = decideByThreshold(rule, expected, tally);
  const tallySha256 = sha256(JSON.stringify({ ballotId: id, closingPosition, expected: decision.expected, counts: decision.counts }));
  return { ballotId: id, designVersion, decision, closingPosition, tallySha256 };
}

export const ballotOpened = ({
  ballotId,
  units,
  designVersion,
  rule,
  opensAt,
  closesAt,
  replaceable,
  expected,
}: Immutable<RenovationBallotOpened>): Immutable<Ballot> => ({
  id: ballotId,
  designVersion,
  rule,
  opensAt,
  closesAt,
  replaceable,
  expected,
  voters: votersOf(units),
  closed: false,
});

export type BallotRefusal = 'renovation.no-such-ballot' | 'renovation.ballot-closed' | 'renovation.ballot-not-open';

/** The ballot of this id, if something can be put into it at that moment; else why not. */
export function ballotOpenAt(ballot: Immutable<Ballot> | null, ballotId: string, at: string): Immutable<Ballot> | Refusal<BallotRefusal> {
  if (ballot?.id !== ballotId) return refuse('renovation.no-such-ballot', { ballot: ballotId });
  if (at < ballot.opensAt) return refuse('renovation.ballot-not-open', { opens: ballot.opensAt });
  return ballot.closed || at >= ballot.closesAt ? refuse('renovation.ballot-closed', { closed: ballot.closesAt }) : ballot;
}
