import type { ReadModels } from '../../application/read-models.js';
import type { Outcome } from '../../domain/voting/outcome.js';
import type { ThresholdDecision } from '../../domain/voting/threshold.js';
import { type Language, yuan } from '../../domain/voting/words.js';
import type { BallotRow } from '../../projections/platform/ballots.js';

/** Draws an answer as SVG; null where it has nothing to draw. */
export type Picture = (answer: object, language: Language, rows: ReadModels) => Promise<string | null>;

// the library is large, and needed only when a picture is asked for
const drawing = () => import('../pictures/picture.js');

/** The answers that can be seen, by the name of their query: whoever may read one and accepts `image/svg+xml` has its picture. */
export const pictures: Readonly<Record<string, Picture>> = {
  GetBallotResult: async (answer, language, rows) => {
    const { ballotId, ...outcome } = answer as { readonly ballotId: string } & (Outcome | { readonly winners?: undefined });
    if (outcome.winners === undefined) return null; // asked why of one option
    const ballot = await rows.get<BallotRow>('ballot', ballotId);
    const names = new Map(ballot?.declared.options.map(({ optionId, name }) => [optionId, name]));
    return (await drawing()).pictureOfOutcome(outcome, { language, name: (option) => names.get(option) ?? option, money: yuan });
  },
  GetRenovationDecision: async (answer, language) => (await drawing()).pictureOfDecision(answer as ThresholdDecision, { language }),
};
