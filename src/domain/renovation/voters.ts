import type { Immutable } from '../shared/decider.js';
import { atOnce, type Steps } from '../shared/steps.js';
import type { VoterCount } from '../voting/threshold.js';
import { largestRoll, pagesOf, type RollLine, type RollUnit, unitsOnPage, type UnmeasuredUnit } from './roll.js';

/** The weight of a name on the roll (area in 0.01 m²), and the others who may vote under it. */
export interface Voter {
  readonly area: number;
  readonly units: number;
  /** The people who own every unit of this name together with it. */
  readonly coOwners: readonly string[];
}

/** The voters of a ballot, by the id of the name on the roll. */
export type Voters = Readonly<Record<string, Voter>>;

/**
 * The names under which votes are cast. A unit with several owners has one vote and counts as one head, because co-owners count as one
 * owner; it votes under the first owner on the roll. A name with several units is one head with the area of all of them (domain.md row
 * 15). The same group of owners is one head even if its units list the owners in another order: the first name of the first unit is
 * used. A co-owner may vote under a name only if they own every unit of that name. So each name has one stream of votes, and a vote can
 * be counted without reading other votes. All units of the developer, unsold or not handed over, are one head together; its name is
 * recorded as the owner of a unit that is not sold, and owns no other (法释〔2020〕17号 art. 9).
 */
export const votersOf = (units: readonly Immutable<RollUnit>[]): Voters => atOnce(votersInSteps(units));

/** As `votersOf`: with 5,000 units of 20 owners it takes 30 to 110 ms. */
export function* votersInSteps(units: readonly Immutable<RollUnit>[]): Steps<Voters> {
  const voters = new Map<string, Voter>();
  const names = new Map<string, string>();
  for (const [i, { area, owners, developer }] of units.entries()) {
    if (i % unitsOnPage === unitsOnPage - 1) yield;
    const [first] = owners;
    if (first === undefined || developer) continue;
    const together = JSON.stringify(owners.toSorted());
    const name = names.get(together) ?? first;
    names.set(together, name);
    const others = owners.filter((owner) => owner !== name);
    const before = voters.get(name);
    const coOwners = before ? before.coOwners.filter((owner) => others.includes(owner)) : others;
    voters.set(name, { area: (before?.area ?? 0) + area, units: (before?.units ?? 0) + 1, coOwners });
  }
  const ofDeveloper = units.filter(({ developer }) => developer);
  const developer = ofDeveloper.flatMap((unit) => (unit.developer === 'unsold' ? unit.owners : [])).find((owner) => !voters.has(owner));
  if (developer !== undefined) voters.set(developer, { area: areaOf(ofDeveloper), units: ofDeveloper.length, coOwners: [] });
  return Object.fromEntries(voters);
}

const areaOf = (units: readonly { readonly area: number | null }[]): number => units.reduce((sum, { area }) => sum + (area ?? 0), 0);

/** How the units on a roll are counted (法释〔2020〕17号 art. 8 and 9): each unit without a known owner is one head. */
export function countedRoll(units: readonly Immutable<RollUnit>[], voters: Voters): readonly RollLine[] {
  const developer = units.filter((unit) => unit.developer);
  const unknown = units.filter((unit) => !unit.developer && unit.owners.length === 0);
  const known = units.filter((unit) => !unit.developer && unit.owners.length > 0);
  const names = new Set(known.flatMap(({ owners }) => owners));
  const lines: RollLine[] = [
    { line: 'known', units: known.length, area: areaOf(known), heads: Object.keys(voters).filter((name) => names.has(name)).length },
    { line: 'unknown', units: unknown.length, area: areaOf(unknown), heads: unknown.length },
    { line: 'developer', units: developer.length, area: areaOf(developer), heads: Math.min(1, developer.length) },
  ];
  return lines.filter((line) => line.units > 0);
}

/** The sums of the lines that count. */
export const expectedOn = (lines: readonly Immutable<RollLine>[]): VoterCount => ({
  heads: lines.reduce((sum, { heads }) => sum + heads, 0),
  area: lines.reduce((sum, { area, heads }) => sum + (heads > 0 ? area : 0), 0),
  households: lines.reduce((sum, { units, heads }) => sum + (heads > 0 ? units : 0), 0),
});

/** What the opening of a ballot needs of its roll beside the units. */
export interface RollCounted {
  /** How many names votes can be cast under. */
  readonly names: number;
  readonly lines: readonly RollLine[];
  /** The ids of the pages. */
  readonly pages: readonly string[];
}

/** The kinds of units that do not always count. */
const kindsLeftOut = ['parking', 'storage'] as const;
type CountedKinds = readonly (typeof kindsLeftOut)[number][];

/** True for a parking space or a storage room that does not count in this ballot. */
export const isLeftOut = ({ kind }: Immutable<UnmeasuredUnit>, countedKinds: CountedKinds = []): boolean =>
  kindsLeftOut.some((one) => one === kind && !countedKinds.includes(one));

/** The units that count and have an area, as the pages of the roll list them. */
export const unitsOnRoll = (roll: readonly Immutable<UnmeasuredUnit>[], countedKinds: CountedKinds = []): readonly Immutable<RollUnit>[] =>
  roll.flatMap((unit) => {
    const { unitId, area, owners, holding = 'sold' } = unit;
    if (area === null || isLeftOut(unit, countedKinds)) return [];
    return [{ unitId, area, owners, ...(holding !== 'sold' && { developer: holding }) }];
  });

/** Counts a roll for a ballot. Nothing is counted of a roll on which none can open: too many units, or one without an area. */
export function* countRoll(
  ballotId: string,
  roll: readonly Immutable<UnmeasuredUnit>[],
  countedKinds: CountedKinds = [],
): Steps<RollCounted> {
  const counting = roll.filter((unit) => !isLeftOut(unit, countedKinds));
  const units = unitsOnRoll(roll, countedKinds);
  if (roll.length > largestRoll || units.length < counting.length) return { names: 0, lines: [], pages: [] };
  const voters = yield* votersInSteps(units);
  const pages: string[] = [];
  for (const { id } of pagesOf(ballotId, units)) {
    pages.push(id);
    yield;
  }
  const left = kindsLeftOut.flatMap((line) => {
    const ofKind = roll.filter((unit) => unit.kind === line && isLeftOut(unit, countedKinds));
    return ofKind.length > 0 ? [{ line, units: ofKind.length, area: areaOf(ofKind), heads: 0 }] : [];
  });
  return { names: Object.keys(voters).length, lines: [...countedRoll(units, voters), ...left], pages };
}
