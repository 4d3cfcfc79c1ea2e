import { readFileSync } from 'node:fs';
import { expect, it } from '@jest/globals';
import type { DeclaredRule } from '../../../src/domain/voting/declared-rule.js';
import { countFile } from '../../../src/infrastructure/cli/count-file.js';

/* Counts that others have published, round for round. Sources: test/fixtures/votes/SOURCES.md. */

const folder = new URL('../../fixtures/votes/', import.meta.url);
const bytes = (name: string) => readFileSync(new URL(name, folder));
const roundsOf = (name: string, rule: DeclaredRule) => {
  const { winners, account } = countFile(name, bytes(name), rule);
  const rounds = account.flatMap((step) => (step.step === 'round' ? [step] : []));
  return {
    winners,
    tallies: rounds.map(({ tallies }) => Object.fromEntries(tallies.map(({ option, value }) => [option, value]))),
    exhausted: rounds.map(({ exhausted }) => exhausted),
    needed: rounds[0]!.needed,
  };
};

it.each([
  ['calton', '1300', ['George Redmond', 'Alison E Thewliss', 'Ruth Simpson'], 9],
  ['east-centre', '1816', ['Jennifer Dunn', 'Patricia Chalmers', 'Frank Docherty', 'Elaine McDougall'], 11],
])('Glasgow 2007, %s: single transferable vote with surpluses in fractions', (ward, quota, elected, rounds) => {
  const { winners, tallies, needed } = roundsOf(`glasgow-2007/${ward}.blt`, { rule: 'single-transferable-vote' });
  const published = JSON.parse(bytes(`glasgow-2007/${ward}_rounds.json`).toString()) as Record<string, string>[];
  expect([winners, needed]).toEqual([elected, quota]);
  // the last transfers of a published count decide nothing: the last candidate left is elected without them (rule 52)
  expect(published.length).toBeGreaterThanOrEqual(rounds);
  expect(tallies).toEqual(published.slice(0, rounds));
});

it('60 random elections with [tie]: ties are broken as by Droop, in whose order the first one is chosen, also to be eliminated', () => {
  const elections = JSON.parse(bytes('droop-ties/ties.json').toString()) as { blt: string; scottish: string[]; meek: string[] }[];
  let drawn = 0;
  for (const { blt, scottish, meek } of elections) {
    const counts = (['single-transferable-vote', 'meek'] as const).map((rule) => countFile('x.blt', Buffer.from(blt), { rule }));
    expect(counts.map(({ winners }) => winners.toSorted())).toEqual([scottish, meek]);
    drawn += counts.filter(({ account }) => account.some((step) => step.step === 'tie' && step.by === 'lot')).length;
  }
  expect([elections.length, drawn]).toEqual([60, 38]);
});

it('Alaska 2022, special election to the House: instant runoff of a state, in which the same rank twice ends a ballot', () => {
  expect(roundsOf('alaska-2022/us-house-special.csv', { rule: 'instant-runoff', overvote: 'exhaust' })).toEqual({
    winners: ['Mary Peltola'],
    tallies: [
      { 'Mary Peltola': '75761', 'Sarah Palin': '58945', 'Nick Begich': '53756' },
      { 'Mary Peltola': '91206', 'Sarah Palin': '85987' },
    ],
    exhausted: ['0', String(11_222 + 47)],
    needed: '188462/2',
  });
});

it('Burlington 2009, mayor: instant runoff with batches', () => {
  const { winners, tallies, exhausted } = roundsOf('burlington-2009/mayor.toi', {
    rule: 'instant-runoff',
    overvote: 'exhaust-if-multiple',
    elimination: 'batch',
    until: 'two-left',
  });
  expect(winners).toEqual(['Bob Kiss']);
  expect(tallies).toEqual([
    {
      'Kurt Wright': '2951',
      'Bob Kiss': '2585',
      'Andy Montroll': '2063',
      'Dan Smith': '1306',
      'Write-In': '36',
      'James Simpson': '35',
    },
    { 'Kurt Wright': '3294', 'Bob Kiss': '2981', 'Andy Montroll': '2554' },
    // one overvote, 2,4,{3,5},1, counts for the one of its candidates who is left
    { 'Bob Kiss': '4313', 'Kurt Wright': '4061' },
  ]);
  expect(exhausted).toEqual(['4', '151', '606']);
});
