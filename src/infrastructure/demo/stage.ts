import type { Actor } from '../../application/kernel/actor.js';
import type { CommandResult } from '../../application/kernel/command.js';
import { derivedId } from '../../application/kernel/ids.js';
import { plusDays } from '../../domain/shared/time.js';
import type { Capacity, Channel } from '../../domain/shared/capacity.js';
import type { Refusal } from '../../domain/shared/decider.js';
import type { FastClock } from '../clocks.js';
import type { Wuwei } from '../wuwei.js';

/** Number of commands at the same time: enough for the log to commit them together. */
const width = 64;

/** Called with a line of the story, or with the progress of a long part. */
export interface Narrator {
  line(zh: string, en: string): void;
  progress(label: string, done: number, total: number): void;
}

/** A command of the demo. */
export interface Line {
  readonly command: string;
  readonly params?: Readonly<Record<string, string>>;
  readonly data?: object;
  readonly by: Actor;
  readonly onBehalfOf?: string;
  readonly channel?: Channel;
  readonly capacity?: Capacity;
}

/** Runs the demo: the application with a clock that can be set forward. All events come from commands. */
export class Stage {
  private given = 0;

  constructor(
    readonly wuwei: Wuwei,
    readonly clock: FastClock,
    readonly narrator: Narrator,
    private readonly ending: AbortSignal,
  ) {}

  /** Executes a command; it may be refused. */
  async try(
    { command, params = {}, data = {}, by, onBehalfOf, channel = 'web', capacity }: Line,
    key = derivedId('demo', String(this.given++)),
  ): Promise<CommandResult | Refusal> {
    this.ending.throwIfAborted();
    const definition = this.wuwei.commands.find((candidate) => candidate.command === command);
    if (!definition) throw new Error(`no such command: ${command}`);
    return this.wuwei.give({
      definition,
      params,
      data,
      sender: by,
      channel,
      key,
      ...(onBehalfOf !== undefined && { onBehalfOf }),
      ...(capacity !== undefined && { capacity }),
    });
  }

  /** Executes a command. @throws Error if it is refused */
  async give(line: Line): Promise<CommandResult> {
    const outcome = await this.try(line);
    if ('refused' in outcome)
      throw new Error(`the demo cannot continue: ${line.command} was refused, ${outcome.refused} ${JSON.stringify(outcome.with ?? {})}`);
    return outcome;
  }

  /** Executes a command and returns the data of its first event, for example to get new ids. */
  async firstEvent<T>(line: Line): Promise<T> {
    const { stream, events } = await this.give(line);
    const first = (await this.wuwei.log.read(stream)).find(({ id }) => id === events[0]?.id);
    if (!first) throw new Error(`${line.command} led to no event`);
    return JSON.parse(first.data) as T;
  }

  /** Runs the action for each item, several at a time, in no particular order. */
  async each<T>(items: readonly T[], label: string, one: (item: T, index: number) => Promise<unknown>): Promise<void> {
    let done = 0;
    const left = items.entries();
    await Promise.all(
      Array.from({ length: width }, async () => {
        for (const [index, item] of left) {
          await one(item, index);
          this.narrator.progress(label, ++done, items.length);
        }
      }),
    );
  }

  /** An instant of the story, in days from now. */
  inDays(days: number): string {
    return plusDays(this.clock.now().toISOString(), days);
  }

  /** Sets the clock forward to an instant; the system executes what falls due until then. */
  async until(instant: string): Promise<void> {
    this.clock.forwardTo(instant);
    await this.settle();
  }

  /** Waits until the read models are up to date and no command is due. */
  async settle(): Promise<void> {
    const { log, readModels, policyRunner, builds } = this.wuwei;
    for (let before = -1, position = await log.position(); position !== before; position = await log.position()) {
      before = position;
      await readModels.atLeast(position, builds(), AbortSignal.timeout(30_000));
      await policyRunner.runDue();
    }
  }
}
