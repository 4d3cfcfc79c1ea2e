import { stateHolidays } from '../../src/domain/shared/holidays.js';
import { endOfDays } from '../../src/domain/shared/time.js';
import type { EventLog, StoredEvent } from '../../src/application/ports/event-log.js';
import type { EventMeta } from '../../src/projections/projection.js';
import { positionOf } from '../../src/projections/position.js';
import { official } from './application.js';
import { adopt, type Cast, courtyard, dividePlots, openBallot, openContest, openList, village } from '../system/life.js';
import type { Stage } from '../system/stage.js';

/* All that waits for a time, and the events that come of it. */

export async function eventsOf(log: Pick<EventLog, 'readAll'>, after = 0): Promise<StoredEvent[]> {
  const found: StoredEvent[] = [];
  for await (const { events: page } of log.readAll(positionOf(after))) found.push(...page);
  return found;
}
export const byTheSystem = (events: readonly StoredEvent[]) =>
  events.filter(({ meta }) => (JSON.parse(meta) as EventMeta).capacity === 'system');
export const typesOf = (events: readonly StoredEvent[]) => events.map(({ type }) => type);

export const voted = async (stage: Stage, cast: Cast, change: object) => {
  const contest = await openContest(stage, cast, change);
  await stage.until(stage.inDays(1));
  await stage.give('CastVote', cast.residents[0]!, { params: contest.params, data: { entryId: contest.a } });
  return contest;
};

/** The end of a period of fifty days that begins now. */
const inFifty = (stage: Stage) => endOfDays(stage.inDays(0), 50, stateHolidays);

/** Brings it to where it waits for a time, and answers with that time. What falls due at once has been done by then. */
type Arrange = (stage: Stage, cast: Cast) => Promise<string>;
export const waiting: readonly (readonly [what: string, comes: readonly string[], arrange: Arrange])[] = [
  [
    'a hearing of opinions ends',
    ['CovenantOpinionsClosed'],
    async (stage) => {
      const until = stage.inDays(50);
      await stage.give('DraftCovenant', official, {
        data: { placeId: village, title: '村规民约', clauses: [{ number: 1, text: '爱护环境' }], slogans: [] },
      });
      await stage.give('OpenCovenantOpinions', official, { params: { id: village }, data: { until } });
      return until;
    },
  ],
  [
    'the voting of a contest closes',
    ['VotingClosed'],
    async (stage, cast) => {
      const votingUntil = stage.inDays(50);
      await openContest(stage, cast, { votingUntil, resultAt: stage.inDays(55) });
      return votingUntil;
    },
  ],
  [
    'a result is published',
    ['ResultPublished'],
    async (stage, cast) => {
      const resultAt = stage.inDays(50);
      await voted(stage, cast, { resultAt });
      await stage.until(stage.inDays(5));
      return resultAt;
    },
  ],
  [
    'an award is granted at the end of the notice',
    ['AwardGranted'],
    async (stage, cast) => {
      const { params } = await voted(stage, cast, { noticeDays: 50 });
      await stage.until(stage.inDays(2));
      await stage.until(stage.inDays(1)); // its result, four days after the opening
      return (await stage.ask('GetContestResult', official, params)).noticeUntil;
    },
  ],
  [
    'a consultation ends',
    ['RenovationConsultationClosed'],
    async (stage, { residents, cadre }) => {
      const until = stage.inDays(50);
      const { id } = await stage.give('ProposeRenovation', residents[0]!, {
        data: { placeId: courtyard, title: '院坝改造', description: '铺地', aspects: ['space-layout'], budget: 1_00 },
      });
      await stage.give('OpenRenovationConsultation', cadre, { params: { id }, data: { until } });
      return until;
    },
  ],
  [
    'a ballot is closed and decided',
    ['RenovationBallotClosed', 'RenovationDecided'],
    async (stage, cast) => (await openBallot(stage, cast, 50)).closesAt,
  ],
  [
    'a decision takes effect at the end of the notice',
    ['RenovationTookEffect'],
    async (stage, cast) => {
      const { id, params, closesAt } = await openBallot(stage, cast);
      for (const by of cast.residents)
        await stage.give('CastRenovationBallot', by, { params, data: { ballotId: `${id}.1`, choice: 'approve' } });
      await stage.until(closesAt);
      const until = stage.inDays(50);
      await stage.give('OpenRenovationNotice', cast.cadre, { params, data: { until } });
      return until;
    },
  ],
  [
    'a ballot closes and its result is published',
    ['BallotClosed', 'BallotResultPublished'],
    async (stage, { residents }) => {
      const closesAt = stage.inDays(50);
      const { params } = await openList(stage, { closesAt, lastTies: 'listed', drawCommitment: undefined });
      await stage.give('CastPaper', residents[0]!, { params, data: { approved: ['changyi'] } });
      return closesAt;
    },
  ],
  [
    'the window for party members closes',
    ['PartyFirstClosed'],
    async (stage, cast) => {
      await dividePlots(stage, cast, { partyFirstDays: 50 });
      return inFifty(stage);
    },
  ],
  [
    'a guardianship ends with its term',
    ['GuardianshipEnded'],
    async (stage, cast) => {
      await dividePlots(stage, cast, { partyFirstDays: 0, termDays: 50 });
      await adopt(stage, 1, cast.member, cast);
      return inFifty(stage);
    },
  ],
  [
    'a guardianship ends with its notice',
    ['GuardianshipEnded'],
    async (stage, cast) => {
      await dividePlots(stage, cast, { partyFirstDays: 0, noticeDays: 50 });
      await adopt(stage, 1, cast.member, cast);
      await stage.give('GivePlotNotice', cast.member, { params: { id: `${courtyard}~1` } });
      return inFifty(stage);
    },
  ],
  [
    'a rectification is overdue, and costs points',
    ['RectificationOverdue', 'MeritEntered'],
    async (stage, cast) => {
      await dividePlots(stage, cast, { partyFirstDays: 0, rectificationDays: 50 });
      await adopt(stage, 1, cast.member, cast);
      await stage.give('InspectPlot', cast.moderator, { params: { id: `${courtyard}~1` }, data: { score: 10 } });
      return inFifty(stage);
    },
  ],
];
