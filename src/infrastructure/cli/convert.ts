import { writeFileSync } from 'node:fs';
import { basename, extname } from 'node:path';
import { Command } from 'commander';
import { writeBlt, writePreflib, writeRankingCsv, type RankingFile } from '../../application/contexts/platform/ballot-files.js';
import type { Language } from '../../domain/voting/words.js';
import { votersOf, withoutWithdrawn, type Election, type Reading } from '../formats/election.js';
import { formatTitles } from '../formats/formats.js';
import { bytesOfFile, electionIn, withFile, unusable } from './ballot-file.js';
import { print, valuesOf } from './common.js';
import type { Words } from '../formats/text.js';
import { encodingOption, langOption, strictOption } from './reading-options.js';

const preflibKinds = ['soc', 'soi', 'toc', 'toi'];

/**
 * A file of rankings as the text of a file in another format.
 * @param to name of the file to write; its end says the format: blt, soc, soi, toc, toi or csv
 * @throws UsageError if the file is malformed, has no rankings, or they do not fit into the format
 */
export const converted = (
  from: string,
  bytes: Uint8Array,
  to: string,
  { language = 'en', ...reading }: Reading & { readonly language?: Language } = {},
): { readonly text: string; readonly voters: number; readonly lost: readonly Words[] } => {
  const kind = withFile(to, language, () => kindOf(to));
  return withFile(from, language, () => {
    const stated = electionIn(from, bytes, reading);
    const form = stated.forms[0]!;
    if (form !== 'ranking')
      unusable({
        zh: `只能转换排序选票，此文件的选票形式是 ${form}`,
        en: `only rankings can be converted; its ballots are of the form ${form}`,
      });
    if (kind === 'blt') return { text: blt(stated), voters: votersOf(stated), lost: [] };
    // the other formats cannot say who was withdrawn
    const election = withoutWithdrawn(stated);
    const text = kind === 'csv' ? `\uFEFF${writeRankingCsv(rankingFile(election))}` : preflib(election, to, kind);
    return { text, voters: votersOf(election), lost: lostOf(election, kind) };
  });
};

/** What only a .blt can say, and changes who is elected. */
const lostOf = ({ tieOrder, writeIns }: Election, kind: string): readonly Words[] => [
  ...(tieOrder === null
    ? []
    : [
        { zh: `.${kind} 不能写明打破平局的次序，计票时请用 --ties`, en: `.${kind} cannot say how ties are broken: declare it with --ties` },
      ]),
  ...(writeIns.length === 0
    ? []
    : [
        {
          zh: `.${kind} 不能写明未登记的写入候选人，计票时请用 --write-ins`,
          en: `.${kind} cannot say who is an undeclared write-in: declare it with --write-ins`,
        },
      ]),
];

function kindOf(to: string): string {
  const kind = extname(to).slice(1).toLowerCase();
  const kinds = ['blt', ...preflibKinds, 'csv'].map((one) => `.${one}`);
  if (!kinds.includes(`.${kind}`)) unusable({ zh: `只能写成 ${kinds.join('、')}`, en: `write one of ${kinds.join(', ')}` });
  return kind;
}

/** The rankings with the names of the options in place of their ids. */
function rankingFile({ options, names, papers }: Election): RankingFile {
  const name = (option: string) => names.get(option) ?? option;
  return {
    options: options.map(name),
    ballots: papers.map(({ count, ranking }) => ({ count, ranking: ranking!.map((tier) => tier.map(name)) })),
  };
}

function blt(election: Election): string {
  const named = (options: readonly string[]) => options.map((option) => election.names.get(option) ?? option);
  return writeBlt(rankingFile(election), {
    title: election.about.title,
    seats: election.seats ?? 1,
    withdrawn: named(election.withdrawn),
    writeIns: named(election.writeIns),
    tieOrder: named(election.tieOrder ?? []),
  });
}

function preflib(election: Election, to: string, kind: string): string {
  const skips = election.papers.find(({ ranking }) => ranking!.some((tier) => tier.length === 0));
  if (skips)
    unusable({
      zh: `第 ${skips.line} 行空了名次，PrefLib 无法表示；请写成 .blt 或 .csv`,
      en: `line ${skips.line} leaves out a rank, which PrefLib cannot say; write a .blt or .csv`,
    });
  const text = writePreflib(rankingFile(election), [
    ['FILE NAME', basename(to)],
    ['TITLE', election.about.title],
  ]);
  const type = /^# DATA TYPE: (\w+)$/mu.exec(text)![1]!;
  if (type !== kind)
    unusable({ zh: `这些排序属于 ${type} 类，请写成 .${type}`, en: `these rankings are of the type ${type}; write a .${type}` });
  return text;
}

type Flags = Pick<Reading, 'contest' | 'encoding' | 'strict'> & { readonly lang: Language };

export const convert = new Command('convert')
  .summary('write a file of rankings in another format')
  .description(
    'Reads a file of rankings and writes it as .blt of OpenSTV and OpaVote, as PrefLib orders or as CSV; the end of the name says ' +
      `which.\nEqual papers are put together. Formats that are read: ${formatTitles.en}.\n把一份排序选票文件写成另一种格式。`,
  )
  .argument('<from>')
  .argument('<to>')
  .option('--contest <name>', 'for cast vote records: which contest, if there are several')
  .addOption(encodingOption())
  .addOption(strictOption())
  .addOption(langOption('language of messages'))
  .addHelpText('after', '\nExamples:\n  wuwei convert council.blt council.toi\n  wuwei convert cvr.csv mayor.blt --contest Mayor\n')
  .action((from: string, to: string, { lang, ...reading }: Flags, command: Command) => {
    const { text, voters, lost } = converted(from, bytesOfFile(from, lang), to, { ...reading, language: lang });
    writeFileSync(to, text);
    for (const words of lost) process.stderr.write(`${to}: ${words[lang]}\n`);
    print(valuesOf(command), { file: to, voters }, () =>
      lang === 'zh' ? `${voters} 张选票写入 ${to}。` : `${voters} ballots written to ${to}.`,
    );
  });
