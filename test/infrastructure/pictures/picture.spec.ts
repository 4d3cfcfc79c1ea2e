import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { SaxesParser } from 'saxes';
import { approvals, pointBallots, rankings, type Ballots } from '../../../src/domain/voting/ballots.js';
import { count, rules, type Rule } from '../../../src/domain/voting/rules.js';
import { decideByThreshold } from '../../../src/domain/voting/threshold.js';
import { thresholdRules } from '../../../src/domain/voting/threshold-rules.js';
import { pictureOfDecision, pictureOfOutcome } from '../../../src/infrastructure/pictures/picture.js';
import { clean, shorten, wide } from '../../../src/infrastructure/pictures/text.js';
import { minneapolis, pabulib } from '../../domain/voting/elections.js';
import { tallyVotes } from '../../support/tally.js';

/** What a picture says, read by a parser that refuses what is not well-formed: its texts, where they stand, and the shapes by colour. */
function read(svg: string) {
  const texts: { text: string; x: number }[] = [];
  const shapes: string[] = [];
  const said: Record<string, string> = {};
  let root: Record<string, string> = {};
  const open: string[] = [];
  const parser = new SaxesParser({ xmlns: true });
  parser.on('error', (error) => {
    throw error;
  });
  parser.on('opentag', ({ name, attributes }) => {
    const values = Object.fromEntries(Object.values(attributes).map(({ name: attribute, value }) => [attribute, value]));
    if (open.length === 0) root = values;
    open.push(name);
    if (name === 'text')
      texts.push({ text: '', x: Number(/translate\(([-\d.]+)/u.exec(values['transform'] ?? '')?.[1] ?? values['x'] ?? 0) });
    if (name === 'path' && values['fill']) shapes.push(values['fill'].toLowerCase());
  });
  parser.on('text', (text) => {
    const at = open.at(-1)!;
    if (at === 'text') texts.at(-1)!.text += text;
    else if (text.trim() !== '') said[at] = (said[at] ?? '') + text;
  });
  parser.on('closetag', () => open.pop());
  parser.write(svg).close();
  return { root, said, texts: texts.map(({ text }) => text), at: texts.map(({ x }) => x), shapes };
}
const draw = async (
  ballots: Ballots,
  rule: Rule,
  money: { budget: number; costs: number[] } | null = null,
  language: 'zh' | 'en' = 'zh',
  name?: (option: string) => string,
) => read(await pictureOfOutcome(count(ballots, rule, ballots.options, money), name ? { language, name } : { language }));

const options = ['凉亭', '长椅', '路灯', '花坛'];
const ranked = rankings(options, [
  { ranking: [['凉亭'], ['长椅']], count: 40 },
  { ranking: [['长椅'], ['路灯']], count: 31 },
  { ranking: [['路灯'], ['花坛']], count: 22 },
  { ranking: [['花坛'], ['长椅']], count: 18 },
  { ranking: [], count: 5 },
]);

describe('a flow of votes', () => {
  it('has every tally of every round, who is struck and who is elected', async () => {
    const { texts, said, root } = await draw(ranked, { ...rules['instant-runoff'].usual, until: 'two-left' });
    expect(texts).toEqual(
      expect.arrayContaining([
        '选票流向',
        '第 1 轮',
        '凉亭 40',
        '✗ 花坛 18',
        '无后续选择 5',
        '第 2 轮',
        '49',
        '✗ 路灯 22',
        '第 3 轮',
        '✓ 长椅 49',
        '凉亭 40',
        '无后续选择 27',
      ]),
    );
    expect(said['title']).toBe('选票流向');
    expect(said['desc']).toContain('第 1 轮淘汰 花坛，其票转给 长椅 18。');
    expect(root).toMatchObject({ role: 'img', 'aria-labelledby': 'title description', width: '960' });
  });

  it('has a surplus that passes on, and names the elected where they leave', async () => {
    const { texts } = await draw(ranked, { ...rules['single-transferable-vote'].usual, seats: 2 }, null, 'en');
    expect(texts).toEqual(expect.arrayContaining(['✓ 凉亭 40', 'Round 2', '33', '✗ 花坛 18', '✓ 长椅 51', '2 chosen: 凉亭, 长椅']));
  });

  it('is of a real election too, its many rounds within the picture', async () => {
    for (const elimination of ['single', 'batch'] as const) {
      const { texts, at } = await draw(minneapolis(), { ...rules['instant-runoff'].usual, elimination }, null, 'en');
      expect(texts).toEqual(
        expect.arrayContaining([
          'Jacob Frey 26104',
          'Nekima Levy-Pounds 15715',
          '✓ Jacob Frey 46704',
          'Raymond Dehn 34970',
          elimination === 'single' ? '18' : '✗ 14 struck together 5538',
        ]),
      );
      expect(Math.min(...at)).toBeGreaterThan(0);
      expect(Math.max(...at)).toBeLessThan(960);
    }
  });
});

describe('a matrix', () => {
  it('has all pairs with their strongest paths, in the final order', async () => {
    const { texts, shapes } = await draw(ranked, { ...rules.schulze.usual, seats: 2 });
    const rows = texts.filter((text) => /^\d\. /u.test(text));
    const { order, account } = count(ranked, rules.schulze.usual, options);
    expect(rows.slice(0, 4)).toEqual(order.flat().map((option, i) => `${i + 1}. ${option}`));
    const [step] = account;
    if (step?.step !== 'pairwise') throw new Error('no matrix');
    const cells = step.preferences.flatMap((row, a) =>
      row.flatMap((votes, b) => (a === b ? [] : [String(votes), `(${step.strengths[a]![b]})`])),
    );
    expect(texts.filter((text) => /^\(?\d+\)?$/u.test(text)).sort()).toEqual(cells.sort());
    expect(shapes.filter((fill) => fill === '#0072b2')).toHaveLength(5); // of six pairs one is equal
  });
});

describe('bars', () => {
  const bold = (fill: string) => fill === '#0072b2';

  it('of scores, with the chosen ticked and fractions as decimals', async () => {
    const { texts, shapes } = await draw(rankings(['a', 'b', 'c'], [{ ranking: [['a'], ['b', 'c']] }]), { ...rules.borda.usual, seats: 1 });
    expect(texts).toEqual(expect.arrayContaining(['波达计分', '✓ a', 'b', '2', '0.50']));
    expect(shapes.filter(bold)).toHaveLength(1);
  });

  it('of points that are less than nothing too', async () => {
    const { texts } = await draw(
      pointBallots(
        ['a', 'b'],
        [
          {
            points: [
              ['a', -3],
              ['b', 2],
            ],
          },
        ],
      ),
      rules.points.usual,
      null,
      'en',
    );
    expect(texts).toEqual(expect.arrayContaining(['Points', '✓ b', 'a', '2', '-3']));
  });

  it('of what each supporter of a real project paid, in the order of selection', async () => {
    const { ballots, money } = pabulib('pb/Poland_Wieliczka_2023_Green_Budget.pb');
    const { texts, shapes } = await draw(ballots, rules['equal-shares'].usual, money, 'en');
    expect(texts).toEqual(
      expect.arrayContaining([
        'Paid by each (supporters)',
        '6.94 (125/18) (720)',
        '≈ 134.76 (101)',
        'Cost',
        '5000',
        '8300',
        expect.stringContaining('4921 left · 30 chosen: 24, 41, 40'),
      ]),
    );
    expect(texts.filter((text) => /^✓ \d/u.test(text)).slice(0, 4)).toEqual(['✓ 24', '✓ 41', '✓ 40', '✓ 74']);
    expect(shapes.filter(bold)).toHaveLength(60);
  });

  it('of greedy, with what was passed over, and of what is bought in time', async () => {
    const ballots = approvals(options, [
      { approved: ['凉亭', '长椅'], count: 3 },
      { approved: ['路灯'], count: 2 },
    ]);
    const money = { budget: 10, costs: [7, 4, 3, 1] };
    const greedy = await draw(ballots, rules.greedy.usual, money);
    expect(greedy.texts).toEqual(expect.arrayContaining(['得票或得分', '造价', '✓ 长椅', '✓ 路灯', '凉亭', '略过']));
    const bought = await draw(ballots, rules.phragmen.usual, money);
    expect(bought.texts).toEqual(expect.arrayContaining(['每人累计到（支持者）', '1.33 (4/3)（3 人）', '1.50（2 人）']));
    // what is passed over at the start gives the columns no other heading
    const dear = await draw(ballots, rules.phragmen.usual, {
      ...money,
      costs: money.costs.map((cost, i) => (i === 0 ? money.budget + 1 : cost)),
    });
    expect(dear.texts).toEqual(expect.arrayContaining(['每人累计到（支持者）', '略过']));
  });

  it('of nothing at all', async () => {
    const { texts } = await draw(approvals(['a'], []), rules['equal-shares'].usual, { budget: 1, costs: [1] });
    expect(texts.join()).toContain('没有选出任何一项');
    expect((await draw(rankings(['a'], []), rules['instant-runoff'].usual)).texts.join()).toContain('没有选出任何一项');
    expect((await draw(rankings(['a'], [{ ranking: [] }]), rules['instant-runoff'].usual)).texts).toEqual(
      expect.arrayContaining(['✓ a 0']),
    );
  });
});

describe('a decision', () => {
  it('has both sides of every comparison, and a line at each threshold', async () => {
    const votes = tallyVotes([
      { choice: 'approve', heads: 105, area: 10_500_50 },
      { choice: 'reject', heads: 104, area: 10_400_00 },
    ]);
    const decision = decideByThreshold(thresholdRules['civil-code-278-special'], { heads: 312, area: 31_200_00 }, votes);
    const { texts, shapes, said } = read(await pictureOfDecision(decision, { language: 'zh' }));
    expect(texts).toEqual(
      expect.arrayContaining([
        '表决',
        '未通过。',
        '✓ 共 312 人，参与表决 209 人，209×3 ≥ 312×2，达到法定人数',
        '✗ 参与表决 209 人，同意 105 人，105×4 < 209×3，未达所需多数',
      ]),
    );
    expect(texts.filter((text) => text === '≥ 2/3')).toHaveLength(2);
    expect(texts.filter((text) => text === '≥ 3/4')).toHaveLength(2);
    expect([shapes.filter((fill) => fill === '#0072b2').length, shapes.filter((fill) => fill === '#d55e00').length]).toEqual([2, 2]);
    expect(said['desc']).toContain('未通过。');
  });
});

describe('names', () => {
  it('are escaped, kept in a line and cut', async () => {
    const evil = '<script>"&\' ]]>{a|b}\u0007\n\u202edrawn\uD800';
    const ballots = approvals(['x', 'y'], [{ approved: ['x'] }]);
    const svg = await pictureOfOutcome(count(ballots, rules.approval.usual, ['x', 'y']), {
      language: 'en',
      name: (option) => (option === 'x' ? evil : '很长的名字'.repeat(9)),
    });
    const { texts, said } = read(svg);
    expect(svg).not.toContain('<script');
    expect(texts).toEqual(expect.arrayContaining([`✓ <script>"&' ]]>{a|b} drawn`, `${'很长的名字'.repeat(9).slice(0, 18)}…`]));
    expect(said['desc']).toContain('<script>"&\' ]]>{a|b} drawn 1');
  });

  it('of whatever characters make a document that can be read', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.string({ unit: 'binary', minLength: 1, maxLength: 60 }), { minLength: 2, maxLength: 4 }),
        fc.constantFrom<Rule>(rules.schulze.usual, rules['instant-runoff'].usual, rules.borda.usual),
        async (names, rule) => {
          const of = names.map((_, i) => String(i));
          const picture = await draw(
            rankings(of, [{ ranking: of.map((option) => [option]) }]),
            rule,
            null,
            'zh',
            (option) => names[Number(option)]!,
          );
          expect(picture.texts.length).toBeGreaterThan(2);
        },
      ),
      { numRuns: 12 },
    );
  });

  it.each([
    ['abcdefgh', 8, 'abcdefgh'],
    ['abcdefghi', 8, 'abcdefg…'],
    ['路灯长椅', 8, '路灯长椅'],
    ['路灯长椅花', 8, '路灯长…'],
    ['a路灯长椅', 8, 'a路灯长…'],
    ['', 8, ''],
  ])('%j in %d columns: %j', (text, columns, expected) => {
    expect(shorten(text, columns)).toBe(expected);
    expect([...expected].reduce((sum, one) => sum + (wide(one) ? 2 : 1), 0)).toBeLessThanOrEqual(columns);
  });

  it('lose what is no text', () => expect(clean(' a\t\u0000b\uFFFFc\u{1F333} ')).toBe('a b c🌳'));
});

describe('every picture', () => {
  it('is the same again', async () => {
    const one = () => pictureOfOutcome(count(ranked, rules['instant-runoff'].usual, options), { language: 'zh' });
    expect(await one()).toBe(await one());
  });

  it('is drawn by a library that nobody loads who draws nothing', () => {
    const source = (file: string) => readFileSync(new URL(`../../../src/infrastructure/${file}`, import.meta.url), 'utf8');
    const files = ['cli/count.ts', ...['picture', 'chart', 'bars', 'flow', 'matrix', 'threshold'].map((name) => `pictures/${name}.ts`)];
    expect(files.filter((file) => /^import (?!type).*'(?:echarts|\.\/library|\.\.\/pictures)/mu.test(source(file)))).toEqual([]);
    expect(source('pictures/library.ts')).toMatch(/^import (?!type).*'echarts/mu); // what is looked for would be found
  });
});
