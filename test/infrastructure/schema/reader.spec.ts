import { describe, expect, it } from '@jest/globals';
import { Type } from 'class-transformer';
import {
  Allow,
  ArrayMaxSize,
  ArrayMinSize,
  ArrayUnique,
  IsArray,
  IsIn,
  IsInt,
  IsObject,
  IsOptional,
  IsString,
  Length,
  Max,
  Min,
  ValidateBy,
  ValidateIf,
  ValidateNested,
} from 'class-validator';
import { formats, Id, Ids, Int, isPresent, Many, Optional, Personal, Text } from '../../../src/domain/shared/fields.js';
import { schemasOf } from '../../../src/infrastructure/schema/reader.js';
import { Clause, Everything } from './everything.js';

describe('schemasOf', () => {
  it('says what each field must be', () => {
    const strings = (format: string, more = {}) => ({ type: 'string', format, ...more });
    const clauses = { $ref: '#/components/schemas/Clause' };
    const { Everything: schema, Clause: clause, ...others } = schemasOf([Everything]);
    expect(others).toEqual({});
    expect(clause).toEqual({
      type: 'object',
      properties: { number: { type: 'integer', minimum: 1, maximum: 99 }, text: strings('line', { minLength: 1, maxLength: 10 }) },
      required: ['number', 'text'],
      additionalProperties: false,
    });
    expect(schema).toEqual({
      type: 'object',
      properties: {
        id: strings('id'),
        option: strings('option-id'),
        options: { type: 'array', minItems: 1, maxItems: 2, uniqueItems: true, items: strings('option-id') },
        place: strings('place-id'),
        line: strings('line', { minLength: 2, maxLength: 5, 'x-personal': true }),
        words: strings('words', { minLength: 0, maxLength: 6 }),
        instant: strings('instant'),
        day: strings('day'),
        sha256: strings('sha256'),
        int: { type: 'integer', minimum: -3, maximum: 7 },
        flag: { type: 'boolean' },
        oneOf: { type: 'string', enum: ['一', 'b'] },
        ids: { type: 'array', minItems: 1, maxItems: 2, uniqueItems: true, items: strings('id') },
        places: { type: 'array', minItems: 0, maxItems: 2, uniqueItems: true, items: strings('place-id') },
        someOf: { type: 'array', minItems: 1, maxItems: 3, uniqueItems: true, items: { type: 'string', enum: ['x', 'y', 'z'] } },
        ints: { type: 'array', minItems: 2, maxItems: 2, items: { type: 'integer', minimum: 0, maximum: 9 } },
        clauses: { type: 'array', minItems: 0, maxItems: 2, items: clauses },
        clause: clauses,
        note: strings('line', { minLength: 1, maxLength: 5 }),
        second: clauses,
      },
      required: [
        'id',
        'option',
        'options',
        'place',
        'line',
        'words',
        'instant',
        'day',
        'sha256',
        'int',
        'flag',
        'oneOf',
        'ids',
        'places',
        'someOf',
        'ints',
        'clauses',
        'clause',
      ],
      additionalProperties: false,
    });
  });

  it('takes a class without fields, and what a class inherits', () => {
    class Nothing {}
    class Longer extends Clause {
      @Optional() @Int(0, 1) more?: number;
    }
    expect(schemasOf([Nothing])['Nothing']).toEqual({ type: 'object', properties: {}, required: [], additionalProperties: false });
    expect(schemasOf([Longer])['Longer']).toMatchObject({ required: ['number', 'text'], properties: { more: {}, number: {}, text: {} } });
  });

  it('reads a class that contains itself', () => {
    class Tree {
      @Many(() => Tree, 0, 3) below!: Tree[];
    }
    expect(Object.keys(schemasOf([Tree, Tree]))).toEqual(['Tree']);
  });

  it('refuses two classes of one name', () => {
    const [one, other] = [0, 1].map(() => {
      class Twice {
        @Id() a!: string;
      }
      return Twice;
    });
    expect(() => schemasOf([one!, other!])).toThrow('two classes are named Twice');
  });
});

