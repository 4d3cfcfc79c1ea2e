import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { ruleNames, type DeclaredRule } from '../../../src/domain/voting/declared-rule.js';
import { compared } from '../../../src/infrastructure/cli/compare.js';
import { comparisonDocument, countDocument, rulesDocument, schemaVersion } from '../../../src/infrastructure/cli/count-documents.js';
import { countFile, type CountOptions } from '../../../src/infrastructure/cli/count-file.js';
import { countByRules } from '../../../src/infrastructure/cli/count-rules.js';
import { countSchema, lockCountSchema } from '../../../src/infrastructure/cli/count-schema.js';

const votes = new URL('../../fixtures/votes/', import.meta.url);
const valid = new Ajv2020({ strict: true }).compile(countSchema());
/** A document as a program that reads it gets it. */
const printed = (document: object): unknown => JSON.parse(JSON.stringify(document));

const rankings = 'count,rank1,rank2,rank3,rank4\n9,a,b,,\n6,b,a,c,\n5,c,d|a,b,\n2,d,,c,\n1,d,d,c,\n';
const points = 'a,b,c\n3,1,0\n2,2,0\n1,3,0\n2,1,3\n';
const blt = '4 2\n-4\n5 1 2 0\n3 2 1 0\n2 3 4 0\n1 4 3 0\n0\n"a"\n"b"\n"c"\n"d"\n"t"\n';
const pb = (rule = 'unknown') =>
  `META\nkey;value\nbudget;100\nvote_type;approval\nrule;${rule}\ncurrency;PLN\nPROJECTS\nproject_id;cost;name\na;60;Bench\nb;50;Lamp\nc;30;Tree\nd;5.5;Pot\n` +
  'VOTES\nvoter_id;vote\n1;a\n2;a,c\n3;a,b\n4;b,c\n5;c,d\n6;b\n';
/** Only one of a and b fits into the budget of their category. */
const limited =
  "META\nkey;value\nbudget;100\nvote_type;approval\nbudget_per_category;{'x': 50, 'y': 50}\nPROJECTS\nproject_id;cost;name;category\na;40;Bench;x\n" +
  'b;30;Lamp;x\nc;20;Tree;y\nVOTES\nvoter_id;vote\n1;a,b\n2;a,c\n3;b,a\n';
type Case = readonly [name: string, text: string, rule: DeclaredRule, options?: CountOptions];
const draw = { earlierRound: false, money: [], last: { seed: 'x' } } as const;

/** So many elections that every rule counts one, and every kind of step and reason is in one. */
const cases: readonly Case[] = [
  ...(['borda', 'schulze', 'instant-runoff'] as const).map((rule): Case => ['x.csv', rankings, { rule }, { why: 'a', ballot: 1 }]),
  ...(['sequential-runoff', 'bottoms-up-runoff', 'single-transferable-vote', 'wigm', 'meek'] as const).map((rule): Case => [
    'x.csv',
    rankings,
    { rule, seats: 2 },
    { why: 'a', ballot: 1 },
  ]),
  ['x.csv', rankings, { rule: 'schulze', strength: 'margins', unranked: 'no-opinion' }],
  ['x.csv', rankings, { rule: 'instant-runoff', anySkippedRanks: true, elimination: 'batch' }],
  ['x.csv', points, { rule: 'points', seats: 2 }, { cells: 'points', ballot: 2 }],
  ['x.csv', points, { rule: 'majority-judgment' }, { cells: 'points' }],
  ['x.blt', blt, { rule: 'single-transferable-vote' }],
  ['x.pb', pb(), { rule: 'approval' }, { why: 'Bench', ballot: 2 }],
  ['x.pb', pb(), { rule: 'phragmen' }],
  ['x.pb', pb(), { rule: 'phragmen', seats: 2 }],
  ['x.pb', pb(), { rule: 'greedy', minScore: 2 }],
  ['x.pb', pb(), { rule: 'greedy' }, { limits: [{ options: ['a', 'b'], most: 1 }] }],
  ['x.csv', rankings, { rule: 'borda' }, { writeIns: ['a'] }],
  ['x.csv', rankings, { rule: 'instant-runoff' }, { withdrawn: [{ option: 'a', round: 1 }] }],
  ['x.pb', pb(), { rule: 'greedy', overBudget: 'stop', ties: 'lot' }, { ties: draw }],
  ...(['none', 'add1', 'phragmen', 'votes'] as const).map((completion): Case => [
    'x.pb',
    pb(),
    { rule: 'equal-shares', completion },
    { ballot: 3 },
  ]),
  ...Array.from({ length: 6 }, (_, i): Case => [
    'x.pb',
    pb(),
    { rule: 'equal-shares', completion: i % 2 ? 'votes' : 'phragmen' },
    { ballot: i + 1 },
  ]),
  ['x.pb', pb(), { rule: 'equal-shares', seats: 2 }],
  ['x.pb', limited, { rule: 'greedy' }],
  ['x.csv', 'rank1\na\nb\n', { rule: 'borda' }],
  ['x.csv', 'rank1\na\nb\n', { rule: 'instant-runoff' }, { ties: draw }],
  ['x.csv', 'count,rank1\n0,a\n', { rule: 'borda' }],
  ['x.csv', 'count,rank1\n1,\n', { rule: 'borda' }, { options: ['a', 'b'] }],
  ['x.csv', 'a,b\n2,2\n2,2\n1,0\n', { rule: 'majority-judgment' }, { cells: 'points' }],
];
const documents = cases.map(([name, text, rule, options]) => countDocument(countFile(name, Buffer.from(text), rule, options)));

