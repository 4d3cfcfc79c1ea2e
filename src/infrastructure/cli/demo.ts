import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SingleBar } from 'cli-progress';
import { Command, Option } from 'commander';
import type { Actor } from '../../application/kernel/actor.js';
import { FastClock } from '../clocks.js';
import { office, places } from '../demo/cast.js';
import { inWords, reportOf } from '../demo/report.js';
import { type Narrator, Stage } from '../demo/stage.js';
import { play } from '../demo/story.js';
import type { Wuwei } from '../wuwei.js';
import { settings } from '../settings.js';
import { makeMasterKey } from '../upkeep.js';
import { askedToEnd, checked, enginesIn, loggerOf, UsageError, valuesOf, withSettings } from './common.js';
import { serving } from './serving.js';
import { contestList } from '../../projections/contest/contests.js';

/** Start of the demo: spring 2026, 8 in the morning in Jintang. */
const beginning = new Date('2026-03-02T00:00:00.000Z');
/** An hour of the demo's clock takes six seconds. */
const speed = 600;

/** Prints what happens on standard error, so that standard output has only the report. A bar only on a terminal. */
function narrate(): Narrator & { end(): void } {
  let bar: { readonly label: string; readonly shown: SingleBar } | null = null;
  const end = () => {
    bar?.shown.stop();
    bar = null;
  };
  return {
    end,
    line: (zh, en) => {
      end();
      process.stderr.write(`✓ ${zh}\n  ${en}\n`);
    },
    progress: (label, done, total) => {
      if (!process.stderr.isTTY) return;
      if (bar?.label !== label) {
        end();
        bar = {
          label,
          shown: new SingleBar({
            format: `  {bar} {value}/{total} ${label}`,
            hideCursor: true,
            clearOnComplete: true,
            stream: process.stderr,
          }),
        };
        bar.shown.start(total, done);
      } else bar.shown.update(done);
    },
  };
}

export const demo = withSettings(new Command('demo'), 'host', 'port', 'logLevel', 'eventstore', 'mongodb')
  .summary('play the Five Micro Work Method in Jintang County')
  .description(
    'Plays the story of the article “金堂推出五微工作法” through the application’s own commands: 16 towns and 200 villages, pledges, four ' +
      '“most beautiful”\ncontests (one with the ballots of 2,553 real voters), a renovation decided by its owners, guardians with ' +
      'plots, rewards and penalties.\nThen it prints the ranking, the decision, the tallies and an audit trail, and serves the API ' +
      'until Ctrl-C.',
  )
  .option('--once', 'print, and end')
  .addOption(
    new Option(settings.data.flag, 'keep the data in this folder (it must hold none yet, or an earlier demo); a temporary one otherwise')
      .env(settings.data.variable)
      .argParser(checked(settings.data.read)),
  )
  .addHelpText(
    'after',
    '\nExamples:\n  npm run demo\n  npm run demo -- --once --port 0\n  npm run demo -- --data ./demo-data   # then: npm run -s ' +
      'wuwei -- log --data ./demo-data\n',
  )
  .action(async (options: { once?: boolean; data?: string }, command: Command) => {
    const values = valuesOf(command);
    const folder = options.data ?? mkdtempSync(join(tmpdir(), 'wuwei-demo-'));
    if (options.data === undefined) makeMasterKey(folder);
    const logger = loggerOf({ logLevel: command.getOptionValueSource('logLevel') === 'default' ? 'warn' : values.logLevel });
    const clock = new FastClock(beginning, speed);
    const ending = new AbortController();
    const ended = askedToEnd().then(() => ending.abort());
    const narrator = narrate();
    try {
      await serving({ folder, engines: enginesIn(values), host: values.host, port: values.port, clock, logger }, async ({ wuwei, url }) => {
        process.stderr.write(`Wuwei 五微 · ${url}\n`);
        await wuwei.readModels.atLeast(await wuwei.log.position(), wuwei.builds(), AbortSignal.timeout(60_000));
        if ((await wuwei.log.position()) === 0) await play(new Stage(wuwei, clock, narrator, ending.signal));
        else await goOn(folder, clock, wuwei);
        narrator.end();
        const issue = (actor: Actor) => wuwei.issuer.issue(actor, 12 * 3600);
        const token = issue({ id: 'auditor', grants: [{ capacity: 'auditor', placeId: places.county }] });
        const officialToken = issue(office);
        const curl = registering(url, officialToken);
        const eventsCurl = `curl -sS '${url}/v1/events' -H 'Authorization: Bearer ${token}'`;
        const report = await reportOf(url, token);
        if (values.json) process.stdout.write(`${JSON.stringify({ ...report, token, officialToken, curl, eventsCurl, data: folder })}\n`);
        else process.stdout.write(`${inWords(report)}\n`);
        if (options.once) return;
        const kept = options.data === undefined ? '，结束时删除 removed at the end' : '';
        if (!values.json)
          process.stdout.write(
            [
              '',
              `数据目录 data: ${folder} ${kept}`.trimEnd(),
              `审计员令牌 an auditor’s token, for events and audit:\n${token}`,
              `全部事件，粘贴即可 all events, ready to paste:\n${eventsCurl}`,
              `政府部门令牌 a department’s token, which may write:\n${officialToken}`,
              `登记一位居民，粘贴即可 register a resident, ready to paste:\n${curl}\n`,
            ].join('\n'),
          );
        process.stderr.write(`\n${url} 正在服务，Ctrl-C 结束。 Serving until Ctrl-C.\n`);
        await ended;
      });
    } catch (error) {
      if (!ending.signal.aborted) throw error; // stopped by Ctrl-C: not an error
    } finally {
      narrator.end();
      if (options.data === undefined) rmSync(folder, { recursive: true, force: true });
    }
  });

/** A curl command with which an official registers a person in the Cai courtyard. */
const registering = (url: string, token: string): string =>
  `curl -sS '${url}/v1/people' -H 'Authorization: Bearer ${token}' -H 'Content-Type: application/json' -d '{"placeId":"` +
  `${places.caiCourtyard}","name":"蔡小芳"}'`;

/** If the demo was played before, its clock continues after the last event. */
async function goOn(folder: string, clock: FastClock, { log, readModels }: Wuwei): Promise<void> {
  const contests = await readModels.list(contestList, { prefix: 'all/', limit: 1000 });
  if (!contests.some(({ row }) => row.title === '最美小区' && row.stage === 'awarded'))
    throw new UsageError(`${folder} holds no demo, or one that was broken off: name an empty folder, or delete this one`);
  clock.forwardTo((await log.at(await log.position()))!.recordedAt);
}
