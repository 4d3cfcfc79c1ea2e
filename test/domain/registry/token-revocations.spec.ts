import { describe, expect, it } from '@jest/globals';
import { isRevoked, tokenRevocations } from '../../../src/domain/registry/token-revocations.js';
import { given } from '../../support/given.js';

const tokenId = '7d0e2f0a-93f4-4c1b-8a55-1f3f4f0b6a20';
const revoked = (personId: string, now = '2026-05-01T08:00:00.000Z') =>
  ({ type: 'TokenRevoked', data: { tokenId, personId }, now }) as const;
const { now: _, ...ofResident } = revoked('resident-1');

describe('RevokeToken', () => {
  it('given no revocation, when an official revokes the token of a person, then it is revoked', () => {
    given(tokenRevocations)
      .when('RevokeToken', { tokenId, personId: 'resident-1' }, { by: 'county-office', capacity: 'department' })
      .then([ofResident]);
  });

  it('given a revoked token, when it is revoked again, then nothing changes', () => {
    given(tokenRevocations, revoked('resident-1'))
      .when('RevokeToken', { tokenId, personId: 'resident-1' }, { by: 'county-office', capacity: 'department' })
      .thenNothing();
  });

  it('given the same token id revoked for somebody else, when the token is revoked, then it is revoked', () => {
    given(tokenRevocations, revoked('resident-2'))
      .when('RevokeToken', { tokenId, personId: 'resident-1' }, { by: 'county-office', capacity: 'department' })
      .then([ofResident]);
  });
});

describe('RevokeOwnToken', () => {
  it('given no revocation, when a person revokes a token of their own, then it is revoked', () => {
    given(tokenRevocations).when('RevokeOwnToken', { tokenId }, { by: 'resident-1' }).then([ofResident]);
  });

  it('given a revoked token, when its holder revokes it again, then nothing changes', () => {
    given(tokenRevocations, revoked('resident-1')).when('RevokeOwnToken', { tokenId }, { by: 'resident-1' }).thenNothing();
  });
});

describe('a revocation', () => {
  it('given a revocation, when another is added, then it is kept until no token can live that long, and dropped after that', () => {
    const earlier = revoked('resident-1', '2026-05-01T08:00:00.000Z');
    given(tokenRevocations, earlier, revoked('resident-2', '2027-05-02T07:59:59.999Z'))
      .when('RevokeOwnToken', { tokenId }, { by: 'resident-1' })
      .thenNothing();
    given(tokenRevocations, earlier, revoked('resident-2', '2027-05-02T08:00:00.000Z'))
      .when('RevokeOwnToken', { tokenId }, { by: 'resident-1' })
      .then([ofResident]);
  });
});

describe('EndTokens', () => {
  const ended = { type: 'TokensEnded', data: { personId: 'resident-1' } } as const;

  it('given an erased person, when the system ends the tokens, then all tokens of that person end, once and for ever', () => {
    given(tokenRevocations).when('EndTokens', { personId: 'resident-1' }, { capacity: 'system' }).then([ended]);
    given(tokenRevocations, ended, revoked('resident-2', '2099-05-01T08:00:00.000Z'))
      .when('EndTokens', { personId: 'resident-1' }, { capacity: 'system' })
      .thenNothing();
    const state = tokenRevocations.evolve.TokensEnded({}, ended.data, {} as never);
    expect([isRevoked(state, 'resident-1', tokenId), isRevoked(state, 'resident-2', tokenId)]).toEqual([true, false]);
    expect(isRevoked({}, 'constructor', tokenId)).toBe(false);
  });
});
