import type { FilePaper } from './election.js';
import type { Problems } from './text.js';

/** The papers of a file that mark an option more than once. Such a mark counts once, or with `strict` the file is refused. */
export class RepeatedMarks {
  private readonly lines = new Set<number>();

  constructor(
    private readonly problems: Problems,
    private readonly strict: boolean,
  ) {}

  get number(): number {
    return this.lines.size;
  }

  /** The paper in this line has a repeated mark. */
  add(line: number, column?: number): void {
    this.lines.add(line);
    if (this.strict)
      this.problems.add(line, { zh: '同一选项标了不止一次', en: 'an option is marked more than once on this paper' }, column);
  }

  /** How many of these papers have repeated marks. */
  among(papers: readonly Pick<FilePaper, 'line' | 'count'>[]): number {
    return papers.reduce((sum, { line, count }) => sum + (this.lines.has(line) ? count : 0), 0);
  }
}
