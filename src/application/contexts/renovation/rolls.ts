import {
  type Ballot,
  type OpenRenovationBallot,
  type RenovationWithRoll,
  type Voters,
  votersOf,
} from '../../../domain/renovation/ballot.js';
import type { renovation } from '../../../domain/renovation/renovation.js';
import type { Renovation } from '../../../domain/renovation/renovation-state.js';
import { largestRoll, pagesOf, rollPage } from '../../../domain/renovation/roll.js';
import type { EventOf, Facts, Immutable } from '../../../domain/shared/decider.js';
import { prefixBelow, unitRoll } from '../../../projections/registry/place-tree.js';
import type { Load, Part } from '../../kernel/command.js';

/** The current roll of a compound: at most one unit more than a ballot takes, so that the decider sees when there are too many. */
export async function rollOf(placeId: string, load: Load) {
  const rows = await load.rows([unitRoll]);
  const units = await rows.list(unitRoll, { prefix: prefixBelow(placeId), limit: largestRoll + 1 });
  return units.map(({ row: { householdId, area, owners } }) => ({ unitId: householdId, area: area ?? null, owners }));
}

/** The pages of the roll, which are recorded before the opening that lists them. */
export const rollPages = (
  decided: readonly EventOf<typeof renovation.events>[],
  { roll }: Facts<typeof OpenRenovationBallot>,
): readonly Part[] =>
  decided.flatMap((event) =>
    event.type === 'RenovationBallotOpened'
      ? pagesOf(
          event.data.ballotId,
          roll.flatMap(({ area, ...unit }) => (area === null ? [] : [{ ...unit, area }])), // no ballot opens on a unit without an area
        ).map((page) => ({ decider: rollPage, type: 'RollPageRecorded', ...page }))
      : [],
  );

/** The voters of each ballot whose state is in memory. They never change, and are read from the pages again when they are not here. */
const known = new WeakMap<object, Promise<Voters>>();

async function readVoters({ id, pages }: Immutable<Ballot>, load: Load): Promise<Voters> {
  const found = await Promise.all(pages.map((page) => load.state(rollPage, page)));
  return votersOf(
    found.flatMap((units, i) => {
      if (units === null) throw new Error(`page ${pages[i]} of the roll of ballot ${id} is not in the log`);
      return units;
    }),
  );
}

/** The renovation, and the voters of its ballot while that is open. */
export async function withRoll({ id, placeId, ballot }: Immutable<Renovation>, load: Load): Promise<Immutable<RenovationWithRoll>> {
  if (ballot === null || ballot.closed) return { id, placeId, ballot: ballot && { ...ballot, voters: {} } };
  const voters = known.get(ballot) ?? readVoters(ballot, load);
  known.set(ballot, voters);
  try {
    return { id, placeId, ballot: { ...ballot, voters: await voters } };
  } catch (error) {
    known.delete(ballot);
    throw error;
  }
}
