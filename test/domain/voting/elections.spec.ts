import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { numberOfBallots, rankings, type Ballots } from '../../../src/domain/voting/ballots.js';
import { drawOrder } from '../../../src/domain/voting/draw.js';
import type { Outcome } from '../../../src/domain/voting/outcome.js';
import { count, rules, type Rule } from '../../../src/domain/voting/rules.js';
import { belenios, committees, debian, expectedOf, manifest, minneapolis, pabulib, votes } from './elections.js';
import { stepsOf } from './papers.js';

const sorted = (ids: readonly string[]) => [...ids].sort();
const by = (ballots: Ballots, rule: Rule, money: { budget: number; costs: number[] } | null = null, seed = 'any') =>
  count(ballots, rule, drawOrder(seed, ballots.options), money);

describe('participatory budgets, as they were decided', () => {
  const overBudget = new Map([['pb/Poland_Gdynia_2020_Srodmiescie__small.pb', 'stop' as const]]); // its rule is greedy-no-skip

  it.each(manifest.filter(({ file }) => file.endsWith('.pb')).map(({ file }) => file))(
    'given %s, when counted, then as decided',
    (file) => {
      const { ballots, money, meta } = pabulib(file);
      const { official, mes_cost_add1, mes_cost_no_completion, sequential_phragmen } = expectedOf(file);
      const decided: Rule = meta.get('rule')!.startsWith('equalshares')
        ? rules['equal-shares'].usual
        : {
            rule: 'greedy',
            overBudget: overBudget.get(file) ?? 'skip',
            minScore: Number(meta.get('min_project_score_threshold') ?? 1),
            places: Number(meta.get('max_length') ?? 1),
          };
      expect(sorted(by(ballots, decided, money).winners)).toEqual(official.winners);
      if (mes_cost_add1) expect(sorted(by(ballots, rules['equal-shares'].usual, money).winners)).toEqual(mes_cost_add1.winners);
      if (mes_cost_no_completion)
        expect(sorted(by(ballots, { ...rules['equal-shares'].usual, completion: 'none' }, money).winners)).toEqual(
          mes_cost_no_completion.winners,
        );
      if (sequential_phragmen) expect(sorted(by(ballots, rules.phragmen.usual, money).winners)).toEqual(sequential_phragmen.winners);
    },
  );

  it('given the ordinal file, when it is counted, then its scores are the published ones', () => {
    const { ballots, money } = pabulib('pb/Poland_Krakow_2020_Stare_Miasto.pb');
    const [scores] = stepsOf(by(ballots, { ...rules.greedy.usual, places: 3 }, money), 'scores');
    expect(scores!.figures.slice(0, 3)).toEqual([
      { option: '28', value: '1508' },
      { option: '9', value: '809' },
      { option: '3', value: '709' },
    ]);
  });

  it('given a budget, when the share is raised in whole units, then the last within the budget and the first beyond it are told', () => {
    const { ballots, money } = pabulib('pb/Poland_Wieliczka_2023_Green_Budget.pb');
    const shares = stepsOf(by(ballots, rules['equal-shares'].usual, money), 'share');
    expect(shares.map(({ share, within }) => [share, within])).toEqual([
      ['315', true],
      ['316', false],
    ]);
    expect(shares[0]!.cost).toBeLessThanOrEqual(1_000_000);
  });
});

describe("Debian's leaders, by Schulze", () => {
  it.each(['schulze-debian/leader2006_tally.txt', 'schulze-debian/leader2020_tally.txt'])(
    'given %s, when it is counted, then the order is the published one',
    (file) => {
      const ballots = debian(file);
      const order = expectedOf(file)
        .schulze_margins_ranking!.split(' > ')
        .map((place) => place.split(' = ').sort());
      for (const strength of ['winning-votes', 'margins'] as const) {
        const outcome = by(ballots, { ...rules.schulze.usual, strength });
        expect(outcome.order.map(sorted)).toEqual(order);
        expect(outcome.winners).toEqual(order[0]);
      }
    },
  );

  it('given the ballots of 2006, when counted by Borda, or by Schulze where the unranked count for nothing, then another wins', () => {
    const ballots = debian('schulze-debian/leader2006_tally.txt');
    expect(numberOfBallots(ballots)).toBe(421);
    expect(by(ballots, rules.borda.usual).winners).toEqual(['Steve McIntyre']);
    expect(by(ballots, { ...rules.schulze.usual, unranked: 'no-opinion' }).winners).toEqual(['Steve McIntyre']);
  });
});

