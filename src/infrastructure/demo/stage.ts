import type { Actor } from '../../application/kernel/actor.js';
import type { CommandResult } from '../../application/kernel/command.js';
import { derivedId } from '../../application/kernel/ids.js';
import { plusDays } from '../../domain/shared/time.js';
import type { Capacity, Channel } from '../../domain/shared/capacity.js';
import type { Refusal } from '../../domain/shared/decider.js';
import type { FastClock } from '../clocks.js';
import type { Wuwei } from '../wuwei.js';

/** Commands under way at once: enough for the log to commit them together. */
const width = 64;

/** Told of what happens: a line of the story, or how far a long act has come. */
export interface Narrator {
  line(zh: string, en: string): void;
  progress(label: string, done: number, total: number): void;
}

/** A command as the story gives it. */
export interface Line {
  readonly command: string;
  readonly params?: Readonly<Record<string, string>>;
  readonly data?: object;
  readonly by: Actor;
  readonly onBehalfOf?: string;
  readonly channel?: Channel;
  readonly capacity?: Capacity;
}

/** Where the story is played: the application with a clock that can be put forward. No event is written but by a command. */
export class Stage {
  private given = 0;

  constructor(
    readonly wuwei: Wuwei,
    readonly clock: FastClock,
    readonly narrator: Narrator,
    private readonly ending: AbortSignal,
  ) {}

  /** Gives a command, whatever comes of it. */
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

  /** Gives a command that the story needs to succeed. */
  async give(line: Line): Promise<CommandResult> {
    const outcome = await this.try(line);
    if ('refused' in outcome)
      throw new Error(`the demo cannot continue: ${line.command} was refused, ${outcome.refused} ${JSON.stringify(outcome.with ?? {})}`);
    return outcome;
  }

  /** Gives a command, and answers with what its first event says: the ids that it gave out, for instance. */
  async told<T>(line: Line): Promise<T> {
    const { stream, events } = await this.give(line);
    const first = (await this.wuwei.log.read(stream)).find(({ id }) => id === events[0]?.id);
    if (!first) throw new Error(`${line.command} led to no event`);
    return JSON.parse(first.data) as T;
  }

  /** Does the same for each item, many at once, in no particular order. */
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

  /** A day of the story, counted from now. */
  inDays(days: number): string {
    return plusDays(this.clock.now().toISOString(), days);
  }

  /** Lets time pass until an instant: what falls due until then is done by the system itself. */
  async until(instant: string): Promise<void> {
    this.clock.forwardTo(instant);
    await this.settle();
  }

  /** Waits until the read models have taken in all, and nothing is due any more. */
  async settle(): Promise<void> {
    const { log, readModels, agenda, builds } = this.wuwei;
    for (let before = -1, position = await log.position(); position !== before; position = await log.position()) {
      before = position;
      await readModels.atLeast(position, builds(), AbortSignal.timeout(30_000));
      await agenda.runDue();
    }
  }
}
