import { contestElection, contestIn, type Contest, type ContestPaper } from './contests.js';
import type { Election, FileFormat, Reading } from './election.js';
import { isValue, listIn, numberIn, textIn, type Value } from './json-values.js';
import { MalformedFile, Problems, type Words } from './text.js';

/*
 * Cast vote records in the common data format of NIST (Special Publication 1500-103, version 1.0, JSON): elections with contests,
 * selections and candidates, and a CVR for each ballot, of which the current snapshot counts. A mark counts if it is allocable, or if it
 * is indicated and nothing says that it is not allocable. The format may also be what systems of other makers export.
 */

/** Most problems that are looked for: each is reported, and a wrong report would have one per ballot. */
const mostProblems = 20;
const mostRanks = 1000;
const writeIn = 'Write-in';

/** @throws MalformedFile with line and column if it is no JSON object */
export function reportIn(text: string): Value {
  try {
    const report: unknown = JSON.parse(text);
    if (isValue(report)) return report;
  } catch (error) {
    const position = Number(/position (\d+)/u.exec((error as Error).message)?.[1] ?? text.length);
    throw new MalformedFile([{ ...placeOf(text, position), zh: '不是正确的 JSON', en: 'this is not valid JSON' }]);
  }
  throw new MalformedFile([{ line: 1, column: 1, zh: '应是一个 JSON 对象', en: 'a JSON object is expected' }]);
}

const placeOf = (text: string, position: number): { line: number; column: number } => {
  const before = text.slice(0, position);
  return { line: before.split('\n').length, column: position - before.lastIndexOf('\n') };
};

/** Where the elements of the list under a key of the top object begin. The text must be valid JSON. */
function positionsIn(text: string, key: string): number[] {
  let at = 0;
  const skipSpace = () => {
    while (/\s/u.test(text[at] ?? '')) at++;
  };
  const skipText = () => {
    for (at++; text[at] !== '"'; at++) if (text[at] === '\\') at++;
    at++;
  };
  const skipValue = () => {
    let depth = 0;
    do {
      const character = text[at]!;
      if (character === '"') skipText();
      else {
        if (character === '{' || character === '[') depth++;
        if (character === '}' || character === ']') depth--;
        at++;
        if (depth === 0 && !/[{}[\]]/u.test(character)) while (at < text.length && !/[\s,\]}]/u.test(text[at]!)) at++;
      }
    } while (depth > 0);
  };
  const found: number[] = [];
  skipSpace();
  for (at++; ; at++) {
    skipSpace();
    if (text[at] === '}' || at >= text.length) return found;
    const from = at;
    skipText();
    const name: unknown = JSON.parse(text.slice(from, at));
    skipSpace();
    at++; // the colon
    skipSpace();
    if (name === key && text[at] === '[') {
      for (at++; ; at++) {
        skipSpace();
        if (text[at] === ']') return found;
        found.push(at);
        skipValue();
        skipSpace();
        if (text[at] === ']') return found;
      }
    }
    skipValue();
    skipSpace();
    if (text[at] === '}') return found;
  }
}

interface CdfContest extends Contest {
  readonly id: string;
}

function contestsOf(report: Value): CdfContest[] {
  return listIn(report, 'Election').flatMap((election) => {
    const candidates = new Map(listIn(election, 'Candidate').map((one) => [textIn(one, '@id'), textIn(one, 'Name')]));
    return listIn(election, 'Contest').map((contest): CdfContest => {
      const id = textIn(contest, '@id') ?? '';
      const named = new Map(
        listIn(contest, 'ContestSelection').map((selection) => {
          const ids: unknown = selection['CandidateIds'];
          const people = Array.isArray(ids) ? ids.map((one) => candidates.get(one as string) ?? String(one)).join(' / ') : '';
          const selectionId = textIn(selection, '@id') ?? '';
          return [selectionId, people || (textIn(selection, 'Selection') ?? (selection['IsWriteIn'] === true ? writeIn : selectionId))];
        }),
      );
      return {
        id,
        name: textIn(contest, 'Name') ?? id,
        isRanked: textIn(contest, 'VoteVariation') === 'rcv',
        options: [...named.keys()],
        names: named,
        mostMarks: numberIn(contest, 'VotesAllowed'),
        seats: numberIn(contest, 'NumberElected'),
      };
    });
  });
}

interface Mark {
  readonly option: string;
  readonly rank: number | null;
}

