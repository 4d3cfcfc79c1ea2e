import { describe, expect, it } from '@jest/globals';
import { ballotFile, KeepBallotFile, partLength } from '../../../src/domain/platform/ballot-file.js';
import { bodyLimit } from '../../../src/infrastructure/http/app.js';
import { validatorOf } from '../../../src/infrastructure/schema/validators.js';
import { given } from '../../support/given.js';
import { moments, village } from './scenes.js';

const sha256 = 'a'.repeat(64);
const part = (number: number, parts = 2) => ({ sha256, part: number, parts, bytes: `QUJD${number}` });
const kept = (number: number) => ({ type: 'BallotFileKept' as const, data: { ballotId: 'b1', ...part(number) } });
const facts = (closed = false) => ({
  id: 'b1',
  facts: { ballot: { placeId: village, closed, opensAt: moments.opening, closesAt: moments.closing } },
});

describe('KeepBallotFile', () => {
  it('given no file, when its parts are kept in their order, then each is kept once', () => {
    given(ballotFile)
      .when('KeepBallotFile', part(1), facts())
      .then([kept(1)]);
    given(ballotFile, kept(1))
      .when('KeepBallotFile', part(2), facts())
      .then([kept(2)]);
    given(ballotFile, kept(1), kept(2)).when('KeepBallotFile', part(1), facts(true)).thenNothing();
    given(ballotFile, kept(1), kept(2)).when('KeepBallotFile', part(2), facts(true)).thenNothing();
  });
  it('given a missing part, when a later part is kept, then it is refused', () => {
    given(ballotFile).when('KeepBallotFile', part(2), facts()).thenRefused('platform.file-part-missing', { part: 1, parts: 2 });
    given(ballotFile, kept(1), kept(2))
      .when('KeepBallotFile', part(3), facts())
      .thenRefused('platform.file-part-missing', { part: 3, parts: 2 });
  });
  it('given a kept file, when another is kept for the ballot, then it is refused', () => {
    given(ballotFile, kept(1))
      .when('KeepBallotFile', { ...part(2), sha256: 'b'.repeat(64) }, facts())
      .thenRefused('platform.another-file-kept', { sha256 });
    given(ballotFile, kept(1)).when('KeepBallotFile', part(2, 3), facts()).thenRefused('platform.another-file-kept', { sha256 });
  });
  it('given a closed ballot, when a file is kept for it, then it is refused', () => {
    given(ballotFile, kept(1))
      .when('KeepBallotFile', part(2), facts(true))
      .thenRefused('platform.ballot-not-open', { from: moments.opening, until: moments.closing });
  });
  it('given the longest part, when it is sent, then it fits into a request', () => {
    const whole = { ...part(1), bytes: 'A'.repeat(partLength) };
    expect(validatorOf(KeepBallotFile)(whole)).toEqual([]);
    expect(JSON.stringify(whole).length).toBeLessThan(bodyLimit);
  });
});

describe('the erasure of a kept file', () => {
  const reason = 'retention-ended';
  const asked = { type: 'BallotFileErasureRequested', data: { ballotId: 'b1', reason }, by: 'cadre-1' } as const;
  const { by: _, ...requested } = asked;
  const confirmed = { type: 'BallotFileErasureConfirmed', data: { ballotId: 'b1' } } as const;
  const erased = { type: 'BallotFileErased', data: { ballotId: 'b1' } } as const;
  const past = [kept(1), kept(2)] as const;

  it('given a kept file, when an official asks and another confirms, then the system erases it, once', () => {
    given(ballotFile, ...past)
      .when('RequestBallotFileErasure', { reason }, facts())
      .then([requested]);
    given(ballotFile, ...past, asked)
      .when('ConfirmBallotFileErasure', {}, { ...facts(), by: 'cadre-2' })
      .then([confirmed]);
    given(ballotFile, ...past, asked, confirmed)
      .when('EraseBallotFile', {}, { id: 'b1' })
      .then([erased]);
    const after = given(ballotFile, ...past, asked, confirmed, erased);
    after.when('RequestBallotFileErasure', { reason: 'unlawful' }, facts()).thenNothing();
    after.when('ConfirmBallotFileErasure', {}, { ...facts(), by: 'cadre-2' }).thenNothing();
    after.when('EraseBallotFile', {}, { id: 'b1' }).thenNothing();
  });
  it('given a request, when the same official confirms it, or who entered it, then it is refused', () => {
    for (const by of ['cadre-1', 'volunteer-1'])
      given(ballotFile, ...past, { ...asked, enteredBy: 'volunteer-1' })
        .when('ConfirmBallotFileErasure', {}, { ...facts(), by })
        .thenRefused('platform.second-official');
  });
  it('given no file or no request, when it is asked for, confirmed or erased, then it is refused', () => {
    given(ballotFile).when('RequestBallotFileErasure', { reason }, facts()).thenRefused('platform.no-file-kept');
    given(ballotFile, ...past)
      .when('ConfirmBallotFileErasure', {}, facts())
      .thenRefused('platform.no-file-erasure');
    given(ballotFile, ...past, asked)
      .when('EraseBallotFile', {}, { id: 'b1' })
      .thenRefused('platform.no-file-erasure');
  });
  it('given a file that is being erased, when more of it is kept, then it is refused', () => {
    given(ballotFile, kept(1), asked).when('KeepBallotFile', part(2), facts()).thenRefused('platform.file-erased');
    given(ballotFile, ...past, asked, confirmed, erased)
      .when('KeepBallotFile', part(1), facts())
      .thenRefused('platform.file-erased');
  });
});
