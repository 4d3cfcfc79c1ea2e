import { moneyIn } from '../../application/contexts/platform/queries.js';
import type { ReadModels } from '../../application/ports/read-models.js';
import { dayInChina } from '../../domain/shared/time.js';
import { lineage } from '../../domain/shared/place-id.js';
import { wholeRule } from '../../domain/platform/counting.js';
import type { Immutable } from '../../domain/shared/decider.js';
import type { DeclaredRule } from '../../domain/voting/declared-rule.js';
import type { Outcome } from '../../domain/voting/outcome.js';
import type { ScoredContest } from '../../domain/voting/scoring-words.js';
import type { ThresholdDecision } from '../../domain/voting/threshold.js';
import type { Language } from '../../domain/voting/words.js';
import { contests } from '../../projections/contest/contests.js';
import type { CovenantRow } from '../../projections/covenant/covenants.js';
import { ballots } from '../../projections/platform/ballots.js';
import { placeTree } from '../../projections/registry/place-tree.js';
import { type RenovationRow, renovations } from '../../projections/renovation/renovations.js';
import type { ScoredEntry } from '../../domain/voting/scoring.js';
import type { About } from '../pictures/picture.js';

type Rows = Pick<ReadModels, 'get'>;
/** Draws the answer about the id in its path as SVG; null where it has nothing to draw. */
export type Picture = (answer: object, language: Language, rows: Rows, id: string) => Promise<string | null>;

// loaded on demand: the library is large
const drawing = () => import('../pictures/picture.js');

/** A place with all above it, from the county down: `金堂县清江镇清江社区`. */
async function nameOf(placeId: string, rows: Rows): Promise<string> {
  const found = await Promise.all(lineage(placeId).map((id) => rows.get(placeTree, id)));
  return found
    .reverse()
    .map((row) => row?.name ?? '')
    .join('');
}

const votedFrom = {
  zh: (from: string, until: string) => `投票 ${from} 至 ${until}`,
  en: (from: string, until: string) => `voting ${from} to ${until}`,
};

async function aboutContest(contestId: string, language: Language, rows: Rows): Promise<About> {
  const contest = await rows.get(contests, contestId);
  if (contest === null) return {}; // this read model may be a moment behind
  const { title, placeId, votingFrom, votingUntil } = contest.declared;
  return { title, place: await nameOf(placeId, rows), date: votedFrom[language](dayInChina(votingFrom), dayInChina(votingUntil)) };
}

/** Queries whose answers have a picture, by name. Who may read the answer gets its picture for `Accept: image/svg+xml`. */
export const pictures: Readonly<Record<string, Picture>> = {
  GetBallotResult: async (answer, language, rows) => {
    const { ballotId, rule, official, ...outcome } = answer as {
      readonly ballotId: string;
      readonly rule: Immutable<DeclaredRule>;
      readonly official: boolean;
    } & (Outcome | { readonly winners?: undefined });
    if (outcome.winners === undefined) return null; // the request was `?why=` one option
    const ballot = await rows.get(ballots, ballotId);
    const names = new Map(ballot?.declared.options.map(({ optionId, name }) => [optionId, name]));
    const declared = ballot && {
      title: ballot.declared.title,
      place: await nameOf(ballot.declared.placeId, rows),
      date: votedFrom[language](dayInChina(ballot.declared.opensAt), dayInChina(ballot.declared.closesAt)),
    };
    return (await drawing()).pictureOfOutcome(outcome, {
      language,
      name: (option) => names.get(option) ?? option,
      money: moneyIn(wholeRule(rule)),
      about: { ...declared, isWhatIf: !official },
    });
  },
  GetRanking: async (answer, language, rows) => {
    const { contestId, ...live } = answer as { readonly contestId: string } & (
      | { readonly embargoed: true; readonly until: string }
      | (Pick<ScoredContest, 'formula'> & {
          readonly embargoed: false;
          readonly items: readonly (ScoredEntry & { readonly label: string })[];
        })
    );
    const about = await aboutContest(contestId, language, rows);
    if (live.embargoed) return (await drawing()).pictureOfEmbargo(dayInChina(live.until), { language, about });
    const labels = new Map(live.items.map(({ entryId, label }) => [entryId, label]));
    return (await drawing()).pictureOfRanking(
      { formula: live.formula, ranking: live.items, winners: 'live' },
      { language, name: (entryId) => labels.get(entryId) ?? entryId, about },
    );
  },
  GetContestResult: async (answer, language, rows, contestId) => {
    const {
      labels,
      official = true,
      ...contest
    } = answer as ScoredContest & {
      readonly labels: Readonly<Record<string, string>>;
      readonly official?: false;
    };
    return (await drawing()).pictureOfRanking(contest, {
      language,
      name: (entryId) => labels[entryId] ?? entryId,
      about: { ...(await aboutContest(contestId, language, rows)), isWhatIf: !official },
    });
  },
  GetCovenant: async (answer, language, rows) => {
    const { covenantId, title, decision, deliberations, inForce, version } = answer as CovenantRow;
    const latest = decision ?? deliberations?.at(-1);
    const adopted = inForce && inForce.version === version ? dayInChina(inForce.adoptedAt) : undefined;
    return latest
      ? (await drawing()).pictureOfDecision(latest, { language, about: { title, place: await nameOf(covenantId, rows), date: adopted } })
      : null;
  },
  GetRenovationDecision: async (answer, language, rows) => {
    const { renovationId, title, placeId, official, ...decision } = answer as ThresholdDecision &
      Pick<RenovationRow, 'renovationId' | 'title' | 'placeId'> & { readonly official: boolean };
    const row = await rows.get(renovations, `id/${renovationId}`);
    return (await drawing()).pictureOfDecision(decision, {
      language,
      about: {
        title,
        place: await nameOf(placeId, rows),
        date: row?.decision && dayInChina(row.decision.at),
        isWhatIf: !official,
      },
    });
  },
};
