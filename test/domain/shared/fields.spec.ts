import 'reflect-metadata';
import { describe, expect, it } from '@jest/globals';
import { plainToInstance } from 'class-transformer';
import { validateSync } from 'class-validator';
import { formats, Id, Many, One, Optional, Personal, PersonId, PersonIds, PlaceIds, Text } from '../../../src/domain/shared/fields.js';
import { personalFields, personsIn } from '../../../src/domain/shared/field-marks.js';

const accepted = (format: keyof typeof formats, values: readonly unknown[]) => values.filter((value) => formats[format](value));

describe('formats', () => {
  it('given an id, when it is checked, then it is taken if it is safe in stream names and addresses', () => {
    const good = ['a', '0', 'contest-1', '018f3b1e-7c1a-7000-8000-000000000000', 'a~b.c', 'x'.repeat(100)];
    expect(accepted('isId', good)).toEqual(good);
    expect(accepted('isId', ['', '-a', '.a', '~a', 'A', 'a_b', 'a/b', 'a b', 'é', 'a\n', 'x'.repeat(101), 1, null, ['a']])).toEqual([]);
  });

  it('given the id of an option, when it is checked, then other numbering is taken, but not what separates ids', () => {
    const good = ['L18/11/X', '路灯', 'a b', 'a;b', '"', '__proto__', '#1>2=3', 'x'.repeat(100), '😀'.repeat(100)];
    expect(accepted('isOptionId', good)).toEqual(good);
    expect(
      accepted('isOptionId', ['', ' ', ' a', 'a\u3000', 'a,b', 'a|b', 'a\nb', 'a\u0000', '\uD800', 'x'.repeat(101), 1, null, ['a']]),
    ).toEqual([]);
  });

  it('given names of any script, when they are checked, then they are taken unchanged', () => {
    const good = ['蔡新周', '𠮷野', '😀', '❤️', 'e\u0301', 'é', 'مرحبا', '\u202Eabc', ' 前后 ', '', '\u00ADa'];
    expect(accepted('isLine', good)).toEqual(good);
    expect(accepted('isWords', good)).toEqual(good);
  });

  it('given a text that is blank, broken or has control characters, when it is checked, then it is refused', () => {
    const bad = [
      ' ',
      '\u3000',
      '\u00A0\u2003',
      'a\u0000',
      'a\u0007',
      'a\u007F',
      'a\u0085',
      '\uD800',
      'a\uDC00b',
      '😀\uD83D',
      5,
      null,
      undefined,
      {},
    ];
    expect(accepted('isLine', bad)).toEqual([]);
    expect(accepted('isWords', bad)).toEqual([]);
  });

  it('given a text that shows nothing, when it is checked, then it is refused', () => {
    const unseen = ['\u200B', '\u00AD', '\u3164', '\u202E', '\u{E0001}', '\u2060', '\uFE0F', '\uFEFF', '\u200B \u3164\u3000'];
    expect(accepted('isLine', unseen)).toEqual([]);
    expect(accepted('isWords', [...unseen, '\u200B\n'])).toEqual([]);
    expect(accepted('isOptionId', unseen)).toEqual([]);
    const seen = unseen.map((value) => `${value}人`);
    expect(accepted('isLine', seen)).toEqual(seen);
  });

  it('given a text of several lines, when it is checked, then words may have them and a line may not', () => {
    const several = ['a\nb', 'a\tb', '第一行\n\n第三行'];
    expect(accepted('isLine', [...several, 'a\u2028b', 'a\u2029b'])).toEqual([]);
    expect(accepted('isWords', several)).toEqual(several);
    expect(accepted('isWords', ['a\rb', 'a\r\nb', '\n\t'])).toEqual([]);
  });

  it('given a SHA-256, when it is checked, then one form only is taken', () => {
    expect(accepted('isSha256', ['0a'.repeat(32), '0A'.repeat(32), '0a'.repeat(31), `${'0a'.repeat(32)}\n`])).toEqual(['0a'.repeat(32)]);
  });
});

describe('Personal', () => {
  class Report {
    @Id() voterId!: string;
    @Personal('voterId') @Text(1, 40) name!: string;
    @Personal() @Text(1, 40) words!: string;
  }
  class LaterReport extends Report {
    @Personal('voterId') @Text(1, 40) contact!: string;
  }

  it('given a personal field, when its class is asked, then it says whose data it is', () => {
    expect([...personalFields.of(Report)]).toEqual(
      [
        ['name', 'voterId'],
        ['words', undefined],
      ].sort(),
    );
  });

  it('given a class that inherits, when it is asked, then it has the personal fields of its parent and not the reverse', () => {
    expect([...personalFields.of(LaterReport).keys()].sort()).toEqual(['contact', 'name', 'words']);
    expect([...personalFields.of(Report).keys()]).not.toContain('contact');
    expect(personalFields.of(class Other {}).size).toBe(0);
  });
});

describe('PersonId', () => {
  class Share {
    @PersonIds(0, 3) owners!: string[];
  }
  class Sold {
    @Id() unitId!: string;
    @PersonId() sellerId!: string;
    @Optional() @PersonId() witnessId?: string;
    @One(() => Share) before!: Share;
    @Many(() => Share, 0, 3) after!: Share[];
  }
  class Resold extends Sold {
    @PersonId() brokerId!: string;
  }

  it('given a value with people in lists, nested values and inherited fields, when asked, then all of them are named', () => {
    const sold: Sold = {
      unitId: 'u',
      sellerId: 'a',
      before: { owners: ['a', 'b'] },
      after: [{ owners: ['c'] }, { owners: [] }, { owners: ['d'] }],
    };
    expect(personsIn(Sold, sold)).toEqual(['a', 'a', 'b', 'c', 'd']);
    expect(personsIn(Resold, { ...sold, witnessId: 'w', brokerId: 'x' })).toEqual(['a', 'w', 'a', 'b', 'c', 'd', 'x']);
    expect(personsIn(class Other {}, sold)).toEqual([]);
  });
});

describe('a field', () => {
  class Notice {
    @Optional() @Text(2, 3) title?: string;
    @Optional() @PlaceIds(1, 2) places?: string[];
  }
  const wrong = (value: object) => validateSync(plainToInstance(Notice, value)).map(({ property }) => property);

  it('given a line with bounds, when it is checked, then its code points are counted', () => {
    expect(['春', '春分', '😀😀😀', '春分谷雨'].map((title) => wrong({ title }))).toEqual([['title'], [], [], ['title']]);
    expect(wrong({ title: 'a\n' })).toEqual(['title']);
  });
  it('given a list of places, when it is checked, then each must be a code', () => {
    expect(wrong({ places: ['510121', '510121111219.1'] })).toEqual([]);
    for (const places of [['510121', 'x'], [], ['510121', '510121'], ['510121', '510122', '510123'], '510121'])
      expect(wrong({ places })).toEqual(['places']);
  });
  it('given a field that may be left out, when it is null, then it is refused', () => {
    expect(wrong({})).toEqual([]);
    expect(wrong({ title: null })).toEqual(['title']);
  });
});
