import { Command } from 'commander';
import { allProjections } from '../../application/contexts.js';
import type { AnyProjection } from '../../projections/projection.js';
import type { Build, Failure } from '../../application/ports/projection-store.js';
import { type Checked, type Difference, ProjectionFailed } from '../../application/projecting/rebuild.js';
import {
  checkProjections,
  checkTrail,
  openReaders,
  projectionStates,
  rebuildProjections,
  rebuildTrail,
  trailName,
  trailState,
} from '../upkeep.js';
import { Failed, placeOf, placeSettings, print, UsageError, valuesOf, withSettings } from './common.js';
import { type Progress, progressOf } from './progress.js';
import { table } from './table.js';
import { beginning } from '../../projections/position.js';

/** What the commands are about: projections, and the index of the audit trail. */
interface Chosen {
  readonly projections: readonly AnyProjection[];
  readonly trail: boolean;
}
const everything: Chosen = { projections: allProjections, trail: true };

/** The projections with these names. @throws UsageError */
function named(names: readonly string[]): Chosen {
  const projections = [...new Set(names)]
    .filter((name) => name !== trailName)
    .map((name) => {
      const found = allProjections.find((projection) => projection.name === name);
      if (!found) throw new UsageError(`there is no projection ${name}; there are ${allNames(everything).join(', ')}`);
      return found;
    });
  return { projections, trail: names.includes(trailName) };
}

const allNames = ({ projections, trail }: Chosen): readonly string[] => [
  ...projections.map(({ name }) => name),
  ...(trail ? [trailName] : []),
];

/** @throws Failed if an event cannot be folded: the command was correct, but could not finish */
async function carryOut<T>(progress: Progress, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw error instanceof ProjectionFailed ? new Failed(error.message) : error;
  } finally {
    progress.end();
  }
}

const rebuild = new Command('rebuild')
  .summary('rebuild projections from the whole log')
  .description(
    'Rebuilds projections from the whole log; the present ones are replaced at the end. 重建读模型。\nFirst stop the server; on the ' +
      'engines only the processes of the roles projector and all.',
  )
  .argument('[name...]', 'names of projections')
  .option('--all', 'all projections')
  .addHelpText('after', '\nExamples:\n  wuwei projections rebuild contest-ranking\n  wuwei projections rebuild --all --data ./data\n')
  .action(async (names: readonly string[], options: { readonly all?: boolean }, command: Command) => {
    const values = valuesOf(command);
    const place = placeOf(values);
    if (names.length > 0 === (options.all === true)) throw new UsageError('name the projections to rebuild, or use --all');
    const chosen = options.all ? everything : named(names);
    await (await openReaders(place)).close(); // fails if the folder has no log: it must not be created here
    let shown: { readonly name: string; readonly progress: Progress } | null = null;
    const onReplay = (name: string, replayed: Parameters<Progress['update']>[0]) => {
      if (shown?.name !== name) {
        shown?.progress.end();
        shown = { name, progress: progressOf(name) };
      }
      shown.progress.update(replayed);
    };
    const builds = await carryOut({ update: () => undefined, end: () => shown?.progress.end() }, async () => [
      ...(await rebuildProjections(place, chosen.projections, onReplay)),
      ...(chosen.trail ? [await rebuildTrail(place, (replayed) => onReplay(trailName, replayed))] : []),
    ]);
    const rebuilt = builds.map(({ name, version, position }) => ({ name, version, position }));
    print(values, { rebuilt }, () =>
      table([['rebuilt 已重建', 'version', 'position'], ...rebuilt.map(({ name, version, position }) => [name, version, position])]),
    );
  });

