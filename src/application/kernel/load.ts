import { type AnyDecider, refuse, type Refusal, type StateOf } from '../../domain/shared/decider.js';
import type { EventReader } from '../ports/event-log.js';
import type { AnyProjection } from '../../projections/projection.js';
import type { ReadModels } from '../ports/read-models.js';
import type { Aggregates, Loaded } from './aggregates.js';
import { type KernelRefusal, type Load, Refused, type Request } from './command.js';
import type { Services } from './services.js';

/** How long a command waits for read models that its facts need. */
const readModelsTimeoutMs = 10_000;

/** What facts are loaded from. */
interface Sources {
  readonly aggregates: Aggregates;
  readonly log: Pick<EventReader, 'position'>;
  readonly readModels: ReadModels;
  readonly services: Services;
}

/** Loads the facts of one request: states of other streams, each read once, and rows that are at least as new as the request. */
export class RequestLoad implements Load {
  private readonly loads = new Map<string, Promise<Loaded>>();
  readonly services: Services;

  constructor(
    private readonly request: Pick<Request, 'causation'>,
    private readonly sources: Sources,
  ) {
    this.services = sources.services;
  }

  async state<D extends AnyDecider>(decider: D, id: string): Promise<StateOf<D>> {
    const { state, unreadable } = await this.loaded(decider, id);
    if (unreadable) throw unreadable;
    return state as StateOf<D>;
  }

  async stateWithoutTexts<D extends AnyDecider>(decider: D, id: string): Promise<StateOf<D>> {
    return (await this.loaded(decider, id)).state as StateOf<D>;
  }

  async existing<D extends AnyDecider>(decider: D, id: string, code: string): Promise<NonNullable<StateOf<D>>> {
    const { state, unreadable } = await this.loaded(decider, id);
    if (unreadable) throw unreadable;
    if (state === null || state === undefined) throw new Refused(refuse(code, { id }));
    return state as NonNullable<StateOf<D>>;
  }

  async rows(projections: readonly AnyProjection[]): Promise<ReadModels> {
    const { log, readModels } = this.sources;
    const position = this.request.causation?.position ?? (await log.position());
    const timeout = AbortSignal.timeout(readModelsTimeoutMs);
    try {
      await readModels.atLeast(position, projections, timeout);
    } catch (error) {
      if (timeout.aborted) throw new Refused(refuse('read-models.behind', { position }) satisfies Refusal<KernelRefusal>);
      throw error;
    }
    return readModels;
  }

  private loaded(decider: AnyDecider, id: string): Promise<Loaded> {
    const stream = `${decider.stream}-${id}`;
    const known = this.loads.get(stream) ?? this.sources.aggregates.load(decider, id);
    this.loads.set(stream, known);
    return known;
  }
}
