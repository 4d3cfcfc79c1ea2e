import { plainElection, type FileFormat, type Reading } from './election.js';
import { comparableNames, toldApart } from './option-names.js';
import { RepeatedMarks } from './repeated-marks.js';
import { Shared } from './shared.js';
import { linesBetween, Problems, type Words } from './text.js';

/* Longer than other files: what is read and what is written are one format, and are checked against each other. */

/*
 * The .blt files of STV counts: Hill, Wichmann and Woodall, Algorithm 123 (The Computer Journal 30, 1987), as OpenSTV, OpaVote and Droop
 * extend them. First the numbers of candidates and seats; then withdrawn candidates as negative numbers; then papers, each a weight and
 * candidates by number, best first, ended by 0; a 0 that ends all papers; the names of the candidates and the title, in quotes.
 * `1=3` are equal ranks, `-` is a rank left out, `(id)` before a weight is an id of the paper, `#` begins a comment. `[withdrawn 4]`,
 * `[undeclared 5]` (write-ins that nobody declared), `[tie 3 1 2]` (the order in which ties are broken) and `[nick a b c]` are options of
 * Droop. If no paper of a file is ended by 0, each ends with its line.
 */

interface BltFile {
  /** Empty if the file has none. */
  readonly title: string;
  readonly seats: number;
  /** Names of the candidates, in the order of their numbers. */
  readonly names: readonly string[];
  /** Positions of the candidates that withdrew before the count. */
  readonly withdrawn: readonly number[];
  /** Positions of the write-ins that nobody declared. */
  readonly writeIns: readonly number[];
  /** The positions in the order in which ties are broken; null if the file has none. */
  readonly tieOrder: readonly number[] | null;
  /** Positions of candidates, best first. An empty tier is a rank left out. */
  readonly papers: readonly { readonly line: number; readonly count: number; readonly ranking: readonly (readonly number[])[] }[];
  /** How many papers name a candidate more than once. */
  readonly repeatedMarks: number;
  readonly warnings: readonly Words[];
}

/** A word of the file, or the end of the file: an empty text. `column` is in characters, from 1. */
interface Token {
  readonly text: string;
  readonly line: number;
  readonly column: number;
}

const mostCandidates = 10_000;
/** A quoted text, an id, an option, one or several candidates, a comment, or a character that begins none of these. */
const lexeme = /"(?:[^"\n]|"")*"|\([^()\n]*\)|\[[^[\]\n]*\]|[^\s"#()[\]=]+(?:[ \t]*=[ \t]*[^\s"#()[\]=]+)*|#[^\n]*|\S/gu;
/** A rank left out. */
const skipped = '-';
const wholeNumber = /^\d{1,15}$/u;

const tokensIn = (row: string, line: number): Token[] =>
  Array.from(row.matchAll(lexeme), (found) => ({ text: found[0], line, column: found.index + 1 })).filter(
    (token) => !token.text.startsWith('#'),
  );

class Reader {
  readonly problems = new Problems();
  private readonly rows: readonly string[];
  private readonly end: Token;
  /** The tokens of one line; there may be millions of lines. */
  private tokens: readonly Token[] = [];
  private at = 0;
  private line = 0;

  constructor(
    text: string,
    private readonly onRead: Reading['onRead'],
  ) {
    this.rows = text.split('\n');
    this.end = { text: '', line: text.trimEnd().split('\n').length, column: 1 };
  }

  peek(): Token {
    while (this.at === this.tokens.length && this.line < this.rows.length) {
      this.tokens = tokensIn(this.rows[this.line]!, this.line + 1);
      this.at = 0;
      this.line++;
      if (this.line % linesBetween === 0) this.onRead?.(this.line / this.rows.length);
    }
    return this.tokens[this.at] ?? this.end;
  }

  next(): Token {
    const token = this.peek();
    if (token !== this.end) this.at++;
    return token;
  }

  wrong({ line, column }: Token, words: Words): void {
    this.problems.add(line, words, column);
  }

  /** @throws MalformedFile unless the next token is such a number */
  number(what: Words, most: number): number {
    const token = this.next();
    if (wholeNumber.test(token.text) && Number(token.text) >= 1 && Number(token.text) <= most) return Number(token.text);
    this.wrong(token, {
      zh: `${what.zh}须是 1 至 ${most} 的整数，却是 ${JSON.stringify(token.text)}`,
      en: `the number of ${what.en} must be a whole number from 1 to ${most}, not ${JSON.stringify(token.text)}`,
    });
    this.problems.refuse();
    return 0;
  }