/** The marks of a ballot in a contest; null if the contest is not on it. */
function marksIn(cvr: Value, { id, options }: CdfContest, wrong: (words: Words) => void): { marks: Mark[]; unclear: number } | null {
  const snapshots = listIn(cvr, 'CVRSnapshot');
  const current =
    snapshots.find((one) => textIn(one, '@id') === textIn(cvr, 'CurrentSnapshotId')) ?? (snapshots.length === 1 ? snapshots[0] : undefined);
  if (current === undefined) {
    wrong({ zh: '没有当前记录（CurrentSnapshotId）', en: 'there is no current snapshot (CurrentSnapshotId)' });
    return null;
  }
  const [contest, again] = listIn(current, 'CVRContest').filter((one) => textIn(one, 'ContestId') === id);
  if (again !== undefined) wrong({ zh: '同一选举记了两次', en: 'the contest is recorded twice' });
  if (contest === undefined) return null;
  const marks: Mark[] = [];
  let unclear = 0;
  for (const selection of listIn(contest, 'CVRContestSelection'))
    for (const position of listIn(selection, 'SelectionPosition')) {
      const [indicated, allocable] = [textIn(position, 'HasIndication'), textIn(position, 'IsAllocable')];
      if (allocable === 'no' || (allocable !== 'yes' && indicated === 'no')) continue;
      if (allocable !== 'yes' && indicated !== 'yes') {
        unclear++;
        continue;
      }
      const option = textIn(selection, 'ContestSelectionId') ?? (isValue(position['CVRWriteIn']) ? writeIn : '');
      if (!options.includes(option) && option !== writeIn)
        wrong({ zh: `没有选项 ${JSON.stringify(option)}`, en: `there is no selection ${JSON.stringify(option)}` });
      if ((numberIn(position, 'NumberVotes') ?? 1) !== 1)
        wrong({ zh: '一处标记计多票的选举不能读取', en: 'marks that are worth several votes are not read' });
      const rank = numberIn(position, 'Rank') ?? numberIn(selection, 'Rank');
      if (rank !== null && (rank < 1 || rank > mostRanks))
        wrong({ zh: `名次须在 1 至 ${mostRanks}：${rank}`, en: `a rank must be from 1 to ${mostRanks}: ${rank}` });
      marks.push({ option, rank });
    }
  return { marks, unclear };
}

function cdf(fileName: string, { text }: { readonly text: string }, { contest: wanted, strict }: Reading): Election {
  const report = reportIn(text);
  const contest = contestIn(contestsOf(report), wanted);
  const positions = positionsIn(text, 'CVR');
  const problems = new Problems();
  let found = 0;
  let unclear = 0;
  let [line, counted] = [1, 0];
  const read: { line: number; marks: Mark[] }[] = [];
  const cvrs: readonly unknown[] = Array.isArray(report['CVR']) ? report['CVR'] : [];
  if (cvrs.length === 0) problems.add(1, { zh: '没有投票记录（CVR）', en: 'there are no cast vote records (CVR)' });
  for (const [i, cvr] of cvrs.entries()) {
    const position = positions[i] ?? 0;
    for (; counted < position; counted++) if (text[counted] === '\n') line++;
    const wrong = (words: Words) => {
      found++;
      problems.add(line, words, placeOf(text, position).column);
    };
    const said = isValue(cvr) ? marksIn(cvr, contest, wrong) : null;
    if (said) {
      unclear += said.unclear;
      read.push({ line, marks: said.marks });
    }
    if (found >= mostProblems) break;
  }
  problems.refuse();
  const isRanked = contest.isRanked || read.some(({ marks }) => marks.some(({ rank }) => rank !== null));
  const used = new Set(read.flatMap(({ marks }) => marks.map(({ option }) => option)));
  const options = contest.options.includes(writeIn) || !used.has(writeIn) ? contest.options : [...contest.options, writeIn];
  const papers = read.map((paper): ContestPaper => {
    if (!isRanked) return { line: paper.line, marks: paper.marks.map(({ option }) => option) };
    const ranks: string[][] = Array.from({ length: Math.max(0, ...paper.marks.map(({ rank }) => rank ?? 0)) }, () => []);
    for (const { option, rank } of paper.marks) {
      if (rank === null) problems.add(paper.line, { zh: '标记没有名次', en: 'a mark has no rank' });
      else if (!ranks[rank - 1]!.includes(option)) ranks[rank - 1]!.push(option);
    }
    return { line: paper.line, marks: ranks };
  });
  problems.refuse();
  return contestElection({ ...contest, isRanked, options }, papers, {
    title: fileName,
    strict,
    warnings:
      unclear === 0
        ? []
        : [{ zh: `${unclear} 处标记是否有效不明，未计`, en: `${unclear} marks whose indication is unknown are not counted` }],
  });
}

export const cdfFormat: FileFormat = {
  name: 'cdf-json',
  title: { zh: 'NIST 1500-103 投票记录（.json）', en: 'cast vote records of NIST 1500-103 (.json)' },
  detects: (extension, head) => extension === '.json' || /^\s*\{[^]*"CVR\.\w+"/u.test(head),
  parse: cdf,
};
