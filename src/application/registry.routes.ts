import { person } from '../domain/registry/person.js';
import { place, placeLevels, type Place, type PlaceLevel } from '../domain/registry/place.js';
import { type Capacity, grantable } from '../domain/shared/capacity.js';
import { refuse } from '../domain/shared/decider.js';
import { OneOf, Optional, PlaceId } from '../domain/shared/fields.js';
import { county, isWithin, lineage, parentOf } from '../domain/shared/place-id.js';
import type { PersonRow, RoleRow } from '../projections/registry/people.js';
import { type PlaceRow, prefixBelow, type UnitRow } from '../projections/registry/place-tree.js';
import { Paged } from './paged.js';
import type { ReadModels } from './read-models.js';
import { type Ask, commandsOf, defineQuery, type Load, pageOf, Refused } from './use-case.js';

const officials: readonly Capacity[] = ['cadre', 'department'];
const readers: readonly Capacity[] = [...officials, 'auditor'];

/** A place that a command names. @throws Refused (404) when it is not registered */
export async function placeAt(load: Load, placeId: string): Promise<Place> {
  const found = await load.state(place, placeId);
  if (found === null) throw new Refused(refuse('registry.place-not-found', { place: placeId }));
  return found;
}

const parent = async (placeId: string, load: Load) => {
  const above = parentOf(placeId);
  return { parent: above === null ? null : await load.state(place, above) };
};

/** The first place below that was not merged away itself, null when there is none. */
async function standingBelow(placeId: string, load: Load): Promise<string | null> {
  const rows = await load.rows(['place-tree']);
  const prefix = prefixBelow(placeId);
  for (let after = placeId; ;) {
    const page = await rows.list<PlaceRow>('place-tree', { prefix, after, limit: 500 });
    const standing = page.find(({ row }) => row.mergedInto === undefined);
    if (standing) return standing.key;
    const last = page.at(-1);
    if (!last) return null;
    after = last.key;
  }
}

export const registryCommands = [
  ...commandsOf(place, {
    RegisterPlace: {
      path: 'places',
      allow: { over: officials },
      summary: { zh: '登记地点', en: 'Register a place' },
      example: { placeId: '510121111219.1', name: '蔡家大院', level: 'courtyard' },
      stream: ({ data }) => data.placeId,
      bodyNamesStream: true,
      facts: ({ data }, load) => parent(data.placeId, load),
      place: ({ data }) => data.placeId,
    },
    RegisterHousehold: {
      path: 'households',
      allow: { over: ['volunteer', ...officials] },
      summary: { zh: '登记住户（产权清册）', en: 'Enter a household in the unit roll' },
      example: { placeId: '510121111219.1.7', name: '蔡家大院7号', area: 98_76 },
      stream: ({ data }) => data.placeId,
      bodyNamesStream: true,
      facts: ({ data }, load) => parent(data.placeId, load),
      place: ({ data }) => data.placeId,
    },
    CorrectArea: {
      path: 'households/:id/areas',
      allow: { over: officials },
      summary: { zh: '更正专有面积', en: 'Correct the exclusive area of a household’s unit' },
      example: { area: 89_76 },
    },
    RenamePlace: {
      path: 'places/:id/names',
      allow: { over: officials },
      summary: { zh: '地点更名', en: 'Rename a place' },
      example: { name: '谢杨坝村' },
    },
    MergePlace: {
      path: 'places/:id/mergers',
      allow: { over: officials },
      summary: { zh: '把地点并入另一处', en: 'Merge a place into another' },
      example: { into: '510121002002' },
      facts: async ({ params, data }, load) => ({
        into: await placeAt(load, data.into),
        below: await standingBelow(params['id'] ?? '', load),
      }),
      // whoever merges has a say in both places
      place: ({ data, target }) => lineage(target.params['id'] ?? '').find((above) => isWithin(data.into, above)) ?? null,
    },
    RecordOwners: {
      path: 'households/:id/owners',
      allow: { over: officials },
      summary: { zh: '登记产权人', en: 'Record the owners of a household’s unit' },
      example: { owners: ['0b8f6c3e-6a55-8a31-9d0c-5f5d3c1c7a01'] },
      facts: async ({ data }, load) => {
        const states = await Promise.all(data.owners.map(async (id) => ({ id, state: await load.state(person, id) })));
        return { unknown: states.filter(({ state }) => state === null).map(({ id }) => id) };
      },
    },
  }),
  ...commandsOf(person, {
    RegisterPerson: {
      path: 'people',
      allow: { over: ['volunteer', ...officials] },
      summary: { zh: '登记人员', en: 'Register a person' },
      example: { placeId: '510121111219.1.7', name: '蔡新周', contact: '13800000000' },
      facts: async ({ data }, load) => ({ place: await placeAt(load, data.placeId) }),
    },
    CorrectPerson: {
      path: 'people/:id/corrections',
      allow: { over: officials },
      summary: { zh: '更正人员登记', en: 'Correct the entry of a person' },
      example: { contact: '13900000000' },
    },
    MoveHousehold: {
      path: 'people/:id/households',
      allow: { over: officials },
      summary: { zh: '迁入另一户', en: 'Move a person into another household' },
      example: { householdId: '510121111219.1.8' },
      facts: async ({ data }, load) => ({ household: await placeAt(load, data.householdId) }),
      // whoever moves a person has a say where they come from as well, or any cadre could fetch anybody's name and contact
      place: ({ state, data }) => lineage(data.householdId).find((above) => state !== null && isWithin(state.placeId, above)) ?? null,
    },
    GrantRole: {
      path: 'people/:id/roles',
      allow: { over: ['department', 'cadre'] },
      summary: { zh: '授予身份', en: 'Grant a role at a place' },
      example: { capacity: 'household-head', placeId: '510121111219.1.7' },
      facts: async ({ data }, load) => ({ place: await placeAt(load, data.placeId) }),
      place: ({ data }) => data.placeId,
    },
    RevokeRole: {
      path: 'people/:id/role-revocations',
      allow: { over: ['department', 'cadre'] },
      summary: { zh: '收回身份', en: 'Revoke a role' },
      example: { capacity: 'household-head', placeId: '510121111219.1.7' },
      place: ({ data }) => data.placeId,
    },
  }),
];

