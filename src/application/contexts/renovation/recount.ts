import type { AllEvents } from '../../../domain/deciders.js';
import { ballotOpened, type BallotWithRoll, decideBallot, type RenovationDecided, voterOf } from '../../../domain/renovation/ballot.js';
import { type BallotPaper, whyNot } from '../../../domain/renovation/ballot-paper.js';
import { pageId, type RollPageRecorded } from '../../../domain/renovation/roll.js';
import type { Immutable } from '../../../domain/shared/decider.js';
import type { EventRef } from '../../../domain/shared/event-ref.js';
import { actOf } from '../../../domain/voting/acts.js';
import { addVote, emptyTally, type Tally } from '../../../domain/voting/threshold.js';
import { ballotCount, type BallotCountRow } from '../../../projections/renovation/ballot-count.js';
import { type DecisionRow, renovationDecisions } from '../../../projections/renovation/decisions.js';
import { countedRoll, expectedOn, votersOf } from '../../../domain/renovation/voters.js';
import { type Recorded, refTo } from '../../../projections/projection.js';
import { Differs, momentOf, mustBe, heldIn, type Recount, type Recounted, type Rows, type SealedUntil } from '../../kernel/recount.js';
import { positionKey } from '../../../projections/position.js';

type Event<K extends keyof AllEvents> = Recorded<K, AllEvents[K]>;

interface Held {
  readonly renovationId: string;
  readonly ballot: Immutable<BallotWithRoll>;
  /** By name on the roll: the vote that counts; null once the ballot is closed. */
  readonly voters: Map<string, Pick<BallotPaper, 'choice' | 'act'>> | null;
  /** Set when the ballot closes. */
  readonly tally: Tally;
  readonly closingPosition: number | null;
  readonly closing: Immutable<EventRef> | null;
  readonly decision: { readonly key: string; readonly data: Immutable<RenovationDecided> } | null;
}

const subjectOf = (id: string) => ({ of: 'renovation', id }) as const;
const sealOf = ({ renovationId, closingPosition }: Held): SealedUntil =>
  closingPosition === null ? { stream: `renovation-${renovationId}`, types: ['RenovationBallotClosed'] } : null;

/** Adds up the votes that count, with the weights of the roll. */
function tallyIn({ ballot, voters, tally }: Held): Tally {
  if (voters === null) return tally;
  let sum = emptyTally;
  for (const [name, { choice }] of voters) if (choice !== null) sum = addVote(sum, choice, weightOf(ballot, name)!);
  return sum;
}

function weightOf(ballot: Immutable<BallotWithRoll>, name: string) {
  const voter = voterOf(ballot, name);
  return voter && { heads: 1, area: voter.area, households: voter.units };
}

/**
 * Decisions on renovations, by ballot id: derives the roll, every vote (voting/acts.ts, and the precedence of owners over proxies), and
 * both sides of the rule.
 */
