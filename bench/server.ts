import { monitorEventLoopDelay } from 'node:perf_hooks';
import { Body, Controller, Get, HttpCode, Inject, Param, Post } from '@nestjs/common';
import { pino } from 'pino';
import { Allowed } from '../src/infrastructure/http/access.js';
import { createHttpApp } from '../src/infrastructure/http/app.js';
import { APP_CONTEXT, type AppContext } from '../src/infrastructure/http/app-context.js';
import { realClock } from '../src/infrastructure/clocks.js';
import { settings } from '../src/infrastructure/settings.js';
import { openWuwei } from '../src/infrastructure/wuwei.js';

/*
 * The product's own application over a data folder, with routes beside its own to compare with. Started as a child process: tells its
 * address once it listens, and ends when its parent does or asks for it.
 */

export interface ServerStats {
  readonly position: number;
  /** Up to where every projection has come. */
  readonly projected: number;
  /** Of the event loop since the last reset, in milliseconds; 1 ms of it is the timer that measures. */
  readonly loopDelayP99: number;
  readonly residentMegabytes: number;
  readonly largestResidentMegabytes: number;
  /** CPU time of the process so far, of all its threads. */
  readonly cpuMilliseconds: number;
}

const delay = monitorEventLoopDelay({ resolution: 1 });
delay.enable();

@Controller('bench')
class BenchController {
  private readonly ranking;

  constructor(@Inject(APP_CONTEXT) private readonly context: AppContext) {
    this.ranking = context.queries.find(({ query }) => query === 'GetRanking')!;
  }

  @Post('noop')
  @HttpCode(200)
  @Allowed('public')
  post(@Body() body: object): object {
    return { done: body !== null };
  }

  @Get('noop')
  @Allowed('public')
  get(): object {
    return { done: true };
  }

  /** What an answer costs when nothing is kept: the row is read, ranked and written as JSON. */
  @Get('rankings/:id')
  @Allowed('public')
  rank(@Param('id') id: string): Promise<object> {
    const { readModels: rows, log, services, clock } = this.context;
    return this.ranking.answer({ params: { id }, query: {}, viewer: null, rows, log, services, now: clock.now().toISOString() });
  }

  @Get('stats')
  @Allowed('public')
  async stats(): Promise<ServerStats> {
    return {
      position: await this.context.log.position(),
      projected: Math.min(...this.context.builds().map(({ position }) => position)),
      loopDelayP99: delay.percentile(99) / 1e6,
      residentMegabytes: process.memoryUsage.rss() / 1e6,
      largestResidentMegabytes: process.resourceUsage().maxRSS / 1e3,
      cpuMilliseconds: (process.cpuUsage().user + process.cpuUsage().system) / 1e3,
    };
  }

  @Post('stats/reset')
  @HttpCode(200)
  @Allowed('public')
  reset(): object {
    delay.reset();
    return {};
  }
}

const [folder, eventstore, mongodb, role] = process.argv.slice(2);
if (folder === undefined || process.send === undefined) throw new Error('it is started by the bench, with a data folder');
const logger = pino({ level: 'warn' }, pino.destination({ fd: 2, sync: true }));
const wuwei = await openWuwei({
  folder,
  clock: realClock,
  logger,
  ...(eventstore !== undefined && mongodb !== undefined && { engines: { eventstore, mongodb } }),
  ...(role !== undefined && { role: settings.role.read(role) }),
});
const app = await createHttpApp(wuwei, logger, [BenchController]);
await app.listen(0, '127.0.0.1');
process.once('disconnect', () => {
  void (async () => {
    await app.close();
    await wuwei.close();
  })();
});
process.on('SIGINT', () => undefined); // Ctrl-C reaches the parent too, whose end is ours
process.send({ url: await app.getUrl() });
