/** A text for people in both languages. */
export interface Words {
  readonly zh: string;
  readonly en: string;
}

/** What is wrong in a file, and where. Lines and columns are counted from 1; in a table, a column is a column of cells. */
export interface FileProblem extends Words {
  readonly line: number;
  readonly column?: number;
}

/** Most problems that a message lists. */
const mostListed = 20;

/** A file that is not valid in its format. Every invalid line is named; nothing of the file is used. */
export class MalformedFile extends Error {
  override readonly name = 'MalformedFile';

  /** @param problems in the order of the lines; at least one */
  constructor(readonly problems: readonly FileProblem[]) {
    super();
    this.message = this.listed(({ line, column, zh, en }) => `line ${line}${column ? `, column ${column}` : ''}: ${en} ${zh}`, '…');
  }

  /** The message in one language; `message` has both. */
  in(language: keyof Words): string {
    return language === 'zh'
      ? this.listed(({ line, column, zh }) => `第 ${line} 行${column ? `第 ${column} 列` : ''}：${zh}`, '另有')
      : this.listed(({ line, column, en }) => `line ${line}${column ? `, column ${column}` : ''}: ${en}`, '…');
  }

  private listed(said: (problem: FileProblem) => string, more: string): string {
    const rest = this.problems.length - mostListed;
    return [...this.problems.slice(0, mostListed).map(said), ...(rest > 0 ? [`${more} ${rest}`] : [])].join('\n');
  }
}

/** Collects what is wrong in a file, so that all of it can be told at once. */
export class Problems {
  private readonly found: FileProblem[] = [];

  add(line: number, words: Words, column?: number): void {
    this.found.push({ line, ...words, ...(column !== undefined && { column }) });
  }

  /** @throws MalformedFile with all problems by line, if there are any */
  refuse(): void {
    if (this.found.length > 0) throw new MalformedFile(this.found.sort((a, b) => a.line - b.line));
  }
}

type Encoding = 'utf-8' | 'latin1';

/** The text of a file, and how its bytes stood for it. */
export interface TextFile {
  /** Without a byte order mark. */
  readonly text: string;
  readonly encoding: Encoding;
  readonly byteOrderMark: boolean;
}

const mark = '\uFEFF';

/** The text of a file in UTF-8, with or without a byte order mark; if it is not valid UTF-8, it is read as Latin-1. */
export function readText(bytes: Uint8Array): TextFile {
  try {
    const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
    const byteOrderMark = text.startsWith(mark);
    return { text: byteOrderMark ? text.slice(1) : text, encoding: 'utf-8', byteOrderMark };
  } catch {
    const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1');
    return { text, encoding: 'latin1', byteOrderMark: false };
  }
}

/** A text as the bytes of a file, encoded as another file is. */
export const bytesOf = (text: string, { encoding, byteOrderMark }: Omit<TextFile, 'text'>): Uint8Array =>
  Buffer.from(`${byteOrderMark ? mark : ''}${text}`, encoding);
