import type { Capacity } from '../shared/capacity.js';
import { defineDecider, refuse, type Immutable } from '../shared/decider.js';
import { periodEnd, policyAt } from '../shared/policy.js';
import {
  ballotOpened,
  CloseRenovationBallot,
  decideBallot,
  DecideRenovation,
  nextBallotId,
  openBallot,
  OpenRenovationBallot,
  RenovationBallotClosed,
  RenovationBallotOpened,
  RenovationDecided,
} from './ballot.js';
import {
  CloseRenovationConsultation,
  groups,
  OpenRenovationConsultation,
  OpenRenovationNotice,
  openObjectionsLimit,
  ProposeRenovation,
  PutRenovationIntoEffect,
  RaiseRenovationObjection,
  RenovationConsultationClosed,
  RenovationConsultationOpened,
  RenovationDesignRevised,
  RenovationDesignSigned,
  RenovationDesignSubmitted,
  RenovationNoticeOpened,
  RenovationObjectionRaised,
  RenovationObjectionRuled,
  RenovationProposed,
  RenovationReopened,
  RenovationTookEffect,
  ReviseRenovationDesign,
  RuleOnRenovationObjection,
  SignRenovationDesign,
  SubmitRenovationDesign,
  type Group,
} from './messages.js';
import type { Renovation, RenovationPhase, RenovationRefusal } from './renovation-state.js';

const compounds = ['compound', 'courtyard', 'settlement'];
/** Without a quorum the design is neither adopted nor rejected: its signatures remain, and another ballot may be opened. */
export const phaseAfter = { adopted: 'adopted', rejected: 'revision', 'no-quorum': 'design' } as const;
const groupOf: Partial<Record<Capacity, Group>> = {
  cadre: 'cadres',
  planner: 'planner',
  moderator: 'residents',
  resident: 'residents',
  'household-head': 'residents',
};
const beforeDesign: readonly RenovationPhase[] = ['proposed', 'consultation'];

