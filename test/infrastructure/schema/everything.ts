import {
  Day,
  Flag,
  Id,
  Ids,
  Instant,
  Int,
  Ints,
  Many,
  One,
  OneOf,
  Optional,
  OptionId,
  OptionIds,
  Personal,
  PlaceId,
  PlaceIds,
  Sha256,
  SomeOf,
  Text,
  Words,
} from '../../../src/domain/shared/fields.js';

export class Clause {
  @Int(1, 99) number!: number;
  @Text(1, 10) text!: string;
}
/** A class with a field of each kind. */
export class Everything {
  @Id() id!: string;
  @OptionId() option!: string;
  @OptionIds(1, 2) options!: string[];
  @PlaceId() place!: string;
  @Personal('id') @Text(2, 5) line!: string;
  @Words(0, 6) words!: string;
  @Instant() instant!: string;
  @Day() day!: string;
  @Sha256() sha256!: string;
  @Int(-3, 7) int!: number;
  @Flag() flag!: boolean;
  @OneOf(['一', 'b']) oneOf!: '一' | 'b';
  @Ids(1, 2) ids!: string[];
  @PlaceIds(0, 2) places!: string[];
  @SomeOf(['x', 'y', 'z'], 1, 3) someOf!: ('x' | 'y' | 'z')[];
  @Ints(2, 2, 0, 9) ints!: number[];
  @Many(() => Clause, 0, 2) clauses!: Clause[];
  @One(() => Clause) clause!: Clause;
  @Optional() @Text(1, 5) note?: string;
  @Optional() @One(() => Clause) second?: Clause;
}

export const valid = {
  id: 'a-1',
  option: 'L18/11/X',
  options: ['路灯 1', 'B'],
  place: '510121111219.1',
  line: '五微',
  words: '',
  instant: '2026-05-01T08:00:00.000Z',
  day: '2026-05-01',
  sha256: '0a'.repeat(32),
  int: 0,
  flag: false,
  oneOf: '一',
  ids: ['a'],
  places: [],
  someOf: ['x', 'z'],
  ints: [3, 3],
  clauses: [{ number: 1, text: '不乱搭' }],
  clause: { number: 2, text: '爱花草' },
} as const;
