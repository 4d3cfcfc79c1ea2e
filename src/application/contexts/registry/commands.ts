import { erasure } from '../../../domain/registry/erasure.js';
import { type Person, person } from '../../../domain/registry/person.js';
import { place } from '../../../domain/registry/place.js';
import { placePolicy } from '../../../domain/registry/place-policy.js';
import { tokenRevocations } from '../../../domain/registry/token-revocations.js';
import { type Capacity } from '../../../domain/shared/capacity.js';
import { county, isWithin, lineage, parentOf, prefixBelow } from '../../../domain/shared/place-id.js';
import { placeTree } from '../../../projections/registry/place-tree.js';
import { commandsOf, type Load } from '../../kernel/command.js';
import { placeAt, policiesAt } from './facts.js';

/* Longer than other files: it is a table of commands with what they need. */

const officials: readonly Capacity[] = ['cadre', 'department'];

const parent = async (placeId: string, load: Load) => {
  const above = parentOf(placeId);
  return { parent: above === null ? null : await load.state(place, above) };
};

/** The first place below that has not been merged into another one; null if there is none. */
async function standingBelow(placeId: string, load: Load): Promise<string | null> {
  const rows = await load.rows([placeTree]);
  const prefix = prefixBelow(placeId);
  for (let after = placeId; ;) {
    const page = await rows.list(placeTree, { prefix, after, limit: 500 });
    const standing = page.find(({ row }) => row.mergedInto === undefined);
    if (standing) return standing.key;
    const last = page.at(-1);
    if (!last) return null;
    after = last.key;
  }
}

/** Where the register keeps a person; null if it does not. */
const placeOf = async (personId: string, load: Load) => (await load.stateWithoutTexts(person, personId))?.placeId ?? null;

/** The nearest place that contains both a place and where the person is registered; null if they are not. */
const nearest = (state: Person | null, placeId: string): string | null =>
  lineage(placeId).find((above) => state !== null && isWithin(state.placeId, above)) ?? null;

/** Where it may be known that somebody is registered: also where they have a role, because roles of a place can be read there. */
const knownAt = (state: Person | null, placeId: string): string | null =>
  state?.roles.some((role) => isWithin(role.placeId, placeId)) ? placeId : nearest(state, placeId);

