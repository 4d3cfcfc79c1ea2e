import type { AllEvents } from '../../../domain/deciders.js';
import { ballot } from '../../../domain/platform/ballot.js';
import type { Ballot, BallotResultPublished } from '../../../domain/platform/ballot-messages.js';
import { addPaper, type Counting, countBallot, noSums, resultOf, wholeRule } from '../../../domain/platform/counting.js';
import { type Paper, paperOf, textOf } from '../../../domain/platform/papers.js';
import type { Immutable } from '../../../domain/shared/decider.js';
import type { EventRef } from '../../../domain/shared/event-ref.js';
import { sha256 } from '../../../domain/shared/sha256.js';
import { type Act, actOf, whyNotCounted } from '../../../domain/voting/acts.js';
import { type Recorded, refTo } from '../../../projections/projection.js';
import { type BallotRow, ballots } from '../../../projections/platform/ballots.js';
import { ballotTally, countingOf, type PaperRow, type PaperRowAt, type TallyRow } from '../../../projections/platform/ballot-tally.js';
import { Differs, momentOf, mustBe, heldIn, type Recount, type Recounted, type Rows, type SealedUntil } from '../../kernel/recount.js';

type Event<K extends keyof AllEvents> = Recorded<K, AllEvents[K]>;
type OwnType = keyof typeof ballot.events;
type OwnEvent = { [K in OwnType]: Event<K> }[OwnType];

/** The last act of a voter that counts. */
interface CountingAct extends Act {
  readonly paper: Immutable<Paper> | null;
}
/** The values that rows are compared with. */
interface Tally {
  readonly ballots: number;
  readonly sums: readonly number[] | null;
  /** SHA-256 of the different papers with the number of each, sorted by content. */
  readonly papersSha256: string;
}
interface Held {
  readonly state: Immutable<Ballot>;
  /** By the voter's stream; null once the ballot is closed. */
  readonly voters: Map<string, CountingAct> | null;
  /** Set from the closing until the result is published. */
  readonly counting: Counting | null;
  /** Set when the ballot closes. */
  readonly tally: Tally | null;
  readonly closingPosition: number | null;
  readonly closing: Immutable<EventRef> | null;
  /** The derived result. */
  readonly result: Immutable<BallotResultPublished> | null;
}

const subjectOf = (id: string) => ({ of: 'ballot', id }) as const;

function sealOf({ subject, subjectId, closed }: Immutable<Ballot>, id: string): SealedUntil {
  if (subject === 'contest-final') return { stream: `contest-${subjectId}`, types: ['ResultPublished', 'ContestEndedWithoutAward'] };
  return closed ? null : { stream: `${ballot.stream}-${id}`, types: ['BallotClosed'] };
}

/** The papers that count, equal ones grouped. Without sums, so that every rule is counted from the papers themselves. */
function countingIn(voters: ReadonlyMap<string, CountingAct>): Counting {
  const papers = new Map<string, Counting['papers'][number]>();
  for (const { paper } of voters.values()) {
    if (paper === null) continue;
    const text = textOf(paper);
    papers.set(text, { paper, count: (papers.get(text)?.count ?? 0) + 1 });
  }
  return { ballots: [...papers.values()].reduce((sum, { count }) => sum + count, 0), sums: null, papers: [...papers.values()] };
}

const hashOf = (papers: Counting['papers']): string =>
  sha256(
    papers
      .map(({ paper, count }) => `${textOf(paper)} ${count}`)
      .sort()
      .join('\n'),
  );

function tallyOf({ form, options, rule: declared }: Immutable<Ballot>, { ballots, papers }: Counting): Tally {
  const [rule, ids] = [wholeRule(declared), options.map(({ optionId }) => optionId)];
  const none = noSums(rule, ids.length);
  const sums =
    none &&
    papers.reduce<readonly number[]>((all, { paper, count }) => {
      const part = addPaper(none, rule, form, ids, paper, 1);
      return all.map((sum, i) => sum + count * part[i]!);
    }, none);
  return { ballots, sums, papersSha256: hashOf(papers) };
}

