import { readFileSync, writeFileSync } from 'node:fs';
import { basename, extname } from 'node:path';
import { Command } from 'commander';
import { writeBlt, writePreflib, writeRankingCsv, type RankingFile } from '../../application/contexts/platform/ballot-files.js';
import { votersOf, withoutWithdrawn, type Election, type Reading } from '../formats/election.js';
import { formatTitles, readElection } from '../formats/formats.js';
import { MalformedFile } from '../formats/text.js';
import { print, UsageError, valuesOf } from './common.js';
import { encodingOption, strictOption } from './reading-options.js';

const preflibKinds = ['soc', 'soi', 'toc', 'toi'];

/**
 * A file of rankings as the text of a file in another format.
 * @param to name of the file to write; its end says the format: blt, soc, soi, toc, toi or csv
 * @throws UsageError if the file is malformed, has no rankings, or they do not fit into the format
 */
export function converted(
  from: string,
  bytes: Uint8Array,
  to: string,
  reading: Reading = {},
): { readonly text: string; readonly voters: number } {
  const kind = extname(to).slice(1).toLowerCase();
  if (!['blt', 'csv', ...preflibKinds].includes(kind))
    throw new UsageError(`${to}: write a .blt, ${preflibKinds.map((one) => `.${one}`).join(', ')} or .csv`);
  const stated = readIn(from, bytes, reading);
  if (stated.forms[0] !== 'ranking')
    throw new UsageError(`${from}: only rankings can be converted; its ballots are of the form ${stated.forms[0]!}`);
  if (kind === 'blt') return { text: blt(stated), voters: votersOf(stated) };
  // the other formats cannot say who was withdrawn
  const election = withoutWithdrawn(stated);
  const text = kind === 'csv' ? `\uFEFF${writeRankingCsv(rankingFile(election))}` : preflib(election, to, kind);
  return { text, voters: votersOf(election) };
}

function readIn(from: string, bytes: Uint8Array, reading: Reading): Election {
  try {
    const election = readElection(from, bytes, reading);
    if (election === null) throw new UsageError(`${from}: has none of these formats: ${formatTitles.en}`);
    return election;
  } catch (error) {
    if (error instanceof MalformedFile) throw new UsageError(`${from}: ${error.in('en')}`);
    throw error;
  }
}

/** The rankings with the names of the options in place of their ids. */
function rankingFile({ options, names, papers }: Election): RankingFile {
  const name = (option: string) => names.get(option) ?? option;
  return {
    options: options.map(name),
    ballots: papers.map(({ count, ranking }) => ({ count, ranking: ranking!.map((tier) => tier.map(name)) })),
  };
}

const blt = (election: Election) =>
  writeBlt(rankingFile(election), {
    title: election.about.title,
    seats: election.seats ?? 1,
    withdrawn: election.withdrawn.map((option) => election.names.get(option) ?? option),
  });

function preflib(election: Election, to: string, kind: string): string {
  const skips = election.papers.find(({ ranking }) => ranking!.some((tier) => tier.length === 0));
  if (skips) throw new UsageError(`line ${skips.line} leaves out a rank, which PrefLib cannot say; write a .blt or .csv`);
  const text = writePreflib(rankingFile(election), [
    ['FILE NAME', basename(to)],
    ['TITLE', election.about.title],
  ]);
  const type = /^# DATA TYPE: (\w+)$/mu.exec(text)![1]!;
  if (type !== kind) throw new UsageError(`${to}: these rankings are of the type ${type}; write a .${type}`);
  return text;
}

export const convert = new Command('convert')
  .summary('write a file of rankings in another format')
  .description(
    `Reads a file of rankings and writes it as .blt of OpenSTV and OpaVote, as PrefLib orders or as CSV; the end of the name says which.\nEqual papers are put together. Formats that are read: ${formatTitles.en}.\n把一份排序选票文件写成另一种格式。`,
  )
  .argument('<from>')
  .argument('<to>')
  .option('--contest <name>', 'for cast vote records: which contest, if there are several')
  .addOption(encodingOption())
  .addOption(strictOption())
  .addHelpText('after', '\nExamples:\n  wuwei convert council.blt council.toi\n  wuwei convert cvr.csv mayor.blt --contest Mayor\n')
  .action((from: string, to: string, reading: Pick<Reading, 'contest' | 'encoding' | 'strict'>, command: Command) => {
    const { text, voters } = converted(from, readFileSync(from), to, reading);
    writeFileSync(to, text);
    print(valuesOf(command), { file: to, voters }, () => `${voters} 张选票写入 ${to}。 ${voters} ballots written to ${to}.`);
  });
