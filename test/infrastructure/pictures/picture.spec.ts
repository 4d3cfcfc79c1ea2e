import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { SaxesParser } from 'saxes';
import { approvals, pointBallots, rankings, type Ballots } from '../../../src/domain/voting/ballots.js';
import { count, rules, type Rule } from '../../../src/domain/voting/rules.js';
import { decideByThreshold } from '../../../src/domain/voting/threshold.js';
import { thresholdRules } from '../../../src/domain/voting/threshold-rules.js';
import { rankEntries } from '../../../src/domain/voting/scoring.js';
import { pictureOfDecision, pictureOfEmbargo, pictureOfOutcome, pictureOfRanking } from '../../../src/infrastructure/pictures/picture.js';
import { clean, fits, textWidth, wrap } from '../../../src/infrastructure/pictures/text.js';
import { minneapolis, pabulib } from '../../domain/voting/elections.js';
import { tallyVotes } from '../../support/tally.js';

interface Placed {
  readonly text: string;
  readonly left: number;
  readonly right: number;
  /** The middle of the line. */
  readonly y: number;
  readonly size: number;
}
interface Box {
  readonly fill: string;
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

/** How far an element is moved: by nothing, or by numbers. */
function moved({ transform }: Record<string, string>): readonly [number, number] {
  if (transform === undefined) return [0, 0];
  const [, x, y] = /^translate\((-?[\d.]+) (-?[\d.]+)\)$/u.exec(transform) ?? [];
  if (x === undefined || y === undefined) throw new Error(`not a place in the picture: ${transform}`);
  return [Number(x), Number(y)];
}

/** What a picture says, read by a parser that refuses what is not well-formed: its texts and where they stand, and its shapes. */
function read(svg: string) {
  const placed: Placed[] = [];
  const boxes: Box[] = [];
  const said: Record<string, string> = {};
  let root: Record<string, string> = {};
  const open: { name: string; values: Record<string, string>; text: string }[] = [];
  const parser = new SaxesParser({ xmlns: true });
  parser.on('error', (error) => {
    throw error;
  });
  parser.on('opentag', ({ name, attributes }) => {
    const values = Object.fromEntries(Object.values(attributes).map(({ name: attribute, value }) => [attribute, value]));
    if (open.length === 0) root = values;
    open.push({ name, values, text: '' });
    const box = /^M([-\d.]+) ([-\d.]+)l([-\d.]+) 0l0 ([-\d.]+)l-[\d.]+ 0Z$/u.exec(values['d'] ?? '');
    if (name !== 'path' || box === null) return;
    const [, x = 0, y = 0, w = 0, h = 0] = box.map(Number);
    const [dx, dy] = moved(values);
    boxes.push({ fill: values['fill']!.toLowerCase(), left: x + dx, right: x + dx + w, top: y + dy, bottom: y + dy + h });
  });
  parser.on('text', (text) => {
    const element = open.at(-1);
    if (element) element.text += text;
  });
  parser.on('closetag', () => {
    const { name, values, text } = open.pop()!;
    if (name !== 'text') {
      if (text.trim() !== '') said[name] = (said[name] ?? '') + text;
      return;
    }
    const [x, y] = moved(values);
    const style = values['style'] ?? '';
    const size = Number(/font-size:([\d.]+)px/u.exec(style)?.[1]);
    const width = textWidth(text, size) * (style.includes('bold') ? 1.12 : 1);
    const left =
      x + Number(values['x'] ?? 0) - width * { start: 0, middle: 0.5, end: 1 }[values['text-anchor'] as 'start' | 'middle' | 'end'];
    placed.push({ text, left, right: left + width, y: y + Number(values['y'] ?? 0), size });
  });
  parser.write(svg).close();
  const [width, height] = [Number(root['width']), Number(root['height'])];
  return { root, said, placed, boxes, width, height, texts: placed.map(({ text }) => text), shapes: boxes.map(({ fill }) => fill) };
}
type Read = ReturnType<typeof read>;

/** Every text is within the picture and large enough, and none touches another one, nor a bar. */
function expectReadable({ placed, boxes, width, height }: Read) {
  const rounding = 0.1;
  const outside = placed.filter(
    ({ left, right, y, size }) => left < -rounding || right > width + rounding || y - size / 2 < 0 || y + size / 2 > height,
  );
  const small = placed.filter(({ size }) => size < 18); // at half the width, 9
  const touching = placed.flatMap((a, i) =>
    placed
      .slice(i + 1)
      .filter((b) => a.left < b.right - rounding && b.left < a.right - rounding && Math.abs(a.y - b.y) < (a.size + b.size) / 2)
      .map((b) => [a.text, b.text]),
  );
  const bars = boxes.filter(({ fill }) => fill === '#0072b2' || fill === '#8296a6' || fill === '#d55e00');
  const covered = placed.filter(({ left, right, y, size }) =>
    bars.some(
      (bar) =>
        left < bar.right - rounding &&
        right > bar.left + rounding &&
        y - size / 2 < bar.bottom - rounding &&
        y + size / 2 > bar.top + rounding &&
        !(left >= bar.left && right <= bar.right && y - size / 2 >= bar.top && y + size / 2 <= bar.bottom), // a figure in its cell
    ),
  );
  expect({ outside, small, touching, covered }).toEqual({ outside: [], small: [], touching: [], covered: [] });
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

/** A name of Latin letters as in Polish, or of Chinese, or of both, short or long. */
const names = fc
  .array(
    fc.oneof(
      fc.string({ unit: fc.constantFrom(...'ąćęłńóśźżŁŚwmiaoeBWM1'), minLength: 1, maxLength: 25 }),
      fc.string({ unit: fc.constantFrom(...'清江社区蔡家大院改造路灯长椅，。（）'), minLength: 1, maxLength: 25 }),
    ),
    { minLength: 1, maxLength: 14 },
  )
  .map((words) => words.join(' '));

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
    expect(texts).toEqual(expect.arrayContaining(['✓ 凉亭 40', 'Round 2', '33', '✗ 花坛 18', '✓ 长椅 51', '✓ 2 chosen: 凉亭, 长椅']));
  });

  it('is of two rounds at least: where the first one decides, bars show it', async () => {
    const picture = await draw(
      rankings(['甲', '乙'], [{ ranking: [['甲']], count: 5 }, { ranking: [['乙']], count: 2 }, { ranking: [] }]),
      rules['instant-runoff'].usual,
    );
    expectReadable(picture);
    expect(picture.texts).toEqual(['得票', '✓ 入选 1 项：甲', '✓ 甲', '5', '乙', '2', '无后续选择', '1']);
    expect(picture.shapes.filter((fill) => fill === '#0072b2')).toHaveLength(1);
  });

  it('is of a real election too, its many rounds within the picture', async () => {
    for (const elimination of ['single', 'batch'] as const) {
      const picture = await draw(minneapolis(), { ...rules['instant-runoff'].usual, elimination }, null, 'en');
      expect(picture.texts).toEqual(
        expect.arrayContaining([
          'Jacob Frey 26104',
          'Raymond Dehn 18100',
          '✓ Jacob Frey 46704',
          'Raymond Dehn 34970',
          ...(elimination === 'single' ? ['18'] : ['✗ 14 struck together', '5538']),
        ]),
      );
      expectReadable(picture);
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
        '≈ 6.94 (720)',
        '≈ 134.76 (101)',
        'Cost',
        '5000',
        '8300',
        '4921 left · ✓ 30 chosen: 24, 41, 40, 74, 19, 6, 58, 32, 25, 20, 60, 43, 29, 39, 17, 42,',
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
    expect(bought.texts).toEqual(expect.arrayContaining(['每人累计到（支持者）', '≈ 1.33（3 人）', '1.50（2 人）']));
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
    expect((await draw(rankings(['a'], [{ ranking: [] }]), rules['instant-runoff'].usual)).texts.join()).toContain('没有选出任何一项');
  });
});

