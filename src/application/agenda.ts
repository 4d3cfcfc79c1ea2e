import { defineProjection, type Handler, type Projection, type ToldEvent } from '../projections/projection.js';
import type { Execute } from './execute.js';
import { system } from './authority.js';
import type { Clock } from './ports.js';
import type { Policies, Todo } from './policy.js';
import type { Keyed, ReadModels } from './read-models.js';
import type { CommandRow } from './use-case.js';

type Entries = Readonly<Record<string, Todo | null>>;

/** What is to be done by the system itself, as a read model: the policies' entries that are not done yet, by key. */
export function agendaOf(policies: readonly Policies[], version: number): Projection<Todo> {
  const on: Record<string, Handler<Todo, ToldEvent>> = {};
  for (const type of new Set(policies.flatMap((policy) => Object.keys(policy)))) {
    const entries = (event: ToldEvent): Entries =>
      Object.assign(
        {},
        ...policies.map((policy) => (policy as Readonly<Record<string, (event: ToldEvent) => Entries>>)[type]?.(event) ?? {}),
      ) as Entries;
    on[type] = { keys: (event) => Object.keys(entries(event)), fold: (_, event, key) => entries(event)[key] ?? null };
  }
  return defineProjection<Todo>({ name: 'agenda', version, on: on });
}

/** An entry that was refused or failed: it stays on the agenda and is tried again, ever more rarely. */
export interface Stuck {
  readonly entry: string;
  readonly command: string;
  /** The code of the refusal, or the error's message. */
  readonly why: string;
}
export type Report = (stuck: Stuck) => void;

/** So long the next entry waits for the one before it, in milliseconds: one that takes longer (a ballot is counted) holds up no other. */
const patience = 250;

/**
 * Does what is due. The agenda is derived from the log, so what fell due while the process was down is done at the next start; the
 * idempotency key is made of the entry, so it is done once however often it is tried.
 */
export class AgendaRunner {
  private readonly rows: ReadonlyMap<string, CommandRow>;
  private readonly failures = new Map<string, Stuck & { readonly tries: number; readonly notBefore: number }>();
  private readonly underWay = new Map<string, Promise<void>>();
  private looking: Promise<void> | null = null;
  private timer: NodeJS.Timeout | undefined;
  private stopped = false;

  constructor(
    private readonly execute: Execute,
    private readonly readModels: ReadModels,
    private readonly clock: Clock,
    commands: readonly CommandRow[],
    private readonly report: Report,
  ) {
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
    const now = this.clock.now().toISOString();
    const entries = await this.entries();
    const keys = new Set(entries.map(({ key }) => key));
    for (const key of this.failures.keys()) if (!keys.has(key)) this.failures.delete(key); // something else took it off
    const due = entries.filter(
      ({ key, row }) => row.due <= now && !this.underWay.has(key) && (this.failures.get(key)?.notBefore ?? 0) <= Date.parse(now),
    );
    due.sort((a, b) => (a.row.due < b.row.due ? -1 : a.row.due > b.row.due ? 1 : a.position - b.position));
    for (const entry of due) await this.begin(entry);
  }

  private async entries(): Promise<Keyed<Todo>[]> {
    const all: Keyed<Todo>[] = [];
    for (;;) {
      const last = all.at(-1)?.key;
      const page = await this.readModels.list<Todo>('agenda', { prefix: '', limit: 1000, ...(last === undefined ? {} : { after: last }) });
      all.push(...page);
      if (page.length < 1000) return all;
    }
  }

  /** Resolves when the entry is done, or patience is over. */
  private async begin(entry: Keyed<Todo>): Promise<void> {
    const done = this.do(entry).finally(() => this.underWay.delete(entry.key));
    this.underWay.set(entry.key, done);
    let timer: NodeJS.Timeout | undefined;
    await Promise.race([done, new Promise((resolve) => (timer = setTimeout(resolve, patience)))]);
    clearTimeout(timer);
  }

  private async do({ key, row: todo }: Keyed<Todo>): Promise<void> {
    const row = this.rows.get(todo.command);
    try {
      if (!row) throw new Error(`no such command: ${todo.command}`);
      const outcome = await this.execute.run({
        row,
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

  private failed(entry: string, { command }: Todo, why: string): void {
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
    return [...this.failures.values()].map(({ entry, command, why }) => ({ entry, command, why }));
  }
}
