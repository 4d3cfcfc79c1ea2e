import { accessSync, constants, readFileSync } from 'node:fs';
import { Command, Option } from 'commander';
import { county } from '../../domain/shared/place-id.js';
import { programActors } from '../../domain/shared/program-actors.js';
import { contest } from '../../domain/contest/contest.js';
import { ballot } from '../../domain/platform/ballot.js';
import { formats } from '../../domain/shared/fields.js';
import type { Actor } from '../../application/kernel/actor.js';
import type { CommandResult } from '../../application/kernel/command.js';
import { derivedId } from '../../application/kernel/ids.js';
import { refusals } from '../../application/contexts.js';
import type { RefusalText } from '../../application/kernel/texts.js';
import type { Refusal } from '../../domain/shared/decider.js';
import { realClock } from '../clocks.js';
import { encodingTaken, readText, type TextFile } from '../formats/encoding.js';
import type { Reading } from '../formats/election.js';
import { formatOf } from '../formats/formats.js';
import { MalformedFile } from '../formats/text.js';
import { importPapers } from '../import/papers.js';
import { importPabulibVotes, ImportRefused, type GiveImported } from '../import/pabulib-votes.js';
import { importPlaces } from '../import/places.js';
import { openReaders } from '../upkeep.js';
import { openWuwei, type Wuwei } from '../wuwei.js';
import { bytesAt, Unusable } from './ballot-file.js';
import { checked, Failed, loggerOf, placeOf, placeSettings, print, UsageError, valuesOf, withSettings } from './common.js';
import { cellsOption, encodingOption, strictOption } from './reading-options.js';
import { inWords } from '../../domain/voting/words.js';
import { progressOf } from './progress.js';
import { readPast } from './times.js';

/* Longer than other files: it has the help of three imports, which share their options. */

/**
 * The actor of imports. It is always the same: new ids are derived from the sender, so a file imported again by another actor would
 * create everything a second time.
 */
const importer: Actor = {
  id: programActors.imports,
  grants: [
    { capacity: 'cadre', placeId: county },
    { capacity: 'department', placeId: county },
  ],
};

/**
 * Executes a command of an import with a time, or now. The time is part of the request and so of its key: with another time it is a new
 * request, which then changes nothing.
 */
const giving = (
  { commands, give }: Wuwei,
  { key, ...command }: Parameters<GiveImported>[0],
  occurredAt: string | undefined,
): Promise<CommandResult | Refusal> => {
  const definition = commands.find((candidate) => candidate.command === command.command);
  if (!definition) throw new Error(`no such command: ${command.command}`);
  const when = occurredAt === undefined ? { key } : { key: derivedId('import', key, occurredAt), occurredAt };
  return give({ ...command, ...when, definition, sender: importer, channel: 'import' });
};

/** On the engines other processes update the rows and do what falls due. */
async function withWuwei<T>(command: Command, work: (wuwei: Wuwei) => Promise<T>): Promise<T> {
  const values = valuesOf(command);
  const place = placeOf(values);
  const wuwei = await openWuwei({ ...place, clock: realClock, logger: loggerOf(values), role: place.engines ? 'api' : 'all' });
  try {
    return await work(wuwei);
  } finally {
    await wuwei.close();
  }
}

/** Refused items, one per line, and the meaning of the codes. */
const mostLines = 20;
function refusedLines(refused: readonly { readonly what: string; readonly code: string }[]): readonly string[] {
  const more = refused.length - mostLines;
  const meaning = (code: string): string => {
    const text = (refusals as Readonly<Record<string, RefusalText>>)[code];
    return text ? `: ${text.zh} ${text.en}`.replaceAll(/\{\w+\}/gu, '…') : '';
  };
  return [
    ...refused.slice(0, mostLines).map(({ what, code }) => `  ${what}: ${code}`),
    ...(more > 0 ? [`  … ${more} more 另有 ${more} 条`] : []),
    ...[...new Set(refused.map(({ code }) => code))].map((code) => `${code}${meaning(code)}`),
  ];
}

const occurredAt = (help: string) => new Option('--occurred-at <time>', help).argParser(checked(readPast));

