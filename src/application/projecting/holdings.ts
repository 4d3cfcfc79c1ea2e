import { sha256 } from '../../domain/shared/sha256.js';
import type { AnyProjection } from '../../projections/projection.js';
import type { EventReader } from '../ports/event-log.js';
import type { Lease, Leases } from '../ports/leases.js';
import { answering, type Build, type BuildKey, type ProjectionStore, StaleEpoch } from '../ports/projection-store.js';
import { type Foreign, foreignTo } from './foreign.js';
import { type RowCache, Table } from './fold-page.js';

/** A projection of this program; while this process holds the lease of its build, it keeps the table up to date. */
interface Holding {
  readonly projection: AnyProjection;
  lease: Lease | null;
  table: Table | null;
  /** The build that answers until that of the table is complete. */
  superseded: Build | null;
  /** What was last known of its builds, while there is no table. */
  known: readonly Build[];
}

interface HoldingsOptions {
  readonly log: EventReader;
  readonly store: ProjectionStore;
  readonly leases: Leases;
  readonly projections: readonly AnyProjection[];
  readonly cache: RowCache;
  readonly onForeign: (builds: readonly Foreign[]) => void;
  readonly mayLag: boolean;
}

/** The lease under which a build is written. Programs of different versions work on different builds at the same time. */
export const leaseOf = ({ name, version }: Pick<BuildKey, 'name' | 'version'>): string => `${name}@${version}`;

/** The builds that this process keeps up to date: those whose leases it holds. The others it only looks at. */
export class Holdings {
  private readonly all: readonly Holding[];
  /** Says that this process is one of those that share the projections. */
  private member: Lease | null = null;
  /** Builds that are no longer needed. */
  private stale: readonly Build[] = [];
  private isStarting = true;
  /** Ids of builds that are ahead of a log that may lag. They wait until it shows whether they are its own. */
  private ahead: ReadonlySet<string> = new Set();

  constructor(private readonly options: HoldingsOptions) {
    const names = options.projections.map(({ name }) => name);
    if (new Set(names).size < names.length) throw new Error(`two projections have the same name: ${names.join(', ')}`);
    this.all = options.projections.map((projection) => ({ projection, lease: null, table: null, superseded: null, known: [] }));
  }

  /**
   * Takes the leases that nobody holds, up to a fair share of them all: processes with the same projections share them evenly. Gives back
   * what is more than that, for those that have less. Called between pages.
   */
  async share(): Promise<void> {
    const { leases } = this.options;
    const held = await leases.held();
    const most = leases.lastsMs === Infinity ? this.all.length : Math.ceil(this.all.length / (await this.members(held)));
    const surplus = this.all.filter(({ lease }) => lease !== null).slice(most);
    for (const holding of surplus) {
      const lease = holding.lease!;
      lose(holding);
      await leases.release(lease);
    }
    let mine = this.all.filter(({ lease }) => lease !== null).length;
    for (const holding of this.all) {
      if (mine >= most) return;
      if (holding.lease !== null || held.has(leaseOf(holding.projection))) continue;
      holding.lease = await leases.acquire(leaseOf(holding.projection));
      if (holding.lease !== null) mine++;
    }
  }

  /** How many processes share these projections, this one included. Each holds a lease that says so, the first that is free. */
  private async members(held: ReadonlySet<string>): Promise<number> {
    const { leases, projections } = this.options;
    const group = `projector-${sha256(projections.map(leaseOf).sort().join()).slice(0, 16)}`;
    for (let number = 1; this.member === null; number++) {
      const name = `${group}/${number}`;
      if (!held.has(name)) this.member = await leases.acquire(name);
    }
    return new Set([...held, this.member.name].filter((name) => name.startsWith(`${group}/`))).size;
  }

  /** Gives up the builds whose leases were given to another. */
  async renew(): Promise<void> {
    const { member } = this;
    if (member && !(await this.options.leases.renew(member)) && this.member === member) this.member = null;
    await Promise.all(
      this.all.map(async (holding) => {
        const { lease } = holding;
        if (lease && !(await this.options.leases.renew(lease)) && holding.lease === lease) lose(holding);
      }),
    );
  }

  async release(): Promise<void> {
    const held = [...this.all, { lease: this.member }].flatMap(({ lease }) => lease ?? []);
    for (const lease of held) await this.options.leases.release(lease).catch(() => undefined); // then it runs out
  }

  /** True while the table may be written. */
  holds(table: Table): boolean {
    return this.all.some((holding) => holding.table === table);
  }

