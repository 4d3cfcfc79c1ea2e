import { setImmediate as yieldToEventLoop } from 'node:timers/promises';
import {
  type Ballot,
  type OpenRenovationBallot,
  type RenovationWithRoll,
  type Voters,
  votersOf,
} from '../../../domain/renovation/ballot.js';
import type { renovation } from '../../../domain/renovation/renovation.js';
import type { Renovation } from '../../../domain/renovation/renovation-state.js';
import { largestRoll, pagesOf, rollPage, type RollUnit } from '../../../domain/renovation/roll.js';
import type { EventOf, Facts, Immutable } from '../../../domain/shared/decider.js';
import type { Load, Part } from '../../kernel/command.js';
import { unitsIn } from '../registry/facts.js';

/** The current roll of a compound: at most one unit more than a ballot takes, so that the decider sees when there are too many. */
export async function rollOf(placeId: string, load: Load): Promise<Facts<typeof OpenRenovationBallot>['roll']> {
  const units = await unitsIn(load, placeId, largestRoll + 1);
  return units.map(({ householdId, area, owners }) => ({ unitId: householdId, area: area ?? null, owners }));
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

/** One page after another: to check a page takes longer than to read it, and meanwhile nothing else would get the processor. */
async function readVoters({ id, pages }: Immutable<Ballot>, load: Load): Promise<Voters> {
  const units: Immutable<RollUnit>[] = [];
  for (const page of pages) {
    const found = await load.state(rollPage, page);
    if (found === null) throw new Error(`page ${page} of the roll of ballot ${id} is not in the log`);
    units.push(...found);
    await yieldToEventLoop();
  }
  return votersOf(units);
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
