import { plainElection, type Election, type FilePaper } from './election.js';
import { comparableNames, word } from './option-names.js';
import { RepeatedMarks } from './repeated-marks.js';
import { MalformedFile, Problems, type Words } from './text.js';

/* What files of cast vote records have in common: a record per ballot sheet, with the marks in all contests. One contest is counted. */

/** What a ballot says in a contest: for each rank from 1 the options marked, or, without ranks, the options marked. */
export interface ContestPaper {
  readonly line: number;
  readonly marks: readonly (readonly string[])[] | readonly string[];
  /** Marks with ranks whose options are known; by default all. An option among them twice is a repeated mark. */
  readonly known?: readonly (readonly string[])[];
}

export interface Contest {
  readonly name: string;
  readonly isRanked: boolean;
  /** Ids of the options. */
  readonly options: readonly string[];
  readonly names?: ReadonlyMap<string, string>;
  /** Most options that a ballot without ranks may mark; null if the file does not say. */
  readonly mostMarks: number | null;
  readonly seats: number | null;
}

/**
 * The contest that is wanted, by its name; by default the only one.
 * @throws MalformedFile if there is no such contest, or several and none is wanted
 */
export function contestIn<C extends { readonly name: string }>(contests: readonly C[], wanted: string | undefined): C {
  const [only, ...others] = wanted === undefined ? contests : contests.filter(({ name }) => word(name) === word(wanted));
  if (only !== undefined && others.length === 0) return only;
  const names = contests.map(({ name }) => JSON.stringify(name));
  const [zh, en] = [names.join('、'), names.join(', ')];
  throw new MalformedFile([
    wanted === undefined && only !== undefined
      ? {
          line: 1,
          zh: `文件含有多项选举，请指明一项（--contest；wuwei import 用 --file-contest）：${zh}`,
          en: `the file has several contests; name one (--contest; in wuwei import: --file-contest): ${en}`,
        }
      : {
          line: 1,
          zh: `没有唯一的这项选举，文件中有：${zh || '无'}`,
          en: `there is not exactly one such contest; the file has ${en || 'none'}`,
        },
  ]);
}

/**
 * More marks than are allowed in a contest without ranks make the vote void, as if it were blank.
 * @throws MalformedFile with `strict` and repeated marks
 */
export function contestElection(
  { name, isRanked, options, names, mostMarks, seats }: Contest,
  papers: readonly ContestPaper[],
  file: { readonly title: string; readonly strict?: boolean | undefined; readonly warnings?: readonly Words[] },
): Election {
  let overvoted = 0;
  const paper = ({ line, marks }: ContestPaper): FilePaper => {
    if (isRanked) {
      const ranking = marks as readonly (readonly string[])[];
      return { line, count: 1, ranking: ranking.slice(0, ranking.findLastIndex((tier) => tier.length > 0) + 1) };
    }
    const approved = [...new Set(marks as readonly string[])];
    const isVoid = mostMarks !== null && marks.length > mostMarks;
    if (isVoid) overvoted++;
    return { line, count: 1, approved: isVoid ? [] : approved };
  };
  const problems = new Problems();
  const repeated = new RepeatedMarks(problems, file.strict ?? false);
  for (const { line, marks, known = marks } of papers) if (isRanked && new Set(known.flat()).size < known.flat().length) repeated.add(line);
  const told = names && namesApart(options, names, problems);
  problems.refuse();
  const read = papers.map(paper);
  return {
    ...plainElection,
    options,
    forms: [isRanked ? 'ranking' : 'approval'],
    papers: read,
    repeatedMarks: repeated.among(read),
    ...(told && { names: told }),
    seats,
    about: { title: file.title ? `${file.title}: ${name}` : name },
    warnings: [
      ...(file.warnings ?? []),
      ...(overvoted === 0
        ? []
        : [
            {
              zh: `${overvoted} 张选票多选，按空白票计（最多可选 ${mostMarks}）`,
              en: `${overvoted} ballots have more than ${mostMarks} marks and count as blank`,
            },
          ]),
    ],
  };
}

/** Names of options that have ids of their own. If several share a name, their ids tell them apart. */
function namesApart(options: readonly string[], names: ReadonlyMap<string, string>, problems: Problems): ReadonlyMap<string, string> {
  const compared = comparableNames(
    options.map((option) => ({ name: names.get(option) ?? option, line: 1 })),
    problems,
  );
  const isShared = (name: string) => compared.indexOf(name) < compared.lastIndexOf(name);
  const told = options.map((option, i) => [option, isShared(compared[i]!) ? `${option} ${compared[i]!}` : compared[i]!] as const);
  return new Map(told.filter(([option, name]) => name !== option));
}