export class PlacesQuery extends Paged {
  /** The places below this one. */
  @PlaceId() within!: string;
  @Optional() @OneOf(placeLevels) level?: PlaceLevel;
}
export class HouseholdsQuery extends Paged {
  /** A compound, a building, or any place above. */
  @PlaceId() compound!: string;
}
export class RolesQuery extends Paged {
  @PlaceId() place!: string;
  @Optional() @OneOf(grantable) capacity?: (typeof grantable)[number];
}

/** A page of the ids of the places below a place, from above to below, of one level if wished. */
export function pagedPlaces(rows: ReadModels, within: string, level: PlaceLevel | undefined, paging: Paged) {
  const projection = level === undefined ? 'place-tree' : 'places-by-level';
  const under = level === undefined ? '' : `${level}/`;
  // the first page begins behind the place itself, whose key comes before those below it
  return pageOf<{ placeId: string }, string>(
    rows,
    projection,
    under + prefixBelow(within),
    { ...paging, after: under + within },
    ({ row }) => row.placeId,
  );
}

/** What the client sees of a place. A merged place shows the one it was merged into. */
async function showPlace(rows: ReadModels, placeId: string) {
  const merged: string[] = [];
  let row = await rows.get<PlaceRow>('place-tree', placeId);
  while (row?.mergedInto !== undefined && !merged.includes(row.placeId)) {
    merged.push(row.placeId);
    row = await rows.get<PlaceRow>('place-tree', row.mergedInto);
  }
  if (row === null) return refuse('place.not-found', { id: placeId });
  const count = await rows.get<{ households: number }>('household-count', row.placeId);
  const shown = { ...row, households: count?.households ?? 0 };
  if (merged.length === 0) return shown;
  const { revision: _, ...another } = shown; // it is not the revision of the place at this address
  return { ...another, askedFor: placeId };
}