describe('a declaration that JSON Schema would not check alike is refused', () => {
  const all =
    (...decorators: PropertyDecorator[]) =>
    (target: object, key: string) =>
      decorators.forEach((decorate) => decorate(target, key));
  const whole = [IsInt(), Min(0), Max(9)];
  const list = [IsArray(), ArrayMinSize(0), ArrayMaxSize(3)];

  it.each<[string, PropertyDecorator[], string]>([
    ['no decorator', [], 'has no decorator'],
    ['a rule that is not in the table', [IsString(), Length(1, 3)], 'not in the table: isString'],
    ['a rule of another making', [ValidateBy({ name: 'isOdd', validator: { validate: () => true } })], 'not in the table: isOdd'],
    ['Allow', [Allow()], 'not in the table'],
    ['IsOptional, which lets null pass', [IsOptional(), ...whole], 'condition other than Optional()'],
    ['another condition', [ValidateIf(() => true), ...whole], 'condition other than Optional()'],
    [
      'a second condition',
      [ValidateIf(isPresent), ValidateIf((_, value) => isPresent(_, value)), ...whole],
      'condition other than Optional()',
    ],
    ['Optional alone', [ValidateIf(isPresent)], 'by nothing'],
    ['groups', [IsInt({ groups: ['a'] }), Min(0), Max(9)], 'groups'],
    ['always', [IsInt({ always: true }), Min(0), Max(9)], 'groups, always'],
    ['validateIf', [IsInt({ validateIf: () => false }), Min(0), Max(9)], 'validateIf'],
    ['a number without end', [IsInt(), Min(0)], 'not bounded'],
    ['a bound of nothing', [Min(0), Max(9)], 'not fully described'],
    ['a text without end', [ValidateBy({ name: 'isLine', validator: { validate: formats.isLine } })], 'not bounded'],
    ['a list without end', [IsArray(), ArrayMinSize(0), IsIn(['a'], { each: true })], 'not bounded'],
    ['a list of anything', list, 'not fully described'],
    ['items without a list', [IsInt({ each: true }), Min(0, { each: true }), Max(9, { each: true })], 'is no array'],
    ['two types', [...whole, ...list], 'says type twice'],
    ['two least values', [...whole, Min(1)], 'says minimum twice'],
    ['numbers to choose from', [IsIn([1, 2])], 'not fully described'],
    [
      'ArrayUnique with a function',
      [...list, ArrayUnique((o: { id: string }) => o.id), IsIn(['a'], { each: true })],
      'ArrayUnique with a function',
    ],
    [
      'ArrayUnique on objects',
      [...list, ArrayUnique(), IsObject({ each: true }), ValidateNested({ each: true }), Type(() => Clause)],
      'ArrayUnique on objects',
    ],
    ['nested without @Type', [IsObject(), ValidateNested()], 'without @Type'],
    ['nested that an array would pass', [ValidateNested(), Type(() => Clause)], 'both IsObject and ValidateNested'],
    ['items that an array would pass', [...list, ValidateNested({ each: true }), Type(() => Clause)], 'both IsObject and ValidateNested'],
    ['an object of anything', [IsObject()], 'both IsObject and ValidateNested'],
    ['a union', [IsObject(), ValidateNested(), Type(() => Clause, { discriminator: { property: 'kind', subTypes: [] } })], 'is a union'],
  ])('%s', (_, decorators, reason) => {
    class Wrong {
      @all(...decorators) field!: unknown;
    }
    expect(() => schemasOf([Wrong])).toThrow(reason);
    expect(() => schemasOf([Wrong])).toThrow('Wrong.field');
  });

  it('a nested class that is wrong', () => {
    class Inner {
      bare!: string;
    }
    class Outer {
      @Many(() => Inner, 0, 3) inner!: Inner[];
    }
    expect(() => schemasOf([Outer])).toThrow('Inner.bare has no decorator');
  });

  it('a field decorated again in a subclass, also two classes up', () => {
    class Middle extends Clause {}
    class Again extends Middle {
      @Text(1, 500) override text = '';
    }
    class Below extends Again {}
    for (const type of [Again, Below]) expect(() => schemasOf([type])).toThrow('Again.text is decorated again in a subclass');
  });

  it('a decorated property that is no field', () => {
    class Declared {
      @Id() declare id: string;
    }
    expect(() => schemasOf([Declared])).toThrow('Declared.id is decorated, but is not a field');
    class Method {
      @Personal() method(): void {}
    }
    expect(() => schemasOf([Method])).toThrow('Method.method is decorated, but is not a field');
  });

  it('personal data of somebody whom no field names', () => {
    class Nobodys {
      @Personal('voterId') @Text(1, 9) name!: string;
    }
    class Groups {
      @Ids(1, 3) voters!: string[];
      @Personal('voters') @Text(1, 9) name!: string;
    }
    expect(() => schemasOf([Nobodys])).toThrow('Nobodys.name is personal to voterId');
    expect(() => schemasOf([Groups])).toThrow('Groups.name is personal to voters');
  });
});