const places = new Command('places')
  .summary('register the places of a division list')
  .description(
    'Registers the towns, villages and communities of a division list (JSON), and merges former places into their present ones.\n导入' +
      '行政区划：乡镇、村、社区，并把旧地名并入今天的地方。',
  )
  .argument(
    '<file>',
    'a list like data/jintang-places.json: [{"code":"510121111219","name":"谢杨坝村村委会","town":"金龙镇","townCode":"510121111"}]',
  )
  .addOption(occurredAt('when it happened; by default now'))
  .addHelpText(
    'after',
    '\nExamples:\n  wuwei import places data/jintang-places.json --data ./data\n  wuwei import places ' +
      'data/jintang-former-places.json --data ./data\n',
  )
  .action(async (file: string, options: { readonly occurredAt?: string }, command: Command) => {
    accessSync(file, constants.R_OK);
    const progress = progressOf('places 地点');
    const imported = await withWuwei(command, async (wuwei) => {
      let given = 0;
      try {
        return await importPlaces((one) => giving(wuwei, (given++, one), options.occurredAt), file, progress.update);
      } catch (error) {
        throw given === 0 && error instanceof Error ? new UsageError(`${whereIn(file, error)}; nothing was imported`) : error;
      } finally {
        progress.end();
      }
    });
    const { places: count, refused } = imported;
    if (refused.length > 0) process.exitCode = 1;
    print(valuesOf(command), { file, ...imported }, () =>
      [
        `${count} 个地点与名录一致，${refused.length} 条被拒绝。 ${count} places as in the list, ${refused.length} refused.`,
        ...refusedLines(refused.map(({ placeId, name, code }) => ({ what: `${placeId} ${name}`, code }))),
      ].join('\n'),
    );
  });

/** The message about an invalid file; with the line number if it is not JSON. */
function whereIn(file: string, { name, message }: Error): string {
  if (name !== 'SyntaxError') return message;
  const position = Number(/at position (\d+)/u.exec(message)?.[1] ?? 0);
  return `${file}, line ${readFileSync(file, 'utf8').slice(0, position).split('\n').length}: ${message}`;
}

/** @throws UsageError if it is a folder that has no cast vote records of Dominion */
function bytesFrom(path: string): Uint8Array {
  try {
    return bytesAt(path);
  } catch (error) {
    throw error instanceof Unusable ? new UsageError(`${path}: ${error.words.en} ${error.words.zh}`) : error;
  }
}

/** The text of a file. Says on standard error which encoding was taken, unless it is UTF-8. */
function textOf(path: string, file: Uint8Array, declared: string | undefined): TextFile {
  try {
    const source = readText(file, declared);
    if (source.encoding !== 'utf-8')
      process.stderr.write(`${path}: ${encodingTaken(source.encoding).zh} ${encodingTaken(source.encoding).en}\n`);
    return source;
  } catch (error) {
    throw error instanceof MalformedFile ? new UsageError(`${path}: ${error.message}\nnothing was imported`) : error;
  }
}

const idOf = (what: string) =>
  checked((id) => {
    if (!formats.isId(id)) throw new Error(`must be the id of a ${what}`);
    return id;
  });

