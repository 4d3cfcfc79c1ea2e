import { defineDecider, type Immutable } from '../shared/decider.js';
import { Id, Int, Many, OneOf, Optional, PersonIds, PlaceId } from '../shared/fields.js';
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

const developerUnits = ['unsold', 'undelivered'] as const;
/** A unit of the compound, as the roll lists it when the ballot opens. */
export class RollUnit {
  @PlaceId() unitId!: string;
  /** Exclusive area in 0.01 m². 0 where a household votes and no area is recorded. */
  @Int(0, 100_000_00) area!: number;
  /** All owners; the unit votes under the first one. Empty if no owner is known. Of a household: who represents it. */
  @PersonIds(0, 20) owners!: string[];
  /** A unit of the developer: not sold yet, or not handed over. All of them are one head together. */
  @Optional() @OneOf(developerUnits) developer?: (typeof developerUnits)[number];
}

/**
 * What a line of the account of a roll counts: units whose owner is known; those without; those of the developer; parking spaces and
 * storage rooms that are left out.
 */
export const rollLines = ['known', 'unknown', 'developer', 'parking', 'storage'] as const;
/** A line of the account of a roll. */
export class RollLine {
  @OneOf(rollLines) line!: (typeof rollLines)[number];
  @Int(0, largestRoll) units!: number;
  /** In 0.01 m². */
  @Int(0, largestRoll * 100_000_00) area!: number;
  @Int(0, largestRoll) heads!: number;
}

/** A unit as it is registered: the area may not be known. By default it is a home that is sold. */
export type UnmeasuredUnit = Omit<RollUnit, 'area' | 'developer'> & {
  area: number | null;
  kind?: 'home' | 'shop' | 'parking' | 'storage';
  holding?: 'sold' | 'unsold' | 'undelivered';
};

/** One page of the roll. It belongs to a ballot only if the opening of that ballot lists it. */
export class RollPageRecorded {
  static readonly schemaVersion = 2;
  @Id() ballotId!: string;
  @Many(() => RollUnit, 1, unitsOnPage) units!: RollUnit[];

  /** Version 1 has no units of a developer, and every area is positive. */
  static upcast(data: unknown): unknown {
    return data;
  }
}

/** A page and the id of its stream, which is the SHA-256 of its data as JSON. */
export interface RollPage {
  readonly id: string;
  readonly data: Immutable<RollPageRecorded>;
}

/**
 * The id of a page: the SHA-256 of the JSON `{"ballotId":…,"units":[{"unitId":…,"area":…,"owners":[…]},…]}`, without spaces. A unit of the
 * developer has `developer` after its owners.
 */
export const pageId = (page: Immutable<RollPageRecorded>): string => sha256(JSON.stringify(page));

/** Cuts a roll into pages, in the order of its units. Each is made when it is asked for: to hash it takes half a millisecond. */
export function* pagesOf(ballotId: string, units: readonly Immutable<RollUnit>[]): Generator<RollPage, void, void> {
  for (let start = 0; start < units.length; start += unitsOnPage) {
    const onPage = units.slice(start, start + unitsOnPage);
    const data = {
      ballotId,
      units: onPage.map(({ unitId, area, owners, developer }) => ({ unitId, area, owners, ...(developer && { developer }) })),
    };
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
