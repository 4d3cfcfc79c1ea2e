import { deciders } from '../../domain/deciders.js';
import type { AnyDecider } from '../../domain/shared/decider.js';
import { RequestChangedNothing } from '../../domain/shared/request.js';
import type { ContestRow } from '../../projections/contest/contests.js';
import { withheldEvents } from '../../projections/contest/ranking.js';
import { isSealed, sealedEvents, type BallotRow } from '../../projections/platform/ballots.js';
import type { BallotCountRow } from '../../projections/renovation/ballot-count.js';
import { categoryOf } from './decode.js';
import type { StoredEvent } from '../ports/event-log.js';
import type { ReadModels } from '../ports/read-models.js';

type Rows = Pick<ReadModels, 'get'>;
/** What keeps an event's data from being told: something that the id of its stream begins with, and whether that is sealed now. */
interface Seal {
  readonly of: 'contest' | 'ballot' | 'renovation-ballot';
  readonly id: RegExp;
  readonly isSealed: (rows: Rows, id: string) => Promise<boolean>;
}

// a contest or ballot of which the read model has not heard yet is sealed
export const isEmbargoed = async (rows: Rows, id: string) => (await rows.get<ContestRow>('contest', id))?.embargoed !== false;
const contest: Seal = { of: 'contest', id: /^[^.]+/u, isSealed: isEmbargoed };
const ballot: Seal = {
  of: 'ballot',
  id: /^[^.]+/u,
  isSealed: async (rows, id) => {
    const row = await rows.get<BallotRow>('ballot', id);
    return (
      row === null || isSealed(row) || (row.declared.subject === 'contest-final' && (await isEmbargoed(rows, row.declared.subjectId ?? '')))
    );
  },
};
const renovationBallot: Seal = {
  of: 'renovation-ballot',
  id: /^[^.]+\.\d+/u,
  isSealed: async (rows, id) => (await rows.get<BallotCountRow>('renovation-ballot-count', id))?.closingPosition === undefined,
};
const seals: ReadonlyMap<string, Seal> = new Map([
  ...withheldEvents.map((type) => [type, contest] as const),
  ...sealedEvents.map((type) => [type, ballot] as const),
  ['RenovationBallotCast', renovationBallot],
]);

/** The read models that are asked. */
export const sealing: readonly string[] = ['contest', 'ballot', 'renovation-ballot-count'];

/** By category: the seal of a kind of streams, if any. */
const sealsOfStreams = new Map(
  (Object.values(deciders) as readonly AnyDecider[]).flatMap(({ stream, events }) => {
    const seal = Object.keys(events).flatMap((type) => seals.get(type) ?? [])[0];
    return seal ? [[stream, seal] as const] : [];
  }),
);

const sealedBy = ({
  type,
  data,
  stream,
}: Pick<StoredEvent, 'type' | 'data' | 'stream'>): { readonly seal: Seal; readonly id: string } | null => {
  if (type !== RequestChangedNothing.name) return sealOf(seals.get(type), stream, categoryOf(type));
  const asked = JSON.parse(data) as RequestChangedNothing;
  const category = asked.stream.slice(0, -asked.subject.length - 1);
  return sealOf(sealsOfStreams.get(category), asked.stream, category);
};
const sealOf = (seal: Seal | undefined, stream: string, category: string) =>
  seal ? { seal, id: seal.id.exec(stream.slice(category.length + 1))?.[0] ?? '' } : null;

/**
 * Which events of a page tell, at this moment, how an embargoed contest or an open ballot stands (domain.md row 23): their data is
 * shown to nobody, and neither is the hash of the request, from which one of a few choices would be guessed.
 */
export async function withholding(rows: Rows, page: readonly StoredEvent[]): Promise<(event: StoredEvent) => boolean> {
  const found = new Map<string, boolean>();
  const nameOf = ({ seal, id }: { readonly seal: Seal; readonly id: string }) => `${seal.of}/${id}`;
  for (const event of page) {
    const sealed = sealedBy(event);
    if (sealed && !found.has(nameOf(sealed))) found.set(nameOf(sealed), await sealed.seal.isSealed(rows, sealed.id));
  }
  return (event) => {
    const sealed = found.size === 0 ? null : sealedBy(event);
    return sealed !== null && found.get(nameOf(sealed)) === true;
  };
}
