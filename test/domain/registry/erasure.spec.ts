import { describe, it } from '@jest/globals';
import { erasure } from '../../../src/domain/registry/erasure.js';
import { programActors } from '../../../src/domain/shared/program-actors.js';
import { given } from '../../support/given.js';

const [personId, erasureId] = ['p-cai', 'erasure-1'];
const reason = 'consent-withdrawn';
const asked = { type: 'ErasureRequested', data: { personId, erasureId, reason } } as const;
const askedBy = (by: string, enteredBy?: string) => ({ ...asked, by, enteredBy });
const confirmed = { type: 'ErasureConfirmed', data: { personId, erasureId, registered: true } } as const;
const withdrawn = { type: 'ErasureWithdrawn', data: { personId, erasureId } } as const;
const erased = { type: 'PersonErased', data: { personId, erasureId } } as const;
const asking = { id: personId, newId: erasureId, by: personId, facts: { placeId: null } };
const confirming = (by: string, placeId: string | null = '510121111219.1.7', named = erasureId) => ({
  id: personId,
  by,
  capacity: 'cadre' as const,
  facts: { placeId, erasureId: named },
});

describe('RequestErasure', () => {
  it('given an actor of the program, which is no person, when its erasure is asked for, then it is refused', () => {
    for (const actor of Object.values(programActors))
      given(erasure)
        .when('RequestErasure', { reason }, { ...asking, id: actor })
        .thenRefused('registry.no-person', { person: actor });
  });

  it('given nothing, when it is asked for, then the event holds a code and nothing about the person', () => {
    given(erasure).when('RequestErasure', { reason }, asking).then([asked]);
  });

  it('given a request, a confirmation or an erasure, when it is asked for again, then nothing changes', () => {
    for (const past of [[asked], [asked, confirmed], [asked, confirmed, erased]])
      given(erasure, ...past)
        .when('RequestErasure', { reason: 'unlawful' }, { ...asking, newId: 'erasure-2' })
        .thenNothing();
  });
});

describe('WithdrawErasure', () => {
  const withdrawing = (by: string, named = erasureId) => ({ ...confirming(by, null, named), capacity: 'resident' as const });

  it('given a request, when who asked withdraws it, then it is withdrawn, once', () => {
    given(erasure, askedBy(personId)).when('WithdrawErasure', {}, withdrawing(personId)).then([withdrawn]);
    given(erasure, askedBy(personId, 'cadre-1')).when('WithdrawErasure', {}, withdrawing(personId)).then([withdrawn]);
    given(erasure, askedBy('cadre-1')).when('WithdrawErasure', {}, withdrawing('cadre-1')).then([withdrawn]);
    given(erasure, askedBy(personId), withdrawn).when('WithdrawErasure', {}, withdrawing(personId)).thenNothing();
  });

  it('given a request, when somebody else would withdraw it, also who entered it or whom it is about, then it is refused', () => {
    given(erasure, askedBy(personId, 'cadre-1')).when('WithdrawErasure', {}, withdrawing('cadre-1')).thenRefused('registry.not-who-asked');
    given(erasure, askedBy('cadre-1')).when('WithdrawErasure', {}, withdrawing(personId)).thenRefused('registry.not-who-asked');
  });

  it('given it is confirmed or done, when it would be withdrawn, then it is refused', () => {
    for (const past of [[confirmed], [confirmed, erased]])
      given(erasure, askedBy(personId), ...past)
        .when('WithdrawErasure', {}, withdrawing(personId))
        .thenRefused('registry.erasure-confirmed');
  });

  it('given no request, or another one, when it would be withdrawn, then it is refused', () => {
    given(erasure).when('WithdrawErasure', {}, withdrawing(personId)).thenRefused('registry.erasure-not-found', { erasure: erasureId });
    given(erasure, askedBy(personId))
      .when('WithdrawErasure', {}, withdrawing(personId, 'erasure-9'))
      .thenRefused('registry.erasure-not-found', { erasure: 'erasure-9' });
  });

  it('given it was withdrawn, when it would be confirmed, then it is refused; when it is asked for again, then there is a new request', () => {
    given(erasure, askedBy(personId), withdrawn)
      .when('ConfirmErasure', {}, confirming('cadre-1'))
      .thenRefused('registry.erasure-withdrawn');
    given(erasure, askedBy(personId), withdrawn)
      .when('RequestErasure', { reason }, { ...asking, newId: 'erasure-2' })
      .then([{ ...asked, data: { ...asked.data, erasureId: 'erasure-2' } }]);
    given(erasure, askedBy(personId), withdrawn)
      .when('ErasePerson', {}, { id: personId, capacity: 'system' })
      .thenRefused('registry.erasure-not-found', { erasure: personId });
  });
});