export const registryCommands = [
  ...commandsOf(place, {
    RegisterPlace: {
      path: 'places',
      allow: { over: officials },
      summary: { zh: '登记地点', en: 'Register a place' },
      example: { placeId: '510121111219.1', name: '蔡家大院', level: 'courtyard' },
      stream: ({ data }) => data.placeId,
      registersPlace: true,
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
      registersPlace: true,
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
      facts: async ({ params, data }, load) => {
        const [into, below] = await Promise.all([placeAt(load, data.into), standingBelow(params['id'] ?? '', load)]);
        return { into, below };
      },
      // the actor needs a right at both places
      place: ({ data, target }) => lineage(target.params['id'] ?? '').find((above) => isWithin(data.into, above)) ?? null,
    },
    DescribeUnit: {
      path: 'households/:id/descriptions',
      allow: { over: officials },
      summary: {
        zh: '登记房屋的类型（住宅、商铺、车位、储藏间）和状态（已售、未售、未交付）',
        en: 'Describe a unit: home, shop, parking or storage; sold, not sold yet, or not handed over',
      },
      example: { kind: 'parking', holding: 'sold' },
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
      subjectIsPerson: true,
      allow: { over: officials },
      summary: { zh: '更正人员登记', en: 'Correct the entry of a person' },
      example: { contact: '13900000000' },
    },
    MoveHousehold: {
      path: 'people/:id/households',
      subjectIsPerson: true,
      allow: { over: officials },
      summary: { zh: '迁入另一户', en: 'Move a person into another household' },
      example: { householdId: '510121111219.1.8' },
      facts: async ({ data }, load) => ({ household: await placeAt(load, data.householdId) }),
      // the actor also needs a right where the person comes from, or any cadre could read anybody's name and contact
      place: ({ state, data }) => nearest(state, data.householdId),
    },
    GrantRole: {
      path: 'people/:id/roles',
      subjectIsPerson: true,
      allow: { over: ['department', 'cadre'] },
      summary: { zh: '授予身份', en: 'Grant a role at a place' },
      example: { capacity: 'household-head', placeId: '510121111219.1.7' },
      facts: async ({ data }, load) => ({ place: await placeAt(load, data.placeId) }),
      place: ({ data }) => data.placeId,
      knownAt: ({ state, data }) => knownAt(state, data.placeId),
    },
    RevokeRole: {
      path: 'people/:id/role-revocations',
      subjectIsPerson: true,
      allow: { over: ['department', 'cadre'] },
      summary: { zh: '收回身份', en: 'Revoke a role' },
      example: { capacity: 'household-head', placeId: '510121111219.1.7' },
      place: ({ data }) => data.placeId,
      knownAt: ({ state, data }) => knownAt(state, data.placeId),
    },
    EndRegistration: {
      path: 'system/people/:id/registration-end',
      allow: 'system',
      summary: { zh: '注销人员登记', en: 'End the registration of an erased person' },
      example: {},
    },
  }),
  ...commandsOf(placePolicy, {
    AdoptPlacePolicy: {
      path: 'policies',
      allow: { over: officials },
      summary: {
        zh: '制定本地期限、次数等各项标准',
        en: 'Adopt a version of the policy of a place: its periods, limits and other figures',
      },
      example: {
        placeId: '510121111219',
        from: '2026-06-01',
        settings: [
          { name: 'renovation-notice-days', value: 10 },
          { name: 'merit-appeal-days', value: 7 },
        ],
      },
      stream: ({ data }) => data.placeId,
      bodyNamesStream: true,
      facts: async ({ data }, load) => ({ above: (await policiesAt(load, data.placeId)).slice(1) }),
    },
  }),
  ...commandsOf(erasure, {
    RequestErasure: {
      path: 'people/:id/erasures',
      subjectIsPerson: true,
      begins: true,
      daily: { most: 10, event: 'ErasureRequested' },
      allow: { over: officials, self: true },
      summary: { zh: '申请删除某人的个人信息', en: 'Ask to erase the personal data of a person' },
      example: { reason: 'consent-withdrawn' },
      stream: ({ params }) => params['id'] ?? '',
      placeFrom: async ({ params }, load) => (await placeOf(params['id'] ?? '', load)) ?? county,
      facts: async ({ params }, load) => ({ placeId: await placeOf(params['id'] ?? '', load) }),
    },
    WithdrawErasure: {
      path: 'people/:id/erasures/:erasureId/withdrawal',
      subjectIsPerson: true,
      allow: { over: officials, self: true },
      summary: {
        zh: '撤回删除个人信息的申请（由申请人，在确认之前）',
        en: 'Withdraw a request for erasure, as who asked, before it is confirmed',
      },
      example: {},
      stream: ({ params }) => params['id'] ?? '',
      placeFrom: async ({ params }, load) => (await placeOf(params['id'] ?? '', load)) ?? county,
      facts: async ({ params }) => Promise.resolve({ erasureId: params['erasureId'] ?? '' }),
    },
    ConfirmErasure: {
      path: 'people/:id/erasures/:erasureId/confirmation',
      subjectIsPerson: true,
      allow: { over: officials },
      summary: { zh: '确认删除某人的个人信息（第二名工作人员）', en: 'Confirm the erasure, as a second official' },
      example: {},
      stream: ({ params }) => params['id'] ?? '',
      placeFrom: async ({ params }, load) => (await placeOf(params['id'] ?? '', load)) ?? county,
      facts: async ({ params }, load) => ({ placeId: await placeOf(params['id'] ?? '', load), erasureId: params['erasureId'] ?? '' }),
    },
    ErasePerson: {
      path: 'system/people/:id/erasure',
      allow: 'system',
      summary: { zh: '删除个人信息', en: 'Erase the personal data of a person' },
      example: {},
      carryOut: ({ params }, { forget }) => forget(params['id'] ?? ''),
    },
  }),
  ...commandsOf(tokenRevocations, {
    RevokeToken: {
      path: 'token-revocations',
      allow: { over: ['department'] },
      summary: { zh: '吊销某人的令牌', en: 'Revoke a token of any person' },
      example: { tokenId: '7d0e2f0a-93f4-4c1b-8a55-1f3f4f0b6a20', personId: '0b8f6c3e-6a55-8a31-9d0c-5f5d3c1c7a01' },
      stream: () => county,
      place: () => county,
    },
    RevokeOwnToken: {
      path: 'own-token-revocations',
      daily: { most: 50, event: 'TokenRevoked' },
      allow: 'signed-in',
      summary: { zh: '吊销自己的令牌', en: 'Revoke one of your own tokens' },
      example: { tokenId: '7d0e2f0a-93f4-4c1b-8a55-1f3f4f0b6a20' },
      stream: () => county,
      place: () => county,
    },
    EndTokens: {
      path: 'system/token-ends',
      allow: 'system',
      summary: { zh: '终止某人的全部令牌', en: 'End all tokens of an erased person' },
      example: { personId: '0b8f6c3e-6a55-8a31-9d0c-5f5d3c1c7a01' },
      stream: () => county,
      place: () => county,
    },
  }),
];
