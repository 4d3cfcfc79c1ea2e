import { isUtf8 } from 'node:buffer';
import iconv from 'iconv-lite';
import { chinesePoints } from './chinese.js';
import { MalformedFile, type Words } from './text.js';

/*
 * Bytes to text. Without a declared encoding only those are taken that can be told from the bytes: UTF-8, UTF-16 and GB18030 (with GBK and
 * GB2312 in it). Encodings of one byte per character cannot be told from each other, so such a file is refused until its encoding is named.
 * docs/counting.md explains the decision.
 */

/** The text of a file, and how its bytes stood for it. */
export interface TextFile {
  /** Without a byte order mark. */
  readonly text: string;
  readonly encoding: string;
  readonly byteOrderMark: boolean;
}

const mark = '\uFEFF';
/** Larger files are refused: their text and what is read from it would not fit into memory. */
const mostBytes = 128 * 1024 * 1024;

/** Whether an encoding can be declared: any character encoding that iconv-lite knows. */
export const isEncoding = (name: string): boolean =>
  !/^(?:_.*|base64|hex|utf-?7.*|constructor|__proto__)$/iu.test(name) && iconv.encodingExists(name);

/**
 * @param declared the encoding of the file (`isEncoding`); by default it is detected
 * @throws MalformedFile if the bytes are not text in this encoding, or in none that can be detected, or are too many
 */
export function readText(bytes: Uint8Array, declared?: string): TextFile {
  if (bytes.length > mostBytes) throw new MalformedFile([{ line: 1, zh: '文件超过 128 MiB', en: 'the file is larger than 128 MiB' }]);
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const encoding = declared === undefined ? detected(buffer) : named(declared, buffer);
  const file = encoding === null ? null : decoded(buffer, encoding);
  return file ?? refused(buffer, declared ?? byteOrder(buffer));
}

/** The encoding that the bytes show; null if they show none. */
function detected(buffer: Buffer): string | null {
  const marked = byteOrder(buffer);
  if (marked !== null) return marked;
  if (buffer.includes(0)) return unmarkedUtf16(buffer);
  if (isUtf8(buffer)) return 'utf-8';
  const chinese = decoded(buffer, 'gb18030');
  return chinese !== null && isChinese(buffer, chinese.text) ? 'gb18030' : null;
}

/** A declared encoding by its usual name. A declared UTF-16 need not say the order of the bytes. */
function named(declared: string, buffer: Buffer): string | null {
  const name = declared.toLowerCase();
  if (/^utf-?16$/u.test(name)) return byteOrder(buffer) ?? unmarkedUtf16(buffer);
  return name === 'utf8' ? 'utf-8' : name;
}

/** Which encoding was taken. */
export const encodingTaken = (encoding: string): Words => ({ zh: `按 ${encoding} 编码读取`, en: `read as ${encoding}` });

/** A text as the bytes of a file, encoded as another file is. */
export const bytesOf = (text: string, { encoding, byteOrderMark }: Omit<TextFile, 'text'>): Uint8Array =>
  iconv.encode(`${byteOrderMark ? mark : ''}${text}`, encoding);

/** The encoding that a byte order mark says; null if there is none. */
function byteOrder(buffer: Buffer): 'utf-8' | 'utf-16le' | 'utf-16be' | null {
  const head = buffer.subarray(0, 3).toString('hex');
  if (head === 'efbbbf') return 'utf-8';
  if (head.startsWith('fffe')) return 'utf-16le';
  return head.startsWith('feff') ? 'utf-16be' : null;
}

/** The order of the bytes of UTF-16 without a mark: the one in which the text has line ends. Null if both have, or none. */
function unmarkedUtf16(buffer: Buffer): 'utf-16le' | 'utf-16be' | null {
  const [little, big] = (['utf-16le', 'utf-16be'] as const).map((encoding) => /[\r\n]/u.test(decoded(buffer, encoding)?.text ?? ''));
  if (little === big) return null;
  return little ? 'utf-16le' : 'utf-16be';
}

/** The text, if its bytes are valid in this encoding: encoded again, it must give the same bytes. Text has no NUL. */
function decoded(buffer: Buffer, encoding: string): TextFile | null {
  const isPlain = encoding === 'utf-8';
  if (isPlain && !isUtf8(buffer)) return null;
  const text = isPlain ? buffer.toString('utf8') : iconv.decode(buffer, encoding, { stripBOM: false });
  if (text.includes('\0') || !text.isWellFormed()) return null;
  if (!isPlain && !iconv.encode(text, encoding).equals(buffer)) return null;
  const byteOrderMark = text.startsWith(mark);
  return { text: byteOrderMark ? text.slice(1) : text, encoding, byteOrderMark };
}

/** Points that make a text Chinese (`chinesePoints`), and how many more it must have than as Japanese, and than if it may be Korean. */
const [leastPoints, margin] = [10, 12];
/** The part of a file that is looked at to tell what it is. */
const sample = 1 << 18;
const onlyHangul = /^[\0-\x7F\uAC00-\uD7A3]*$/u;

/**
 * Whether text that is valid GB18030 is meant as such: it must look like Chinese. Japanese and Korean texts in the encodings of Unix have
 * the same bytes as common Chinese characters, so they are compared with.
 */
function isChinese(buffer: Buffer, text: string): boolean {
  const begin = text.search(/[^\0-\x7F]/u);
  const points = chinesePoints(text.slice(begin, begin + sample));
  const bytes = begin + 2 * sample; // the ASCII before the first other character has one byte each
  const start = bytes < buffer.length ? buffer.subarray(0, buffer.lastIndexOf('\n', bytes) + 1) : buffer;
  const japanese = decoded(start, 'euc-jp');
  const korean = decoded(start, 'euc-kr');
  const asJapanese = japanese === null ? -Infinity : chinesePoints(japanese.text.slice(begin));
  return points >= leastPoints + (korean !== null && onlyHangul.test(korean.text) ? margin : 0) && points >= asJapanese + margin;
}

/** @throws MalformedFile that names the first line that is neither UTF-8 nor text in the declared encoding */
function refused(buffer: Buffer, declared: string | null): never {
  const advice: Words = {
    zh: '请用 --encoding 指明编码，如 gb18030、windows-1250、latin1；表格文件须先另存为 CSV（UTF-8）',
    en: 'name the encoding with --encoding, such as gb18030, windows-1250, latin1; a workbook must first be saved as CSV (UTF-8)',
  };
  const words: Words =
    declared === null
      ? {
          zh: `文件的编码无从确定：不是 UTF-8、UTF-16，也看不出是 GB18030。${advice.zh}`,
          en: `the encoding of the file cannot be told: it is not UTF-8 or UTF-16, and not certainly GB18030; ${advice.en}`,
        }
      : { zh: `文件不是 ${declared} 编码的文本`, en: `the file is not text in ${declared}` };
  throw new MalformedFile([{ line: lineNotUtf8(buffer), ...words }]);
}

/** The first line that is not UTF-8; 1 if there is none. */
function lineNotUtf8(buffer: Buffer): number {
  for (let [line, from] = [1, 0]; from < buffer.length; line++) {
    const end = buffer.indexOf(0x0a, from);
    if (!isUtf8(buffer.subarray(from, end < 0 ? buffer.length : end))) return line;
    from = end < 0 ? buffer.length : end + 1;
  }
  return 1;
}
