import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { DeclaredRule } from '../../../src/domain/voting/declared-rule.js';
import { rankings } from '../../../src/domain/voting/ballots.js';
import { nextPreference, nowhere, optionOf } from '../../../src/domain/voting/next-preference.js';
import { accountOf } from '../../../src/infrastructure/cli/account-text.js';
import { countFile, type CountOptions } from '../../../src/infrastructure/cli/count-file.js';
import { endedByRepeatedMarks, plainElection } from '../../../src/infrastructure/formats/election.js';
import { limitOption, withdrawnOption, writeInsOption } from '../../../src/infrastructure/cli/reading-options.js';

const counted = (name: string, text: string, rule: DeclaredRule, options: CountOptions = {}) =>
  countFile(name, Buffer.from(text), rule, options);
const csv = 'count,rank1,rank2\n4,Ada,Bo\n3,Bo,Cy\n2,Cy,Ada\n1,Write-in,Bo\n';
const pb = `META
key;value
budget;100
vote_type;approval
PROJECTS
project_id;cost;name
1;60;bridge
2;30.5;bench
3;30;tree
VOTES
voter_id;vote
a;1,2,3
b;1,2
c;1
`;
const irv = { rule: 'instant-runoff' } as const;
const steps = ({ account }: ReturnType<typeof counted>) => account.map(({ step }) => step);

describe('wuwei count, of options that withdrew', () => {
  it('given one that withdrew before the count, when counted by any rule, then it is struck', () => {
    const withdrawn = [{ option: 'Ada', round: null }];
    for (const rule of [irv, { rule: 'borda' }, { rule: 'schulze' }] as const) {
      const outcome = counted('x.csv', csv, rule, { withdrawn });
      expect([outcome.account[0], outcome.winners]).toEqual([{ step: 'withdrawn', options: ['Ada'] }, ['Bo']]);
    }
  });

  it('given one that withdraws in a round, when counted in rounds, then its votes pass on there', () => {
    const outcome = counted('x.csv', csv, irv, { withdrawn: [{ option: 'Ada', round: 2 }] });
    expect(outcome.winners).toEqual(['Bo']);
    expect(outcome.account).toContainEqual(
      expect.objectContaining({ step: 'eliminated', round: 2, options: ['Ada'], because: 'withdrawn' }),
    );
  });

  it.each([
    ['a rule without rounds', { rule: 'borda' }, 2, /borda counts at once, without rounds/u],
    ['an option that was eliminated before', irv, 3, /Write-in cannot withdraw in round 3/u],
    ['a round that never came', irv, 9, /cannot withdraw in round 9/u],
  ] as const)('given %s, when an option withdraws during the count, then it is refused', (_, rule, round, message) => {
    expect(() => counted('x.csv', csv, rule, { withdrawn: [{ option: 'Write-in', round }] })).toThrow(message);
  });
});

describe('wuwei count, of rankings that repeat a mark', () => {
  it('given approvals, when a repeated mark is to end the ranking, then it is refused', () => {
    expect(() => counted('x.pb', pb, { rule: 'approval' }, { exhaustOnDuplicateCandidate: true })).toThrow(
      'x.pb: --exhaust-on-duplicate-candidate is for rankings',
    );
  });

  it('given ranks in any order, when a repeated mark ends the ranking, then it agrees with ending the paper where the count comes to it', () => {
    const tier = fc.oneof(
      fc.constantFrom(...'ABCD').map((one) => [one]),
      fc.constant([]),
      fc.subarray([...'ABCD'], { minLength: 2 }),
    );
    const reading = fc.record({
      overvote: fc.constantFrom('skip' as const, 'exhaust' as const, 'exhaust-if-multiple' as const),
      skippedRanks: fc.constantFrom(0, 1, null),
    });
    fc.assert(
      fc.property(fc.array(tier, { maxLength: 6 }), fc.subarray([...'ABCD']), reading, (ranking, gone, how) => {
        const election = { ...plainElection, forms: ['ranking'], options: [...'ABCD'], papers: [{ line: 1, count: 1, ranking }] };
        const [paper] = endedByRepeatedMarks(election as never).papers;
        const continuing = Uint8Array.from([...'ABCD'], (option) => (gone.includes(option) ? 0 : 1));
        const cut = rankings([...'ABCD'], [{ ranking: paper!.ranking! }]);
        const at = nextPreference(cut, 0, 0, continuing, how);
        // RCTab: of each rank, first skipped ranks, then repeated options, then overvotes, then who continues
        let [skipped, found] = [0, null as string | null];
        const seen = new Set<string>();
        for (const rank of ranking) {
          skipped = rank.length === 0 ? skipped + 1 : 0;
          if (rank.some((option) => seen.has(option)) || (how.skippedRanks !== null && skipped > how.skippedRanks)) break;
          for (const option of rank) seen.add(option);
          const left = rank.filter((option) => !gone.includes(option));
          if (rank.length > 1 && (how.overvote === 'exhaust' || (how.overvote === 'exhaust-if-multiple' && left.length > 1))) break;
          if (rank.length > 1 && how.overvote === 'skip') continue;
          found = left[0] ?? null;
          if (found !== null) break;
        }
        expect(at === nowhere ? null : 'ABCD'[optionOf(cut.entries[at]!)]).toBe(found);
      }),
      { numRuns: 1000 },
    );
  });
});