const check = new Command('check')
  .summary('compare the live rows with a replay of the log')
  .description(
    'Replays the log into a temporary folder, up to the checkpoints of the live rows, and compares the rows byte for byte. 用日志核对读模' +
      '型。\nA server may run on the folder; on the engines first stop the processes of the roles projector and all. The exit code is ' +
      '1 if a row differs (the first one is printed), or if not all rows could be compared because they are not built, behind the ' +
      'log, or made from another log.',
  )
  .argument('[name...]', 'names of projections; by default all')
  .addHelpText('after', '\nExamples:\n  wuwei projections check\n  wuwei projections check contest-ranking merit-tally --json\n')
  .action(async (names: readonly string[], _options, command: Command) => {
    const values = valuesOf(command);
    const place = placeOf(values);
    const chosen = names.length > 0 ? named(names) : everything;
    const progress = progressOf('replay');
    const checked = await carryOut(progress, async () => [
      ...(await checkProjections(place, chosen.projections, progress.update)),
      ...(chosen.trail ? [await checkTrail(place, progress.update)].filter((one) => one !== null) : []),
    ]);
    const projections = checked.map((one) => ({ ...one, difference: one.difference && shownOf(one.name, one.difference) }));
    const notBuilt = allNames(chosen).filter((name) => !checked.some((one) => one.name === name));
    const same =
      notBuilt.length === 0 &&
      projections.every(
        ({ difference, failure, lag, foreign }) => difference === null && failure === null && lag === 0 && foreign === null,
      );
    if (!same) process.exitCode = 1;
    print(values, { same, projections, notBuilt }, () =>
      [
        ...projections.map(inWords),
        ...notBuilt.map((name) => `${name}: NOT COMPARED, it is not built yet 未核对：尚未建立`),
        ...remedies(projections, notBuilt),
      ].join('\n'),
    );
  });

export const projections = withSettings(new Command('projections'), ...placeSettings)
  .summary('show, rebuild or check the read models')
  .description(
    'Shows each projection: its version, its position in the log, and how many events it is behind. 查看、重建、核对读模型。\nIf a projection ' +
      'has stopped, the event is named. A server may run meanwhile.',
  )
  .addHelpText('after', '\nExamples:\n  wuwei projections\n  wuwei projections check && echo same\n  wuwei projections rebuild --all\n')
  .addCommand(rebuild)
  .addCommand(check)
  .usage('[options] [command]')
  .argument('[word...]') // there are no arguments: any word is a mistyped command
  .action(async ([word]: readonly string[], _options, command: Command) => {
    if (word !== undefined)
      throw new UsageError(
        `unknown command '${word}' of projections, which has ${command.commands.map((below) => below.name()).join(' and ')}`,
      );
    const values = valuesOf(command);
    const place = placeOf(values);
    const { builds, head, lagOf } = await projectionStates(place, allProjections);
    const trail = await trailState(place);
    const known = allProjections.flatMap(({ name, version }) => {
      const built = builds.filter((build) => build.name === name);
      return built.length > 0
        ? built.map((build) => stateOf(build, lagOf(build.position)))
        : [{ name, version, state: 'not built', position: beginning, lag: lagOf(beginning), failure: null }];
    });
    known.push({ ...trail, failure: null });
    print(values, { head, projections: known }, () =>
      [
        table([
          ['projection', 'version', 'state', 'position', 'lag'],
          ...known.map(({ name, version, state, position, lag }) => [name, version, state, position, lag]),
        ]),
        ...known.flatMap(({ name, failure }) => (failure ? [`${name} has stopped 停止: ${eventOf(failure)}`] : [])),
        `The log ends at position ${head}. 日志末位 ${head}。`,
      ].join('\n'),
    );
  });

function stateOf({ name, version, live, position, failure }: Build, lag: number) {
  const running = live ? 'live' : 'building';
  return { name, version, state: failure ? 'failed' : running, position, lag, failure };
}

/**
 * Rows that would reveal the votes of an embargoed contest or an open ballot, even if the row is wrong. The same rule as for events in
 * application/kernel/withholding.ts, decided from the row alone.
 */
