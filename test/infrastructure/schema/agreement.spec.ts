import { describe, expect, it } from '@jest/globals';
import { plainToInstance } from 'class-transformer';
import { validateSync } from 'class-validator';
import fc from 'fast-check';
import { validatorOf } from '../../../src/infrastructure/schema/validators.js';
import { Everything, valid } from './everything.js';

/** What class-validator itself says, as Nest's ValidationPipe would ask it. */
const declared = (value: object) =>
  validateSync(plainToInstance(Everything, value), { whitelist: true, forbidNonWhitelisted: true }).length === 0;
const compiled = (value: object) => validatorOf(Everything)(value).length === 0;

const codeUnits = fc
  .array(
    fc.oneof(
      fc.constantFrom('a', '五', '😀', '❤️', ' ', '\u3000', '\n', '\u0000', '\u0085', '\u2028', '\uD83D'),
      fc.integer({ min: 0, max: 0xffff }).map((c) => String.fromCharCode(c)),
    ),
    { maxLength: 8 },
  )
  .map((units) => units.join(''));
const strings = fc.oneof(
  codeUnits,
  fc.constantFrom(
    'x',
    'y',
    'z',
    '一',
    'b',
    'a-1',
    '510121',
    '510121111219.1',
    '510121111219.0',
    '2026-02-29',
    '2028-02-29',
    '2026-05-01T08:00:00.000Z',
    '2026-05-01T24:00:00.000Z',
    '0a'.repeat(32),
    '0A'.repeat(32),
    'x'.repeat(100),
    'x'.repeat(101),
    '5',
    'true',
  ),
);
const numbers = fc.oneof(fc.integer({ min: -5, max: 101 }), fc.double(), fc.constantFrom(2 ** 53, 1e-7, -0, 1e300, Infinity, NaN));
const scalars = fc.oneof(strings, numbers, fc.boolean(), fc.constant(null));
const clauses = fc.record(
  {
    number: fc.oneof({ weight: 6, arbitrary: fc.integer({ min: 0, max: 100 }) }, scalars),
    text: fc.oneof({ weight: 6, arbitrary: fc.constantFrom('守约', '', 'x'.repeat(11)) }, strings),
    extra: fc.constant(1),
  },
  { requiredKeys: [] },
);
const values = fc.oneof(
  scalars,
  fc.array(fc.oneof(scalars, clauses), { maxLength: 4 }),
  fc.array(strings, { maxLength: 3 }),
  fc.array(fc.integer({ min: -1, max: 10 }), { maxLength: 3 }),
  fc.array(clauses, { maxLength: 3 }),
  clauses,
  fc.constant([[]]),
  fc.constant({}),
);

describe('the compiled validator and class-validator', () => {
  it('both take the valid example', () => {
    expect([declared(valid), compiled(valid)]).toEqual([true, true]);
  });

  it.each(Object.keys(new Everything()))('agree on whatever %s is', (key) => {
    const seen = { taken: 0, refused: 0 };
    fc.assert(
      fc.property(fc.oneof(values, fc.constant((valid as Record<string, unknown>)[key])), (value) => {
        const object = { ...structuredClone(valid), [key]: value };
        const taken = compiled(object);
        seen[taken ? 'taken' : 'refused']++;
        expect(declared(object)).toBe(taken);
      }),
      { numRuns: 400 },
    );
    expect(Math.min(seen.taken, seen.refused)).toBeGreaterThan(0); // or nothing was compared
  });

  it('agree on fields that are missing or not known', () => {
    const keys = Object.keys(valid) as (keyof typeof valid)[];
    fc.assert(
      fc.property(
        fc.subarray(keys, { minLength: keys.length - 2 }),
        fc.dictionary(fc.constantFrom('extra', 'Id', 'line ', '', 'a/b~c'), fc.jsonValue(), { maxKeys: 1 }),
        (kept, extra) => {
          const object = { ...Object.fromEntries(kept.map((key) => [key, structuredClone(valid[key])])), ...extra };
          expect(compiled(object)).toBe(kept.length === keys.length && Object.keys(extra).length === 0);
          expect(declared(object)).toBe(compiled(object));
        },
      ),
    );
  });

  it('differ where class-validator lets names of Object pass: those are refused', () => {
    expect(compiled({ ...valid, hasOwnProperty: 1 })).toBe(false);
    expect(compiled(JSON.parse(`{"__proto__":{"line":"五微"},${JSON.stringify(valid).slice(1)}`) as object)).toBe(false);
  });
});