describe('wuwei count, of undeclared write-ins', () => {
  it('given a rule with rounds, when counted, then they are struck in a round of their own; otherwise before the count', () => {
    const runoff = counted('x.csv', csv, irv, { writeIns: ['Write-in'] });
    expect(runoff.account[1]).toMatchObject({ step: 'eliminated', round: 1, options: ['Write-in'], because: 'write-in' });
    const borda = counted('x.csv', csv, { rule: 'borda' }, { writeIns: ['Write-in'] });
    expect([borda.account[0], borda.order.flat()]).toEqual([
      { step: 'write-ins', options: ['Write-in'] },
      expect.not.arrayContaining(['Write-in']),
    ]);
  });

  it('given a .blt that names them, when counted, then they are struck first', () => {
    const blt = '3 1\n[undeclared 3]\n2 3 1 0\n1 1 0\n2 2 0\n0\n"Ada"\n"Bo"\n"Write-in"\n"x"\n';
    const { winners, account } = counted('x.blt', blt, irv);
    expect([winners, account[1]]).toEqual([['Ada'], expect.objectContaining({ options: ['Write-in'], because: 'write-in' })]);
  });

  it('given nothing but write-ins, when counted, then it is refused, and says why; a file without options elects nobody', () => {
    expect(() => counted('x.csv', 'rank1\na\n', irv, { writeIns: ['a'] })).toThrow(/all options are withdrawn or struck/u);
    expect(counted('x.csv', 'rank1,rank2\n,\n,\n', { rule: 'borda' }).winners).toEqual([]);
  });
});

describe('wuwei count, of limits', () => {
  it('given limits on the command line, when counted under a budget, then they hold, in the currency of the file', () => {
    const greedy = { rule: 'greedy' } as const;
    expect(counted('x.pb', pb, greedy).winners).toEqual(['1', '2']);
    const exclusive = counted('x.pb', pb, greedy, { limits: [{ options: ['bridge', '2'], most: 1 }] });
    expect([exclusive.winners, steps(exclusive).includes('ruled-out')]).toEqual([['1', '3'], true]);
    const costly = counted('x.pb', pb, { rule: 'equal-shares' }, { limits: [{ options: ['2', '3'], budget: '30.4' }] });
    expect(costly.account).toContainEqual(
      expect.objectContaining({ step: 'ruled-out', option: '2', limit: { options: ['2', '3'], budget: 304 } }),
    );
  });

  it.each([
    [
      'a rule without a budget',
      'x.pb',
      pb,
      { rule: 'approval' },
      '2',
      /--limit is for rules that choose under a budget, not for approval/u,
    ],
    ['a committee', 'x.pb', pb, { rule: 'phragmen', seats: 1 }, '2', /not for phragmen/u],
    ['a file without a budget', 'x.csv', csv, irv, 'Bo', /--limit is for files with a budget/u],
    ['an unknown option', 'x.pb', pb, { rule: 'greedy' }, 'pond', /there is no option "pond"/u],
  ] as const)('given %s, when a limit is declared, then it is refused', (_, name, text, rule, option, message) => {
    expect(() => counted(name, text, rule, { limits: [{ options: [option], most: 1 }] })).toThrow(message);
  });

  it('given an amount that the currency does not have, when a limit is declared, then it is refused', () => {
    expect(() => counted('x.pb', pb, { rule: 'greedy' }, { limits: [{ options: ['2'], budget: '1.2345' }] })).toThrow(
      /--limit has no amount/u,
    );
  });
});

describe('what is declared about options on the command line', () => {
  it('given an amount that may have thousands or decimals, when a limit is declared, then it is refused', () => {
    expect(() => counted('x.pb', pb, { rule: 'greedy' }, { limits: [{ options: ['2'], budget: '1.234' }] })).toThrow(
      /it is not certain whether --limit has a thousands separator or decimals: "1\.234"/u,
    );
  });

  it('given names, rounds and limits, when they are read, then they are told apart', () => {
    const read = (option: ReturnType<typeof limitOption>, text: string, before?: unknown) => option.parseArg!(text, before);
    expect(read(withdrawnOption(), 'Ada | Bo@3|x@y')).toEqual([
      { option: 'Ada', round: null },
      { option: 'Bo', round: 3 },
      { option: 'x@y', round: null },
    ]);
    expect(read(writeInsOption(), 'a|b')).toEqual(['a', 'b']);
    expect(read(limitOption(), 'most:2:a|b')).toEqual([{ options: ['a', 'b'], most: 2 }]);
    expect(read(limitOption(), 'budget:30.5:c', [{ options: ['a'], most: 1 }])).toEqual([
      { options: ['a'], most: 1 },
      { options: ['c'], budget: '30.5' },
    ]);
    expect(() => read(limitOption(), 'most:x:a')).toThrow(/must be most:2:A\|B or budget:500:A\|B/u);
  });

  it('given ties in an order, when the account is told, then it names them all in that order', () => {
    const ties = { earlierRound: false, money: ['votes', 'cost'], last: { seed: 'x' } } as const;
    const outcome = counted('x.pb', pb, { rule: 'greedy' }, { ties });
    expect(accountOf(outcome, 'en', (option) => option, undefined)).toMatch(/^Rule: greedy \(.*ties votes,cost,lot:x\)/u);
  });
});
