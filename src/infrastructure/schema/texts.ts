import type { Format } from '../../domain/shared/fields.js';
import type { FieldError } from '../../application/ports/check.js';

type Params = FieldError['params'];
type Text = Readonly<Record<'zh' | 'en', (params: Params) => string>>;
type FormatName<F extends string> = F extends `is${infer N}`
  ? Lowercase<N extends 'PlaceId' ? 'place-id' : N extends 'OptionId' ? 'option-id' : N>
  : never;
type Code =
  | 'required'
  | 'additionalProperties'
  | 'type'
  | 'enum'
  | 'minimum'
  | 'maximum'
  | 'minLength'
  | 'maxLength'
  | 'minItems'
  | 'maxItems'
  | 'uniqueItems'
  | `format.${FormatName<Format>}`
  | 'format.etag'
  | 'format.idempotency-key'
  | 'format.cursor'
  | 'format.event-type';

const fixed = (zh: string, en: string): Text => ({ zh: () => zh, en: () => en });

/** "2 to 40"; "at most 40" if the minimum is 0; "exactly 3" if both are equal. */
const range = (
  least: 'minimum' | 'minLength' | 'minItems',
  most: 'maximum' | 'maxLength' | 'maxItems',
  zh: (bounds: string) => string,
  en: (bounds: string) => string,
): Text => {
  const bounds = (params: Params, exactly: string, atMost: string, to: string) => {
    const [min, max] = [params[least] as number, params[most] as number];
    if (min === max) return `${exactly} ${max}`;
    return min === 0 && least !== 'minimum' ? `${atMost} ${max}` : `${min} ${to} ${max}`;
  };
  return {
    zh: (params) => zh(bounds(params, '正好', '最多', '至').replace(/^(?=[\d-])/u, ' ')),
    en: (params) => en(bounds(params, 'exactly', 'at most', 'to')),
  };
};
const number = range(
  'minimum',
  'maximum',
  (bounds) => `必须是整数：${bounds.trim()}`,
  (bounds) => `must be a whole number: ${bounds}`,
);
const length = range(
  'minLength',
  'maxLength',
  (bounds) => `必须是${bounds} 个字`,
  (bounds) => `must be ${bounds} characters`,
);
const items = range(
  'minItems',
  'maxItems',
  (bounds) => `必须有${bounds} 项`,
  (bounds) => `must have ${bounds} items`,
);

const types: Readonly<Record<string, readonly [string, string]>> = {
  object: ['必须是一个 JSON 对象', 'must be a JSON object'],
  array: ['必须是一个列表', 'must be a list'],
  string: ['必须是文字（加引号）', 'must be text, in quotation marks'],
  integer: ['必须是整数（不加引号）', 'must be a whole number, without quotation marks'],
  boolean: ['必须是 true 或 false', 'must be true or false'],
};
const typeText = (params: Params) => types[params['type'] as string]!;

/** The explanation of each rule that a schema can have. */
export const texts: Readonly<Record<Code, Text>> = {
  required: fixed('必须填写', 'must be given'),
  additionalProperties: fixed('不认识这一项，请去掉', 'is unknown: leave it out'),
  type: { zh: (params) => typeText(params)[0], en: (params) => typeText(params)[1] },
  enum: {
    zh: ({ enum: allowed }) => `必须是其中之一：${(allowed as string[]).join('、')}`,
    en: ({ enum: allowed }) => `must be one of ${(allowed as string[]).join(', ')}`,
  },
  minimum: number,
  maximum: number,
  minLength: length,
  maxLength: length,
  minItems: items,
  maxItems: items,
  uniqueItems: fixed('各项不能重复', 'must not contain anything twice'),
  'format.id': fixed(
    '必须是编号：1 至 100 个小写字母、数字或 . ~ -，以字母或数字开头',
    'must be an id: 1 to 100 lower-case letters, digits or . ~ -, beginning with a letter or digit',
  ),
  'format.place-id': fixed(
    '必须是地点代码：县 6 位，镇 9 位，村或社区 12 位，再往下每级加“.”和编号，如 510121111219.1.2',
    'must be a place code: 6 digits for a county, 9 for a town, 12 for a village or community, then “.” and a number for each ' +
      'level below, such as 510121111219.1.2',
  ),
  'format.option-id': fixed(
    '必须是选项编号：1 至 100 个字，在一行内，前后没有空格，不含 , 和 |',
    'must be the id of an option: 1 to 100 characters in one line, without spaces around them, and without , or |',
  ),
  'format.instant': fixed(
    '必须是 UTC 时间，精确到毫秒，如 2026-11-23T08:00:00.000Z',
    'must be an instant in UTC with milliseconds, such as 2026-11-23T08:00:00.000Z',
  ),
  'format.day': fixed('必须是日历上有的日期，如 2026-11-23', 'must be a valid date, such as 2026-11-23'),
  'format.sha256': fixed('必须是 SHA-256：64 位小写十六进制数字', 'must be a SHA-256: 64 lower-case hexadecimal digits'),
  'format.line': fixed(
    '必须是一行文字，不能全是空白，不能有换行或控制字符',
    'must be one line of text, not blank, without line breaks or control characters',
  ),
  'format.etag': fixed(
    '必须是读取时所得的 ETag，如 "3"；可用逗号分列几个',
    'must be the ETag of an answer, such as "3", or several separated by commas',
  ),
  'format.idempotency-key': fixed(
    '必须是 1 至 200 个可显示的 ASCII 字符，如 UUID',
    'must be 1 to 200 printable ASCII characters, such as a UUID',
  ),
  'format.cursor': fixed('必须是这一列表上一页所答的 next', 'must be the value of `next` from the previous page of the same list'),
  'format.event-type': fixed(
    '必须是事件类型，如 VoteCast；全部类型见 docs/events.md',
    'must be an event type, such as VoteCast; docs/events.md lists them',
  ),
  'format.words': fixed(
    '必须是文字，不能全是空白，除换行和制表符外不能有控制字符',
    'must be text, not blank, without control characters other than line breaks and tabs',
  ),
};

/** What is wrong with a field and what to do, in the reader's language. */
export const explain = ({ code, params }: FieldError, language: 'zh' | 'en'): string => texts[code as Code][language](params);
