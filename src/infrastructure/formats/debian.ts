import { plainElection, type FileFormat } from './election.js';
import { word } from './option-names.js';
import { Problems } from './text.js';

/*
 * The tally sheets of Debian's votes (https://www.debian.org/vote/). `Option 2---->: Name` names an option. `V: 2-1` is a ballot: for each
 * option a rank as one hexadecimal digit, or `-` if it is not ranked. Ranks may be left out and shared; what is not ranked is ranked last.
 */

const named = /Option\s+(\d+)\s*-+>:\s*(.*?)\s*$/u;
const cast = /^V:\s*(\S*)/u;

/** @throws MalformedFile with every invalid line */
export function parseDebian(text: string) {
  const problems = new Problems();
  const options: string[] = [];
  const papers: { line: number; count: 1; ranking: string[][] }[] = [];
  text.split('\n').forEach((row, i) => {
    const line = i + 1;
    const [, number, written = ''] = named.exec(row) ?? [];
    const name = word(written);
    if (number !== undefined) {
      if (Number(number) !== options.length + 1 || name === '' || options.includes(name) || papers.length > 0)
        problems.add(line, {
          zh: '选项须在选票之前，按次序编号，名称不得为空或重复',
          en: 'options must stand before the ballots, be numbered in their order, and have names of their own',
        });
      options.push(name);
      return;
    }
    const marks = cast.exec(row)?.[1];
    if (marks === undefined) return;
    if (marks.length !== options.length || !/^[-1-9A-F]+$/iu.test(marks)) {
      problems.add(
        line,
        {
          zh: `每个选项须有一个名次或 -，共 ${options.length} 个：${JSON.stringify(marks)}`,
          en: `a rank or - is expected for each of the ${options.length} options: ${JSON.stringify(marks)}`,
        },
        row.indexOf(marks) + 1,
      );
      return;
    }
    const tiers = new Map<number, string[]>();
    [...marks].forEach((mark, position) => {
      if (mark === '-') return;
      const rank = Number.parseInt(mark, 16);
      tiers.set(rank, [...(tiers.get(rank) ?? []), options[position]!]);
    });
    papers.push({ line, count: 1, ranking: [...tiers.keys()].sort((a, b) => a - b).map((rank) => tiers.get(rank)!) });
  });
  if (options.length === 0) problems.add(1, { zh: '没有写明任何选项', en: 'no option is named' });
  problems.refuse();
  return { options, papers };
}

export const debianFormat: FileFormat = {
  name: 'debian',
  title: { zh: 'Debian 计票单', en: 'tally sheets of Debian' },
  detects: (_, head) => /^.*Option\s+1\s*-+>:/mu.test(head),
  parse: (fileName, { text }) => ({
    ...plainElection,
    ...parseDebian(text),
    forms: ['ranking'],
    about: { title: fileName },
    warnings: [
      {
        zh: 'Debian 还要求过半数胜过默认选项并达到法定票数，这里不做这一步',
        en: 'Debian also requires a majority over the default option and a quorum, which are not checked here',
      },
    ],
  }),
};