/** Results of ballots: derives which act of each voter counts (voting/acts.ts), and counts the papers valid at the closing by the rule. */
export function ballotRecount(): Recount {
  const opened = new Map<string, Held>();

  function acted(event: Event<'PaperCast'> | Event<'PaperWithdrawn'>): undefined {
    const { ballotId, notCounted } = event.data;
    const subject = subjectOf(ballotId);
    const { state, voters } = heldIn(opened, subject);
    if (voters === null) return; // after the closing
    const sealed = sealOf(state, ballotId);
    const of = (field: string, stated: unknown, derived: unknown) => mustBe(subject, stated, derived, sealed, field);
    of('stream', event.aggregateId.split('.')[0], ballotId);
    const paper = event.type === 'PaperCast' ? event.data.paper : null;
    if (paper !== null) of('paper', paper, paperOf(state, paper));
    const [act, last] = [actOf(momentOf(event)), voters.get(event.aggregateId) ?? null];
    const standing = last?.paper ?? null;
    const isFinal = !state.replaceable && standing !== null;
    const isWithdrawalOfFinal = paper === null && act.isEntered && !state.replaceable;
    const reason = isWithdrawalOfFinal ? 'final' : whyNotCounted(act, last, isFinal);
    of('notCounted', notCounted ?? null, reason);
    if (reason !== null) return;
    if (event.type === 'PaperCast') of('replaces', event.data.replaces ?? null, standing);
    else of('paper', event.data.paper ?? null, standing);
    voters.set(event.aggregateId, { ...act, paper });
  }

  function published({ aggregateId, data }: Event<'BallotResultPublished'>, held: Held): Immutable<BallotResultPublished> {
    const { state, counting, closing } = held;
    const subject = subjectOf(aggregateId);
    if (counting === null || closing === null) throw new Differs(subject, 'closing', data.closing, closing);
    const outcome = countBallot({ declared: state, counting, drawSeed: state.drawSeed, other: null });
    const derived = resultOf(state, { outcome, ballots: counting.ballots, closing }, state.drawSeed);
    mustBe(subject, data, derived, sealOf(state, aggregateId));
    return derived;
  }

  function own(event: OwnEvent): Recounted | undefined {
    const id = event.aggregateId;
    const held: Held | null = event.type === 'BallotOpened' ? null : heldIn(opened, subjectOf(id));
    const result = event.type === 'BallotResultPublished' ? published(event, held!) : null;
    const counting = event.type === 'BallotClosed' ? countingIn(held!.voters ?? new Map()) : null;
    const fold = ballot.evolve[event.type] as (state: Immutable<Ballot> | null, data: unknown, moment: unknown) => Immutable<Ballot>;
    const before: Omit<Held, 'state'> = held ?? {
      voters: new Map(),
      counting: null,
      tally: null,
      closingPosition: null,
      closing: null,
      result: null,
    };
    const state = fold(held?.state ?? null, event.data, momentOf(event));
    opened.set(id, {
      ...before,
      state,
      ...(counting && { voters: null, counting, tally: tallyOf(state, counting), closingPosition: event.position, closing: refTo(event) }),
      ...(result && { result, counting: null }),
    });
    return result ? { ...subjectOf(id), counted: result.ballots, outcome: result.winners.join(', '), sha256: result.sha256 } : undefined;
  }

  async function compareTallies(rows: Rows): Promise<number> {
    let compared = 0;
    for (const [id, { state, voters, tally, closingPosition }] of opened) {
      const row = await rows.get<TallyRow>(id);
      const derived = tally ?? tallyOf(state, countingIn(voters ?? new Map()));
      const papers: PaperRowAt[] = [];
      for await (const { row, position } of rows.list<PaperRow>(`${id}/`)) papers.push({ row, position });
      compared += 1 + papers.length;
      const stated = row && {
        closingPosition: row.closingPosition,
        ballots: row.ballots,
        sums: row.sums,
        papersSha256: hashOf(countingOf(row, papers).papers),
      };
      mustBe(subjectOf(id), stated, { closingPosition, ...derived }, sealOf(state, id));
    }
    return compared;
  }

  async function compareResults(rows: Rows): Promise<number> {
    for (const [id, { state, result }] of opened)
      mustBe(subjectOf(id), (await rows.get<BallotRow>(id))?.result, result, sealOf(state, id), 'result');
    return opened.size;
  }

  const ownTypes = Object.keys(ballot.events) as readonly OwnType[];
  return {
    on: { ...Object.fromEntries(ownTypes.map((type) => [type, own])), PaperCast: acted, PaperWithdrawn: acted },
    rows: { [ballotTally.name]: compareTallies, [ballots.name]: compareResults },
  };
}
