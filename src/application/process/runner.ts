import { system } from '../kernel/actor.js';
import type { Clock } from '../ports/clock.js';
import { ClockWatch } from './clock-watch.js';
import type { DueCommand } from './policy.js';
import type { Projection } from '../../projections/projection.js';
import type { Lease, Leases } from '../ports/leases.js';
import type { Keyed, ReadModels } from '../ports/read-models.js';
import type { Refusal } from '../../domain/shared/decider.js';
import type { CommandDefinition, CommandResult, Request } from '../kernel/command.js';
import { ascending } from '../../domain/shared/ascending.js';

/**
 * An entry whose command was refused or failed. It stays on the agenda and is tried again at growing intervals, up to one hour. The
 * entry `clock` means that entries are held because the clock is not trusted.
 */
export interface Stuck {
  readonly entry: string;
  readonly command: string;
  /** The code of the refusal, or the error's message. */
  readonly why: string;
}
/** Executes a command. */
type Give = (request: Request) => Promise<CommandResult | Refusal>;
export type Report = (stuck: Stuck) => void;

/** What the runner works with. */
interface PolicyRunnerOptions {
  readonly give: Give;
  readonly readModels: Pick<ReadModels, 'listOrdered'>;
  readonly agenda: Projection<DueCommand>;
  /** The runner works only while it holds the lease: of several processes one at a time. */
  readonly leases: Leases;
  readonly clock: Clock;
  readonly commands: readonly CommandDefinition[];
  readonly report: Report;
  /** ISO 8601 instant at which the last event of the log was recorded; null if the log is empty. */
  readonly lastRecordedAt?: string | null;
}

/** How long the runner waits for one command before it starts the next, in milliseconds: a long ballot count must not delay the others. */
const timeoutMs = 250;
/** Entries per read of the agenda. */
const pageSize = 1000;

/**
 * Executes the commands that are due. A look at the agenda costs what is due, not what is pending. The agenda is derived from the log, so
 * commands that fell due while the process was down are executed at the next start. The idempotency key is made from the entry, so each is
 * executed once, however often it is tried, also by two runners of which one does not know yet that it has lost the lease.
 */
export class PolicyRunner {
  private readonly definitions: ReadonlyMap<string, CommandDefinition>;
  private readonly failures = new Map<string, Stuck & { readonly tries: number; readonly notBefore: number }>();
  private readonly underWay = new Map<string, Promise<void>>();
  private looking: Promise<void> | null = null;
  private timer: NodeJS.Timeout | undefined;
  private stopped = false;
  /** Why the agenda could not be looked at; null if it could. */
  private trouble: string | null = null;
  private readonly watch: ClockWatch;
  /** Why the clock is not trusted at present; null if it is. */
  private doubt: string | null = null;
  private lease: Lease | null = null;

  constructor(private readonly options: PolicyRunnerOptions) {
    this.watch = new ClockWatch(options.clock, options.lastRecordedAt ?? null);
    this.definitions = new Map(options.commands.map((definition) => [definition.command, definition]));
  }

  /** Looks at the agenda every `period` milliseconds, until `stop`. While the read models do not answer, it tries again. */
  start(period: number): void {
    const tick = async () => {
      try {
        await this.look();
        this.trouble = null;
      } catch (error) {
        this.troubled(error instanceof Error ? error.message : String(error));
      }
      if (!this.stopped) this.timer = setTimeout(() => void tick(), period);
    };
    void tick();
  }

  /** The same trouble is reported once. */
  private troubled(why: string): void {
    if (this.trouble !== why) this.options.report(cannotLook(why));
    this.trouble = why;
  }

  async stop(): Promise<void> {
    this.stopped = true;
    clearTimeout(this.timer);
    await this.looking?.catch(() => undefined); // already reported
    await Promise.all(this.underWay.values());
    if (this.lease) await this.options.leases.release(this.lease).catch(() => undefined); // then it runs out
  }

  /** Resolves when every command that is due now has been executed or has failed. */
  async runDue(): Promise<void> {
    await this.look();
    await Promise.all(this.underWay.values());
  }

  /** Starts all commands that are due now, in order; a second call joins the first. */
  private look(): Promise<void> {
    this.looking ??= this.beginDue().finally(() => (this.looking = null));
    return this.looking;
  }

  private async beginDue(): Promise<void> {
    if (!(await this.holdsLease())) return this.failures.clear(); // they are now those of the runner that holds it
    const entries = await this.dueBy(this.believedTime());
    const keys = new Set(entries.map(({ key }) => key));
    for (const key of this.failures.keys()) if (!keys.has(key)) this.failures.delete(key); // another event removed the entry
    const now = this.options.clock.now().getTime();
    const due = entries.filter(({ key }) => !this.underWay.has(key) && (this.failures.get(key)?.notBefore ?? 0) <= now);
    due.sort((a, b) => ascending(a.row.due, b.row.due) || ascending(a.position, b.position));
    for (const entry of due) {
      if (this.stopped || !(await this.holdsLease())) return; // the rest stays on the agenda
      await this.begin(entry);
    }
  }

  private async holdsLease(): Promise<boolean> {
    const { leases } = this.options;
    if (this.lease && !(await leases.renew(this.lease))) this.lease = null;
    this.lease ??= await leases.acquire('agenda');
    return this.lease !== null;
  }

  /** Entries due up to this instant may be executed. The report about a clock that is not trusted is sent once. */
  private believedTime(): string {
    const { until, doubt } = this.watch.read();
    const isNew = doubt !== null && this.doubt === null;
    this.doubt = doubt;
    if (isNew) this.options.report(clockDoubted(doubt));
    return until;
  }

  private async dueBy(instant: string): Promise<Keyed<DueCommand>[]> {
    const { readModels, agenda } = this.options;
    const all: Keyed<DueCommand>[] = [];
    for (;;) {
      const last = all.at(-1);
      const after = last && { value: last.row.due, key: last.key };
      const page = await readModels.listOrdered(agenda, { upTo: instant, limit: pageSize, ...(after && { after }) });
      all.push(...page);
      if (page.length < pageSize) return all;
    }
  }

  /** Resolves when the command is done, or after `timeoutMs`. */
  private async begin(entry: Keyed<DueCommand>): Promise<void> {
    const done = this.do(entry).finally(() => this.underWay.delete(entry.key));
    this.underWay.set(entry.key, done);
    let timer: NodeJS.Timeout | undefined;
    await Promise.race([done, new Promise((resolve) => (timer = setTimeout(resolve, timeoutMs)))]);
    clearTimeout(timer);
  }

  private async do({ key, row: todo }: Keyed<DueCommand>): Promise<void> {
    const definition = this.definitions.get(todo.command);
    try {
      if (!definition) throw new Error(`no such command: ${todo.command}`);
      const outcome = await this.options.give({
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
      notBefore: this.options.clock.now().getTime() + Math.min(2 ** tries * 1000, 3_600_000),
    });
    this.options.report({ entry, command, why });
  }

  stuck(): readonly Stuck[] {
    const failed = [...this.failures.values()].map(({ entry, command, why }) => ({ entry, command, why }));
    const doubted = this.doubt === null ? [] : [clockDoubted(this.doubt)];
    return [...(this.trouble === null ? [] : [cannotLook(this.trouble)]), ...doubted, ...failed];
  }
}

const cannotLook = (why: string): Stuck => ({ entry: 'agenda', command: '*', why });
const clockDoubted = (why: string): Stuck => ({ entry: 'clock', command: '*', why });
