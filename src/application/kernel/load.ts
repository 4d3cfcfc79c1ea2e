import { type AnyDecider, refuse, type Refusal, type StateOf } from '../../domain/shared/decider.js';
import type { EventReader } from '../ports/event-log.js';
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

/** How the facts of a request are loaded: states of other streams, and rows that are at least as new as the request. */
export function loadFor(request: Pick<Request, 'causation'>, { aggregates, log, readModels, services }: Sources): Load {
  const loads = new Map<string, Promise<Loaded>>();
  const load = (decider: AnyDecider, id: string): Promise<Loaded> => {
    const stream = `${decider.stream}-${id}`;
    const known = loads.get(stream) ?? aggregates.load(decider, id);
    loads.set(stream, known);
    return known;
  };
  const stateWithoutTexts = async <D extends AnyDecider>(decider: D, id: string) => (await load(decider, id)).state as StateOf<D>;
  const state = async <D extends AnyDecider>(decider: D, id: string) => {
    const { state: found, unreadable } = await load(decider, id);
    if (unreadable) throw unreadable;
    return found as StateOf<D>;
  };
  return {
    state,
    stateWithoutTexts,
    existing: async <D extends AnyDecider>(decider: D, id: string, code: string) => {
      const found = await state(decider, id);
      if (found === null || found === undefined) throw new Refused(refuse(code, { id }));
      return found as NonNullable<StateOf<D>>;
    },
    rows: async (projections) => {
      const position = request.causation?.position ?? (await log.position());
      const timeout = AbortSignal.timeout(readModelsTimeoutMs);
      try {
        await readModels.atLeast(position, projections, timeout);
      } catch (error) {
        if (timeout.aborted) throw new Refused(refuse('read-models.behind', { position }) satisfies Refusal<KernelRefusal>);
        throw error;
      }
      return readModels;
    },
    services,
  };
}
