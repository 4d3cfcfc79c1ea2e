import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { rankings, type Ranking } from '../../../src/domain/voting/ballots.js';
import type { Exclusion } from '../../../src/domain/voting/outcome.js';
import { count, rules } from '../../../src/domain/voting/rules.js';
import { countWithoutLot } from '../../../src/domain/voting/undecided.js';
import { whyBallot } from '../../../src/domain/voting/why.js';
import { inWords } from '../../../src/domain/voting/words.js';
import { naiveBottomsUp, naiveMeek, naiveRunoff, naiveStv } from './naive.js';
import { papersOf, stepsOf } from './papers.js';

const names = ['a', 'b', 'c', 'd', 'e'];
const ranking = fc.shuffledSubarray(names).map((chosen): Ranking => chosen.map((option) => [option]));
const election = fc.record({
  ballots: fc.array(ranking, { minLength: 1, maxLength: 12 }).filter((ballots) => ballots.some(({ length }) => length > 0)),
  drawn: fc.shuffledSubarray(names, { minLength: names.length }),
  seats: fc.integer({ min: 1, max: 3 }),
  exclusions: fc.array(
    fc.record({ option: fc.constantFrom(...names), round: fc.integer({ min: 1, max: 4 }), because: fc.constant('withdrawn' as const) }),
    { maxLength: 3 },
  ),
});
const ranked = (ballots: readonly Ranking[]) =>
  rankings(
    names,
    ballots.map((one) => ({ ranking: one })),
  );
const lots = (drawn: readonly string[]) => Object.fromEntries(drawn.map((option, place) => [option, place]));
const counted = (ballots: readonly Ranking[], rule: Parameters<typeof count>[1], drawn: readonly string[], out: readonly Exclusion[]) =>
  count(ranked(ballots), rule, drawn, null, [], out);
const each = { numRuns: 300 };
const reading = { overvote: 'skip', skippedRanks: 1 } as const;

describe('options that are excluded in a round', () => {
  it('given any exclusions, when an instant runoff is counted, then it agrees with a recount in every round', () => {
    fc.assert(
      fc.property(election, ({ ballots, drawn, exclusions }) => {
        const { winners } = counted(ballots, rules['instant-runoff'].usual, drawn, exclusions);
        expect(winners).toEqual([naiveRunoff(names, ballots, reading, lots(drawn), exclusions)]);
      }),
      each,
    );
  });

  it('given any exclusions, when a bottoms-up runoff is counted, then it agrees with a recount in every round', () => {
    fc.assert(
      fc.property(election, ({ ballots, drawn, seats, exclusions }) => {
        const { winners } = counted(ballots, { ...rules['bottoms-up-runoff'].usual, seats }, drawn, exclusions);
        expect([...winners].sort()).toEqual(naiveBottomsUp(names, ballots, seats, reading, lots(drawn), exclusions).sort());
      }),
      each,
    );
  });

  it('given any exclusions, when votes are transferred by Scottish or WIGM rules, then it agrees with values kept paper by paper', () => {
    fc.assert(
      fc.property(election, ({ ballots, drawn, seats, exclusions }) => {
        const scottish = counted(ballots, { ...rules['single-transferable-vote'].usual, seats }, drawn, exclusions);
        expect(scottish.winners).toEqual(naiveStv(names, ballots, seats, lots(drawn), undefined, undefined, exclusions));
        const one = 10_000;
        const quota = (valid: number) => Math.floor((valid * one) / (seats + 1)) + 1;
        expect(counted(ballots, { ...rules.wigm.usual, seats }, drawn, exclusions).winners).toEqual(
          naiveStv(names, ballots, seats, lots(drawn), one, quota, exclusions),
        );
      }),
      each,
    );
  });

  it('given any exclusions, when counted by Meek’s method, then it agrees with parts kept voter by voter', () => {
    fc.assert(
      fc.property(election, ({ ballots, drawn, seats, exclusions }) => {
        const { winners } = counted(ballots, { ...rules.meek.usual, seats }, drawn, exclusions);
        expect([...winners].sort()).toEqual(naiveMeek(names, ballots, seats, lots(drawn), exclusions).sort());
      }),
      each,
    );
  });

  it('given any exclusions, when nothing decides ties, then the count does not depend on the order of the options', () => {
    fc.assert(
      fc.property(election, ({ ballots, drawn, exclusions }) => {
        const told = (of: readonly string[]) => {
          const voted = rankings(
            of,
            ballots.map((one) => ({ ranking: one })),
          );
          const { winners, undecided } = countWithoutLot(voted, rules['instant-runoff'].usual, null, undefined, exclusions);
          return { winners, undecided: undecided!.toSorted() };
        };
        expect(told(drawn)).toEqual(told(names));
      }),
      { numRuns: 100 },
    );
  });

  it('given undeclared write-ins, when counted, then they are struck in the first round, which does nothing else', () => {
    const ballots = papersOf('abwx', [
      [3, 'a'],
      [2, 'b'],
      [2, 'w', 'b'],
      [1, 'x'],
    ]);
    const writeIns = ['w', 'x'].map((option) => ({ option, round: 1, because: 'write-in' as const }));
    const runoff = count(ballots, rules['instant-runoff'].usual, ['a', 'b', 'w', 'x'], null, [], writeIns);
    expect(runoff.winners).toEqual(['b']);
    const [struck] = stepsOf(runoff, 'eliminated');
    expect(struck).toEqual({
      step: 'eliminated',
      round: 1,
      options: ['w', 'x'],
      transfers: [
        { to: 'b', votes: '2' },
        { to: null, votes: '1' },
      ],
      because: 'write-in',
    });
    expect(inWords(struck!, 'zh')).toBe('第 1 轮先划去未登记的另写人选 w、x，其票转给 b 2，无后续选择 1。');
    expect(inWords(struck!, 'en')).toBe('Round 1 first strikes the undeclared write-ins w, x, whose votes go to b 2, nobody 1.');
    const stv = count(ballots, { ...rules['single-transferable-vote'].usual, seats: 1 }, ['a', 'b', 'w', 'x'], null, [], writeIns);
    expect(stepsOf(stv, 'eliminated')[0]).toEqual(struck);
    expect([stv.winners, stepsOf(stv, 'round')[1]!.exhausted]).toEqual([['b'], '1']);
  });

  it('given a withdrawal during the count, when the option would have won in that round, then its votes pass on', () => {
    const ballots = papersOf('abc', [
      [4, 'a', 'b'],
      [3, 'b'],
      [2, 'c', 'a'],
    ]);
    const out = [{ option: 'a', round: 2, because: 'withdrawn' as const }];
    const outcome = count(ballots, rules['instant-runoff'].usual, ['a', 'b', 'c'], null, [], out);
    expect(outcome.winners).toEqual(['b']);
    expect(stepsOf(outcome, 'eliminated').map(({ round, options, because }) => [round, options, because])).toEqual([
      [1, ['c'], undefined],
      [2, ['a'], 'withdrawn'],
    ]);
    expect(inWords(stepsOf(outcome, 'eliminated')[1]!, 'zh')).toBe('第 2 轮退出 a，其票转给 b 4，无后续选择 2。');
    expect(inWords(stepsOf(outcome, 'eliminated')[1]!, 'en')).toBe('In round 2 withdrawn: a, whose votes go to b 4, nobody 2.');
    const mine = papersOf('abc', [[1, 'a', 'b']]);
    expect(whyBallot(mine, rules['instant-runoff'].usual, outcome)).toEqual([
      { reason: 'held', from: 1, to: 2, option: 'a', value: '1' },
      { reason: 'held', from: 3, to: 3, option: 'b', value: '1' },
    ]);
  });

  it('given seats filled one after another, when an option withdraws, then it stands for no further seat', () => {
    const ballots = papersOf('abc', [
      [3, 'a'],
      [2, 'b', 'c'],
      [1, 'c'],
    ]);
    const rule = { ...rules['sequential-runoff'].usual, seats: 2 };
    const drawn = ['a', 'b', 'c'];
    expect(count(ballots, rule, drawn).winners).toEqual(['a', 'b']);
    const out = [{ option: 'b', round: 1, because: 'withdrawn' as const }];
    expect(count(ballots, rule, drawn, null, [], out).winners[1]).toBe('c');
  });

  it('given a rule without rounds, when an option is excluded in a round, then it throws', () => {
    const out = [{ option: 'a', round: 1, because: 'withdrawn' as const }];
    expect(() => count(papersOf('ab', [[1, 'a']]), rules.borda.usual, ['a', 'b'], null, [], out)).toThrow(
      new RangeError('this rule has no rounds'),
    );
  });
});