describe('random elections, as belenios-tool counts them', () => {
  it('given 300 elections, when counted by Schulze, then the orders are the same', () => {
    const elections = belenios('schulze.json');
    expect(elections.length).toBe(300);
    for (const { options, marks, order } of elections) {
      const ballots = rankings(
        options,
        marks.map((ranks) => ({
          ranking: options.map((_, rank) => options.filter((__, option) => ranks[option] === rank + 1)).filter((tier) => tier.length > 0),
        })),
      );
      expect(by(ballots, rules.schulze.usual).order.map(sorted)).toEqual(order);
    }
  });
});

describe("Minneapolis' mayor, by instant runoff", () => {
  const { winner, round1, final_tally } = expectedOf('rcv-minneapolis/2017_minneapolis_mayor_rankings.csv');
  const report = JSON.parse(
    readFileSync(new URL('rcv-minneapolis/2017_minneapolis_mayor_expected_detailed_report.json', votes), 'utf8'),
  ) as {
    results: {
      round: number;
      tally: Record<string, string>;
      inactiveBallots: Record<string, string>;
      tallyResults: { eliminated?: string }[];
    }[];
  };
  const tallies = (outcome: Outcome) =>
    stepsOf(outcome, 'round').map((round) => Object.fromEntries(round.tallies.map(({ option, value }) => [option, value])));

  it('given the ballots, when all that cannot win are struck at once, then the tallies of every round are the published ones', () => {
    const outcome = by(minneapolis(), { ...rules['instant-runoff'].usual, elimination: 'batch' });
    expect(outcome.winners).toEqual([winner]);
    const mine = tallies(outcome);
    expect(mine[0]).toEqual(round1);
    expect(mine.at(-1)).toEqual(final_tally);
    // the report strikes the write-ins in a round of their own and then all others that cannot win: we strike both in one
    expect(mine.slice(1)).toEqual(report.results.slice(2).map(({ tally }) => tally));
    const blank = 1369; // ballots without a mark, which the report leaves out
    const inactive = report.results
      .slice(2)
      .map(({ inactiveBallots }) => String(Object.values(inactiveBallots).reduce((sum, n) => sum + Number(n), blank)));
    expect(
      stepsOf(outcome, 'round')
        .slice(1)
        .map(({ exhausted }) => exhausted),
    ).toEqual(inactive);
  });

  it('given the ballots, when one is struck at a time, then the end is the same', () => {
    const outcome = by(minneapolis(), rules['instant-runoff'].usual);
    expect(outcome.winners).toEqual([winner]);
    expect(tallies(outcome).at(-1)).toEqual(final_tally);
  });
});

describe('committees from approvals', () => {
  const cases = committees();

  it('given the cases, when they are listed, then all are there', () => {
    expect(cases.length).toBe(24);
    for (const { results } of cases)
      expect([...results.keys()]).toEqual(
        expect.arrayContaining([
          'av',
          'seqphragmen',
          'equal-shares',
          'equal-shares-with-av-completion',
          'equal-shares-with-increment-completion',
        ]),
      );
  });

  const equalShares =
    (completion: 'phragmen' | 'votes' | 'more-seats') =>
    (seats: number): Rule => ({ rule: 'equal-shares', completion, unit: 1, seats });
  const rule: Record<string, (seats: number) => Rule> = {
    av: (seats) => ({ rule: 'approval', seats }),
    seqphragmen: (seats) => ({ rule: 'phragmen', seats }),
    'equal-shares': equalShares('phragmen'),
    'equal-shares-with-av-completion': equalShares('votes'),
  };

  it.each(cases.flatMap(({ name }) => Object.keys(rule).map((id) => [name, id] as const)))(
    'given %s, when counted by %s, then the committees are the published ones, whatever is drawn',
    (name, id) => {
      const { ballots, seats, results } = cases.find((one) => one.name === name)!;
      for (const seed of ['one', 'two', 'three'])
        expect(results.get(id)).toContainEqual(sorted(by(ballots, rule[id]!(seats), null, seed).winners));
    },
  );

  it.each(cases.map(({ name }) => name))(
    'given %s, when counted by equal shares with money for more seats, then the committee is the published one',
    (name) => {
      const { ballots, seats, results } = cases.find((one) => one.name === name)!;
      expect(results.get('equal-shares-with-increment-completion')).toContainEqual(
        sorted(count(ballots, equalShares('more-seats')(seats), ballots.options).winners),
      );
    },
  );
});
