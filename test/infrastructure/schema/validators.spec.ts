import { describe, expect, it } from '@jest/globals';
import { Flag, Id, Int, Optional, SomeOf, Text } from '../../../src/domain/shared/fields.js';
import { explain, texts } from '../../../src/infrastructure/schema/texts.js';
import { queryReaderOf, validatorOf } from '../../../src/infrastructure/schema/validators.js';
import { Everything, valid } from './everything.js';

const check = validatorOf(Everything);
const codes = (value: unknown) => check(value).map(({ pointer, code }) => `${pointer} ${code}`);

describe('validatorOf', () => {
  it('finds nothing wrong with what is right', () => {
    expect(check(valid)).toEqual([]);
    expect(check({ ...valid, note: undefined })).toEqual([]);
    expect(validatorOf(Everything)).toBe(check);
  });

  it('names every wrong field once, by pointer and rule', () => {
    const { id, place, ...others } = valid;
    expect(id + place).toBeTruthy();
    expect(
      codes({
        ...others,
        line: '五',
        words: '\u0000',
        instant: '2026-05-01',
        day: '2026-02-29',
        sha256: 'x',
        int: 8,
        flag: 'true',
        oneOf: 1,
        ids: ['a', 'a'],
        places: ['1'],
        someOf: [],
        ints: [1, 2.5],
        clauses: [{ number: 0, text: 'x'.repeat(11) }],
        clause: [],
        note: null,
        'a/b~c': 1,
      }).sort(),
    ).toEqual([
      '/a~1b~0c additionalProperties',
      '/clause type',
      '/clauses/0/number minimum',
      '/clauses/0/text maxLength',
      '/day format.day',
      '/flag type',
      '/id required',
      '/ids uniqueItems',
      '/instant format.instant',
      '/int maximum',
      '/ints/1 type',
      '/line minLength',
      '/note type',
      '/oneOf type',
      '/place required',
      '/places/0 format.place-id',
      '/sha256 format.sha256',
      '/someOf minItems',
      '/words format.words',
    ]);
  });

  it.each([null, [], 'text', 5, true, undefined])('refuses %j for an object', (value) => {
    expect(codes(value)).toEqual([' type']);
  });

  it('reports at most 20 errors', () => {
    const flood = Object.fromEntries(Array.from({ length: 1000 }, (_, i) => [`x${i}`, i]));
    expect(check({ ...valid, ...flood })).toHaveLength(20);
  });

  it('counts code points', () => {
    expect(codes({ ...valid, line: '😀'.repeat(5) })).toEqual([]);
    expect(codes({ ...valid, line: '😀'.repeat(6) })).toEqual(['/line maxLength']);
    expect(codes({ ...valid, line: '😀' })).toEqual(['/line minLength']);
  });

  it('takes no number that JSON cannot hold', () => {
    expect(codes({ ...valid, int: JSON.parse('1e999') as number })).toEqual(['/int type']);
  });

  it('quotes rules, never what was sent', () => {
    const secret = 'a secret word';
    expect(JSON.stringify(check({ ...valid, line: secret, oneOf: secret, place: secret, clauses: secret, ids: [secret] }))).not.toContain(
      'secret',
    );
  });

  it('leaves what it checks alone', () => {
    const value = Object.freeze({ ...valid, int: '5' });
    expect(codes(value)).toEqual(['/int type']);
  });
});

describe('queryReaderOf', () => {
  class Query {
    @Optional() @Int(1, 200) limit?: number;
    @Optional() @Flag() open?: boolean;
    @Optional() @SomeOf(['a', 'b'], 1, 2) kinds?: ('a' | 'b')[];
    @Optional() @Text(1, 10) name?: string;
    @Optional() @Id() by?: string;
  }
  const read = queryReaderOf(Query);

  it('reads numbers, booleans and lists of one', () => {
    const query = Object.assign(Object.create(null) as Record<string, unknown>, {
      limit: '20',
      open: 'false',
      kinds: 'a',
      name: '12',
      by: 'r1',
    });
    expect(read(query)).toEqual({ data: { limit: 20, open: false, kinds: ['a'], name: '12', by: 'r1' }, errors: [] });
    expect(query['limit']).toBe('20');
    expect(read({ kinds: ['b', 'a'] })).toEqual({ data: { kinds: ['b', 'a'] }, errors: [] });
    expect(read({})).toEqual({ data: {}, errors: [] });
  });

  it.each([
    [{ limit: 'ten' }, '/limit type'],
    [{ limit: '' }, '/limit type'],
    [{ limit: '2.5' }, '/limit type'],
    [{ limit: '201' }, '/limit maximum'],
    [{ limit: '1e999' }, '/limit type'],
    [{ limit: '0x10' }, '/limit type'],
    [{ limit: ' 5 ' }, '/limit type'],
    [{ limit: '1e1' }, '/limit type'],
    [{ limit: ['1', '2'] }, '/limit type'],
    [{ open: 'yes' }, '/open type'],
    [{ kinds: 'c' }, '/kinds/0 enum'],
    [{ name: '' }, '/name minLength'],
    [{ by: ['a', 'b'] }, '/by type'],
    [{ colour: 'red' }, '/colour additionalProperties'],
  ])('refuses %j', (query, error) => {
    expect(read(query).errors.map(({ pointer, code }) => `${pointer} ${code}`)).toEqual([error]);
  });
});

describe('explain', () => {
  const say = (value: object) => check({ ...valid, ...value }).flatMap((error) => [explain(error, 'zh'), explain(error, 'en')]);

  it('says what to do, with the figures', () => {
    expect(say({ line: '五' })).toEqual(['必须是 2 至 5 个字', 'must be 2 to 5 characters']);
    expect(say({ words: '一二三四五六七' })).toEqual(['必须是最多 6 个字', 'must be at most 6 characters']);
    expect(say({ int: -4 })).toEqual(['必须是整数：-3 至 7', 'must be a whole number: -3 to 7']);
    expect(say({ ints: [1] })).toEqual(['必须有正好 2 项', 'must have exactly 2 items']);
    expect(say({ oneOf: '二' })).toEqual(['必须是其中之一：一、b', 'must be one of 一, b']);
    expect(say({ flag: 1 })).toEqual(['必须是 true 或 false', 'must be true or false']);
  });

  it('has words in both languages for every error that can come, and for none that cannot', () => {
    const seen = new Set(['format.etag', 'format.cursor', 'format.event-type', 'format.idempotency-key']); // headers and parameters, checked by hand
    const hostile = [
      undefined,
      null,
      {},
      5,
      2.5,
      '',
      ' ',
      'x'.repeat(200),
      -99,
      99,
      [],
      ['a', 'a'],
      ['!'],
      ['a', 'b', 'c'],
      [1, 2, 3, 4],
      [{ number: 1, more: 1 }],
    ];
    for (const [key, value] of [...Object.keys(new Everything()), 'unknown'].flatMap((name) =>
      hostile.map((one) => [name, one] as const),
    )) {
      for (const error of check({ ...valid, [key]: value })) {
        seen.add(error.code);
        const [zh, en] = [explain(error, 'zh'), explain(error, 'en')];
        expect(zh).toMatch(/^\p{Script=Han}/u);
        expect(en).toMatch(/^(must|is) /u);
        expect(zh + en).not.toMatch(/undefined|null|NaN|#|\[object/u);
      }
    }
    expect([...seen].sort()).toEqual(Object.keys(texts).sort());
  });
});
