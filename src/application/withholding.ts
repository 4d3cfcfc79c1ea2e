import { deciders } from '../domain/deciders.js';
import type { AnyDecider } from '../domain/shared/decider.js';
import { RequestChangedNothing } from '../domain/shared/request.js';
import type { ContestRow } from '../projections/contest/contests.js';
import { withheldEvents } from '../projections/contest/ranking.js';
import { isSealed, sealedPapers, type BallotRow } from '../projections/platform/ballots.js';
import type { BallotCountRow } from '../projections/renovation/ballot-count.js';
import type { StoredEvent } from './event-log.js';
import type { ReadModels } from './read-models.js';

/** What keeps an event's data from being told: a read model, the field of the data that names its row, as the id of its stream begins, and what that row says. */
interface Seal {
  readonly projection: string;
  readonly field: string;
  readonly key: RegExp;
  readonly isSealed: (row: unknown) => boolean;
}

// a contest or ballot of which the read model has not heard yet is sealed
const contestSeal = (field: string): Seal => ({ projection: 'contest', field, key: /^[^.]+/u, isSealed: (row) => (row as ContestRow | null)?.embargoed !== false });
const seals: ReadonlyMap<string, Seal> = new Map([
  ...Object.entries(withheldEvents).map(([type, field]) => [type, contestSeal(field)] as const),
  ...Object.entries(sealedPapers).map(([type, field]) => [type, { projection: 'ballot', field, key: /^[^.]+/u, isSealed: (row: unknown) => isSealed(row as BallotRow | null) }] as const),
  ['RenovationBallotCast', { projection: 'renovation-ballot-count', field: 'ballotId', key: /^[^.]+\.\d+/u, isSealed: (row) => (row as BallotCountRow | null)?.closingPosition === undefined }],
]);

/** The read models that are asked. */
export const sealing: readonly string[] = [...new Set([...seals.values()].map(({ projection }) => projection))];

/** By category: the seal of a kind of streams, if any. */
const sealsOfStreams = new Map((Object.values(deciders) as readonly AnyDecider[]).flatMap(({ stream, events }) => {
  const seal = Object.keys(events).flatMap((type) => seals.get(type) ?? [])[0];
  return seal ? [[stream, seal] as const] : [];
}));

const sealedBy = ({ type, data }: Pick<StoredEvent, 'type' | 'data'>): (Omit<Seal, 'key'> & { readonly key: string }) | null => {
  if (type === RequestChangedNothing.name) {
    const { stream, subject } = JSON.parse(data) as RequestChangedNothing;
    const seal = sealsOfStreams.get(stream.slice(0, -subject.length - 1));
    return seal ? { ...seal, key: seal.key.exec(subject)?.[0] ?? '' } : null;
  }
  const seal = seals.get(type);
  return seal ? { ...seal, key: String((JSON.parse(data) as Record<string, unknown>)[seal.field]) } : null;
};

/**
 * Which events of a page tell, at this moment, how an embargoed contest or an open ballot stands (domain.md row 23): their data is
 * shown to nobody, and neither is the hash of the request, from which one of a few choices would be guessed.
 */
export async function withholding(rows: Pick<ReadModels, 'get'>, page: readonly StoredEvent[]): Promise<(event: StoredEvent) => boolean> {
  const found = new Map<string, boolean>();
  for (const event of page) {
    const seal = sealedBy(event);
    if (!seal) continue;
    const name = `${seal.projection}/${seal.key}`;
    if (!found.has(name)) found.set(name, seal.isSealed(await rows.get(seal.projection, seal.key)));
  }
  return (event) => {
    const seal = found.size === 0 ? null : sealedBy(event);
    return seal !== null && found.get(`${seal.projection}/${seal.key}`) === true;
  };
}
