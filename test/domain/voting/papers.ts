import { rankings, type Rankings } from '../../../src/domain/voting/ballots.js';
import type { Outcome, Step } from '../../../src/domain/voting/outcome.js';

/** So many papers with this ranking. */
export type Line = readonly [count: number, ...ranking: string[]];

export const papersOf = (options: string, lines: readonly Line[]): Rankings =>
  rankings(
    [...options],
    lines.map(([count, ...ranking]) => ({ count, ranking: ranking.map((option) => [option]) })),
  );

/** The steps of one kind, in their order. */
export const stepsOf = <S extends Step['step']>({ account }: Outcome, step: S) =>
  account.filter((one): one is Extract<Step, { step: S }> => one.step === step);