describe('ConfirmErasure', () => {
  it('given an actor of the program, when its erasure was asked for, then it is not confirmed', () => {
    for (const actor of Object.values(programActors))
      given(erasure, askedBy('cadre-1'))
        .when('ConfirmErasure', {}, { ...confirming('cadre-2'), id: actor })
        .thenRefused('registry.no-person', { person: actor });
  });

  it('given a request of the person, when an official confirms it, then it is confirmed', () => {
    given(erasure, askedBy(personId)).when('ConfirmErasure', {}, confirming('cadre-1')).then([confirmed]);
  });

  it('given the person is not in the register, when it is confirmed, then the event says so', () => {
    given(erasure, askedBy(personId))
      .when('ConfirmErasure', {}, confirming('cadre-1', null))
      .then([{ ...confirmed, data: { ...confirmed.data, registered: false } }]);
  });

  it('given a request of an official, when another confirms it, then it is confirmed; the same official, or who entered it, is refused', () => {
    given(erasure, askedBy('cadre-1')).when('ConfirmErasure', {}, confirming('cadre-2')).then([confirmed]);
    given(erasure, askedBy('cadre-1')).when('ConfirmErasure', {}, confirming('cadre-1')).thenRefused('registry.second-official');
    given(erasure, askedBy(personId, 'cadre-1')).when('ConfirmErasure', {}, confirming('cadre-1')).thenRefused('registry.second-official');
  });

  it('given the person is an official, when they confirm their own erasure, then it is refused', () => {
    given(erasure, askedBy('cadre-1')).when('ConfirmErasure', {}, confirming(personId)).thenRefused('registry.second-official');
  });

  it('given it is confirmed or done, when it is confirmed again, then nothing changes', () => {
    given(erasure, askedBy(personId), confirmed).when('ConfirmErasure', {}, confirming('cadre-2')).thenNothing();
    given(erasure, askedBy(personId), confirmed, erased).when('ConfirmErasure', {}, confirming('cadre-2')).thenNothing();
  });

  it('given no request, or another one, when it is confirmed, then it is refused', () => {
    const refused = { erasure: erasureId };
    given(erasure).when('ConfirmErasure', {}, confirming('cadre-1')).thenRefused('registry.erasure-not-found', refused);
    given(erasure, askedBy(personId))
      .when('ConfirmErasure', {}, confirming('cadre-1', null, 'erasure-9'))
      .thenRefused('registry.erasure-not-found', { erasure: 'erasure-9' });
  });
});

describe('ErasePerson', () => {
  it('given a confirmation, when the key has been destroyed, then the person is erased, once', () => {
    given(erasure, asked, confirmed).when('ErasePerson', {}, { id: personId, capacity: 'system' }).then([erased]);
    given(erasure, asked, confirmed, erased).when('ErasePerson', {}, { id: personId, capacity: 'system' }).thenNothing();
  });

  it('given no confirmation, when the system would erase, then it is refused', () => {
    for (const past of [[], [asked]])
      given(erasure, ...past)
        .when('ErasePerson', {}, { id: personId, capacity: 'system' })
        .thenRefused('registry.erasure-not-found', { erasure: personId });
  });
});
