import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism, cpus, release, tmpdir, totalmem, type as system } from 'node:os';
import { join, resolve } from 'node:path';
import { Command, Option } from 'commander';
import { measureAppend } from './append.js';
import { measureCountFiles } from './count-files.js';
import { measureEngines } from './engines.js';
import { type Figure, reached, spread, tableOf } from './figures.js';
import { type HttpOptions, measureMeanwhile, measureRanking, measureVotes } from './http.js';
import { measureCatchUp } from './projections.js';
import { measureStart } from './start.js';
import { measureValidation } from './validation.js';
import { benchVoting } from './voting.js';

interface Settings extends HttpOptions {
  readonly quick: boolean;
}
type Part = (settings: Settings) => Promise<Figure[]>;

const times = async <T>(count: number, measure: () => Promise<T>): Promise<T[]> => {
  const all: T[] = [];
  for (let i = 0; i < count; i++) all.push(await measure());
  return all;
};

/** What can be measured, in this order: the projections first, because their memory is that of this process. */
const parts = {
  projections: async ({ quick, existing }) => {
    const rounds = await times(quick ? 1 : 3, () => measureCatchUp(existing));
    const of = (figure: (round: (typeof rounds)[number]) => number) => spread(rounds.map(figure));
    return [
      { what: 'catching up on the log with all projections', unit: 'events/s', measured: of(({ runner }) => runner) },
      { what: 'a bare loop that reads the same pages and writes the same rows', unit: 'events/s', measured: of(({ bare }) => bare) },
      { what: '– the first to the second', unit: 'ratio', measured: of(({ runnerToBare }) => runnerToBare), bar: { atLeast: 0.6 } },
      {
        what: '– largest resident memory on the way, the bare loop included',
        unit: 'MB',
        measured: of(({ residentMegabytes }) => Math.max(...residentMegabytes)),
        bar: { atMost: 400 },
      },
    ];
  },
  append: async ({ quick, existing }) => {
    const figures = await measureAppend({ rounds: quick ? 1 : 5, milliseconds: quick ? 300 : 1500, existing });
    return [
      { what: 'libsql alone, 64 events a commit', unit: 'events/s', measured: figures.raw64 },
      { what: 'durable append, one caller', unit: 'events/s', measured: figures.one },
      { what: 'durable append, 64 callers', unit: 'events/s', measured: figures.sixtyFour },
      { what: '– to one caller', unit: 'ratio', measured: figures.sixtyFourToOne, bar: { atLeast: 10 } },
      { what: '– to libsql alone', unit: 'ratio', measured: figures.sixtyFourToRaw, bar: { atLeast: 0.7 } },
      {
        what: `durable append, 64 callers, ${existing.toLocaleString('en')} events of random streams`,
        unit: 'events/s',
        measured: figures.sixtyFourAtMillion,
      },
      { what: '– 99 % of the answers within', unit: 'ms', measured: figures.atMillionP99 },
      { what: '– delay of the event loop, p99', unit: 'ms', measured: figures.atMillionLoopDelayP99 },
    ];
  },
  votes: measureVotes,
  meanwhile: measureMeanwhile,
  ranking: measureRanking,
  start: (settings) => measureStart(settings, settings.quick ? 1 : 7),
  validation: async ({ quick }) => {
    const { compiled, pipe, ratio } = await measureValidation({ rounds: quick ? 1 : 15, milliseconds: quick ? 50 : 150 });
    return [
      { what: 'a request of 8 fields checked by what is compiled from its class', unit: 'requests/s', measured: compiled },
      { what: 'the same by ValidationPipe', unit: 'requests/s', measured: pipe },
      { what: '– the first to the second', unit: 'ratio', measured: ratio, bar: { atLeast: 20 } },
    ];
  },
  voting: async ({ quick }) => {
    const pabulib = new URL('../../test/fixtures/votes/pb/Poland_Wieliczka_2023_Green_Budget.pb', import.meta.url);
    const ballots = quick ? 1_000 : 1_000_000;
    const figures = benchVoting({ pabulib, ballots, rounds: quick ? 1 : 5 });
    const profile = `${ballots.toLocaleString('en')} ballots of 10 options in order, ${figures.distinctBallots.toLocaleString('en')} of them different`;
    return Promise.resolve([
      { what: 'Wieliczka by equal shares with Add1, exactly', unit: 'ms', measured: figures.equalSharesMilliseconds },
      { what: '– to the same on doubles', unit: 'times as long', measured: figures.equalSharesToFloats, bar: { atMost: 6 } },
      { what: `one pass that reads ${profile}`, unit: 'ms', measured: figures.readingMilliseconds },
      { what: '– Borda, to that pass', unit: 'times as long', measured: figures.bordaToReading, bar: { atMost: 3 } },
      { what: '– Schulze’s matrix, to that pass', unit: 'times as long', measured: figures.schulzeToReading, bar: { atMost: 3 } },
      { what: '– instant runoff, all rounds, to that pass', unit: 'times as long', measured: figures.runoffToReading, bar: { atMost: 3 } },
    ]);
  },
  files: ({ quick, root }) => measureCountFiles({ root, papers: quick ? 2_000 : 1_000_000, rounds: quick ? 1 : 3 }),
  engines: measureEngines,
} satisfies Record<string, Part>;
type Name = keyof typeof parts;
const names = Object.keys(parts) as Name[];

