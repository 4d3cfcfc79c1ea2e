import type { AllEvents } from '../../domain/deciders.js';
import { addPaper, type Counting, noSums, wholeRule } from '../../domain/platform/counting.js';
import { textOf, type Form, type Paper } from '../../domain/platform/papers.js';
import type { Immutable } from '../../domain/shared/decider.js';
import { sha256 } from '../../domain/shared/sha256.js';
import type { Position } from '../position.js';
import { defineProjection, type Handler, type Recorded, refTo } from '../projection.js';

type APaper = Immutable<Paper>;

/** The sums and numbers of a ballot, by its id. */
export interface TallyRow {
  readonly form: Form;
  readonly options: readonly string[];
  readonly rule: AllEvents['BallotOpened']['rule'];
  /** Log position of BallotClosed. Papers after it do not count. */
  readonly closingPosition: Position | null;
  /** The BallotClosed, as the result names it. */
  readonly closing: AllEvents['BallotResultPublished']['closing'] | null;
  readonly ballots: number;
  readonly sums: readonly number[] | null;
  /** Papers recorded after the closing. The rows of papers contain them, because they do not know the closing. */
  readonly late: readonly { readonly came: APaper | null; readonly gone: APaper | null; readonly position: Position }[];
}
/** Identical papers, by `<ballot>/<SHA-256 of their text>`. The count can go down to 0; the row then remains. */
export interface PaperRow {
  readonly paper: APaper;
  readonly count: number;
}

/** True for the row of a ballot, whose key is the ballot id. */
export const tallyIn = (row: TallyRow | PaperRow | null): TallyRow | null => (row === null || 'paper' in row ? null : row);
/** True for a row of papers, whose key is longer. */
export const papersIn = (row: TallyRow | PaperRow): readonly PaperRow[] => ('paper' in row ? [row] : []);

const paperKey = (ballotId: string, paper: APaper) => `${ballotId}/${sha256(textOf(paper))}`;

interface Change {
  readonly ballotId: string;
  readonly came: APaper | null;
  readonly gone: APaper | null;
}

/** True if the act does not count, or changes nothing. */
const isNoChange = (came: APaper | null, gone: APaper | null) =>
  came === null || gone === null ? came === gone : textOf(came) === textOf(gone);

const changed = <K extends 'PaperCast' | 'PaperWithdrawn'>(
  changeOf: (data: AllEvents[K]) => Change,
): Handler<TallyRow | PaperRow, Recorded<K, AllEvents[K]>> => ({
  keys: ({ data }) => {
    const { ballotId, came, gone } = changeOf(data);
    if (isNoChange(came, gone)) return [];
    return [ballotId, ...[came, gone].flatMap((paper) => (paper === null ? [] : [paperKey(ballotId, paper)]))];
  },
  evolve: (row, { data, position }, key) => {
    const { ballotId, came, gone } = changeOf(data);
    if (key === ballotId) return row && addUp(row as TallyRow, came, gone, position);
    const paper = came !== null && key === paperKey(ballotId, came) ? came : gone!;
    return { paper, count: ((row as PaperRow | null)?.count ?? 0) + (paper === came ? 1 : -1) };
  },
});

function addUp(row: TallyRow, came: APaper | null, gone: APaper | null, position: Position): TallyRow {
  if (row.closingPosition !== null) return { ...row, late: [...row.late, { came, gone, position }] };
  const ballots = row.ballots + (came === null ? 0 : 1) - (gone === null ? 0 : 1);
  if (row.sums === null) return { ...row, ballots };
  const { form, options } = row;
  const rule = wholeRule(row.rule);
  const less = gone === null ? row.sums : addPaper(row.sums, rule, form, options, gone, -1);
  return { ...row, ballots, sums: came === null ? less : addPaper(less, rule, form, options, came, 1) };
}

/**
 * The count of every ballot, updated paper by paper: sums if the rule allows them, and one row per distinct paper. So memory does not grow
 * with the number of voters. A paper names the one that it replaces, so its cost does not grow either.
 */
export const ballotTally = defineProjection<TallyRow | PaperRow>({
  name: 'ballot-tally',
  version: 5,
  on: {
    BallotOpened: {
      keys: ({ aggregateId }) => [aggregateId],
      evolve: (_, { data: { form, options, rule } }) => ({
        form,
        options: options.map(({ optionId }) => optionId),
        rule,
        closingPosition: null,
        closing: null,
        ballots: 0,
        sums: noSums(wholeRule(rule), options.length),
        late: [],
      }),
    },
    PaperCast: changed(({ ballotId, paper, replaces = null, notCounted }) => ({
      ballotId,
      came: notCounted ? null : paper,
      gone: replaces,
    })),
    PaperWithdrawn: changed(({ ballotId, paper = null }) => ({ ballotId, came: null, gone: paper })),
    BallotClosed: {
      keys: ({ aggregateId }) => [aggregateId],
      evolve: (row, event) => row && { ...(row as TallyRow), closingPosition: event.position, closing: refTo(event) },
    },
  },
});

/** A row of papers, and the position of the last event folded into it. */
export interface PaperRowAt {
  readonly row: PaperRow;
  readonly position: Position;
}

/**
 * The papers that count, without those recorded after the closing. The rows may be of different moments: from each, the late papers that it
 * contains are taken back.
 * @param tally of a moment at which it contains every event that one of the rows contains
 * @param rows of moments after the closing
 */
export function countingOf({ ballots, sums, late }: TallyRow, rows: Iterable<PaperRowAt>): Counting {
  const papers = new Map(Array.from(rows, ({ row: { paper, count }, position }) => [textOf(paper), { paper, count, upTo: position }]));
  for (const { came, gone, position } of late) {
    const takeBack = (paper: APaper | null, number: number) => {
      const held = paper && papers.get(textOf(paper));
      if (held && position <= held.upTo) held.count += number;
    };
    takeBack(came, -1);
    takeBack(gone, 1);
  }
  return { ballots, sums, papers: [...papers.values()].flatMap(({ paper, count }) => (count > 0 ? [{ paper, count }] : [])) };
}
