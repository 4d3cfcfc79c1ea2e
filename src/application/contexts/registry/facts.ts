import { setImmediate as yieldToEventLoop } from 'node:timers/promises';
import { person, type Person } from '../../../domain/registry/person.js';
import { place, type Place, type PlaceLevel } from '../../../domain/registry/place.js';
import { placePolicy } from '../../../domain/registry/place-policy.js';
import { refuse } from '../../../domain/shared/decider.js';
import { lineage, parentOf, prefixBelow } from '../../../domain/shared/place-id.js';
import type { Policies } from '../../../domain/shared/policy.js';
import type { Projection } from '../../../projections/projection.js';
import { roles } from '../../../projections/registry/people.js';
import { householdCount, placesByLevel, placeTree, type UnitRow, unitRoll } from '../../../projections/registry/place-tree.js';
import { Paged } from '../../kernel/paging.js';
import type { ReadModels } from '../../ports/read-models.js';
import { type Load, Refused } from '../../kernel/command.js';
import { pageOf } from '../../kernel/paging.js';

export { placeLevels, type PlaceLevel } from '../../../domain/registry/place.js';

/** The read models that `pagedPlaces`, `householdsOf` and `householdName` read. */
export const placeRows = [placeTree, placesByLevel, householdCount] as const;
/** So many rows of a roll are read before other work gets the processor. */
const rowsAtOnce = 500;

/** A place that a command names. @throws Refused (404) if it is not registered */
export async function placeAt(load: Load, placeId: string): Promise<Place> {
  const found = await load.state(place, placeId);
  if (found === null) throw new Refused(refuse('registry.place-not-found', { place: placeId }));
  return found;
}

/** The level of a place; null if it is not registered. */
export const levelOf = async (load: Load, placeId: string): Promise<PlaceLevel | null> => (await load.state(place, placeId))?.level ?? null;

/** The level of a place and of the place above it. @throws Refused (404) if it is not registered */
export async function levelsAt(load: Load, placeId: string): Promise<{ level: PlaceLevel; above: PlaceLevel | null }> {
  const parent = parentOf(placeId);
  const [{ level }, above] = await Promise.all([placeAt(load, placeId), parent === null ? null : levelOf(load, parent)]);
  return { level, above };
}

/** A registered person; null if there is none with this id. */
export const personOf = (load: Load, personId: string): Promise<Person | null> => load.state(person, personId);

/** The policies that count at a place, nearest first: its own, and those of the places above. */
export const policiesAt = (load: Load, placeId: string): Promise<Policies> =>
  Promise.all(lineage(placeId).map((candidate) => load.state(placePolicy, candidate)));

/** A page of the ids of the places below a place, parents before children; optionally of one level only. */
export function pagedPlaces(rows: ReadModels, within: string, level: PlaceLevel | undefined, paging: Paged) {
  // start after the place itself, whose key is before those of the places below it
  const page = <R extends { readonly placeId: string }>(projection: Projection<R>, under: string) =>
    pageOf(rows, projection, under + prefixBelow(within), { ...paging, after: under + within }, ({ row }) => row.placeId);
  return level === undefined ? page(placeTree, '') : page(placesByLevel, `${level}/`);
}

/** The name and level of a place, and how many households are registered in it. */
export async function householdsOf(rows: ReadModels, placeId: string) {
  const [found, registered] = await Promise.all([rows.get(placeTree, placeId), rows.get(householdCount, placeId)]);
  return { name: found?.name, level: found?.level, households: registered?.households ?? 0 };
}

/** The text on the door of a household. */
export const householdName = async (rows: ReadModels, householdId: string): Promise<string | undefined> =>
  (await rows.get(placeTree, householdId))?.name;

/** The rows that `unitsIn` and `membersIn` read, as new as the request. */
export const unitRows = (load: Load): Promise<ReadModels> => load.rows([unitRoll, roles]);

/** Who is head of, or lives in, each household in a place, by the id of the household. */
export async function membersIn(rows: ReadModels, placeId: string): Promise<ReadonlyMap<string, { heads: string[]; residents: string[] }>> {
  const members = new Map<string, { heads: string[]; residents: string[] }>();
  for (let after: string | undefined; ;) {
    const page = await rows.list(roles, {
      prefix: `place/${prefixBelow(placeId)}`,
      limit: rowsAtOnce,
      ...(after !== undefined && { after }),
    });
    for (const { row } of page) {
      const home = members.get(row.placeId) ?? { heads: [], residents: [] };
      if (row.capacity === 'household-head') home.heads.push(row.personId);
      if (row.capacity === 'resident') home.residents.push(row.personId);
      members.set(row.placeId, home);
    }
    after = page.at(-1)?.key;
    if (after === undefined) return members;
    await yieldToEventLoop();
  }
}

/** Who lives in a place, with their households and days of birth. */
export async function residentsOf(load: Load, placeId: string) {
  const members = await membersIn(await unitRows(load), placeId);
  const homes = new Map(
    [...members].flatMap(([householdId, { residents }]) => residents.map((personId) => [personId, householdId] as const)),
  );
  const all = [...homes].map(([personId, householdId]) => ({ personId, householdId }));
  const residents: { personId: string; householdId: string; bornOn: string | null }[] = [];
  for (let from = 0; from < all.length; from += rowsAtOnce)
    residents.push(
      ...(await Promise.all(
        all
          .slice(from, from + rowsAtOnce)
          .map(async (home) => ({ ...home, bornOn: (await personOf(load, home.personId))?.bornOn ?? null })),
      )),
    );
  return residents;
}

/** The households in a place, with their areas and owners: `most` of them at most. */
export async function unitsIn(rows: ReadModels, placeId: string, most: number): Promise<readonly UnitRow[]> {
  const units: UnitRow[] = [];
  for (let after: string | undefined; units.length < most;) {
    const limit = Math.min(rowsAtOnce, most - units.length);
    const page = await rows.list(unitRoll, { prefix: prefixBelow(placeId), limit, ...(after !== undefined && { after }) });
    units.push(...page.map(({ row }) => row));
    if (page.length < limit) break;
    after = page.at(-1)!.key;
    await yieldToEventLoop();
  }
  return units;
}