  /** The commit of a page failed: the build must be read again. If another has taken it over, it is no longer ours. */
  failed(table: Table, error: unknown): void {
    const holding = this.all.find((one) => one.table === table);
    if (!holding) return;
    setAside(holding);
    if (error instanceof StaleEpoch) lose(holding);
  }

  /** Whether there are builds to be read, of leases that are held. */
  get canOpen(): boolean {
    return this.all.some(({ lease, table }) => lease !== null && table === null);
  }

  /**
   * Reads the builds under the leases that are held, and creates those that are missing. Builds that were made from another log are dropped
   * before anybody can read them; those that only are ahead of a log that may lag are kept.
   * @returns the tables that can now continue
   */
  async open(): Promise<readonly Table[]> {
    const { store } = this.options;
    const builds = await this.withoutForeign(await store.builds());
    const opened: Table[] = [];
    for (const holding of this.all) {
      if (holding.table) continue;
      holding.known = [answering(builds, holding.projection) ?? []].flat();
      const table = holding.lease && (await this.opened(holding, holding.lease, builds));
      if (table) opened.push(table);
    }
    this.stale = builds.filter((build) => !this.isNeeded(build) && (this.isStarting || !this.isNewer(build)));
    this.isStarting = false;
    return opened;
  }

  /** Removes the builds that are no longer needed, except those that another program still works on. */
  async discard(): Promise<void> {
    for (const holding of this.all) {
      if (!holding.superseded || !holding.table?.build.live) continue;
      this.stale = [...this.stale, holding.superseded];
      holding.superseded = null;
    }
    while (this.stale.length > 0) {
      await this.drop(this.stale[0]!);
      this.stale = this.stale.slice(1);
    }
  }

  builds(): readonly Build[] {
    return this.all.flatMap((holding) => shown(holding));
  }

  private async opened(holding: Holding, { epoch }: Lease, builds: readonly Build[]): Promise<Table | null> {
    const { projection } = holding;
    const { name, version } = projection;
    const answers = answering(builds, projection);
    const own = builds.filter((build) => build.name === name && build.version === version);
    const key = own.find(({ id }) => id === answers?.id) ?? own[0] ?? { name, version, generation: 0 };
    if ('id' in key && this.ahead.has(key.id)) return null;
    try {
      const build = await this.options.store.create(key, epoch, answers === undefined, projection.orderedBy);
      holding.table = new Table(projection, { ...build, failure: null }, epoch, this.options.cache); // a failed projection is tried again
      holding.superseded = answers && answers.id !== build.id ? answers : null;
      return holding.table;
    } catch (error) {
      if (!(error instanceof StaleEpoch)) throw error;
      lose(holding);
      return null;
    }
  }

  private isNeeded({ id, name }: Build): boolean {
    return this.all.some(
      (holding) => holding.projection.name === name && (!holding.table || holding.table.build.id === id || holding.superseded?.id === id),
    );
  }

  /** A newer program that runs beside this one may be between two leases. At the start of this one, a free build is one it gave up. */
  private isNewer({ name, version }: Build): boolean {
    const own = this.all.find(({ projection }) => projection.name === name);
    return !own || own.projection.version < version;
  }

  private async withoutForeign(builds: readonly Build[]): Promise<readonly Build[]> {
    const own: Build[] = [];
    const foreign: Foreign[] = [];
    const ahead = new Set<string>();
    const { log, mayLag } = this.options;
    const foreignOf = foreignTo(log);
    for (const build of builds) {
      const found = await foreignOf(build);
      if (found === null) own.push(build);
      else if (mayLag && found.stored === null && (await log.position()) < found.position) {
        own.push(build);
        ahead.add(build.id);
        if (!this.ahead.has(build.id)) foreign.push({ ...found, isKept: true });
      } else if (await this.drop(build)) foreign.push(found);
    }
    this.ahead = ahead;
    if (foreign.length > 0) this.options.onForeign(foreign);
    return own;
  }

  /** False if another works on the build: then it stays. */
  private async drop(build: Build): Promise<boolean> {
    const { leases, store } = this.options;
    const name = leaseOf(build);
    const isHeld = this.all.some(({ lease }) => lease?.name === name);
    const lease = isHeld ? null : await leases.acquire(name);
    if (!isHeld && !lease) return false;
    await store.drop(build.id);
    if (lease) await leases.release(lease);
    return true;
  }
}

const shown = ({ table, superseded, known }: Holding): readonly Build[] =>
  table ? [table.build, ...(superseded && !table.build.live ? [superseded] : [])] : known;

function setAside(holding: Holding): void {
  holding.known = shown(holding);
  holding.table = null;
}

function lose(holding: Holding): void {
  if (holding.table) setAside(holding);
  holding.lease = null;
}
