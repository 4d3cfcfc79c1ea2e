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

/** Lines between two reports of how far a file has been read. */
export const linesBetween = 10_000;

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

/** Collects what is wrong in a file, so that all of it can be reported at once. */
export class Problems {
  private readonly found: FileProblem[] = [];

  get number(): number {
    return this.found.length;
  }

  add(line: number, words: Words, column?: number): void {
    this.found.push({ line, ...words, ...(column !== undefined && { column }) });
  }

  /** @throws MalformedFile with all problems by line, if there are any */
  refuse(): void {
    if (this.found.length > 0) throw new MalformedFile(this.found.sort((a, b) => a.line - b.line));
  }
}
