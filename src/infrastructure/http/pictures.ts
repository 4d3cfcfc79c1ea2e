import { moneyIn } from '../../application/contexts/platform/queries.js';
import type { ReadModels } from '../../application/ports/read-models.js';
import { wholeRule } from '../../domain/platform/counting.js';
import type { Immutable } from '../../domain/shared/decider.js';
import type { DeclaredRule } from '../../domain/voting/declared-rule.js';
import type { Outcome } from '../../domain/voting/outcome.js';
import type { ScoredContest } from '../../domain/voting/scoring-words.js';
import type { ThresholdDecision } from '../../domain/voting/threshold.js';
import type { Language } from '../../domain/voting/words.js';
import type { CovenantRow } from '../../projections/covenant/covenants.js';
import { ballots } from '../../projections/platform/ballots.js';

/** Draws an answer as SVG; null where it has nothing to draw. */
export type Picture = (answer: object, language: Language, rows: ReadModels) => Promise<string | null>;

// the library is large, and needed only when a picture is asked for
const drawing = () => import('../pictures/picture.js');

/** The answers that can be seen, by the name of their query: whoever may read one and accepts `image/svg+xml` has its picture. */
export const pictures: Readonly<Record<string, Picture>> = {
  GetBallotResult: async (answer, language, rows) => {
    const { ballotId, rule, ...outcome } = answer as { readonly ballotId: string; readonly rule: Immutable<DeclaredRule> } & (
      Outcome | { readonly winners?: undefined }
    );
    if (outcome.winners === undefined) return null; // asked why of one option
    const ballot = await rows.get(ballots, ballotId);
    const names = new Map(ballot?.declared.options.map(({ optionId, name }) => [optionId, name]));
    return (await drawing()).pictureOfOutcome(outcome, {
      language,
      name: (option) => names.get(option) ?? option,
      money: moneyIn(wholeRule(rule)),
    });
  },
  GetContestResult: async (answer, language) => {
    const { labels, ...contest } = answer as ScoredContest & { readonly labels: Readonly<Record<string, string>> };
    return (await drawing()).pictureOfRanking(contest, { language, name: (entryId) => labels[entryId] ?? entryId });
  },
  GetCovenant: async (answer, language) => {
    const { decision, deliberations } = answer as Pick<CovenantRow, 'decision' | 'deliberations'>;
    const latest = decision ?? deliberations?.at(-1);
    return latest ? (await drawing()).pictureOfDecision(latest, { language }) : null;
  },
  GetRenovationDecision: async (answer, language) => (await drawing()).pictureOfDecision(answer as ThresholdDecision, { language }),
};
