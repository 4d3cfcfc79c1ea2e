import type { AllEvents } from '../../domain/deciders.js';
import { addPaper, type Counting, noSums, wholeRule } from '../../domain/platform/counting.js';
import { textOf, type Form, type Paper } from '../../domain/platform/papers.js';
import type { Immutable } from '../../domain/shared/decider.js';
import { sha256 } from '../../domain/shared/sha256.js';
import { defineProjection, type Handler, type Recorded } from '../projection.js';

type APaper = Immutable<Paper>;

/** What has come together for a ballot, by its id. */
export interface TallyRow {
  readonly form: Form;
  readonly options: readonly string[];
  readonly rule: AllEvents['BallotOpened']['rule'];
  /** Position of BallotClosed: papers beyond it do not count. */
  readonly closingPosition: number | null;
  readonly ballots: number;
  readonly sums: readonly number[] | null;
  /** Papers beyond the closing, decided while it was written: the rows of papers hold them all the same, since they know of no closing. */
  readonly late: readonly { readonly came: APaper | null; readonly gone: APaper | null }[];
}
/** Papers that say the same, by `<ballot>/<SHA-256 of what they say>`. One that nobody stands by any more is kept with the count 0. */
export interface PaperRow {
  readonly paper: APaper;
  readonly count: number;
}

/** What has come together, of a row under a ballot's own id. */
export const tallyIn = (row: TallyRow | PaperRow | null): TallyRow | null => (row === null || 'paper' in row ? null : row);
/** Papers, of a row under a longer key. */
export const papersIn = (row: TallyRow | PaperRow): readonly PaperRow[] => ('paper' in row ? [row] : []);

const paperKey = (ballotId: string, paper: APaper) => `${ballotId}/${sha256(textOf(paper))}`;

interface Change {
  readonly ballotId: string;
  readonly came: APaper | null;
  readonly gone: APaper | null;
}

/** An act that does not count, or one after which the same stands as before. */
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
  evolve: (row, { data }, key) => {
    const { ballotId, came, gone } = changeOf(data);
    if (key === ballotId) return row && addUp(row as TallyRow, came, gone);
    const paper = came !== null && key === paperKey(ballotId, came) ? came : gone!;
    return { paper, count: ((row as PaperRow | null)?.count ?? 0) + (paper === came ? 1 : -1) };
  },
});

function addUp(row: TallyRow, came: APaper | null, gone: APaper | null): TallyRow {
  if (row.closingPosition !== null) return { ...row, late: [...row.late, { came, gone }] };
  const ballots = row.ballots + (came === null ? 0 : 1) - (gone === null ? 0 : 1);
  if (row.sums === null) return { ...row, ballots };
  const { form, options } = row;
  const rule = wholeRule(row.rule);
  const less = gone === null ? row.sums : addPaper(row.sums, rule, form, options, gone, -1);
  return { ...row, ballots, sums: came === null ? less : addPaper(less, rule, form, options, came, 1) };
}

/**
 * The count of every ballot, folded paper by paper: sums where its rule adds up, and papers that say the same once, so that neither
 * memory nor the result grow with how many voted. A replacement names what it replaces, so one paper costs the same however many
 * were cast.
 */
export const ballotTally = defineProjection<TallyRow | PaperRow>({
  name: 'ballot-tally',
  version: 2,
  on: {
    BallotOpened: {
      keys: ({ aggregateId }) => [aggregateId],
      evolve: (_, { data: { form, options, rule } }) => ({
        form,
        options: options.map(({ optionId }) => optionId),
        rule,
        closingPosition: null,
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
      evolve: (row, { position }) => row && { ...(row as TallyRow), closingPosition: position },
    },
  },
});

/** What counts of a ballot: its papers without those that came after the closing. */
export function countingOf({ ballots, sums, late }: TallyRow, rows: Iterable<PaperRow>): Counting {
  const papers = new Map(Array.from(rows, ({ paper, count }) => [textOf(paper), { paper, count }]));
  const take = (paper: APaper | null, number: number) => {
    const held = paper && papers.get(textOf(paper));
    if (held) papers.set(textOf(paper), { ...held, count: held.count + number });
  };
  for (const { came, gone } of late) {
    take(came, -1);
    take(gone, 1);
  }
  return { ballots, sums, papers: [...papers.values()].filter(({ count }) => count > 0) };
}