/** A small physical improvement of a compound, from the proposal to the end of its public notice (domain.md rows 13 and 15). */
export const renovation = defineDecider<Renovation | null, RenovationRefusal>()({
  stream: 'renovation',
  initial: null,
  commands: {
    ProposeRenovation,
    OpenRenovationConsultation,
    CloseRenovationConsultation,
    SubmitRenovationDesign,
    ReviseRenovationDesign,
    SignRenovationDesign,
    OpenRenovationBallot,
    CloseRenovationBallot,
    DecideRenovation,
    OpenRenovationNotice,
    RaiseRenovationObjection,
    RuleOnRenovationObjection,
    PutRenovationIntoEffect,
  },
  events: {
    RenovationProposed,
    RenovationConsultationOpened,
    RenovationConsultationClosed,
    RenovationDesignSubmitted,
    RenovationDesignRevised,
    RenovationDesignSigned,
    RenovationBallotOpened,
    RenovationBallotClosed,
    RenovationDecided,
    RenovationNoticeOpened,
    RenovationObjectionRaised,
    RenovationObjectionRuled,
    RenovationReopened,
    RenovationTookEffect,
  },
  decide: {
    ProposeRenovation: (state, data, { id, by, facts }) => {
      if (state !== null) return refuse('renovation.exists', { id });
      if (!compounds.includes(facts.place.level)) return refuse('renovation.not-a-compound', { level: facts.place.level });
      return [{ type: 'RenovationProposed', data: { ...data, renovationId: id, proposedBy: by } }];
    },
    OpenRenovationConsultation: (state, { until }, { now, facts: { policies } }) => {
      if (state?.phase === 'consultation' && state.until === until) return [];
      if (state?.phase !== 'proposed') return refuse('renovation.consultation-held');
      const period = periodEnd(policyAt(policies, now), 'renovation-consultation-days', now, until);
      return 'refused' in period ? period : [{ type: 'RenovationConsultationOpened', data: period }];
    },
    CloseRenovationConsultation: (state, _, { now }) => {
      if (!state || state.phase === 'proposed') return refuse('renovation.not-in-consultation');
      if (state.phase !== 'consultation' || state.until === null) return [];
      return now < state.until
        ? refuse('renovation.not-due', { due: state.until })
        : [{ type: 'RenovationConsultationClosed', data: { until: state.until } }];
    },
    SubmitRenovationDesign: (state, data, { by }) => {
      if (!state || beforeDesign.includes(state.phase)) return refuse('renovation.consultation-first');
      if (state.design !== null) return refuse('renovation.design-exists', { version: state.design.version });
      return [{ type: 'RenovationDesignSubmitted', data: { version: 1, plannerId: by, ...data } }];
    },
    ReviseRenovationDesign: (state, data, { by }) => {
      if (!state?.design) return refuse('renovation.no-design');
      const { version } = state.design;
      if (state.phase !== 'design' && state.phase !== 'revision') return refuse('renovation.design-fixed', { version });
      return [{ type: 'RenovationDesignRevised', data: { version: version + 1, plannerId: by, ...data } }];
    },
    SignRenovationDesign: (state, { version }, { by, capacity }) => {
      if (!state?.design) return refuse('renovation.no-design');
      const { design } = state;
      const group = groupOf[capacity];
      if (group === undefined) return refuse('renovation.not-a-signing-group', { capacity });
      if (version !== design.version) return refuse('renovation.design-superseded', { version: design.version });
      if (state.phase === 'revision') return refuse('renovation.revision-first', { version });
      if (state.phase !== 'design') return refuse('renovation.design-fixed', { version });
      if (design.signatures.some((signature) => signature.group === group)) return [];
      if (design.signatures.some((signature) => signature.by === by)) return refuse('renovation.signs-for-another-group');
      return [{ type: 'RenovationDesignSigned', data: { version, document: design.document, group, signerId: by } }];
    },
    OpenRenovationBallot: (state, data, context) => {
      if (!state?.design) return refuse('renovation.no-design');
      const { signatures, version } = state.design;
      if (state.phase === 'revision') return refuse('renovation.revision-first', { version });
      if (state.phase !== 'design') return refuse('renovation.ballot-held');
      const missing = groups.filter((group) => !signatures.some((signature) => signature.group === group));
      if (missing.length > 0) return refuse('renovation.not-signed', { missing: missing.join(', ') });
      const opened = openBallot(data, { ballotId: nextBallotId(context.id, state.ballots), designVersion: version }, context);
      return 'refused' in opened ? opened : [{ type: 'RenovationBallotOpened', data: opened }];
    },
    CloseRenovationBallot: (state, _, { now }) => {
      if (!state?.ballot) return refuse('renovation.no-ballot');
      const { id, closesAt, closed } = state.ballot;
      if (closed) return [];
      return now < closesAt
        ? refuse('renovation.not-due', { due: closesAt })
        : [{ type: 'RenovationBallotClosed', data: { ballotId: id } }];
    },
    DecideRenovation: (state, _, { facts: { count } }) => {
      if (!state?.ballot) return refuse('renovation.no-ballot');
      if (state.phase === 'ballot') return refuse('renovation.ballot-open');
      if (state.phase !== 'counting') return [];
      if (count.ballotId !== state.ballot.id)
        throw new Error(`the count of ballot ${count.ballotId} cannot decide ballot ${state.ballot.id}`);
      return [{ type: 'RenovationDecided', data: decideBallot(state.ballot, count) }];
    },
    OpenRenovationNotice: (state, { until }, { now, facts: { policies } }) => {
      if (state?.phase === 'notice' && until === state.until) return [];
      if (state?.phase === 'notice' || state?.phase === 'effective') return refuse('renovation.notice-held');
      if (state?.phase !== 'adopted' || !state.ballot) return refuse('renovation.not-adopted');
      const period = periodEnd(policyAt(policies, now), 'renovation-notice-days', now, until);
      if ('refused' in period) return period;
      const { id, designVersion } = state.ballot;
      return [{ type: 'RenovationNoticeOpened', data: { ballotId: id, designVersion, ...period } }];
    },
    RaiseRenovationObjection: (state, { words }, { at, by, newId }) => {
      if (state?.phase !== 'notice' || state.until === null || at >= state.until) return refuse('renovation.not-in-notice');
      if (state.objections.length >= openObjectionsLimit) return refuse('renovation.objection-limit', { most: openObjectionsLimit });
      return [{ type: 'RenovationObjectionRaised', data: { objectionId: newId, raisedBy: by, words } }];
    },
    RuleOnRenovationObjection: (state, { objectionId, upheld, reason }, { by, event }) => {
      const objection = state?.objections.find(({ id }) => id === objectionId);
      if (!state?.ballot || state.until === null || !objection) return refuse('renovation.objection-not-found', { objection: objectionId });
      if (objection.by === by) return refuse('renovation.own-objection');
      const open = state.objections.length - 1;
      const ruled = event('RenovationObjectionRuled', { objectionId, upheld, reason, open, noticeUntil: state.until });
      return upheld ? [ruled, event('RenovationReopened', { objectionId, designVersion: state.ballot.designVersion })] : [ruled];
    },
    PutRenovationIntoEffect: (state, _, { now }) => {
      if (state?.phase === 'effective') return [];
      if (state?.phase !== 'notice' || state.until === null || !state.ballot) return refuse('renovation.not-in-notice');
      if (now < state.until) return refuse('renovation.not-due', { due: state.until });
      if (state.objections.length > 0) return refuse('renovation.objections-open', { open: state.objections.length });
      const { id, designVersion } = state.ballot;
      return [{ type: 'RenovationTookEffect', data: { ballotId: id, designVersion, noticeUntil: state.until } }];
    },
  },
  evolve: {
    RenovationProposed: (_, { renovationId, placeId }) => ({
      id: renovationId,
      placeId,
      phase: 'proposed',
      until: null,
      design: null,
      ballot: null,
      ballots: 0,
      objections: [],
    }),
    RenovationConsultationOpened: (state, { until }) => state && { ...state, phase: 'consultation', until },
    RenovationConsultationClosed: (state) => state && { ...state, phase: 'consulted', until: null },
    RenovationDesignSubmitted: designed,
    RenovationDesignRevised: designed,
    RenovationDesignSigned: (state, { group, signerId }) =>
      state?.design ? { ...state, design: { ...state.design, signatures: [...state.design.signatures, { group, by: signerId }] } } : state,
    RenovationBallotOpened: (state, data) => state && { ...state, phase: 'ballot', ballot: ballotOpened(data), ballots: state.ballots + 1 },
    RenovationBallotClosed: (state) => (state?.ballot ? { ...state, phase: 'counting', ballot: { ...state.ballot, closed: true } } : state),
    RenovationDecided: (state, { decision: { outcome } }) => state && { ...state, phase: phaseAfter[outcome] },
    RenovationNoticeOpened: (state, { until }) => state && { ...state, phase: 'notice', until },
    RenovationObjectionRaised: (state, { objectionId, raisedBy }) =>
      state && { ...state, objections: [...state.objections, { id: objectionId, by: raisedBy }] },
    RenovationObjectionRuled: (state, { objectionId }) =>
      state && { ...state, objections: state.objections.filter(({ id }) => id !== objectionId) },
    RenovationReopened: (state) => state && { ...state, phase: 'revision', until: null, objections: [] },
    RenovationTookEffect: (state) => state && { ...state, phase: 'effective', until: null },
  },
});

/** The state after a new design. Earlier signatures were for another version and are dropped. */
function designed(
  state: Immutable<Renovation> | null,
  { version, document }: Immutable<RenovationDesignSubmitted>,
): Immutable<Renovation> | null {
  return state && { ...state, phase: 'design', design: { version, document, signatures: [] } };
}
