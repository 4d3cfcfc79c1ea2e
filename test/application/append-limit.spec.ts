import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { appendLimit } from '../../src/application/ports/event-log.js';
import { mostElectors, mostElectorsFor } from '../../src/domain/election/messages.js';
import { mostVoters } from '../../src/domain/assembly/messages.js';
import { rankEntries } from '../../src/domain/voting/scoring.js';
import { bodyLimit } from '../../src/infrastructure/http/app.js';

/*
 * No command may decide more than one append can hold. The bound of each event follows from the limits of its fields. Where these allow
 * more, something else bounds it, which is said and calculated here.
 */

/** Meta of an event: the ids of those who act, place, correlation, causation, key, and the hash of the request. */
const meta = 1_500;
/** The most bytes of the values of each format, in JSON and UTF-8: four for a code point, an escaped one is shorter. */
const lengths: Readonly<Record<string, number>> = { id: 100, 'place-id': 33, 'option-id': 400, instant: 24, day: 10, sha256: 64 };
/** A sealed text: base64 of text, nonce and tag, behind person, event and field. */
const sealedLength = (bytes: number): number => Math.ceil(((bytes + 28) * 4) / 3) + 300;

/** A schema of the lock, as far as it bounds a value. */
interface Bounded {
  readonly type: string;
  readonly properties: Readonly<Record<string, Bounded>>;
  readonly items: Bounded;
  readonly maxItems: number;
  readonly enum?: readonly string[];
  readonly minimum: number;
  readonly maximum: number;
  readonly format: string;
  readonly maxLength?: number;
  readonly 'x-personal'?: true;
}

function mostBytes({ type, properties, items, maxItems, enum: words, minimum, maximum, format, maxLength, ...marks }: Bounded): number {
  if (type === 'object') return Object.entries(properties).reduce((sum, [key, field]) => sum + key.length + 4 + mostBytes(field), 2);
  if (type === 'array') return 2 + maxItems * (mostBytes(items) + 1);
  if (type === 'integer') return Math.max(String(minimum).length, String(maximum).length);
  if (type === 'boolean') return 5;
  if (words !== undefined) return 2 + Math.max(...words.map((word) => Buffer.byteLength(word)));
  const bytes = 2 + (maxLength === undefined ? lengths[format]! : 4 * maxLength);
  return marks['x-personal'] ? sealedLength(bytes) : bytes;
}

const lock = JSON.parse(readFileSync(new URL('../../docs/events.lock.json', import.meta.url), 'utf8')) as Readonly<
  Record<string, Readonly<Record<string, Bounded>>>
>;
const bounds = Object.entries(lock).map(([type, versions]) => [type, mostBytes(Object.values(versions).at(-1)!)] as const);

describe('what one append can hold', () => {
  it('given the limits of all fields, when the largest value of each event is measured, then only these could be too large', () => {
    expect(bounds.every(([, bytes]) => Number.isFinite(bytes))).toBe(true);
    expect(bounds.filter(([, bytes]) => bytes + meta > appendLimit).map(([type]) => type)).toEqual([
      'BallotOpened', // what they hold was sent in one request, a replaced paper in one more: the body of a request is limited
      'BallotResultPublished', // lists each option of its ballot twice
      'ElectionAnnounced', // people on a roll are registered, and the ids of these are UUIDs
      'ElectionBoxOpened', // the more seats, the fewer electors
      'PaperCast',
      'PaperWithdrawn',
      'PlotsDivided',
      'ResolutionAnnounced', // as ElectionAnnounced
      'ResultPublished', // has a line for each entry of its contest
    ]);
  });

  it('given events that hold what two requests sent, when it is stored, then it is below the limit', () => {
    expect(sealedLength(2 * bodyLimit) + meta).toBeLessThan(appendLimit);
  });

  it('given a person with 100 roles, when they move house, then the events that end the roles are below the limit', () => {
    const roleRevoked = Object.fromEntries(bounds)['RoleRevoked']!;
    expect(102 * (roleRevoked + meta)).toBeLessThan(appendLimit);
  });

  it('given the largest rolls, when an election or a resolution is announced, then it is below the limit', () => {
    const [personId, householdId] = ['0b8f6c3e-6a55-8a31-9d0c-5f5d3c1c7a01', `${'9'.repeat(12)}.99999.${'9'.repeat(14)}`];
    const electors = Array.from({ length: mostElectors }, () => personId);
    const voters = Array.from({ length: mostVoters }, () => ({ personId, householdId }));
    expect(Buffer.byteLength(JSON.stringify(electors)) + 100_000 + meta).toBeLessThan(appendLimit);
    expect(Buffer.byteLength(JSON.stringify(voters)) + 4 * 5_000 + 50_000 + meta).toBeLessThan(appendLimit);
  });

  it.each([1, 9, 20])(
    'given %i seats and electors who all use a code, when the box is opened, then box and result are below the limit',
    (seats) => {
      const chosen = Array.from({ length: seats }, (_, i) => 100 - i);
      const papers = Array.from({ length: mostElectorsFor(seats) }, () => ({ chosen, code: 'k'.repeat(40) }));
      const result = {
        votes: chosen.concat(Array.from({ length: 100 - seats }, () => 5_000)),
        tied: Array.from({ length: 100 }, () => 'i'.repeat(36)),
      };
      expect(Buffer.byteLength(JSON.stringify({ papers, lost: 0 })) + JSON.stringify(result).length + 5_000 + 2 * meta).toBeLessThan(
        appendLimit,
      );
    },
  );

  it('given a ballot with 500 options of the longest ids, when its result is published, then it is below the limit', () => {
    const options = Array.from({ length: 500 }, (_, i) => `${String(i).padStart(3, '0')}${'𠮷'.repeat(97)}`);
    const result = { winners: options, order: options.map((option) => ({ options: [option] })) };
    expect(Buffer.byteLength(JSON.stringify(result)) + 5_000 + meta).toBeLessThan(appendLimit);
  });

  it('given 1,000 entries, 50 jurors and fractions that do not cancel, when the result is published, then it is below the limit', () => {
    const entries = Array.from({ length: 1_000 }, (_, i) => ({
      entryId: `0b8f6c3e-6a55-8a31-9d0c-${String(i).padStart(12, '0')}`,
      enteredAt: '2026-05-01T08:00:00.000Z',
      votes: 9_999_000 + i,
      juryPoints: 4_001 + i,
      juryScores: 1 + (i % 50),
    }));
    const formula = { publicShare: 47, juryShare: 53, normalisation: 'sum', tieBreaks: ['draw'] } as const;
    const ranking = rankEntries(formula, entries);
    const result = { ranking, winners: entries.map(({ entryId }) => entryId) };
    expect(Math.max(...ranking.map(({ score }) => score.length))).toBeGreaterThan(60);
    expect(Buffer.byteLength(JSON.stringify(result)) + 1_000 + meta).toBeLessThan(appendLimit);
  });
});
