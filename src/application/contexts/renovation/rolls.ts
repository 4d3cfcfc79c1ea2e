import { setImmediate as yieldToEventLoop } from 'node:timers/promises';
import type { Ballot, OpenRenovationBallot, RenovationWithRoll } from '../../../domain/renovation/ballot.js';
import { countRoll, unitsOnRoll, type Voters, votersInSteps } from '../../../domain/renovation/voters.js';
import type { renovation } from '../../../domain/renovation/renovation.js';
import type { Renovation } from '../../../domain/renovation/renovation-state.js';
import { largestRoll, pagesOf, rollPage, type RollUnit } from '../../../domain/renovation/roll.js';
import type { EventOf, Facts, Immutable } from '../../../domain/shared/decider.js';
import type { Load, Part } from '../../kernel/command.js';
import type { ReadModels } from '../../ports/read-models.js';
import { inSteps } from '../../kernel/in-steps.js';
import { membersIn, unitsIn } from '../registry/facts.js';

type Roll = Facts<typeof OpenRenovationBallot>['roll'];

/** The units of a compound: at most one more than a ballot takes, so that the decider sees when there are too many. */
export async function unitsOf(placeId: string, rows: ReadModels): Promise<Roll> {
  const units = await unitsIn(rows, placeId, largestRoll + 1);
  return units.map(({ householdId, area, owners, kind, holding }) => ({
    unitId: householdId,
    area: area ?? null,
    owners,
    ...(kind && { kind }),
    ...(holding && { holding }),
  }));
}

/** The households of a village or its courtyard: each is represented by its heads, or, where it has none, by who lives there. */
export async function householdsOf(placeId: string, rows: ReadModels): Promise<Roll> {
  const [units, members] = await Promise.all([unitsIn(rows, placeId, largestRoll + 1), membersIn(rows, placeId)]);
  return units
    .filter(({ kind = 'home' }) => kind === 'home')
    .map(({ householdId, area }) => {
      const { heads = [], residents = [] } = members.get(householdId) ?? {};
      return { unitId: householdId, area: area ?? 0, owners: (heads.length > 0 ? heads : residents).slice(0, 20) };
    });
}

/** The roll of a ballot with these units. */
export const rollFor = async (
  ballotId: string,
  roll: Roll,
  countedKinds: readonly ('parking' | 'storage')[] | undefined,
): Promise<Pick<Facts<typeof OpenRenovationBallot>, 'roll' | 'counted'>> => ({
  roll,
  counted: await inSteps(countRoll(ballotId, roll, countedKinds)),
});

/** The pages of the roll, which are recorded before the opening that lists them. */
export function* rollPages(
  decided: readonly EventOf<typeof renovation.events>[],
  { roll }: Facts<typeof OpenRenovationBallot>,
): Generator<Part, void, void> {
  for (const { type, data } of decided) {
    if (type !== 'RenovationBallotOpened') continue;
    for (const page of pagesOf(data.ballotId, unitsOnRoll(roll, data.countedKinds)))
      yield { decider: rollPage, type: 'RollPageRecorded', ...page };
  }
}

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
  return inSteps(votersInSteps(units));
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