describe('what --json count prints', () => {
  it.each(cases.map(([name, , rule], i) => [`${rule.rule} of ${name}`, i] as const))('%s (%i) is valid in the schema', (_, i) => {
    expect([valid(printed(documents[i]!)), valid.errors]).toEqual([true, null]);
  });

  it('covers every rule, and every kind of step and reason that the schema has', () => {
    const named = (definition: string, property: string) =>
      (countSchema()['$defs'] as Record<string, { oneOf: { properties: Record<string, { const: string }> }[] }>)
        [definition]!.oneOf.map(({ properties }) => properties[property]!.const)
        .toSorted();
    const seen = (values: readonly string[]) => [...new Set(values)].toSorted();
    expect(named('rule', 'rule')).toEqual(ruleNames.toSorted());
    expect(seen(documents.map(({ rule }) => rule.rule))).toEqual(named('rule', 'rule'));
    expect(seen(documents.flatMap(({ account }) => account.map(({ step }) => step)))).toEqual(named('step', 'step'));
    expect(seen(documents.flatMap(({ ballot = [] }) => ballot.map(({ reason }) => reason)))).toEqual(named('reason', 'reason'));
  });

  it('is valid for published elections, for several rules and for a comparison', () => {
    for (const name of ['glasgow-2007/calton.blt', 'pb/Poland_Krakow_2020_Stare_Miasto.pb', 'schulze-debian/leader2006_tally.txt']) {
      const bytes = readFileSync(new URL(name, votes));
      expect([name, valid(printed(rulesDocument(countByRules(name, bytes, 'all', { seats: 2 })))), valid.errors]).toEqual([
        name,
        true,
        null,
      ]);
    }
    const counted = countFile('x.csv', Buffer.from(rankings), { rule: 'borda' });
    const other = { from: 'count', title: { zh: '', en: '' }, winners: ['b'], undecided: ['c'] } as const;
    const comparison = comparisonDocument(counted, 'y.json', other, compared(counted, other, 'y.json', 'en'));
    expect([valid(printed(comparison)), valid.errors]).toEqual([true, null]);
  });

  it('is not valid with anything that the schema does not have', () => {
    const [first] = documents;
    const refused = [
      { ...first, more: 1 },
      { ...first, schemaVersion: schemaVersion + 1 },
      { ...first, account: [{ step: 'unheard' }] },
      { ...first, account: [{ step: 'withdrawn' }] },
      { ...first, rule: { rule: 'borda', seats: 1, unranked: 'last' } },
    ];
    expect(refused.map((document) => valid(printed(document)))).toEqual(refused.map(() => false));
  });
});

describe('the lock of the schema', () => {
  it('given no file of this version, when it is written, then it has the schema', () => {
    const { text, problems } = lockCountSchema(null);
    expect([JSON.parse(text), problems]).toEqual([countSchema(), []]);
    expect(lockCountSchema(text)).toEqual({ text, problems: [] });
  });

  it('given another schema under the same version, when it is checked, then that is a problem, and the file stays', () => {
    const { text } = lockCountSchema(null);
    const changed = lockCountSchema(text, { ...countSchema(), title: 'other' });
    expect(changed.text).toBe(text);
    expect(changed.problems).toEqual([expect.stringContaining(`Declare schemaVersion = ${schemaVersion + 1}`)]);
  });

  it('stands in docs for the version that is declared', () => {
    expect(JSON.parse(readFileSync(new URL(`../../../docs/count-schema/${schemaVersion}.json`, import.meta.url), 'utf8'))).toEqual(
      countSchema(),
    );
  });
});