const ballots = new Command('ballots')
  .summary('import the ballots of a file as votes of a contest or a ballot')
  .description(
    'Imports the approval ballots of a Pabulib file (https://pabulib.org/format) as votes of a contest of compounds or ' +
      'settlements: each project is\nregistered and entered; each voter is registered under a number as a resident, and votes for ' +
      'the projects that the ballot names. Or imports ballots\nas votes of a ballot (--ballot) on the same options: any kind of ' +
      'ballot from a .pb, or what wuwei count reads from other files,\nin which an option is named by its id or its name. 导入选票。',
  )
  .argument('<file>', 'a .pb file; for a ballot also what wuwei count reads, such as a folder of cast vote records of Dominion')
  .addOption(new Option('--contest <id>', 'the contest that the votes are for').argParser(idOf('contest')))
  .addOption(new Option('--ballot <id>', 'the ballot that the votes are for').argParser(idOf('ballot')).conflicts(['contest', 'enteredAt']))
  .option('--file-contest <name>', 'for cast vote records: which contest of the file, if it has several')
  .addOption(encodingOption())
  .addOption(cellsOption())
  .addOption(strictOption())
  .addOption(occurredAt('when the votes were cast; by default now. The contest or ballot must accept votes at that time and still be open'))
  .addOption(
    new Option(
      '--entered-at <time>',
      'when the projects entered the contest, if it no longer accepts entries; give the same time when you import again',
    ).argParser(checked(readPast)),
  )
  .addHelpText(
    'after',
    '\nExamples:\n  wuwei import ballots Poland_Swiecie_2023.pb --contest 0f6a4d2e-8c13-8b57-9e24-7a1c5d3f9b60\n' +
      '  wuwei import ballots street.pb --contest 0f6a4d2e-8c13-8b57-9e24-7a1c5d3f9b60 --entered-at 2026-05-08 --occurred-at ' +
      '"2026-05-12 16:00"\n' +
      '  wuwei import ballots renovations.pb --ballot 3f0c9a52-6d1e-8b47-a2c9-51e7d08b4f63\n' +
      '  wuwei import ballots moderators.csv --ballot 3f0c9a52-6d1e-8b47-a2c9-51e7d08b4f63 --occurred-at "2026-06-03 16:00"\n' +
      '  wuwei import ballots cvr.csv --ballot 3f0c9a52-6d1e-8b47-a2c9-51e7d08b4f63 --file-contest Mayor\n',
  )
  .action(
    async (
      path: string,
      options: {
        readonly contest?: string;
        readonly ballot?: string;
        readonly fileContest?: string;
        readonly occurredAt?: string;
        readonly enteredAt?: string;
      } & Pick<Reading, 'encoding' | 'cells' | 'strict'>,
      command: Command,
    ) => {
      const { contest: contestId, ballot: ballotId } = options;
      if (contestId === undefined && ballotId === undefined) throw new UsageError('name the --contest or --ballot that the votes are for');
      const file = bytesFrom(path);
      const { encoding, cells, strict, fileContest } = options;
      const reading = { cells, strict, contest: fileContest };
      const source = textOf(path, file, encoding);
      if (contestId !== undefined && !['pabulib', undefined].includes(formatOf(path, source)?.name))
        throw new UsageError(`${path}: a contest accepts only approvals from a .pb; rankings can be imported into a --ballot`);
      await (await openReaders(placeOf(valuesOf(command)))).close(); // fails if the folder has no log: it must not be created here
      const instants: Readonly<Record<string, string | undefined>> = {
        EnterContest: options.enteredAt,
        ScreenEntry: options.enteredAt,
        CastVote: options.occurredAt,
        CastPaper: options.occurredAt,
      };
      const progress = progressOf('voters 投票人');
      const imported = await withWuwei(command, async (wuwei) => {
        const give: GiveImported = (one) => giving(wuwei, one, instants[one.command]);
        try {
          if (ballotId !== undefined)
            return await importPapers({
              path,
              file,
              source,
              reading,
              ballotId,
              ballot: (await wuwei.aggregates.load(ballot, ballotId)).state,
              give,
              hashOf: wuwei.hashOf,
              onProgress: progress.update,
            });
          return await importPabulibVotes({
            file,
            source,
            reading,
            contestId: contestId!,
            contest: async () => (await wuwei.aggregates.load(contest, contestId!)).state,
            give,
            hashOf: wuwei.hashOf,
            onProgress: progress.update,
          });
        } catch (error) {
          if (error instanceof MalformedFile) throw new UsageError(`${path}: ${error.message}\nnothing was imported`);
          throw error instanceof ImportRefused ? new Failed(`${path}: ${error.message}; no vote was imported`) : error;
        } finally {
          progress.end();
        }
      });
      const { voters, votes, refused } = imported;
      if (refused.length > 0) process.exitCode = 1;
      if (imported.repeatedMarks !== undefined) {
        const step = { step: 'repeated-marks', papers: imported.repeatedMarks } as const;
        process.stderr.write(`${path}: ${inWords(step, 'zh')} ${inWords(step, 'en')}\n`);
      }
      if ('fileKept' in imported && imported.fileKept === false)
        process.stderr.write(
          `${path}: 选票已按本次投票的选项和造价（以分为单位）导入；文件与之不同，或已保存另一份，因此导出时不照原样写回。 Its votes were imported with the options and costs of the ` +
            'ballot, which are in fen. The file has others, or another file is already kept, so the export will not be this file.\n',
        );
      print(valuesOf(command), { file: path, contestId, ballotId, ...imported }, () =>
        [
          `${voters} 位投票人，${votes} 票已入册，${refused.length} 票被拒绝。 ${voters} voters, ${votes} votes as in the file, ${refused.length} ` +
            'refused.',
          ...refusedLines(
            refused.map(({ voter, project, code }) => ({
              what: `voter ${voter}${project === undefined ? '' : `, project ${project}`}`,
              code,
            })),
          ),
        ].join('\n'),
      );
    },
  );

export const imports = withSettings(new Command('import'), ...placeSettings, 'masterKeyFile', 'logLevel')
  .summary('import places, or ballots as votes of a contest or a ballot')
  .description(
    'Imports a file through the same commands that people use, with the channel “import”. 导入文件。\n' +
      'Importing a file again changes nothing, so an interrupted import can be repeated. Refusals are printed, and the exit code ' +
      'is then 1.\nNothing is imported from a malformed file. First stop the server on the folder; on the engines it may run, and ' +
      'a projector must.',
  )
  .addCommand(places)
  .addCommand(ballots);
