import { defineDecider, type Immutable, refuse } from '../shared/decider.js';
import { isAbsent } from '../shared/field-marks.js';
import { isWithin } from '../shared/place-id.js';
import { dayInChina } from '../shared/time.js';
import type { Covenant } from './covenant-messages.js';
import {
  AmendPledge,
  ChangePledgeConsent,
  type Household,
  IssuePlaque,
  MakePledge,
  MountPlaque,
  PlaqueIssued,
  PlaqueMounted,
  PlaqueReplaced,
  type Pledge,
  PledgeAmended,
  PledgeConsentChanged,
  PledgeMade,
  type PledgeRefusal,
  PledgeRenewed,
  PledgeWithdrawn,
  RenewPledge,
  ReplacePlaque,
  WithdrawPledge,
} from './pledge-messages.js';

/** The id of a household's pledge. The id of a covenant is the code of its place. */
export const pledgeIdOf = (covenantId: string, householdId: string): string => `${covenantId}.${householdId}`;

/** A household's pledge to a covenant, and the plaque on its door (domain.md rows 2 and 3). */
export const pledge = defineDecider<Pledge | null, PledgeRefusal>()({
  stream: 'pledge',
  initial: null,
  commands: { MakePledge, RenewPledge, AmendPledge, WithdrawPledge, ChangePledgeConsent, IssuePlaque, MountPlaque, ReplacePlaque },
  events: { PledgeMade, PledgeRenewed, PledgeAmended, PledgeWithdrawn, PledgeConsentChanged, PlaqueIssued, PlaqueMounted, PlaqueReplaced },
  decide: {
    MakePledge: (state, { householdId, words, clauses, consent, displayName }, { by, facts: { covenant, household } }) => {
      if (!isHousehold(household)) return refuse('covenant.not-a-household', { place: householdId });
      if (!isWithin(householdId, covenant.placeId)) return refuse('covenant.household-outside', { place: covenant.placeId });
      if (state !== null && !state.withdrawn) return refuse('covenant.pledged-already');
      if (consent && displayName === undefined) return refuse('covenant.name-missing');
      const version = citable(covenant, clauses);
      if (typeof version !== 'number') return version;
      const named = consent && displayName !== undefined ? { displayName } : {};
      return [
        {
          type: 'PledgeMade',
          data: { covenantId: covenant.placeId, householdId, version, personId: by, words, clauses, consent, ...named },
        },
      ];
    },
    RenewPledge: (state, _, { id, at, by, facts: { covenant, household } }) => {
      if (!stands(state)) return gone(state, id);
      if (by !== state.personId) return refuse('covenant.not-the-pledger');
      if (!isHousehold(household)) return refuse('covenant.not-a-household', { place: state.placeId });
      const version = citable(covenant, state.clauses);
      if (typeof version !== 'number') return version;
      if (version === state.version && dayInChina(at) === dayInChina(state.confirmedAt)) return [];
      return [{ type: 'PledgeRenewed', data: { ...ids(state), version } }];
    },
    AmendPledge: (state, { words, clauses }, { id, by, facts: { covenant, household } }) => {
      if (!stands(state)) return gone(state, id);
      if (by !== state.personId) return refuse('covenant.not-the-pledger');
      if (!isHousehold(household)) return refuse('covenant.not-a-household', { place: state.placeId });
      const version = citable(covenant, clauses);
      if (typeof version !== 'number') return version;
      if (version === state.version && words === state.words && clauses.join() === state.clauses.join()) return [];
      return [{ type: 'PledgeAmended', data: { ...ids(state), version, personId: by, words, clauses } }];
    },
    WithdrawPledge: (state, _, { id }) => {
      if (state === null) return refuse('pledge.not-found', { id });
      return state.withdrawn ? [] : [{ type: 'PledgeWithdrawn', data: ids(state) }];
    },
    ChangePledgeConsent: (state, { consent, displayName }, { id, by: personId }) => {
      if (!stands(state)) return gone(state, id);
      if (personId !== state.personId) return refuse('covenant.not-the-pledger');
      if (consent && displayName === undefined) return refuse('covenant.name-missing');
      if (consent === state.consent && (!consent || displayName === state.displayName)) return [];
      return [
        {
          type: 'PledgeConsentChanged',
          data: { ...ids(state), personId, consent, ...(consent && displayName !== undefined && { displayName }) },
        },
      ];
    },
    IssuePlaque: (state, _, { id }) => {
      if (!stands(state)) return gone(state, id);
      if (isAbsent(state.words)) return refuse('person.erased');
      return state.plaque ? [] : [{ type: 'PlaqueIssued', data: { ...ids(state), ...nextPlate(state) } }];
    },
    MountPlaque: (state, { picture }, { id }) => {
      if (!stands(state)) return gone(state, id);
      if (state.plaque === null) return refuse('covenant.no-plaque');
      if (state.plaque.mounted) return [];
      return [{ type: 'PlaqueMounted', data: { ...ids(state), number: state.plaque.number, ...(picture !== undefined && { picture }) } }];
    },
    ReplacePlaque: (state, { reason }, { id }) => {
      if (!stands(state)) return gone(state, id);
      if (state.plaque === null) return refuse('covenant.no-plaque');
      if (isAbsent(state.words)) return refuse('person.erased');
      return [{ type: 'PlaqueReplaced', data: { ...ids(state), replaces: state.plaque.number, ...nextPlate(state), reason } }];
    },
  },
  evolve: {
    PledgeMade: (state, { covenantId, householdId, version, personId, words, clauses, consent, displayName }, { at }) => ({
      covenantId,
      placeId: householdId,
      personId,
      version,
      words,
      clauses,
      consent,
      displayName: displayName ?? null,
      confirmedAt: at,
      withdrawn: false,
      plaque: null,
      editions: state?.editions ?? 0,
    }),
    PledgeRenewed: (state, { version }, { at }) => state && { ...state, version, confirmedAt: at },
    PledgeAmended: (state, { version, words, clauses }, { at }) => state && { ...state, version, words, clauses, confirmedAt: at },
    PledgeWithdrawn: (state) => state && { ...state, withdrawn: true, plaque: null },
    PledgeConsentChanged: (state, { consent, displayName }) => state && { ...state, consent, displayName: displayName ?? null },
    PlaqueIssued: (state, { number, edition }) => state && { ...state, plaque: { number, mounted: false }, editions: edition },
    PlaqueMounted: (state, { number }) => state && { ...state, plaque: { number, mounted: true } },
    PlaqueReplaced: (state, { number, edition }) => state && { ...state, plaque: { number, mounted: false }, editions: edition },
  },
});