/** Personal data is for the person, the cadres over the place and auditors. */
async function mayRead({ params, viewer, rows }: Ask<unknown>): Promise<PersonRow | ReturnType<typeof refuse>> {
  const id = params['id'] ?? '';
  const row = await rows.get<PersonRow>('people', id);
  const may = viewer !== null && (viewer.id === id || (await viewer.holds(readers, row?.placeId ?? county)));
  if (!may) return refuse('registry.not-yours-to-read');
  return row ?? refuse('person.not-found', { id });
}

const anExample = { placeId: '510121002002', name: '清江社区', level: 'community', parent: '510121002', households: 812, revision: 0 };
const aRole = {
  personId: '0b8f6c3e-6a55-8a31-9d0c-5f5d3c1c7a01',
  capacity: 'household-head',
  placeId: '510121111219.1.7',
  since: '2020-06-01T01:00:00.000Z',
};

export const registryQueries = [
  defineQuery({
    query: 'GetPlace',
    path: 'places/:id',
    allow: 'public',
    summary: {
      zh: '查地点；已合并的地点给出今天的地点（askedFor 为所查的代码）',
      en: 'A place; of a merged one, the place it is today (askedFor is the code asked for)',
    },
    from: ['place-tree', 'household-count'],
    answer: ({ params, rows }) => showPlace(rows, params['id'] ?? ''),
    example: anExample,
  }),
  defineQuery<PlacesQuery>({
    query: 'ListPlaces',
    path: 'places',
    allow: 'public',
    summary: { zh: '某地以下的地点，可按级别', en: 'The places below a place, of one level if wished' },
    from: ['place-tree', 'places-by-level'],
    parameters: PlacesQuery,
    answer: async ({ query: { within, level, ...paging }, rows }) => {
      const page = await pagedPlaces(rows, within, level, paging);
      if ('refused' in page) return page;
      return { items: await Promise.all(page.items.map((id) => rows.get<PlaceRow>('place-tree', id))), next: page.next };
    },
    example: { items: [{ placeId: '510121111219', name: '谢杨坝村', level: 'village', parent: '510121111', revision: 1 }], next: null },
  }),
  defineQuery<HouseholdsQuery>({
    query: 'ListHouseholds',
    path: 'households',
    allow: { over: officials },
    summary: { zh: '产权清册：住户、专有面积、产权人', en: 'The unit roll: households, exclusive area, owners' },
    from: ['unit-roll'],
    parameters: HouseholdsQuery,
    place: ({ query }) => query.compound,
    answer: ({ query, rows }) => pageOf<UnitRow, UnitRow>(rows, 'unit-roll', prefixBelow(query.compound), query, ({ row }) => row),
    example: { items: [{ householdId: '510121111219.1.7', name: '蔡家大院7号', area: 98_76, owners: [aRole.personId] }], next: null },
  }),
  defineQuery({
    query: 'GetPerson',
    path: 'people/:id',
    allow: 'signed-in',
    summary: { zh: '查人员登记', en: 'What the register holds of a person' },
    from: ['people'],
    answer: (ask) => mayRead(ask),
    example: { personId: aRole.personId, placeId: '510121111219.1.7', householdId: '510121111219.1.7', name: '蔡新周', revision: 3 },
  }),
  defineQuery<Paged>({
    query: 'GetPersonRoles',
    path: 'people/:id/roles',
    allow: 'signed-in',
    summary: { zh: '某人的身份', en: 'The roles of a person' },
    from: ['people', 'roles'],
    parameters: Paged,
    answer: async (ask) => {
      const row = await mayRead(ask);
      if ('refused' in row) return row;
      return pageOf<RoleRow, RoleRow>(ask.rows, 'roles', `person/${row.personId}/`, ask.query, (found) => found.row);
    },
    example: { items: [aRole], next: null },
  }),
  defineQuery<RolesQuery>({
    query: 'ListRoles',
    path: 'roles',
    allow: { over: officials },
    summary: { zh: '某地的身份', en: 'Who holds which role at a place' },
    from: ['roles'],
    parameters: RolesQuery,
    answer: ({ query, rows }) =>
      pageOf<RoleRow, RoleRow>(
        rows,
        'roles',
        `place/${query.place}/${query.capacity ? `${query.capacity}/` : ''}`,
        query,
        ({ row }) => row,
      ),
    example: { items: [aRole], next: null },
  }),
];