  /** A name or title, without its quotes. */
  words(): string {
    const token = this.next();
    if (token.text === '"') this.wrong(token, { zh: '引号不成对', en: 'the quote is not closed in its line' });
    return token.text.startsWith('"') ? token.text.slice(1, -1).replaceAll('""', '"') : token.text;
  }
}

/** @throws MalformedFile with every invalid line */
export function parseBlt(text: string, { strict = false, onRead }: Reading = {}): BltFile {
  const reader = new Reader(text, onRead);
  const repeated = new RepeatedMarks(reader.problems, strict);
  const candidates = reader.number({ zh: '候选人数', en: 'candidates' }, mostCandidates);
  const seats = reader.number({ zh: '名额', en: 'seats' }, mostCandidates);
  const { withdrawn, writeIns, tieOrder, nicks, warnings } = readOptions(reader, candidates);
  const papers = readPapers(reader, candidates, nicks, repeated);
  reader.problems.refuse(); // names would only be missed as a consequence
  const named: { line: number; name: string }[] = [];
  while (named.length < candidates && reader.peek().text !== '') named.push({ line: reader.peek().line, name: reader.words() });
  if (named.length < candidates)
    reader.wrong(reader.peek(), {
      zh: `应有 ${candidates} 个候选人姓名，只有 ${named.length} 个`,
      en: `${candidates} names of candidates are expected, but there are ${named.length}`,
    });
  const names = comparableNames(named, reader.problems);
  const title = reader.words();
  for (const _ of ['source', 'comment']) if (reader.peek().text.startsWith('"')) reader.words(); // Wichmann's extension
  if (reader.peek().text !== '') reader.wrong(reader.peek(), { zh: '标题之后还有内容', en: 'something follows the title' });
  reader.problems.refuse();
  return {
    title,
    seats,
    names,
    withdrawn: [...withdrawn],
    writeIns: [...writeIns],
    tieOrder,
    papers,
    repeatedMarks: repeated.among(papers),
    warnings,
  };
}

/** The position of a candidate by its number or nick; null, with a problem, if there is none. */
function positionOf(reader: Reader, token: Token, word: string, candidates: number, nicks: ReadonlyMap<string, number>): number | null {
  const position = wholeNumber.test(word) ? Number(word) - 1 : (nicks.get(word) ?? -1);
  if (position >= 0 && position < candidates) return position;
  reader.wrong(token, { zh: `没有候选人 ${JSON.stringify(word)}`, en: `there is no candidate ${JSON.stringify(word)}` });
  return null;
}

