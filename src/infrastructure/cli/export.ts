import { writeFileSync } from 'node:fs';
import { Command, Option } from 'commander';
import { exportFormats, exportOf, type ExportFormat } from '../../application/contexts/platform/ballot-export.js';
import { countingIn } from '../../application/contexts/platform/ballot-results.js';
import { ballots, type BallotRow } from '../../projections/platform/ballots.js';
import { asFiled } from '../import/kept-file.js';
import { openReaders } from '../upkeep.js';
import { openingOf } from './opening.js';
import { Failed, placeOf, placeSettings, print, UsageError, valuesOf, withSettings } from './common.js';

interface Options {
  readonly format?: ExportFormat;
  readonly out?: string;
}

export const exportCommand = withSettings(new Command('export'), ...placeSettings, 'masterKeyFile')
  .summary('write the votes of a decided ballot as a file')
  .description(
    'Writes the votes of a ballot whose result is published: as Pabulib .pb with the winners marked, as CSV of rankings, as .blt ' +
      'of OpenSTV and OpaVote, or as PrefLib orders. 导出选票。\n' +
      'If all counted votes came from one .pb file, writes that file unchanged, with its voters; only the column `selected` is set ' +
      'to the\nresult. Otherwise, as over REST, equal votes are grouped and voters are not named. A server may run meanwhile.',
  )
  .argument('<ballot>', 'the id of the ballot')
  .addOption(
    new Option('--format <format>', 'format of the file; by default csv for rankings, pb for everything else').choices(exportFormats),
  )
  .option('--out <file>', 'file to write; by default standard output')
  .addHelpText(
    'after',
    '\nExamples:\n  wuwei export 3f0c9a52-6d1e-8b47-a2c9-51e7d08b4f63 --out renovations.pb\n  wuwei export ' +
      '3f0c9a52-6d1e-8b47-a2c9-51e7d08b4f63 --format csv\n',
  )
  .action(async (ballotId: string, { format: wanted, out }: Options, command: Command) => {
    const values = valuesOf(command);
    const { log, readModels: rows, openKeys, close } = await openReaders(placeOf(values));
    try {
      const opening = await openingOf({ log, openKeys });
      const stored = await rows.get(ballots, ballotId);
      if (stored === null) throw new UsageError(`there is no ballot ${ballotId}`);
      const row = await opening.worded(stored);
      const found = await countingIn(rows, ballotId, true);
      if (row.result === null || found === null) throw new Failed(`ballot ${ballotId} has no published result yet`);
      const { form, budget } = row.declared;
      const format = wanted ?? (form === 'ranking' && budget === undefined ? 'csv' : 'pb');
      const filed = format === 'pb' ? await asFiled(log, opening, row, found.counting, row.result.winners) : null;
      const bytes = filed ?? anew(row, found.counting.papers, format);
      if (out !== undefined) writeFileSync(out, bytes);
      if (out === undefined && !values.json) process.stdout.write(bytes);
      else
        print(
          values,
          { ballotId, format, asFiled: filed !== null, ...(out === undefined ? { text: Buffer.from(bytes).toString() } : { file: out }) },
          () =>
            filed
              ? '与导入的文件相同，只有 selected 一列按结果填写。 The imported file, with the column `selected` set to the result.'
              : '按计入的选票写成，不含投票人。 Written from the counted votes, without the voters.',
        );
    } finally {
      await close();
    }
  });

function anew(row: BallotRow, papers: Parameters<typeof exportOf>[1], format: ExportFormat): Uint8Array {
  const exported = exportOf(row, papers, format);
  if ('refused' in exported)
    throw new UsageError(
      `the votes of ballot ${row.ballotId} cannot be written as ${format}; these formats fit: ${exported.with?.['fits']}`,
    );
  return Buffer.from(exported.text);
}