/** Refuses a place that is not a household or was merged. The household into which it was merged makes its own pledge. */
const isHousehold = ({ level, mergedInto }: Household): boolean => level === 'household' && mergedInto === null;
const stands = (state: Immutable<Pledge> | null): state is Immutable<Pledge> => state !== null && !state.withdrawn;
const gone = (state: Immutable<Pledge> | null, id: string) =>
  state === null ? refuse('pledge.not-found', { id }) : refuse('covenant.pledge-withdrawn');
const ids = ({ covenantId, placeId }: Pick<Pledge, 'covenantId' | 'placeId'>) => ({ covenantId, householdId: placeId });

/** The version in force if it has all these clauses, else the refusal. */
function citable({ inForce }: Immutable<Covenant>, clauses: readonly number[]) {
  if (inForce === null) return refuse('covenant.adopt-first');
  const unknown = clauses.find((clause) => !inForce.clauses.includes(clause));
  return unknown === undefined ? inForce.version : refuse('covenant.unknown-clause', { clause: unknown, version: inForce.version });
}

/** The number of a plaque. It contains the codes of place and household, so it is unique: 510121111219-1.7, then 510121111219-1.7/2. */
function nextPlate({ covenantId, placeId, editions }: Pick<Pledge, 'covenantId' | 'placeId' | 'editions'>) {
  const edition = editions + 1;
  const within = placeId.slice(covenantId.length).replace(/^\./u, '');
  return { number: `${covenantId}-${within}${edition === 1 ? '' : `/${edition}`}`, edition };
}
