import { Controller, Get, Inject, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { secondsBehind, watchedEnd } from '../../application/projecting/lag.js';
import type { Actor } from '../../application/kernel/actor.js';
import { county } from '../../domain/shared/place-id.js';
import { beginning, later } from '../../projections/position.js';
import type { HttpSettings } from '../settings.js';
import { Allowed } from './access.js';
import { actorOf } from './token.js';
import { Problem } from './problem.js';
import { APP_CONTEXT, HTTP_SETTINGS, STOPPING, type AppContext } from './app-context.js';
import { metricsOf } from '../telemetry/metrics.js';

/** Whether a request was made on this machine, and not passed on by a proxy here. */
function isLocal({ socket: { remoteAddress = '' }, headers }: FastifyRequest): boolean {
  const isPassedOn = headers['x-forwarded-for'] !== undefined || headers['forwarded'] !== undefined;
  return loopback.test(remoteAddress) && !isPassedOn;
}
const loopback = /^(?:::ffff:)?127\.|^::1$/u;

/** Matches absolute paths up to the file name. Only the program's log and the command line show them. */
const folders = /(?<=^|[\s'"(=])(?:[A-Za-z]:)?[\\/](?:[^'":\n]*[\\/])?/gu;

/** Health and metrics of this process: without personal data. */
@Controller()
export class SystemController {
  private readonly metrics: ReturnType<typeof metricsOf>;
  private readonly end: ReturnType<typeof watchedEnd>;

  constructor(
    @Inject(APP_CONTEXT) private readonly context: AppContext,
    @Inject(HTTP_SETTINGS) private readonly settings: HttpSettings,
    @Inject(STOPPING) private readonly stopping: AbortSignal,
  ) {
    this.end = watchedEnd(context.log, context.clock, context.builds);
    this.metrics = metricsOf(context, this.end);
  }

  /** The process answers. */
  @Get('health/live')
  @Allowed('public')
  live(): object {
    return { status: 'ok' };
  }

  /**
   * 200 if the log and the read models work, every projection runs and no due command is stuck; else 503 with the store that is missing,
   * the projections that have stopped and the event at which they failed. Also 503 while the server stops.
   */
  @Get('health/ready')
  @Allowed('public')
  async ready(@Res({ passthrough: true }) reply: FastifyReply): Promise<object> {
    const { log, clock } = this.context;
    const failing = await this.context.failing();
    const builds = this.context.builds();
    const reached = builds.map(({ position }) => position);
    const isLogFailing = failing.some(({ store }) => store === 'log'); // then it is not asked, which takes seconds
    const head = isLogFailing ? reached.reduce(later, beginning) : await this.end();
    const lagOf = isLogFailing ? () => null : await secondsBehind(log, reached, head, clock.now());
    const projections = builds.map(({ name, version, live, position, failure }) => ({
      name,
      version,
      live,
      position,
      lagSeconds: lagOf(position),
      failure: failure && { ...failure, message: failure.message.replace(folders, '') },
    }));
    const stuck = this.context.stuck().map(({ entry, command, why }) => ({ entry, command, why: why.replace(folders, '') }));
    const isWell = failing.length === 0 && stuck.length === 0 && projections.every(({ failure }) => failure === null);
    if (!isWell || this.stopping.aborted) reply.status(503);
    const going = isWell ? 'ready' : 'failing';
    return { status: this.stopping.aborted ? 'draining' : going, position: head, failing, projections, stuck };
  }

  /** For auditors and those that the setting names: the figures show how many vote, and when. */
  @Get('metrics')
  @Allowed('public')
  async prometheus(@Req() request: FastifyRequest, @Res({ passthrough: true }) reply: FastifyReply): Promise<string> {
    const { metrics } = this.settings;
    if (metrics === 'auditors' || (metrics === 'loopback' && !isLocal(request))) await this.demandAuditor(actorOf(request));
    reply.header('content-type', this.metrics.contentType);
    return this.metrics.metrics();
  }

  private async demandAuditor(actor: Actor | null): Promise<void> {
    if (await this.context.authority.mayRead(actor, { over: ['auditor'] }, county)) return;
    throw new Problem(actor ? 'auth.not-allowed' : 'auth.missing', { with: { place: county } });
  }
}
