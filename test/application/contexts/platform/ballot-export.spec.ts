import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { exportFormats, exportOf, type ExportFormat } from '../../../../src/application/contexts/platform/ballot-export.js';
import { outcomeOf } from '../../../../src/domain/platform/counting.js';
import { textOf, type Paper } from '../../../../src/domain/platform/papers.js';
import type { Immutable } from '../../../../src/domain/shared/decider.js';
import { readElection } from '../../../../src/infrastructure/formats/formats.js';
import { countFile } from '../../../../src/infrastructure/cli/count-file.js';
import { parsePabulib } from '../../../../src/infrastructure/formats/pabulib.js';
import { parseBallotCsv } from '../../../../src/infrastructure/formats/ballot-csv.js';
import { parsePreflib } from '../../../../src/infrastructure/formats/preflib.js';
import type { FilePaper } from '../../../../src/infrastructure/formats/election.js';
import type { BallotRow } from '../../../../src/projections/platform/ballots.js';
import { election, list, points, ranking } from '../../../domain/platform/scenes.js';

const rowOf = (declared: object, winners: string[] | null = null): BallotRow => ({
  ballotId: 'b1',
  declared: { opensAt: '2026-06-01T00:00:00.000Z', ...declared } as BallotRow['declared'],
  stage: 'decided',
  withdrawn: [],
  drawSeed: null,
  revision: 2,
  result: winners && {
    closing: { eventId: 'closing-1', revision: 1 },
    rule: { rule: 'greedy' },
    ballots: 1,
    winners,
    order: [],
    sha256: '',
  },
});
const text = (row: BallotRow, papers: readonly { paper: Immutable<Paper>; count: number }[], format: ExportFormat) => {
  const exported = exportOf(row, papers, format);
  if ('refused' in exported) throw new Error(exported.refused);
  return exported.text;
};
/** A CSV without the byte order mark that it must begin with. */
const withoutMark = (text: string) => {
  expect(text.startsWith('\uFEFF')).toBe(true);
  return text.slice(1);
};
const asRankings = (papers: readonly FilePaper[]) => papers.map(({ count, ranking: given }) => ({ count, ranking: given! }));
const bytes = (told: string) => Buffer.from(told);

describe('a ballot exported as .pb', () => {
  it('has budget and costs in yuan, the winners marked, and voters by number only', () => {
    const row = rowOf(
      {
        ...list,
        title: '改造；"序列";',
        options: [
          { optionId: 'lamps', name: '路灯', cost: 60_05 },
          { optionId: 'bench', name: '长椅; 棋桌', cost: 50_00 },
        ],
        mostOptions: 2,
        rule: { rule: 'equal-shares', completion: 'add1', unit: 100 },
      },
      ['bench'],
    );
    expect(
      text(
        row,
        [
          { paper: { approved: [] }, count: 1 },
          { paper: { approved: ['bench', 'lamps'] }, count: 2 },
        ],
        'pb',
      ),
    ).toBe(
      'META\nkey;value\ndescription;"改造；""序列"";"\ncountry;China\nunit;510121111219\ninstance;b1\nnum_projects;2\nnum_votes;3\nbudget;100\nvote_type;approval\nrule;equalshares/add1\n' +
        'date_begin;01.06.2026\ndate_end;08.06.2026\ncurrency;CNY\nmax_length;2\nPROJECTS\nproject_id;cost;name;selected\nlamps;60.05;路灯;0\nbench;50;"长椅; 棋桌";1\nVOTES\nvoter_id;vote\n1;bench,lamps\n2;bench,lamps\n3;\n',
    );
  });
  it('says what the papers said, of every form', () => {
    const priced = { ...list, rule: { rule: 'greedy', overBudget: 'stop', minScore: 2 } };
    const read = (declared: object, ...papers: readonly Immutable<Paper>[]) =>
      parsePabulib(
        text(
          rowOf(declared),
          papers.map((paper) => ({ paper, count: 1 })),
          'pb',
        ),
      );
    const given = read({ ...priced, form: 'points', pointsInAll: 10 }, points({ bench: 7, lamps: 3 }));
    expect([given.voteType, given.warnings, given.ballots.map(({ options, points: values }) => [options, values])]).toEqual([
      'cumulative',
      [],
      [
        [
          ['bench', 'lamps'],
          [7, 3],
        ],
      ],
    ]);
    expect(given.meta).toEqual(
      expect.arrayContaining([
        ['rule', 'greedy-no-skip'],
        ['min_project_score_threshold', '2'],
        ['max_sum_points', '10'],
      ]),
    );
    expect(read({ ...priced, form: 'points' }, points({ bench: 7 })).voteType).toBe('scoring');
    const ordered = read({ ...priced, form: 'ranking' }, ranking('trees', 'bench'));
    expect([ordered.voteType, ordered.ballots[0]!.options]).toEqual(['ordinal', ['trees', 'bench']]);
    const chosen = read({ ...election, form: 'choice', rule: { rule: 'approval', seats: 1 } }, { choice: 'li' });
    expect([
      chosen.voteType,
      chosen.ballots[0]!.options,
      chosen.budget,
      chosen.projects.map(({ cost, selected }) => [cost, selected]),
    ]).toEqual(['choose-1', ['li'], 1, Array(4).fill([1, null])]);
  });
});