describe('the votes that Meek’s method redistributes', () => {
  it('given rounds, when counted, then the account says how the votes of each option changed', () => {
    const ballots = papersOf('abc', [
      [6, 'a', 'b'],
      [2, 'b'],
      [3, 'c'],
    ]);
    const outcome = count(ballots, { ...rules.meek.usual, seats: 2 }, ['a', 'b', 'c']);
    const [first] = stepsOf(outcome, 'redistributed');
    expect(first).toMatchObject({ round: 2, changes: [{ option: 'b' }, { option: 'a' }], exhausted: '0' });
    expect(inWords(first!, 'zh')).toMatch(/^第 2 轮重新分配后，得票变化：b \+2\.33\d*，a −2\.33\d*；已无后续选择 \+0。$/u);
    expect(inWords(first!, 'en')).toMatch(/^Redistributed for round 2: b \+2\.33\d*, a −2\.33\d*; exhausted \+0\.$/u);
  });

  it('given any ballots, when counted, then the changes add up from round to round', () => {
    fc.assert(
      fc.property(election, ({ ballots, drawn, seats, exclusions }) => {
        const { account } = counted(ballots, { ...rules.meek.usual, seats }, drawn, exclusions);
        const units = (votes: string) => Math.round(Number(votes) * 1e9);
        let last: { votes: Map<string, number>; exhausted: number } | null = null;
        let changed: { votes: Map<string, number>; exhausted: number } | null = null;
        for (const step of account) {
          if (step.step === 'redistributed')
            changed = { votes: new Map(step.changes.map(({ option, value }) => [option, units(value)])), exhausted: units(step.exhausted) };
          if (step.step !== 'round') continue;
          const now: { votes: Map<string, number>; exhausted: number } = {
            votes: new Map(step.tallies.map(({ option, value }) => [option, units(value)])),
            exhausted: units(step.exhausted),
          };
          if (last && changed) {
            expect(now.exhausted).toBe(last.exhausted + changed.exhausted);
            for (const option of names)
              expect(now.votes.get(option) ?? 0).toBe((last.votes.get(option) ?? 0) + (changed.votes.get(option) ?? 0));
          }
          last = now;
        }
      }),
      each,
    );
  });
});