const sealed: Readonly<Record<string, (row: string) => boolean>> = {
  'contest-ranking': (row) => row.includes('"embargoed":true'),
  'renovation-ballot-count': (row) => !row.includes('"closingPosition":'),
  'renovation-votes': () => true,
  'ballot-tally': (row) => !/"closingPosition":\d/u.test(row), // rows of papers do not contain the closing
};
function shownOf(name: string, { key, live, rebuilt }: Difference): Difference {
  const isSealed = [live, rebuilt].some((row) => row !== null && sealed[name]?.(row) === true);
  const shown = (row: string | null) => (row === null || !isSealed ? row : '暂不公开 withheld for now');
  // the part after the slash is the hash of a paper, which can be guessed
  return { key: isSealed ? key.replace(/\/.*/u, '') : key, live: shown(live), rebuilt: shown(rebuilt) };
}

/** What to do about projections that were not compared. */
function remedies(checked: readonly Checked[], notBuilt: readonly string[]): string[] {
  const failed = checked.filter(({ failure }) => failure !== null).length;
  const foreign = checked.filter((one) => one.foreign !== null).length;
  const behind = checked.filter(({ failure, lag, foreign }) => failure === null && foreign === null && lag > 0).length;
  return [
    ...(notBuilt.length + behind > 0
      ? [
          `${notBuilt.length} not built, ${behind} behind the log: run \`wuwei serve\` on the folder until \`wuwei projections\` ` +
            `shows no lag, then check again. 尚未建立 ${notBuilt.length} 个，落后于日志 ${behind} 个：请在此目录运行 wuwei serve，待 wuwei projections 显示无落` +
            '后，再行核对。',
        ]
      : []),
    ...(foreign > 0
      ? [
          `${foreign} made from another log: the next start of \`wuwei serve\` rebuilds them, or run \`wuwei projections rebuild ` +
            `--all\`. 由另一日志生成 ${foreign} 个：下次运行 wuwei serve 时将重新生成，也可运行 wuwei projections rebuild --all。`,
        ]
      : []),
    ...(failed > 0
      ? [
          `${failed} stopped by an event: restore log.db from a copy if it was damaged, or use the program version that wrote the ` +
            `event; each start tries again. 因事件停止 ${failed} 个：若日志受损，请以备份恢复 log.db；或改用写入该事件的程序版本；每次启动都会重试。`,
        ]
      : []),
  ];
}

const eventOf = ({ type, eventId, position, message }: Failure) => `event ${type} ${eventId} at position ${position}: ${message}`;

/** Number of characters shown before and after the first difference. */
const around = { before: 60, after: 100 };

function inWords({ name, position, lag, failure, difference, foreign }: Checked): string {
  if (foreign)
    return (
      `${name}: NOT COMPARED, made from another log: at position ${position} it folded event ${foreign.folded}, the log has ` +
      `${foreign.stored ?? 'none 无'} 未核对：由另一日志生成`
    );
  if (failure && failure.position <= position) return `${name}: NOT COMPARED, a replay stops at ${eventOf(failure)} 未核对：重放中断`;
  const rest =
    lag === 0
      ? ''
      : `\n  the ${lag} events after that were NOT COMPARED 其后 ${lag} 个事件未核对${failure ? `; it has stopped 停止 at ${eventOf(failure)}` : ''}`;
  if (difference === null) return `${name}: same up to position ${position} 一致${rest}`;
  const { key, live, rebuilt } = difference;
  const at = live === null || rebuilt === null ? 0 : [...live].findIndex((_, i) => live[i] !== rebuilt[i]);
  const cut = (text: string | null) => {
    if (text === null) return 'no such row 无此行';
    const from = Math.max(0, (at < 0 ? live!.length : at) - around.before);
    return (
      `${from > 0 ? '…' : ''}${text.slice(from, from + around.before + around.after)}` +
      `${text.length > from + around.before + around.after ? '…' : ''}`
    );
  };
  return `${name}: DIFFERENT at key ${key} (position ${position}) 不一致\n  live 现有:    ${cut(live)}\n  rebuilt 重建: ${cut(rebuilt)}${rest}`;
}