describe('a ballot exported as .pb and counted again by the rule that the file names', () => {
  const priced = (...costs: number[]) => costs.map((cost, i) => ({ optionId: 'abcdef'[i]!, name: 'abcdef'[i]!, cost }));
  const approving = (...votes: string[]) => votes.map((approved) => ({ paper: { approved: approved.split('') }, count: 1 }));
  /** The winners in the system, and those of the file. */
  const both = (declared: object, papers: readonly { paper: Immutable<Paper>; count: number }[]) => {
    const row = rowOf({ ...list, ...declared });
    const exported = text(row, papers, 'pb');
    return [
      outcomeOf(row.declared, { ballots: papers.length, sums: null, papers }, null).winners,
      countFile('x.pb', bytes(exported), null).winners,
      exported,
    ] as const;
  };

  it('keeps limits and what was withdrawn', () => {
    const limits = [
      { name: '东片', options: ['a', 'b'], most: 1 },
      { options: ['c'], budget: 1_50 },
    ];
    const row = {
      ...rowOf({
        ...list,
        rule: { rule: 'greedy', overBudget: 'skip', minScore: 1 },
        options: priced(1_00, 1_00, 2_00, 1_00),
        budget: 9_00,
        limits,
      }),
      withdrawn: [{ optionId: 'd' }],
    };
    const counted = countFile('x.pb', bytes(text(row, approving('abcd', 'a'), 'pb')), null);
    expect([counted.winners, counted.warnings]).toEqual([['a'], []]);
    expect(counted.account.filter(({ step }) => step === 'ruled-out')).toEqual([
      { step: 'ruled-out', option: 'b', cost: 10, limit: limits[0], chosen: ['a'], left: null },
      { step: 'ruled-out', option: 'c', cost: 20, limit: { options: ['c'], budget: 15 }, chosen: [], left: 15 },
    ]);
    expect(counted.account[0]).toEqual({ step: 'withdrawn', options: ['d'] });
  });

  it('writes rankings without what was withdrawn, where the format cannot say it', () => {
    const row = { ...rowOf(election), withdrawn: [{ optionId: 'li' }] };
    const papers = [{ paper: ranking('li', 'wu'), count: 2 }];
    expect(withoutMark(text(row, papers, 'csv'))).toBe('count,rank1\n0,chen\n0,cai\n0,wu\n2,wu\n');
    expect(text(row, papers, 'soi')).toContain('# NUMBER ALTERNATIVES: 3\n');
    expect(text(row, papers, 'blt')).toMatch(/^4 2\n-2\n2 2 4 0\n/u);
  });

  it('writes write-ins into a .blt as undeclared, and leaves in whoever withdraws during the count', () => {
    const options = election.options.map((option) => (option.optionId === 'wu' ? { ...option, writeIn: true } : option));
    const row = { ...rowOf({ ...election, options }), withdrawn: [{ optionId: 'li' }, { optionId: 'cai', round: 2 }] };
    const papers = [{ paper: ranking('li', 'wu', 'cai'), count: 2 }];
    const written = text(row, papers, 'blt');
    expect(written).toMatch(/^4 2\n-2\n\[undeclared 4\]\n2 2 4 3 0\n/u);
    const { account } = countFile('x.blt', bytes(written), { rule: 'single-transferable-vote' });
    expect(account.filter(({ step }) => step === 'withdrawn' || step === 'eliminated')).toMatchObject([
      { options: ['li'] },
      { options: ['wu'], because: 'write-in' },
    ]);
  });

  it('gives a place of a ranking its points by the options there are, not by how many may be ranked', () => {
    const declared = { form: 'ranking', options: priced(100_00, 100_00, 100_00, 100_00, 100_00, 100_00), mostOptions: 2 };
    const papers = [
      { paper: ranking('a', 'b'), count: 3 },
      { paper: ranking('c', 'b'), count: 2 },
    ];
    const [own, again, exported] = both({ ...declared, rule: { rule: 'greedy', overBudget: 'skip', minScore: 1 } }, papers);
    expect([own, again]).toEqual([['b'], ['b']]);
    expect(exported).not.toContain('max_length');
    const [two, twoAgain, told] = both(
      { ...declared, mostOptions: 6, rule: { rule: 'greedy', overBudget: 'skip', minScore: 1, places: 2 } },
      papers,
    );
    expect([two, twoAgain]).toEqual([['a'], ['a']]);
    expect(told).toContain('\nmax_length;2\n');
  });

  it('raises shares by the unit declared, where it is no yuan', () => {
    const rule = (unit: number) => ({ rule: 'equal-shares', completion: 'add1', unit });
    const coarse = { options: priced(40_00, 55_00, 60_00), rule: rule(50_00) };
    const [own, again, exported] = both(coarse, approving('a', 'b', 'c'));
    expect([own, again]).toEqual([['a'], ['a']]);
    expect(exported).toContain('\nincrement;50\n');
    const [yuan, yuanAgain, usual] = both({ ...coarse, rule: rule(100) }, approving('a', 'b', 'c'));
    expect([yuan, yuanAgain]).toEqual([
      ['a', 'b'],
      ['a', 'b'],
    ]);
    expect(usual).not.toContain('increment');
    // finer than any amount of the file
    expect(both({ options: priced(81_00, 82_00), rule: rule(50) }, approving('a', 'a', 'b', 'b')).slice(0, 2)).toEqual([['a'], ['a']]);
    expect(both({ options: priced(81_00, 82_00), rule: rule(100) }, approving('a', 'a', 'b', 'b')).slice(0, 2)).toEqual([[], []]);
  });

  it('elects as many as were to be', () => {
    const { budget: _, ...unpriced } = list;
    const committee = (rule: object) => rowOf({ ...unpriced, options: ['a', 'b', 'c'].map((id) => ({ optionId: id, name: id })), rule });
    for (const rule of [
      { rule: 'approval', seats: 2 },
      { rule: 'equal-shares', completion: 'more-seats', unit: 1, seats: 2 },
      { rule: 'phragmen', seats: 2 },
    ]) {
      const row = committee(rule);
      const own = outcomeOf(row.declared, { ballots: 4, sums: null, papers: approving('a', 'ab', 'b', 'c') }, null).winners;
      expect([own.length, countFile('x.pb', bytes(text(row, approving('a', 'ab', 'b', 'c'), 'pb')), null).winners]).toEqual([2, own]);
    }
  });

  it.each(['none', 'phragmen', 'votes'])('completes equal shares by %s', (completion) => {
    const [own, again] = both(
      { options: priced(30_00, 90_00, 60_00), rule: { rule: 'equal-shares', completion, unit: 100 } },
      approving('a', 'a', 'a', 'a', 'b', 'b', 'b', 'c', 'c', ''),
    );
    expect(own).toEqual({ none: ['a'], phragmen: ['a', 'c'], votes: ['a', 'c'] }[completion]);
    expect(again).toEqual(own);
  });
  it("counts by Phragmén's rule", () => {
    expect(both({ options: priced(30_00, 150_00, 60_00), rule: { rule: 'phragmen' } }, approving('a', 'b', 'b', 'c')).slice(0, 2)).toEqual([
      ['a', 'c'],
      ['a', 'c'],
    ]);
  });
});

