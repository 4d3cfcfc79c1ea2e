import { Inject, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import {
  Command,
  CommandBus,
  CommandHandler,
  CqrsModule,
  type ICommandHandler,
  type IQueryHandler,
  Query,
  QueryBus,
  QueryHandler,
} from '@nestjs/cqrs';
import type { Logger } from 'pino';
import { Histogram, Registry } from 'prom-client';
import type { CommandResult, Request } from '../../application/kernel/command.js';
import type { Ask, QueryDefinition } from '../../application/kernel/query.js';
import type { Refusal } from '../../domain/shared/decider.js';

/** Every command is sent over this bus: by HTTP, policies, imports and the demo. */
class GiveCommand extends Command<CommandResult | Refusal> {
  constructor(
    readonly request: Request,
    readonly trace: string | undefined,
  ) {
    super();
  }
}

/** Every query is sent over this bus. */
class AskQuery extends Query<object> {
  constructor(
    readonly definition: QueryDefinition,
    readonly ask: Ask<unknown>,
    readonly trace: string | undefined,
  ) {
    super();
  }
}

/** `Execute.run`. */
type Run = (request: Request) => Promise<CommandResult | Refusal>;

const OBSERVED = Symbol('observed');
/** Measures the duration of every command and query by name and result, and logs a line. Neither contains ids of people. */
interface Observed {
  readonly run: Run;
  readonly logger: Logger;
  readonly commandSeconds: Histogram<'command' | 'result'>;
  readonly querySeconds: Histogram<'query'>;
}

@CommandHandler(GiveCommand)
class GiveCommandHandler implements ICommandHandler<GiveCommand> {
  constructor(@Inject(OBSERVED) private readonly observed: Observed) {}

  async execute({ request, trace }: GiveCommand): Promise<CommandResult | Refusal> {
    const { run, logger, commandSeconds } = this.observed;
    const { command } = request.definition;
    const started = performance.now();
    let result = 'failed';
    try {
      const outcome = await run(request);
      result = resultOf(outcome);
      if (logger.isLevelEnabled('debug'))
        logger.debug(
          { command, result, ms: performance.now() - started, trace, ...idsOf(outcome), causation: request.causation?.id },
          'command',
        );
      return outcome;
    } finally {
      commandSeconds.observe({ command, result }, (performance.now() - started) / 1000);
    }
  }
}

@QueryHandler(AskQuery)
class AskQueryHandler implements IQueryHandler<AskQuery> {
  constructor(@Inject(OBSERVED) private readonly observed: Observed) {}

  async execute({ definition, ask, trace }: AskQuery): Promise<object> {
    const { logger, querySeconds } = this.observed;
    const { query } = definition;
    const started = performance.now();
    let result = 'failed';
    try {
      const answer = await definition.answer(ask);
      result = 'refused' in answer ? 'refused' : 'answered';
      return answer;
    } finally {
      const ms = performance.now() - started;
      if (logger.isLevelEnabled('debug')) logger.debug({ query, result, ms, trace }, 'query');
      querySeconds.observe({ query }, ms / 1000);
    }
  }
}

function resultOf(outcome: CommandResult | Refusal): string {
  if ('refused' in outcome) return 'refused';
  return outcome.events.length > 0 ? 'recorded' : 'unchanged';
}
const idsOf = (outcome: CommandResult | Refusal): object =>
  'refused' in outcome ? { refused: outcome.refused } : { position: outcome.position, events: outcome.events.map(({ id }) => id) };

export interface Buses {
  /** Executes a command. `trace`: the trace id of the HTTP request, for the log of the process. */
  readonly give: (request: Request, trace?: string) => Promise<CommandResult | Refusal>;
  /** Runs a query; the answer may be a refusal. */
  readonly answer: (definition: QueryDefinition, ask: Ask<unknown>, trace?: string) => Promise<object>;
  /** Durations of commands and queries, for Prometheus. */
  readonly metrics: Registry;
}

/** Creates the command bus and the query bus of one application. The log may still be opening: `run` is only called later. */
export async function openBuses(run: Run, logger: Logger): Promise<Buses & { readonly close: () => Promise<void> }> {
  const metrics = new Registry();
  const observed: Observed = {
    run,
    logger,
    commandSeconds: new Histogram({
      name: 'wuwei_command_seconds',
      help: 'Duration of commands, by name and result (recorded, unchanged, refused, failed).',
      labelNames: ['command', 'result'],
      registers: [metrics],
    }),
    querySeconds: new Histogram({
      name: 'wuwei_query_seconds',
      help: 'Duration of queries, by name.',
      labelNames: ['query'],
      registers: [metrics],
    }),
  };
  class BusModule {}
  Module({
    imports: [CqrsModule.forRoot()],
    providers: [{ provide: OBSERVED, useValue: observed }, GiveCommandHandler, AskQueryHandler],
  })(BusModule);
  const context = await NestFactory.createApplicationContext(BusModule, { logger: false, abortOnError: false });
  const [commandBus, queryBus] = [context.get(CommandBus), context.get(QueryBus)];
  return {
    give: (request, trace) => commandBus.execute(new GiveCommand(request, trace)),
    answer: (definition, ask, trace) => queryBus.execute(new AskQuery(definition, ask, trace)),
    metrics,
    close: () => context.close(),
  };
}
