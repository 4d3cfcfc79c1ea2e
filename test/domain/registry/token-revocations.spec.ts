import { describe, it } from '@jest/globals';
import { tokenRevocations } from '../../../src/domain/registry/token-revocations.js';
import { given } from '../../support/given.js';

const tokenId = '7d0e2f0a-93f4-4c1b-8a55-1f3f4f0b6a20';
const revoked = (personId: string, now = '2026-05-01T08:00:00.000Z') =>
  ({ type: 'TokenRevoked', data: { tokenId, personId }, now }) as const;
const { now: _, ...ofResident } = revoked('resident-1');

describe('RevokeToken', () => {
  it('revokes the token of the person named', () => {
    given(tokenRevocations)
      .when('RevokeToken', { tokenId, personId: 'resident-1' }, { by: 'county-office', capacity: 'department' })
      .then([ofResident]);
  });

  it('changes nothing when the token is revoked already', () => {
    given(tokenRevocations, revoked('resident-1'))
      .when('RevokeToken', { tokenId, personId: 'resident-1' }, { by: 'county-office', capacity: 'department' })
      .thenNothing();
  });

  it('is not hindered by somebody else who revoked the same id as their own', () => {
    given(tokenRevocations, revoked('resident-2'))
      .when('RevokeToken', { tokenId, personId: 'resident-1' }, { by: 'county-office', capacity: 'department' })
      .then([ofResident]);
  });
});

describe('RevokeOwnToken', () => {
  it('revokes a token of whoever asks for it', () => {
    given(tokenRevocations).when('RevokeOwnToken', { tokenId }, { by: 'resident-1' }).then([ofResident]);
  });

  it('changes nothing when the token is revoked already', () => {
    given(tokenRevocations, revoked('resident-1')).when('RevokeOwnToken', { tokenId }, { by: 'resident-1' }).thenNothing();
  });
});

describe('a revocation', () => {
  it('is remembered for as long as a token can live, and forgotten when another is added after that', () => {
    const earlier = revoked('resident-1', '2026-05-01T08:00:00.000Z');
    given(tokenRevocations, earlier, revoked('resident-2', '2027-05-02T07:59:59.999Z'))
      .when('RevokeOwnToken', { tokenId }, { by: 'resident-1' })
      .thenNothing();
    given(tokenRevocations, earlier, revoked('resident-2', '2027-05-02T08:00:00.000Z'))
      .when('RevokeOwnToken', { tokenId }, { by: 'resident-1' })
      .then([ofResident]);
  });
});