function readOptions(reader: Reader, candidates: number) {
  const withdrawn = new Set<number>();
  const writeIns = new Set<number>();
  const nicks = new Map<string, number>();
  const warnings: Words[] = [];
  let tieOrder: readonly number[] | null = null;
  const withdraw = (token: Token, word: string) => {
    const position = positionOf(reader, token, word, candidates, nicks);
    if (position !== null && withdrawn.has(position))
      reader.wrong(token, { zh: `候选人 ${word} 写了两次退出`, en: `candidate ${word} is withdrawn twice` });
    if (position !== null) withdrawn.add(position);
  };
  while (/^(?:\[|-\d)/u.test(reader.peek().text)) {
    const token = reader.next();
    const [name, ...words] = token.text.replace(/^-/u, 'withdrawn ').replaceAll(/[[\]]/gu, ' ').trim().split(/\s+/u);
    if (name === 'withdrawn') for (const word of words) withdraw(token, word);
    else if (name === 'undeclared')
      for (const word of words) {
        const position = positionOf(reader, token, word, candidates, nicks);
        if (position !== null) writeIns.add(position);
      }
    else if (name === 'nick' && words.length === candidates && new Set(words).size === candidates)
      words.forEach((word, i) => nicks.set(word, i));
    else if (name === 'tie') {
      tieOrder = words.flatMap((word) => positionOf(reader, token, word, candidates, nicks) ?? []);
      if (new Set(tieOrder).size !== candidates || tieOrder.length !== candidates)
        reader.wrong(token, { zh: '[tie] 须列出每个候选人各一次', en: '[tie] must list each candidate exactly once' });
    } else if (name === 'droop')
      warnings.push({
        zh: `第 ${token.line} 行：未采用 [droop]；规则请在命令中写明`,
        en: `line ${token.line}: [droop] is not honoured; declare the rule in the command`,
      });
    else reader.wrong(token, { zh: `不能识别 ${token.text}`, en: `${token.text} is not understood` });
  }
  return { withdrawn, writeIns, tieOrder, nicks, warnings };
}

function readPapers(reader: Reader, candidates: number, nicks: ReadonlyMap<string, number>, repeated: RepeatedMarks): BltFile['papers'] {
  const papers: { line: number; count: number; ranking: readonly (readonly number[])[] }[] = [];
  const tierOf = new Shared((key: string) => (key === skipped ? [] : key.split('=').map(Number)));
  const rankingOf = new Shared((key: string) => (key === '' ? [] : key.split(' ').map((tier) => tierOf.of(tier))));
  const unended: Token[] = [];
  for (;;) {
    const hasId = reader.peek().text.startsWith('(');
    if (hasId) reader.next();
    const weight = reader.next();
    if (weight.text === '0') break;
    if (!wholeNumber.test(weight.text)) {
      reader.wrong(
        weight,
        /^\d+[.,]\d+$/u.test(weight.text)
          ? { zh: `选票的张数须是整数：${weight.text}`, en: `the weight of a paper must be a whole number: ${weight.text}` }
          : { zh: '这里应是选票的张数，或结束全部选票的 0', en: 'the weight of a paper, or the 0 that ends all papers, is expected here' },
      );
      break; // the rest would be nothing but consequences
    }
    // in OpenSTV a paper with an id is one paper; in Droop it has no weight, and the number is its first candidate
    if (hasId && weight.text !== '1')
      reader.wrong(weight, {
        zh: `有编号的选票，张数须写 1，这里是 ${weight.text}：Droop 的文件不写张数，请在每个编号后补上 1`,
        en: `a paper with an id has the weight 1, not ${weight.text}: in files of Droop it has none, so put a 1 behind every id`,
      });
    const tiers: string[] = [];
    const seen = new Set<number>();
    while (reader.peek().line === weight.line && !['', '0'].includes(reader.peek().text)) {
      const token = reader.next();
      const words = token.text === skipped ? [] : token.text.split(/\s*=\s*/u);
      const tier = words.flatMap((word) => positionOf(reader, token, word, candidates, nicks) ?? []);
      if (new Set(tier).size < tier.length || tier.some((position) => seen.has(position))) repeated.add(weight.line, token.column);
      for (const position of tier) seen.add(position);
      tiers.push([...new Set(tier)].join('=') || skipped);
    }
    if (reader.peek().text === '0' && reader.peek().line === weight.line) reader.next();
    else unended.push(weight);
    papers.push({ line: weight.line, count: Number(weight.text), ranking: rankingOf.of(tiers.join(' ')) });
  }
  if (unended.length < papers.length)
    for (const token of unended) reader.wrong(token, { zh: '此票没有在本行以 0 结束', en: 'the paper is not ended by 0 in its line' });
  return papers;
}

export const bltFormat: FileFormat = {
  name: 'blt',
  title: { zh: 'OpenSTV、OpaVote（.blt）', en: 'OpenSTV or OpaVote (.blt)' },
  detects: (extension, head) =>
    extension === '.blt' || /^(?:\s*#[^\n]*\n)*\s*\d+[ \t]+\d+[ \t]*(?:#[^\n]*)?\r?\n\s*(?:-\d|\[|\(|\d+ )/u.test(head),
  parse: (fileName, { text }, reading) => {
    const { title, seats, names, withdrawn, writeIns, tieOrder, papers, repeatedMarks, warnings } = parseBlt(text, reading);
    const { ids, names: told } = toldApart(
      names.map((_, i) => String(i + 1)),
      names,
    );
    const tierOf = new Shared((tier: readonly number[]) => tier.map((position) => ids[position]!));
    const rankingOf = new Shared((ranking: readonly (readonly number[])[]) => ranking.map((tier) => tierOf.of(tier)));
    return {
      ...plainElection,
      options: ids,
      withdrawn: withdrawn.map((position) => ids[position]!),
      writeIns: writeIns.map((position) => ids[position]!),
      forms: ['ranking'],
      papers: papers.map(({ line, count, ranking }) => ({ line, count, ranking: rankingOf.of(ranking) })),
      names: told,
      seats,
      repeatedMarks,
      tieOrder: tieOrder && tieOrder.map((position) => ids[position]!),
      about: { title: title || fileName },
      warnings,
    };
  },
};
