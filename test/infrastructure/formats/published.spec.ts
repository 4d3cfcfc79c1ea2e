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

it('Glasgow 2007, Calton: single transferable vote with surpluses in fractions', () => {
  const { winners, tallies, needed } = roundsOf('glasgow-2007/calton.blt', { rule: 'single-transferable-vote' });
  const published = JSON.parse(bytes('glasgow-2007/calton_rounds.json').toString()) as Record<string, string>[];
  expect([winners, needed]).toEqual([['George Redmond', 'Alison E Thewliss', 'Ruth Simpson'], '1300']);
  // the last transfer of the published count decides nothing: the last candidate left is elected without it (rule 52)
  expect(published).toHaveLength(10);
  expect(tallies).toEqual(published.slice(0, 9));
});

it('Burlington 2009, mayor: instant runoff with batches', () => {
  const { winners, tallies, exhausted } = roundsOf('burlington-2009/mayor.toi', {
    rule: 'instant-runoff',
    overvote: 'exhaust',
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
    // published: 4061 and 606. Burlington counts an overvote for the one of its candidates who is left. There is one such ballot:
    // 2,4,{3,5},1
    { 'Bob Kiss': '4313', 'Kurt Wright': '4060' },
  ]);
  expect(exhausted).toEqual(['4', '151', '607']);
});
