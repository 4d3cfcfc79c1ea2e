import { defineDecider, type Immutable } from '../shared/decider.js';
import { Id, Int, Many, PersonIds, PlaceId } from '../shared/fields.js';
import { sha256 } from '../shared/sha256.js';

/*
 * The unit roll of an owners' ballot. With many units and owners it is larger than what one append may hold. So it is recorded in pages,
 * and the ballot opens with the list of its pages (ADR 16).
 */

/** The most units in one ballot. */
export const largestRoll = 5_000;
/** The most units on one page. With twenty owners each and the longest ids, a page takes some 430,000 bytes. */
export const unitsOnPage = 200;
/** The most pages of one roll. */
export const mostPages = Math.ceil(largestRoll / unitsOnPage);

/** A unit of the compound, as the roll lists it when the ballot opens. */
export class RollUnit {
  @PlaceId() unitId!: string;
  /** Exclusive area in 0.01 m². */
  @Int(1, 100_000_00) area!: number;
  /** All owners; the unit votes under the first one. Empty if no owner is known. */
  @PersonIds(0, 20) owners!: string[];
}

/** A unit as it is registered: the area may not be known. */
export type UnmeasuredUnit = Omit<RollUnit, 'area'> & { area: number | null };

/** One page of the roll. It belongs to a ballot only if the opening of that ballot lists it. */
export class RollPageRecorded {
  @Id() ballotId!: string;
  @Many(() => RollUnit, 1, unitsOnPage) units!: RollUnit[];
}

/** A page and the id of its stream, which is the SHA-256 of its data as JSON. */
export interface RollPage {
  readonly id: string;
  readonly data: Immutable<RollPageRecorded>;
}

/** The id of a page: the SHA-256 of the JSON `{"ballotId":…,"units":[{"unitId":…,"area":…,"owners":[…]},…]}`, without spaces. */
export const pageId = (page: Immutable<RollPageRecorded>): string => sha256(JSON.stringify(page));

/** Cuts a roll into pages, in the order of its units. Each is made when it is asked for: to hash it takes half a millisecond. */
export function* pagesOf(ballotId: string, units: readonly Immutable<RollUnit>[]): Generator<RollPage, void, void> {
  for (let start = 0; start < units.length; start += unitsOnPage) {
    const onPage = units.slice(start, start + unitsOnPage);
    const data = { ballotId, units: onPage.map(({ unitId, area, owners }) => ({ unitId, area, owners })) };
    yield { id: pageId(data), data };
  }
}

/** A page of a roll: stream `rollPage-<id of the page>`. It is recorded with the command that opens the ballot, and never changes. */
export const rollPage = defineDecider<readonly RollUnit[] | null>()({
  stream: 'rollPage',
  initial: null,
  commands: {},
  events: { RollPageRecorded },
  decide: {},
  evolve: { RollPageRecorded: (_, { units }) => units },
});
