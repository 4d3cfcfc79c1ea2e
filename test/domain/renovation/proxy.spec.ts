import { describe, it } from '@jest/globals';
import { ballotOpened as openedState } from '../../../src/domain/renovation/ballot.js';
import { renovationProxy } from '../../../src/domain/renovation/proxy.js';
import { given } from '../../support/given.js';
import { ballotOpened, compound, day, documentHash, otherHash } from './scenes.js';

const ballot = openedState(ballotOpened.data);
const facts = { renovation: { id: 'r1', placeId: compound, ballot }, votedBefore: false };
const data = { ballotId: 'r1.1', to: 'cai', document: documentHash };
const fromLi = {
  type: 'RenovationProxyGiven',
  data: { renovationId: 'r1', ballotId: 'r1.1', voterId: 'li', to: 'cai', document: documentHash },
} as const;

describe('GiveRenovationProxy', () => {
  it('is given by an owner', () => {
    given(renovationProxy)
      .when('GiveRenovationProxy', data, { at: day(11), by: 'li', facts })
      .then([fromLi]);
  });

  it('is given once, or on a new document', () => {
    given(renovationProxy, fromLi)
      .when('GiveRenovationProxy', data, { at: day(11), by: 'li', facts })
      .thenNothing();
    given(renovationProxy, fromLi)
      .when('GiveRenovationProxy', { ...data, document: otherHash }, { at: day(11), by: 'li', facts })
      .then([{ ...fromLi, data: { ...fromLi.data, document: otherHash } }]);
  });

  it('covers one other owner only', () => {
    given(renovationProxy, fromLi)
      .when('GiveRenovationProxy', data, { at: day(11), by: 'wu', facts })
      .thenRefused('renovation.proxy-covers-another', { holder: 'cai' });
  });

  it('is refused to oneself, and by who has no vote to give', () => {
    given(renovationProxy)
      .when('GiveRenovationProxy', data, { at: day(11), by: 'cai', facts })
      .thenRefused('renovation.proxy-for-oneself');
    given(renovationProxy)
      .when('GiveRenovationProxy', data, { at: day(11), by: 'zhao', facts })
      .thenRefused('renovation.not-on-roll', { owner: 'zhao' });
  });

  it('is refused in another ballot and outside its time', () => {
    const give = (at: string, ballotId = 'r1.1') =>
      given(renovationProxy).when('GiveRenovationProxy', { ...data, ballotId }, { at, by: 'li', facts });
    give(day(11), 'r1.2').thenRefused('renovation.no-such-ballot', { ballot: 'r1.2' });
    give(day(9)).thenRefused('renovation.ballot-not-open', { opens: day(10) });
    give(day(17)).thenRefused('renovation.ballot-closed', { closed: day(17) });
  });
});

describe('EndRenovationProxy', () => {
  const ended = {
    type: 'RenovationProxyEnded',
    data: { renovationId: 'r1', ballotId: 'r1.1', voterId: 'li', to: 'cai', how: 'withdrawn' },
  } as const;
  const end = { ballotId: 'r1.1', to: 'cai' };

  it('is for the owner to withdraw and for the holder to decline', () => {
    given(renovationProxy, fromLi)
      .when('EndRenovationProxy', end, { at: day(12), by: 'li', facts })
      .then([ended]);
    given(renovationProxy, fromLi)
      .when('EndRenovationProxy', end, { at: day(12), by: 'cai', facts })
      .then([{ ...ended, data: { ...ended.data, how: 'declined' } }]);
  });

  it('gives nobody a second owner after a vote for the first, who may give it again', () => {
    const voted = { ...facts, votedBefore: true };
    given(renovationProxy, fromLi, ended)
      .when('GiveRenovationProxy', data, { at: day(12), by: 'wu', facts: voted })
      .thenRefused('renovation.proxy-covers-another', { holder: 'cai' });
    given(renovationProxy, fromLi, ended)
      .when('GiveRenovationProxy', data, { at: day(12), by: 'li', facts: voted })
      .then([fromLi]);
  });

  it('leaves the holder free to take another', () => {
    given(renovationProxy, fromLi, ended)
      .when('GiveRenovationProxy', data, { at: day(12), by: 'wu', facts })
      .then([{ ...fromLi, data: { ...fromLi.data, voterId: 'wu' } }]);
  });

  it('is refused to others, and where there is none', () => {
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

  it('is refused once the ballot has closed', () => {
    given(renovationProxy, fromLi)
      .when('EndRenovationProxy', end, { at: day(17), by: 'li', facts })
      .thenRefused('renovation.ballot-closed', { closed: day(17) });
  });
});
