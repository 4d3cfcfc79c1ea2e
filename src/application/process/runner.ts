import { system } from '../kernel/actor.js';
import type { Clock } from '../ports/clock.js';
import { ClockWatch } from './clock-watch.js';
import type { DueCommand } from './policy.js';
import type { Projection } from '../../projections/projection.js';
import type { Keyed, ReadModels } from '../ports/read-models.js';
import type { Refusal } from '../../domain/shared/decider.js';
import type { CommandDefinition, CommandResult, Request } from '../kernel/command.js';
import { ascending } from '../../domain/shared/ascending.js';

/**
 * An entry that was refused or failed: it stays on the agenda and is tried again, ever more rarely. The entry `clock` stands for all
 * that is held because the clock cannot be believed.
 */
export interface Stuck {
  readonly entry: string;
  readonly command: string;
  /** The code of the refusal, or the error's message. */
  readonly why: string;
}
/** The way in which a command is given. */
export type Give = (request: Request) => Promise<CommandResult | Refusal>;
export type Report = (stuck: Stuck) => void;

/** So long the next entry waits for the one before it, in milliseconds: one that takes longer (a ballot is counted) holds up no other. */
const timeoutMs = 250;

/**
 * Does what is due. The agenda is derived from the log, so what fell due while the process was down is done at the next start; the
 * idempotency key is made of the entry, so it is done once however often it is tried.
 */
export class PolicyRunner {
  private readonly rows: ReadonlyMap<string, CommandDefinition>;
  private readonly failures = new Map<string, Stuck & { readonly tries: number; readonly notBefore: number }>();
  private readonly underWay = new Map<string, Promise<void>>();
  private looking: Promise<void> | null = null;
  private timer: NodeJS.Timeout | undefined;
  private stopped = false;
  private readonly watch: ClockWatch;
  /** Why the clock is not believed at present; null while it is. */
  private doubt: string | null = null;

  constructor(
    private readonly give: Give,
    private readonly readModels: ReadModels,
    private readonly agenda: Projection<DueCommand>,
    private readonly clock: Clock,
    commands: readonly CommandDefinition[],
    private readonly report: Report,
    lastRecordedAt: string | null = null,
  ) {
    this.watch = new ClockWatch(clock, lastRecordedAt);
    this.rows = new Map(commands.map((row) => [row.command, row]));
  }

  /** Looks at the agenda every `period` milliseconds. */
  start(period: number): void {
    const tick = () => {
      void this.look().finally(() => {
        if (!this.stopped) this.timer = setTimeout(tick, period);
      });
    };
    tick();
  }

  async stop(): Promise<void> {
    this.stopped = true;
    clearTimeout(this.timer);
    await this.looking;
    await Promise.all(this.underWay.values());
  }

  /** Resolves when all that is due now is done. */
  async runDue(): Promise<void> {
    await this.look();
    await Promise.all(this.underWay.values());
  }

  /** Begins all that is due now, one after another; a second call joins the first. */
  private look(): Promise<void> {
    this.looking ??= this.beginDue().finally(() => (this.looking = null));
    return this.looking;
  }

  private async beginDue(): Promise<void> {
    const now = this.believedTime();
    const entries = await this.entries();
    const keys = new Set(entries.map(({ key }) => key));
    for (const key of this.failures.keys()) if (!keys.has(key)) this.failures.delete(key); // something else took it off
    const due = entries.filter(
      ({ key, row }) => row.due <= now && !this.underWay.has(key) && (this.failures.get(key)?.notBefore ?? 0) <= this.clock.now().getTime(),
    );
    due.sort((a, b) => ascending(a.row.due, b.row.due) || a.position - b.position);
    for (const entry of due) {
      if (this.stopped) return; // the rest stays on the agenda
      await this.begin(entry);
    }
  }

  /** Until when things can be due; a clock that is not believed is reported once. */
  private believedTime(): string {
    const { until, doubt } = this.watch.read();
    const isNew = doubt !== null && this.doubt === null;
    this.doubt = doubt;
    if (isNew) this.report(clockDoubted(doubt));
    return until;
  }

  private async entries(): Promise<Keyed<DueCommand>[]> {
    const all: Keyed<DueCommand>[] = [];
    for (;;) {
      const last = all.at(-1)?.key;
      const page = await this.readModels.list(this.agenda, {
        prefix: '',
        limit: 1000,
        ...(last === undefined ? {} : { after: last }),
      });
      all.push(...page);
      if (page.length < 1000) return all;
    }
  }

  /** Resolves when the entry is done, or patience is over. */
  private async begin(entry: Keyed<DueCommand>): Promise<void> {
    const done = this.do(entry).finally(() => this.underWay.delete(entry.key));
    this.underWay.set(entry.key, done);
    let timer: NodeJS.Timeout | undefined;
    await Promise.race([done, new Promise((resolve) => (timer = setTimeout(resolve, timeoutMs)))]);
    clearTimeout(timer);
  }

  private async do({ key, row: todo }: Keyed<DueCommand>): Promise<void> {
    const definition = this.rows.get(todo.command);
    try {
      if (!definition) throw new Error(`no such command: ${todo.command}`);
      const outcome = await this.give({
        definition,
        params: todo.params,
        data: todo.data,
        sender: system,
        channel: 'system',
        key: `agenda:${key}:${todo.due}`,
        correlation: todo.correlation,
        causation: { id: todo.causation, position: todo.since },
      });
      if ('refused' in outcome) return this.failed(key, todo, outcome.refused);
      this.failures.delete(key);
    } catch (error) {
      this.failed(key, todo, error instanceof Error ? error.message : String(error));
    }
  }

  private failed(entry: string, { command }: DueCommand, why: string): void {
    const tries = (this.failures.get(entry)?.tries ?? 0) + 1;
    this.failures.set(entry, {
      entry,
      command,
      why,
      tries,
      notBefore: this.clock.now().getTime() + Math.min(2 ** tries * 1000, 3_600_000),
    });
    this.report({ entry, command, why });
  }

  stuck(): readonly Stuck[] {
    const failed = [...this.failures.values()].map(({ entry, command, why }) => ({ entry, command, why }));
    return this.doubt === null ? failed : [clockDoubted(this.doubt), ...failed];
  }
}

const clockDoubted = (why: string): Stuck => ({ entry: 'clock', command: '*', why });
