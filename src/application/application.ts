import { BallotCounts } from './contexts/platform/ballot-results.js';
import type { Counter } from './contexts/platform/counter.js';
import { directoryForReads, directoryFrom } from './contexts/registry/directory.js';
import { Revocations } from './contexts/registry/revocations.js';
import { dailyActs, requests, withholding } from './contexts.js';
import { Aggregates } from './kernel/aggregates.js';
import { Authority } from './kernel/authority.js';
import { Execute } from './kernel/execute.js';
import { Sealing, type Unreadable } from './kernel/sealing.js';
import type { Services } from './kernel/services.js';
import type { Check } from './ports/check.js';
import type { Clock } from './ports/clock.js';
import type { EventLog } from './ports/event-log.js';
import type { PersonalKeys } from './ports/personal-keys.js';
import type { ReadModels } from './ports/read-models.js';
import type { TrailReader } from './ports/trail.js';

/** The ports that the application needs. */
export interface Ports {
  readonly log: EventLog;
  readonly readModels: ReadModels;
  readonly trail: TrailReader;
  readonly keys: PersonalKeys;
  readonly clock: Clock;
  readonly check: Check;
  readonly counter: Counter;
  /** Whether the log is known not to answer at present. */
  readonly isLogAway?: () => boolean;
  /** Called once for each owner whose personal texts cannot be read. */
  readonly reportUnreadable: (unreadable: Unreadable) => void;
}

/** The application, created from its ports. */
export interface Application extends Pick<Ports, 'log' | 'readModels' | 'clock'> {
  readonly aggregates: Aggregates;
  /** Who may read what. While the log is away, by rows. */
  readonly authority: Authority;
  readonly revocations: Revocations;
  readonly services: Services;
  readonly execute: Execute;
  /** For idempotency keys that are made from personal data. */
  readonly hashOf: PersonalKeys['hashOf'];
}

export function createApplication({
  log,
  readModels,
  trail,
  keys,
  clock,
  check,
  counter,
  isLogAway = () => false,
  reportUnreadable,
}: Ports): Application {
  const sealing = new Sealing(keys, reportUnreadable);
  const aggregates = new Aggregates(log, check, sealing);
  const directory = directoryFrom(aggregates);
  const authority = new Authority(directoryForReads(directory, readModels, isLogAway), clock);
  const revocations = new Revocations(aggregates, isLogAway);
  const services: Services = {
    withholding,
    trail,
    opening: sealing,
    forget: async (owner) => {
      await keys.destroy(owner);
      aggregates.drop();
    },
    ballotCounts: new BallotCounts(readModels, counter),
  };
  const execute = new Execute({
    log,
    readModels,
    keys,
    aggregates,
    authority: new Authority(directory, clock),
    directory,
    clock,
    check,
    sealing,
    services,
    requests,
    dailyActs,
  });
  return { log, readModels, clock, aggregates, authority, revocations, services, execute, hashOf: (text) => keys.hashOf(text) };
}
