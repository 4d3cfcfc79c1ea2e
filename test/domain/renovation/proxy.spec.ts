import { describe, it } from '@jest/globals';
import { renovationProxy } from '../../../src/domain/renovation/proxy.js';
import { given } from '../../support/given.js';
import { compound, day, documentHash, openBallot as ballot, otherHash } from './scenes.js';

const facts = { renovation: { id: 'r1', placeId: compound, ballot }, votedFor: [] as string[] };
const data = { ballotId: 'r1.1', to: 'cai', document: documentHash };
const fromLi = {
  type: 'RenovationProxyGiven',
  data: { renovationId: 'r1', ballotId: 'r1.1', voterId: 'li', to: 'cai', document: documentHash },
} as const;

describe('GiveRenovationProxy', () => {
  it('given an open ballot, when an owner gives a proxy, then it is given', () => {
    given(renovationProxy)
      .when('GiveRenovationProxy', data, { at: day(11), by: 'li', facts })
      .then([fromLi]);
  });

  it('given a proxy, when it is given on the same document, then nothing changes; on a new document, then it is given anew', () => {
    given(renovationProxy, fromLi)
      .when('GiveRenovationProxy', data, { at: day(11), by: 'li', facts })
      .thenNothing();
    given(renovationProxy, fromLi)
      .when('GiveRenovationProxy', { ...data, document: otherHash }, { at: day(11), by: 'li', facts })
      .then([{ ...fromLi, data: { ...fromLi.data, document: otherHash } }]);
  });

  it('given a holder who covers one owner, when another owner gives them a proxy, then it is refused', () => {
    given(renovationProxy, fromLi)
      .when('GiveRenovationProxy', data, { at: day(11), by: 'wu', facts })
      .thenRefused('renovation.proxy-covers-another', { holder: 'cai', most: 1 });
  });

  it('given an open ballot, when a proxy is given to oneself or by somebody without a vote, then it is refused', () => {
    given(renovationProxy)
      .when('GiveRenovationProxy', data, { at: day(11), by: 'cai', facts })
      .thenRefused('renovation.proxy-for-oneself');
    given(renovationProxy)
      .when('GiveRenovationProxy', data, { at: day(11), by: 'zhao', facts })
      .thenRefused('renovation.not-on-roll', { owner: 'zhao' });
  });

  it('given another ballot or a closed one, when a proxy is given, then it is refused; from the announcement on, it is given', () => {
    const give = (at: string, ballotId = 'r1.1') =>
      given(renovationProxy).when('GiveRenovationProxy', { ...data, ballotId }, { at, by: 'li', facts });
    give(day(11), 'r1.2').thenRefused('renovation.no-such-ballot', { ballot: 'r1.2' });
    give(day(9)).then([{ type: 'RenovationProxyGiven', data: { renovationId: 'r1', voterId: 'li', ...data } }]);
    give(day(17)).thenRefused('renovation.ballot-closed', { closed: day(17) });
  });
});

describe('EndRenovationProxy', () => {
  const ended = {
    type: 'RenovationProxyEnded',
    data: { renovationId: 'r1', ballotId: 'r1.1', voterId: 'li', to: 'cai', how: 'withdrawn' },
  } as const;
  const end = { ballotId: 'r1.1', to: 'cai' };

  it('given a proxy, when the owner ends it, then it is withdrawn; when the holder ends it, then it is declined', () => {
    given(renovationProxy, fromLi)
      .when('EndRenovationProxy', end, { at: day(12), by: 'li', facts })
      .then([ended]);
    given(renovationProxy, fromLi)
      .when('EndRenovationProxy', end, { at: day(12), by: 'cai', facts })
      .then([{ ...ended, data: { ...ended.data, how: 'declined' } }]);
  });

  it('given a holder who voted by an ended proxy, when another owner gives one, then it is refused; when the same owner does, then it is given', () => {
    const voted = { ...facts, votedFor: ['li'] };
    given(renovationProxy, fromLi, ended)
      .when('GiveRenovationProxy', data, { at: day(12), by: 'wu', facts: voted })
      .thenRefused('renovation.proxy-covers-another', { holder: 'cai', most: 1 });
    given(renovationProxy, fromLi, ended)
      .when('GiveRenovationProxy', data, { at: day(12), by: 'li', facts: voted })
      .then([fromLi]);
  });

  it('given a ballot in which one person may represent two owners, when a third gives a proxy, then it is refused (E13)', () => {
    const two = { ...facts, renovation: { ...facts.renovation, ballot: { ...ballot, mostProxies: 2 } } };
    const fromWu = { ...fromLi, data: { ...fromLi.data, voterId: 'wu' } };
    given(renovationProxy, fromLi)
      .when('GiveRenovationProxy', data, { at: day(12), by: 'wu', facts: two })
      .then([fromWu]);
    given(renovationProxy, { ...fromLi, data: { ...fromLi.data, voterId: 'other' } }, fromWu)
      .when('GiveRenovationProxy', data, { at: day(12), by: 'li', facts: two })
      .thenRefused('renovation.proxy-covers-another', { holder: 'cai', most: 2 });
    // the holder declines one of them, or all
    given(renovationProxy, fromLi, fromWu)
      .when('EndRenovationProxy', { ...end, owner: 'wu' }, { at: day(12), by: 'cai', facts: two })
      .then([{ ...ended, data: { ...ended.data, voterId: 'wu', how: 'declined' } }]);
    given(renovationProxy, fromLi, fromWu)
      .when('EndRenovationProxy', end, { at: day(12), by: 'cai', facts: two })
      .then([fromLi, fromWu].map(({ data: { voterId } }) => ({ ...ended, data: { ...ended.data, voterId, how: 'declined' as const } })));
  });

  it('given somebody who may not hold a proxy in this ballot, when one is given to them, then it is refused (E13)', () => {
    const barred = { ...facts, renovation: { ...facts.renovation, ballot: { ...ballot, barredProxies: ['cai'] } } };
    given(renovationProxy)
      .when('GiveRenovationProxy', data, { at: day(12), by: 'li', facts: barred })
      .thenRefused('renovation.proxy-barred', { holder: 'cai' });
  });

  it('given an ended proxy that was not used, when another owner gives one, then it is given', () => {
    given(renovationProxy, fromLi, ended)
      .when('GiveRenovationProxy', data, { at: day(12), by: 'wu', facts })
      .then([{ ...fromLi, data: { ...fromLi.data, voterId: 'wu' } }]);
  });

  it('given somebody else’s proxy, none, or an ended one, when it is ended, then it is refused', () => {
    const none = ['renovation.no-proxy-to-end', { holder: 'cai' }] as const;
    given(renovationProxy, fromLi)
      .when('EndRenovationProxy', end, { at: day(12), by: 'wu', facts })
      .thenRefused(...none);
    given(renovationProxy)
      .when('EndRenovationProxy', end, { at: day(12), by: 'li', facts })
      .thenRefused(...none);
    given(renovationProxy, fromLi, ended)
      .when('EndRenovationProxy', end, { at: day(12), by: 'cai', facts })
      .thenRefused(...none);
  });

  it('given a closed ballot, when a proxy is ended, then it is refused', () => {
    given(renovationProxy, fromLi)
      .when('EndRenovationProxy', end, { at: day(17), by: 'li', facts })
      .thenRefused('renovation.ballot-closed', { closed: day(17) });
  });
});