const titles: Readonly<Record<Name, string>> = {
  projections: 'Projections',
  append: 'Append',
  votes: 'Votes over HTTP',
  meanwhile: 'Votes while the projections catch up',
  ranking: 'Reading a ranking',
  start: 'Start',
  validation: 'Validation of a request',
  voting: 'Counting',
  files: 'Counting files',
  engines: 'Engines',
};
/** They need servers: `npm run bench:engines`. */
const usual = names.filter((name) => name !== 'engines');

const machine = () => {
  const memory = `${Math.round(totalmem() / 1e9)} GB of memory`;
  return `${cpus()[0]?.model.trim() ?? 'unknown processor'}, ${availableParallelism()} cores, ${memory}, ${system()} ${release()}, Node ${process.versions.node}`;
};

const results = new URL('../../bench/results.md', import.meta.url);
const introduction = `# How fast

Made by \`npm run bench\`. Each figure is the smallest, the **middle** and the largest of its rounds; rounds of what is compared are taken in turns. A bar is for the middle figure; bars in
milliseconds were set on a machine on which the route that does nothing answers 48,000 requests a second. The load comes from autocannon in a process of its own on the same
machine; every vote is by a new voter with a token of its own.

`;

/** Puts the section of a part in place of the one that was there; what somebody wrote behind them stays. */
function note(name: Name, table: string): void {
  const before = existsSync(results) ? readFileSync(results, 'utf8') : '';
  const sections = new Map(
    before
      .split(/^(?=## )/mu)
      .slice(1)
      .map((section) => [/^## (.*)/u.exec(section)![1]!, `${section.trim()}\n`]),
  );
  sections.set(titles[name], `## ${titles[name]}\n\n${machine()}, ${new Date().toISOString().slice(0, 10)}.\n\n${table}\n`);
  const measured = names.map((one) => titles[one]);
  const ordered = [
    ...measured.filter((title) => sections.has(title)),
    ...[...sections.keys()].filter((title) => !measured.includes(title)),
  ];
  writeFileSync(results, introduction + ordered.map((title) => sections.get(title)).join('\n'));
}

const program = new Command('bench')
  .summary('measures how fast Wuwei is')
  .description(`Measures the named parts, or all but engines: ${names.join(', ')}. The results are written to bench/results.md.`)
  .argument('[parts...]', 'what to measure', (name: string, before: readonly Name[] | undefined) => {
    const known = names.find((candidate) => candidate === name);
    if (!known) throw new Error(`there is no part ${name}; the parts are ${names.join(', ')}`);
    return [...(before ?? []), known];
  })
  .option('--quick', 'only whether it works, in seconds: small logs, one short round, nothing written')
  .option('--rounds <number>', 'rounds of each part over HTTP', Number, 5)
  .option('--seconds <number>', 'of each measurement over HTTP', Number, 4)
  .option('--data <folder>', 'keeps the logs there for the next time; by default in a temporary folder')
  .addOption(new Option('--profile <folder>', 'writes profiles of the server’s CPU time there'))
  .parse();

const options = program.opts<{ quick?: true; rounds: number; seconds: number; data?: string; profile?: string }>();
const asked = program.args.length === 0 ? usual : (program.processedArgs[0] as readonly Name[]);
const quick = options.quick === true;
const root = options.data === undefined ? mkdtempSync(join(tmpdir(), 'wuwei-bench-')) : resolve(options.data, quick ? 'quick' : 'full');
mkdirSync(root, { recursive: true });
const settings: Settings = {
  quick,
  root,
  rounds: quick ? 1 : options.rounds,
  seconds: quick ? 1 : options.seconds,
  existing: quick ? 200_000 : 1_000_000,
  ...(options.profile !== undefined && { profile: resolve(options.profile) }),
};
try {
  const missed: string[] = [];
  const failed: string[] = [];
  for (const name of names.filter((candidate) => asked.includes(candidate))) {
    console.log(`\n## ${titles[name]}\n`);
    const figures = await parts[name](settings).catch((error: unknown) => {
      failed.push(`${titles[name]}: ${error instanceof Error ? error.message : String(error)}`);
      console.log(`Not measured: ${failed.at(-1)}`);
      return null;
    });
    if (figures === null) continue; // the other parts are measured and noted all the same
    console.log(tableOf(figures));
    if (!quick) note(name, tableOf(figures));
    missed.push(...figures.filter((figure) => reached(figure) === false).map(({ what }) => `${titles[name]}: ${what}`));
  }
  console.log(`\n${machine()}`);
  console.log(missed.length === 0 ? 'Every bar is reached.' : `Not reached:\n${missed.map((what) => `- ${what}`).join('\n')}`);
  if (failed.length > 0) {
    console.log(`Not measured:\n${failed.map((what) => `- ${what}`).join('\n')}`);
    process.exitCode = 1;
  }
} finally {
  if (options.data === undefined && existsSync(root)) rmSync(root, { recursive: true });
}
