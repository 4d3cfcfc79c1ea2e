import { readFileSync } from 'node:fs';
import { expect, it } from '@jest/globals';
import { ruleNames } from '../../../src/domain/voting/declared-rule.js';
import { rules } from '../../../src/domain/voting/rules.js';

/* docs/counting.md describes every rule with all its parameters and defaults. */

const text = readFileSync(new URL('../../../docs/counting.md', import.meta.url), 'utf8');
const section = /^## Rules\n(.*?)^## /msu.exec(text)![1]!;
const rows = new Map(
  [...section.matchAll(/^\| `([a-z-]+)` \| (.*) \|$/gmu)].map(([, rule, cells]) => [rule!, cells!.split(' | ').map((cell) => cell.trim())]),
);
/** Form of ballots as the table calls them. */
const forms = { ranking: 'rankings', approval: 'approvals', points: 'points' } as const;
/** Parameters that a rule has only if they are declared. */
const unstated: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  phragmen: { ties: 'cost' },
  greedy: { ties: 'cost' },
  'equal-shares': { ties: 'cost' },
};

it('names every rule and no other', () => {
  expect([...rows.keys()].toSorted()).toEqual(ruleNames.toSorted());
});

it.each(ruleNames)('%s: says which ballots it counts, its definition, source and ties, and each parameter with its default', (name) => {
  const [ballots, definition, source, ties, parameters] = rows.get(name)!;
  for (const [form, word] of Object.entries(forms))
    expect([form, new RegExp(`\\b${word}\\b`, 'u').test(ballots!)]).toEqual([
      form,
      (rules[name].forms as readonly string[]).includes(form),
    ]);
  for (const cell of [definition, source, ties]) expect(cell).toMatch(/\p{Letter}{3}/u);
  const { rule: _, ...usual } = rules[name].usual;
  // `name` (default), or `name`: `default`, `other value`
  const told = [...parameters!.matchAll(/(?:^|; )`(\w+)`(?:: `([\w-]+)`| \((?:[^;)]*?)(\d+|null)[^)]*\))/gu)].map(
    ([, parameter, first, figure]) => [parameter, first ?? figure],
  );
  const expected = Object.entries({ ...usual, ...unstated[name] }).map(([parameter, value]) => [parameter, String(value)]);
  expect(told.toSorted()).toEqual(expected.toSorted());
});