export function renovationRecount(): Recount {
  const ballots = new Map<string, Held>();

  /** The pages that no opening has listed so far, by id. */
  const pages = new Map<string, Immutable<RollPageRecorded>>();

  function recorded({ aggregateId, data }: Event<'RollPageRecorded'>): undefined {
    mustBe(subjectOf(data.ballotId), aggregateId, pageId(data), null, 'page');
    pages.set(aggregateId, data);
  }

  function began({ aggregateId: renovationId, data }: Event<'RenovationBallotOpened'>): undefined {
    const subject = subjectOf(data.ballotId);
    const listed = data.pages.map((id) => [id, pages.get(id)] as const);
    for (const [id, page] of listed) {
      mustBe(subject, id, page && id, null, 'pages');
      mustBe(subject, data.ballotId, page!.ballotId, null, 'pages');
      pages.delete(id);
    }
    const units = listed.flatMap(([, page]) => page!.units);
    const voters = votersOf(units);
    // earlier versions tell no lines, and counted no heads for units without a known owner
    const expected = expectedOn(countedRoll(units, voters));
    mustBe(subject, data.expected, data.roll ? expected : { ...expected, heads: Object.keys(voters).length }, null, 'expected');
    ballots.set(data.ballotId, {
      renovationId,
      ballot: { ...ballotOpened(data), voters },
      voters: new Map(),
      tally: emptyTally,
      closingPosition: null,
      closing: null,
      decision: null,
    });
  }

  function voted(event: Event<'RenovationBallotCast'> | Event<'RenovationBallotWithdrawn'>): undefined {
    const { data } = event;
    const { ballotId, voterId, basis, notCounted } = data;
    const subject = subjectOf(ballotId);
    const held = heldIn(ballots, subject);
    const { ballot, voters } = held;
    if (voters === null) return; // after the closing
    const of = (field: string, stated: unknown, derived: unknown) => mustBe(subject, stated, derived, sealOf(held), field);
    of('stream', event.aggregateId, `${ballotId}.${voterId}`);
    of('weight', data.weight, weightOf(ballot, voterId));
    const moment = momentOf(event);
    of(event.type === 'RenovationBallotCast' ? 'castBy' : 'withdrawnBy', 'castBy' in data ? data.castBy : data.withdrawnBy, moment.by);
    of('basis', basis, basisOf(ballot, voterId, moment.by));
    const paper = voters.get(voterId) ?? { choice: null, act: null };
    const choice = 'choice' in data ? data.choice : null;
    const act = { ...actOf(moment), by: moment.by, basis };
    const reason = whyNot(paper, choice, act, ballot.replaceable);
    of('notCounted', notCounted ?? null, reason);
    if (reason !== null) return;
    if ('choice' in data) of('replaces', data.replaces ?? null, paper.choice);
    else of('withdraws', data.withdraws ?? null, paper.choice);
    voters.set(voterId, { choice, act });
  }

  function closed(event: Event<'RenovationBallotClosed'>): undefined {
    const { ballotId } = event.data;
    const held = heldIn(ballots, subjectOf(ballotId));
    ballots.set(ballotId, { ...held, tally: tallyIn(held), voters: null, closingPosition: event.position, closing: refTo(event) });
  }

  function decided({ aggregateId, position, data }: Event<'RenovationDecided'>): Recounted {
    const subject = subjectOf(data.ballotId);
    const held = heldIn(ballots, subject);
    const { ballot, tally, closing } = held;
    if (closing === null) throw new Differs(subject, 'closing', data.closing, null);
    const { source: _source, ...rule } = ballot.rule;
    // decisions of earlier versions have no source
    const stated = data.decision.source === undefined ? rule : ballot.rule;
    const derived = decideBallot({ ...ballot, rule: stated }, { ballotId: ballot.id, tally, closing });
    mustBe(subject, data, derived);
    const key = `${aggregateId}/${positionKey(position)}`;
    ballots.set(ballot.id, { ...held, decision: { key, data: derived } });
    const counted = derived.decision.counts.reduce((sum, { heads }) => sum + heads, 0);
    return { ...subject, counted, outcome: derived.decision.outcome, sha256: derived.tallySha256 };
  }

  async function compareCounts(rows: Rows): Promise<number> {
    for (const [id, held] of ballots) {
      const row = await rows.get<BallotCountRow>(id);
      const stated = row && { closingPosition: row.closingPosition ?? null, expected: row.expected, tally: row.tally };
      const { ballot, closingPosition } = held;
      mustBe(subjectOf(id), stated, { closingPosition, expected: ballot.expected, tally: tallyIn(held) }, sealOf(held));
    }
    return ballots.size;
  }

  async function compareDecisions(rows: Rows): Promise<number> {
    const made = [...ballots].flatMap(([id, { decision }]) => (decision ? [{ id, ...decision }] : []));
    for (const { id, key, data } of made) {
      const { eventId: _id, position: _position, decidedAt: _at, ...stated } = (await rows.get<DecisionRow>(key)) ?? {};
      mustBe(subjectOf(id), stated, data);
    }
    return made.length;
  }

  return {
    on: {
      RollPageRecorded: recorded,
      RenovationBallotOpened: began,
      RenovationBallotCast: voted,
      RenovationBallotWithdrawn: voted,
      RenovationBallotClosed: closed,
      RenovationDecided: decided,
    },
    rows: { [ballotCount.name]: compareCounts, [renovationDecisions.name]: compareDecisions },
  };
}

/** The basis on which somebody acts under a name. A proxy appears in the proxy's own stream, not in the vote. */
function basisOf(ballot: Immutable<BallotWithRoll>, name: string, by: string): 'owner' | 'co-owner' | 'proxy' {
  if (by === name) return 'owner';
  return voterOf(ballot, name)?.coOwners.includes(by) ? 'co-owner' : 'proxy';
}
