import { createApplication } from '../../src/application/application.js';
import { allProjections, commands, dueCommands } from '../../src/application/contexts.js';
import type { Grant } from '../../src/application/kernel/actor.js';
import type { EventLog } from '../../src/application/ports/event-log.js';
import type { Actor } from '../../src/application/kernel/actor.js';
import type { CommandResult, Request } from '../../src/application/kernel/command.js';
import { MemoryLeases } from '../../src/infrastructure/read-models/memory/leases.js';
import { PolicyRunner, type Report } from '../../src/application/process/runner.js';
import { countBallot } from '../../src/domain/platform/counting.js';
import type { Counter } from '../../src/application/contexts/platform/counter.js';
import type { Refusal } from '../../src/domain/shared/decider.js';
import { memoryLog } from '../../src/infrastructure/event-log/memory/log.js';
import { memoryPersonalKeys } from '../../src/infrastructure/personal-keys/memory.js';
import { poorReadModels } from './poor-rows.js';
import { inMemoryReadModels } from '../../src/infrastructure/read-models/memory/read-models.js';
import { inMemoryTrail } from './in-memory-trail.js';
import { late, PoorLog } from './poor-log.js';
import { validatorOf } from '../../src/infrastructure/schema/validators.js';

/** A clock that stands where it is put. */
export class FakeClock {
  private jumped = 0;
  constructor(private time = '2026-05-01T08:00:00.000Z') {}
  now = () => new Date(this.time);
  monotonic = () => this.now().getTime() - this.jumped;
  set(time: string): void {
    this.time = time;
  }
  /** Sets the time of day without any time passing. */
  jumpTo(time: string): void {
    this.jumped += Date.parse(time) - this.now().getTime();
    this.time = time;
  }
}

export const actor = (id: string, ...grants: readonly Grant[]): Actor => ({ id, grants });
/** An official of the county, vouched for by the issuer: where everything begins. */
export const official = actor('county-office', { capacity: 'department', placeId: '510121' }, { capacity: 'cadre', placeId: '510121' });

/** With WUWEI_TEST_ROWS=poor rows are kept as an engine without transactions keeps them. */
const openRows = process.env['WUWEI_TEST_ROWS'] === 'poor' ? poorReadModels : inMemoryReadModels;

type Give = Partial<Omit<Request, 'definition'>> & { readonly command: string };

/** `npm run test:poor` runs the tests of the application over a log that does all that the port allows. */
const isPoor = process.env['WUWEI_TEST_LOG'] === 'poor';

/** The application in memory, with a clock that the test sets. */
export async function inMemoryApplication(
  log: EventLog = isPoor ? new PoorLog() : memoryLog(),
  counter: Counter = async (count) => Promise.resolve(countBallot(count)),
  keys = memoryPersonalKeys(),
) {
  const clock = new FakeClock();
  const check = (type: new () => object, value: unknown) => validatorOf(type)(value);
  const known = isPoor ? late(log) : log;
  const rows = await openRows(known, allProjections);
  const { readModels } = rows;
  const trail = inMemoryTrail(known);
  const application = createApplication({ log: known, readModels, trail, keys, clock, check, counter, reportUnreadable: () => undefined });
  const give = ({ command, ...request }: Give): Promise<CommandResult | Refusal> => {
    const definition = commands.find((candidate) => candidate.command === command);
    if (!definition) throw new Error(`no such command: ${command}`);
    return application.execute.run({
      params: {},
      data: {},
      sender: official,
      channel: 'web',
      isNoted: request.key !== undefined,
      ...request,
      definition,
    });
  };
  return {
    ...application,
    log,
    keys,
    clock,
    builds: rows.builds,
    store: rows.store,
    give,
    /** Gives a command that must succeed. */
    async done(request: Give): Promise<CommandResult> {
      const outcome = await give(request);
      if ('refused' in outcome) throw new Error(`${request.command} was refused: ${outcome.refused}`);
      return outcome;
    },
    close: () => rows.close(),
  };
}

const fail: Report = (stuck) => {
  throw new Error(JSON.stringify(stuck));
};

/** Gives the commands that fall due in an application. What cannot be done is reported; by default it is an error. */
export const policyRunner = (
  app: Pick<Awaited<ReturnType<typeof inMemoryApplication>>, 'execute' | 'readModels' | 'clock'>,
  report: Report = fail,
  lastRecordedAt: string | null = null,
): PolicyRunner =>
  new PolicyRunner({
    give: (request) => app.execute.run(request),
    readModels: app.readModels,
    agenda: dueCommands,
    leases: new MemoryLeases(),
    clock: app.clock,
    commands,
    report,
    lastRecordedAt,
  });
