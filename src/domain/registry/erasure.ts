import { defineDecider, refuse } from '../shared/decider.js';
import { type ErasureReason, erasureReasons } from '../shared/erasure-reasons.js';
import { Described, Flag, Id, OneOf, PersonId } from '../shared/fields.js';
import { isProgramActor } from '../shared/program-actors.js';

/** Asks to erase the personal data of a person. The person asks, or an official. */
export class RequestErasure {
  @Described(
    '依据（个人信息保护法第四十七、四十九条）：目的已实现或不再需要，保存期限已满，撤回同意，违法处理，近亲属为逝者提出',
    'The ground (PIPL art. 47 and 49): the purpose is achieved or over, the retention period is over, consent is withdrawn, the ' +
      'data was processed unlawfully, the relatives of somebody who died ask',
  )
  @OneOf(erasureReasons)
  reason!: ErasureReason;
  /** Where the register keeps the person; null if it does not. */
  declare static readonly facts: { placeId: string | null };
}
/** Who asked withdraws the request before it is confirmed. */
export class WithdrawErasure {
  declare static readonly facts: { erasureId: string };
}
/** A second official confirms the request. This cannot be undone. */
export class ConfirmErasure {
  declare static readonly facts: { placeId: string | null; erasureId: string };
}
/** Given by the system after a confirmation. Before its event is written, the key of the person is destroyed. */
export class ErasePerson {}

export class ErasureRequested {
  @PersonId() personId!: string;
  @Id() erasureId!: string;
  @OneOf(erasureReasons) reason!: ErasureReason;
}
/** The request is withdrawn: nothing is erased. It can be asked for again. */
export class ErasureWithdrawn {
  @PersonId() personId!: string;
  @Id() erasureId!: string;
}
/** From now on the key of the person is destroyed, tokens and the entry in the register end. */
export class ErasureConfirmed {
  @PersonId() personId!: string;
  @Id() erasureId!: string;
  /** Whether the person is in the register. */
  @Flag() registered!: boolean;
}
/** The key of the person is destroyed: nobody can read the sealed texts any more. */
export class PersonErased {
  @PersonId() personId!: string;
  @Id() erasureId!: string;
}

interface Erasure {
  readonly erasureId: string;
  readonly stage: 'requested' | 'withdrawn' | 'confirmed' | 'erased';
  /** Who asked; they may withdraw it. */
  readonly askedBy: string;
  /** Who entered the request for them. Neither of the two confirms it. */
  readonly enteredBy?: string;
}

/** Refusal codes of erasing a person. */
export type ErasureRefusal =
  | 'registry.erasure-not-found'
  | 'registry.erasure-withdrawn'
  | 'registry.erasure-confirmed'
  | 'registry.not-who-asked'
  | 'registry.second-official'
  | 'registry.no-person';

/** The erasure of one person, `erasure-<person>`. It also serves persons who are not in the register. None of its events is personal. */
export const erasure = defineDecider<Erasure | null, ErasureRefusal>()({
  stream: 'erasure',
  initial: null,
  commands: { RequestErasure, WithdrawErasure, ConfirmErasure, ErasePerson },
  events: { ErasureRequested, ErasureWithdrawn, ErasureConfirmed, PersonErased },
  decide: {
    RequestErasure: (state, { reason }, { id: personId, newId: erasureId, event }) => {
      if (isProgramActor(personId)) return refuse('registry.no-person', { person: personId });
      const isOpen = state !== null && state.stage !== 'withdrawn';
      return isOpen ? [] : [event('ErasureRequested', { personId, erasureId, reason })];
    },
    WithdrawErasure: (state, _, { id: personId, by, facts: { erasureId }, event }) => {
      if (state?.erasureId !== erasureId) return refuse('registry.erasure-not-found', { erasure: erasureId });
      if (state.stage === 'withdrawn') return [];
      if (state.stage !== 'requested') return refuse('registry.erasure-confirmed');
      return state.askedBy === by ? [event('ErasureWithdrawn', { personId, erasureId })] : refuse('registry.not-who-asked');
    },
    ConfirmErasure: (state, _, { id: personId, by, facts: { placeId, erasureId }, event }) => {
      if (isProgramActor(personId)) return refuse('registry.no-person', { person: personId });
      if (state?.erasureId !== erasureId) return refuse('registry.erasure-not-found', { erasure: erasureId });
      if (state.stage === 'withdrawn') return refuse('registry.erasure-withdrawn');
      if (state.stage !== 'requested') return [];
      if ([personId, state.askedBy, state.enteredBy].includes(by)) return refuse('registry.second-official');
      return [event('ErasureConfirmed', { personId, erasureId, registered: placeId !== null })];
    },
    ErasePerson: (state, _, { id: personId, event }) => {
      if (state === null || state.stage === 'requested' || state.stage === 'withdrawn')
        return refuse('registry.erasure-not-found', { erasure: personId });
      return state.stage === 'erased' ? [] : [event('PersonErased', { personId, erasureId: state.erasureId })];
    },
  },
  evolve: {
    ErasureRequested: (_, { erasureId }, { by, enteredBy }) => ({
      erasureId,
      stage: 'requested',
      askedBy: by,
      enteredBy,
    }),
    ErasureWithdrawn: (state) => state && { ...state, stage: 'withdrawn' },
    ErasureConfirmed: (state) => state && { ...state, stage: 'confirmed' },
    PersonErased: (state) => state && { ...state, stage: 'erased' },
  },
});
