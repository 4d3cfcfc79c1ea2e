import { Command } from 'commander';
import { CannotRecompute, type Confirmed, type Difference, type Recomputation, type RowsCompared } from '../../application/recompute.js';
import { recomputeAll } from '../upkeep.js';
import { Failed, placeOf, placeSettings, print, valuesOf, withSettings } from './common.js';
import { progressOf } from './progress.js';
import { table } from './table.js';

export const recompute = withSettings(new Command('recompute'), ...placeSettings)
  .summary('derive every published result from the log again')
  .description(
    'Counts every vote in the log again and compares the results with the published ones. 由日志重新计算每一项公布的结果。\n' +
      'It reads every act of every voter in the order of the log, decides by the rule in docs/domain.md which act counts, counts ' +
      'by the declared\n' +
      'rule up to the closing, and computes the hash. It compares all fields with the event that published the result, and with ' +
      'the rows\n' +
      'from which the server answers. A copy of log.db is enough. A server may run meanwhile; nothing is changed.\nOn the engines ' +
      'the rows are compared only while no projector runs.\n\n' +
      'Exit codes: 0: everything follows from the log; 1: something differs (the first difference is printed: the event or row, the\n' +
      'field, the stated value, the value from the log); 2: the log cannot be read. Figures of an embargoed contest or open ballot ' +
      'are withheld.\n' +
      'docs/verifying.md shows how to do the same by hand.',
  )
  .addHelpText(
    'after',
    '\nExamples:\n  wuwei recompute --data ./data\n  wuwei recompute --json | jq .difference\n  wuwei log --type ResultPublished ' +
      '--ndjson | jq .data            # what was published\n',
  )
  .action(async (_options, command: Command) => {
    const values = valuesOf(command);
    const progress = progressOf('recount');
    const recomputation = await recomputeAll(placeOf(values), progress.update)
      .catch((error: unknown) => {
        throw error instanceof CannotRecompute ? new Failed(error.message) : error;
      })
      .finally(progress.end);
    const same = recomputation.difference === null;
    if (!same) process.exitCode = 1;
    print(values, { same, ...recomputation }, () => inWords(recomputation));
  });

function inWords({ position, results, rows, difference }: Recomputation): string {
  const lines = results.length > 0 ? [listed(results), ''] : [];
  if (difference !== null) return [...lines, ...differenceInWords(difference)].join('\n');
  return [
    ...lines,
    `Every result up to position ${position} follows from the log: ${results.length} recomputed. 截至位置 ${position}，已重算 ` +
      `${results.length} 项结果，均与日志一致。`,
    ...(rows.length > 0 ? ['Rows 读模型：', ...rows.map(rowsInWords)] : ['There are no rows to compare. 没有可核对的读模型。']),
  ].join('\n');
}

const listed = (results: readonly Confirmed[]): string =>
  table([
    ['position', 'result', 'id', 'counted', 'sha256', 'outcome'],
    ...results.map(({ position, type, id, counted, outcome, sha256 }) => [position, type, id, counted, sha256 ?? '–', outcome || '–']),
  ]);

function rowsInWords({ projection, position, compared, foreign }: RowsCompared): string {
  if (foreign)
    return `  ${projection}: NOT COMPARED, made from another log: at position ${position} it folded event ${foreign.folded} 未核对：由另一日志生成`;
  return `  ${projection}: ${compared} compared at position ${position} 已核对 ${compared} 行`;
}

function differenceInWords({ of, id, where, field, stated, derived, withheld }: Difference): string[] {
  const shown = (value: unknown) => (value === undefined || value === null ? 'nothing 无' : JSON.stringify(value));
  const at =
    'projection' in where ? `row of ${where.projection} 读模型` : `event 事件 ${where.type} ${where.eventId} at position ${where.position}`;
  return [
    `DIFFERENT 不一致: ${of} ${id}, ${at}, field 字段 ${field === '' ? '(all 全部)' : field}`,
    `  stated 所载:       ${withheld ? '暂不公开 withheld for now' : shown(stated)}`,
    `  from the log 重算: ${withheld ? '暂不公开 withheld for now' : shown(derived)}`,
  ];
}