describe('rankings exported', () => {
  const ids = election.options.map(({ optionId }) => optionId);
  const papers = (tied: boolean) =>
    fc.uniqueArray(
      fc
        .tuple(fc.shuffledSubarray(ids, { minLength: 1 }), fc.integer({ min: 1, max: 5 }))
        .map(([named, count]) => ({ paper: tied ? ranking(named.toSorted()) : ranking(...named), count })),
      { selector: ({ paper }) => textOf(paper), minLength: 1, maxLength: 8 },
    );
  const read = (ballots: readonly { count: number; ranking: readonly (readonly string[])[] }[]) =>
    new Map(ballots.map(({ count, ranking: tiers }) => [textOf(ranking(...tiers.map((tier) => tier.toSorted()))), count]));
  const of = (given: readonly { paper: Immutable<Paper>; count: number }[]) =>
    new Map(given.map(({ paper, count }) => [textOf(paper), count]));

  it('are read back as they are, as CSV, as .blt and in the one form of PrefLib that fits', () => {
    fc.assert(
      fc.property(fc.boolean().chain(papers), (given) => {
        const row = rowOf(election);
        expect(read(asRankings(parseBallotCsv(withoutMark(text(row, given, 'csv')), { options: ids }).papers))).toEqual(of(given));
        const fitting = exportFormats.filter((format) => !('refused' in exportOf(row, given, format)));
        expect(fitting.slice(0, -1)).toEqual(['csv', 'blt']);
        const blt = readElection('x.blt', bytes(text(row, given, 'blt')))!;
        expect([
          blt.options,
          blt.seats,
          blt.about.title,
          read(blt.papers.map(({ count, ranking }) => ({ count, ranking: ranking! }))),
        ]).toEqual([ids, row.declared.rule.seats ?? 1, election.title, of(given)]);
        const file = parsePreflib(text(row, given, fitting[2]!));
        expect([file.options, read(file.ballots)]).toEqual([ids, of(given)]);
        expect(file.head).toEqual(
          expect.arrayContaining([
            ['TITLE', election.title],
            ['DATA TYPE', fitting[2]],
          ]),
        );
        expect(exportOf(row, given, 'pb')).toEqual({ refused: 'platform.format-unfit', with: { format: 'pb', fits: fitting.join(', ') } });
      }),
    );
  });
  it('are counted again as they were, whoever was ranked by nobody and whatever order breaks ties', () => {
    fc.assert(
      fc.property(papers(true), fc.constantFrom('borda', 'schulze', 'instant-runoff'), (given, rule) => {
        const row = rowOf({ ...election, lastTies: 'listed', rule: { rule } });
        const { winners, order } = outcomeOf(row.declared, { ballots: given.length, sums: null, papers: given }, null);
        for (const format of ['csv', 'blt', 'soc', 'soi', 'toc', 'toi'] as const) {
          const exported = exportOf(row, given, format);
          const ties = { earlierRound: rule === 'instant-runoff', money: [], last: 'listed' } as const;
          if (!('refused' in exported))
            expect(countFile(exported.fileName, bytes(exported.text), { rule }, { ties })).toMatchObject({ winners, order });
        }
      }),
    );
  });
  it('with ranks left out are no orders of PrefLib, which has none', () => {
    const gap = [{ paper: ranking('li', [], 'wu'), count: 1 }];
    expect(exportOf(rowOf(election), gap, 'soi')).toEqual({ refused: 'platform.format-unfit', with: { format: 'soi', fits: 'csv, blt' } });
    expect(text(rowOf(election), gap, 'csv')).toBe('\uFEFFcount,rank1,rank2,rank3\n0,chen,,\n0,li,,\n0,cai,,\n0,wu,,\n1,li,,wu\n');
  });
  it('are no rankings where voters approve', () => {
    for (const format of exportFormats.slice(1))
      expect(exportOf(rowOf(list), [{ paper: { approved: ['bench'] }, count: 1 }], format)).toEqual({
        refused: 'platform.format-unfit',
        with: { format, fits: 'pb' },
      });
  });
});