describe('a decision', () => {
  it('has both sides of every comparison, and a line at each threshold', async () => {
    const votes = tallyVotes([
      { choice: 'approve', heads: 105, area: 10_500_50 },
      { choice: 'reject', heads: 104, area: 10_400_00 },
    ]);
    const decision = decideByThreshold(thresholdRules['civil-code-278-special'], { heads: 312, area: 31_200_00 }, votes);
    const picture = read(await pictureOfDecision(decision, { language: 'zh' }));
    const { texts, shapes, said } = picture;
    expectReadable(picture);
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

describe('a ranking', () => {
  const formula = { publicShare: 60, juryShare: 40, normalisation: 'maximum', tieBreaks: [] } as const;
  const entry = (entryId: string, votes: number, juryPoints = 0, juryScores = 0) => ({
    entryId,
    enteredAt: '2026-05-05T08:00:00.000Z',
    votes,
    juryPoints,
    juryScores,
  });
  const labels = new Map([
    ['a', '1号阳台'],
    ['b', '2号阳台'],
  ]);
  const name = (entryId: string) => labels.get(entryId)!;
  const scored = { formula, ranking: rankEntries(formula, [entry('a', 41, 249, 3), entry('b', 27, 270, 3)]), winners: ['a'] };

  it('has the score, rounded with its fraction, the votes and the points of the jury, all at the right of their column', async () => {
    const picture = read(await pictureOfRanking(scored, { language: 'zh', name }));
    expectReadable(picture);
    expect(picture.texts).toEqual(
      expect.arrayContaining(['✓ 入选 1 项：1号阳台', '✓ 1. 1号阳台', '2. 2号阳台', '96.89 (872/9)', '41', '249（3 次）']),
    );
    const rights = (form: RegExp) => picture.placed.filter(({ text }) => form.test(text)).map(({ right }) => Math.round(right));
    for (const form of [/^\d+\.\d+ \(/u, /^(?:41|27)$/u, /次）$/u]) expect(new Set(rights(form)).size).toBe(1);
    expect(rights(/次）$/u)).toEqual([936, 936]);
  });

  it('has headings that are broken between words only', async () => {
    const { texts } = read(await pictureOfRanking(scored, { language: 'en', name }));
    expect(texts).toEqual(expect.arrayContaining(['Score', 'Votes', 'Jury points', '(scores)']));
  });

  it('has no column for a jury that gave nothing, and the longest bar takes all the room beside the figures', async () => {
    const publicOnly = { publicShare: 100, juryShare: 0, normalisation: 'maximum', tieBreaks: [] } as const;
    const ranking = rankEntries(publicOnly, [entry('a', 1030), entry('b', 515)]);
    const picture = read(await pictureOfRanking({ formula: publicOnly, ranking, winners: ['a'] }, { language: 'zh', name }));
    expectReadable(picture);
    expect(picture.texts).toEqual(expect.arrayContaining(['得分', '得票']));
    expect(picture.texts.join()).not.toContain('评委');
    const figures = Math.min(...picture.placed.filter(({ text }) => text === '100').map(({ left }) => left));
    const [longest] = picture.boxes.filter(({ fill }) => fill === '#0072b2');
    const [other] = picture.boxes.filter(({ fill }) => fill === '#8296a6');
    expect(figures - longest!.right).toBeCloseTo(10);
    expect(longest!.right - longest!.left).toBeGreaterThan(500);
    expect((other!.right - other!.left) * 2).toBeCloseTo(longest!.right - longest!.left);
  });

  it('has long names whole, above bars that take the width', async () => {
    const long = 'Zielone i przyjazne Przechowo (zagospodarowanie skweru przy ulicy Łąkowej)';
    const picture = read(await pictureOfRanking(scored, { language: 'en', name: (id) => `${long} ${id}` }));
    expectReadable(picture);
    expect(picture.texts.join(' ')).toContain(`✓ 1. ${long} a`);
    expect(picture.boxes.find(({ fill }) => fill === '#0072b2')!.left).toBe(24);
  });

  it('is live without an award, and under embargo only says until when', async () => {
    const live = read(await pictureOfRanking({ ...scored, winners: 'live' }, { language: 'en', name }));
    expect(live.texts.slice(0, 1)).toEqual(['Live ranking']);
    expect([live.texts.join().includes('✓'), live.said['desc']!.includes('award')]).toEqual([false, false]);
    expect(live.said['desc']).toContain('Place 1, 1号阳台: 41 votes');
    const embargoed = read(await pictureOfEmbargo('2026-05-20', { language: 'zh', about: { title: '最美阳台' } }));
    expect(embargoed.texts).toEqual(['最美阳台', '实时排名', '排名暂不公开，预计 2026-05-20 起可以查看。']);
  });

  it('has its texts apart, whatever names and figures are', async () => {
    const figures = fc.tuple(names, fc.nat(9_999_999), fc.nat(300), fc.integer({ min: 0, max: 3 }));
    await fc.assert(
      fc.asyncProperty(fc.array(figures, { minLength: 1, maxLength: 12 }), fc.constantFrom('zh', 'en'), async (entries, language) => {
        const ranking = rankEntries(
          formula,
          entries.map(([, votes, points, scores], i) => entry(String(i), votes, scores === 0 ? 0 : points, scores)),
        );
        expectReadable(
          read(await pictureOfRanking({ formula, ranking, winners: ['0'] }, { language, name: (id) => entries[Number(id)]![0] })),
        );
      }),
      { numRuns: 40 },
    );
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
    expect(texts).toEqual(expect.arrayContaining([`✓ <script>"&' ]]>{a|b} drawn`]));
    expect(texts.filter((text) => text.startsWith('很长'))).toEqual(['很长的名字'.repeat(9)]);
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
    ['路灯长椅', 80, 1, ['路灯长椅']],
    ['路灯长椅花', 80, 1, ['路灯长…']],
    ['路灯长椅花坛', 80, 2, ['路灯长椅', '花坛']],
    ['路灯长椅，花坛', 80, 2, ['路灯长', '椅，花坛']],
    ['Ławka przy ulicy', 130, 2, ['Ławka przy', 'ulicy']],
    ['Ławka przy ulicy', 130, 1, ['Ławka pr…']],
    ['aaaaaaaaaa', 70, 2, ['aaaaa', 'aaaaa']],
    ['', 80, 1, []],
  ])('%j in %d pixels and %d lines: %j', (text, width, most, expected) => expect(wrap(text, 20, width, most)).toEqual(expected));

  it('are broken into lines that are not too wide, lose nothing but spaces, and are cut only where there is no room', () => {
    fc.assert(
      fc.property(names, fc.integer({ min: 60, max: 912 }), fc.integer({ min: 1, max: 4 }), (name, width, most) => {
        const lines = wrap(name, 20, width, most);
        for (const line of lines) expect(textWidth(line, 20)).toBeLessThanOrEqual(width);
        expect(lines.length).toBeLessThanOrEqual(most);
        const unspaced = (text: string) => text.replaceAll(' ', '');
        if (fits(name, 20, width, most)) expect(unspaced(lines.join(''))).toBe(unspaced(name));
        else expect([lines.length, lines.at(-1)!.endsWith('…')]).toEqual([most, true]);
      }),
    );
  });

  it('lose what is no text', () => expect(clean(' a\t\u0000b\uFFFFc\u{1F333} ')).toBe('a b c🌳'));
});

describe('every picture', () => {
  const about = { title: '清江社区最美小区', place: '金堂县清江镇清江社区', date: '投票 2026-05-10 至 2026-05-20' };

  it('names fonts for Latin letters before those for Chinese, so that a word with Polish letters is in one font', async () => {
    const { root } = await draw(ranked, { ...rules.schulze.usual, seats: 2 });
    const fonts = root['font-family']!.split(', ');
    const chinese = fonts.findIndex((font) => /SC|YaHei|WenQuanYi/u.test(font));
    expect([fonts.slice(0, chinese), fonts.at(-1)]).toEqual([expect.arrayContaining(['Arial', 'Noto Sans', 'DejaVu Sans']), 'sans-serif']);
  });

  it('names what it is of, with place and date, and says what is no official result', async () => {
    const picture = read(await pictureOfOutcome(count(ranked, rules.schulze.usual, options), { language: 'zh', about }));
    expect(picture.texts.slice(0, 2)).toEqual(['清江社区最美小区', '两两比较 · 金堂县清江镇清江社区 · 投票 2026-05-10 至 2026-05-20']);
    expect(picture.said['title']).toBe('清江社区最美小区 · 两两比较 · 金堂县清江镇清江社区 · 投票 2026-05-10 至 2026-05-20');
    const whatIf = { language: 'en', about: { title: 'Benches', isWhatIf: true } } as const;
    expect(read(await pictureOfOutcome(count(ranked, rules.borda.usual, options), whatIf)).texts.slice(0, 2)).toEqual([
      'Benches',
      'Borda points (what if, not official)',
    ]);
  });

  it('has its texts apart from each other and from the bars, within the picture, whatever the names are', async () => {
    const ruleAndSeats: readonly Rule[] = [
      rules['instant-runoff'].usual,
      { ...rules['instant-runoff'].usual, elimination: 'batch' },
      { ...rules['single-transferable-vote'].usual, seats: 2 },
      rules.schulze.usual,
      { ...rules.borda.usual, seats: 2 },
      rules.greedy.usual,
    ];
    await fc.assert(
      fc.asyncProperty(
        fc.uniqueArray(names, { minLength: 1, maxLength: 9 }),
        fc.array(fc.tuple(fc.nat(9), fc.nat(9), fc.integer({ min: 1, max: 90_000 })), { maxLength: 12 }),
        fc.constantFrom(...ruleAndSeats),
        fc.constantFrom('zh', 'en'),
        async (labels, votes, rule, language) => {
          const ids = labels.map((_, i) => String(i));
          const cast = votes.map(([a, b, number]) => {
            const [first, second] = [ids[a % ids.length]!, ids[b % ids.length]!];
            return { ranking: first === second ? [[first]] : [[first], [second]], count: number };
          });
          const money = rule.rule === 'greedy' ? { budget: 1_000_000, costs: ids.map((_, i) => 90_000 * (i + 1)) } : null;
          expectReadable(
            read(
              await pictureOfOutcome(count(rankings(ids, cast), rule, ids, money), {
                language,
                name: (option) => labels[Number(option)]!,
                about: { title: labels[0], place: labels.at(-1), date: '2026-05-20' },
              }),
            ),
          );
        },
      ),
      { numRuns: 40 },
    );
  });

  it('is the same again', async () => {
    const one = () => pictureOfOutcome(count(ranked, rules['instant-runoff'].usual, options), { language: 'zh' });
    expect(await one()).toBe(await one());
  });

  it('is drawn by a library that nobody loads who draws nothing', () => {
    const source = (file: string) => readFileSync(new URL(`../../../src/infrastructure/${file}`, import.meta.url), 'utf8');
    const files = [
      'cli/count.ts',
      'cli/account-text.ts',
      ...['picture', 'chart', 'bars', 'flow', 'matrix', 'threshold'].map((name) => `pictures/${name}.ts`),
    ];
    expect(files.filter((file) => /^import (?!type).*'(?:echarts|\.\/library|\.\.\/pictures)/mu.test(source(file)))).toEqual([]);
    expect(source('pictures/library.ts')).toMatch(/^import (?!type).*'echarts/mu); // what is looked for would be found
  });
});
