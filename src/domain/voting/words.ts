import type { Immutable } from '../shared/decider.js';
import { decimal, isExact, longestFraction, withFraction } from '../shared/fraction.js';
import type { Step, TieBreak, WithdrawalReason } from './outcome.js';
import { asText } from './rational.js';
import { byCondition, verdictOf, type ThresholdComparison, type ThresholdDecision } from './threshold.js';
import type { Reason } from './why.js';

/*
 * The steps of all counts as text in Chinese and English. Figures are exact, but long fractions are shown as decimals. Longer than other
 * files: the sentences for a step in both languages are read side by side.
 */

/** The languages of the interface. */
export type Language = 'zh' | 'en';
type Of<T extends Step['step']> = Extract<Step, { step: T }>;
/** The name of an option for readers. */
type Name = (option: string) => string;
/** Formats an amount (a whole number or a fraction such as `3/4`) with its unit. `longest`: the most characters of a fraction beside it. */
export type Money = (amount: string, language: Language, longest?: number) => string;
type Sentences = { readonly [S in Step['step']]: (step: Of<S>, name: Name, money: (amount: string | number) => string) => string };

const zhTies: Record<TieBreak, string> = {
  cost: '造价较低者',
  votes: '得票较多者',
  'earlier-round': '此前轮次得票',
  lot: '事先声明的次序（抽签或名单）',
  any: '任意次序（不影响入选结果）',
};
const enTies: Record<TieBreak, string> = {
  cost: 'the lower cost',
  votes: 'more votes',
  'earlier-round': 'the votes of an earlier round',
  lot: 'the order declared beforehand (draw or list)',
  any: 'any order, because the result is the same',
};
const zhScores = { votes: '得票', points: '得分', borda: '波达计分', median: '中位评级' } as const;
const enScores = { votes: 'Votes', points: 'Points', borda: 'Borda points', median: 'Median grades' } as const;
/** Payments can have very long fractions. They are shown with six decimals; the account has the exact values. */
const readable = (figure: string) => (figure.length > 16 ? withFraction(figure, 6) : figure);
const unformatted: Money = (amount) => readable(amount);
const figures = (list: readonly { option: string; value: string }[], name: Name, colon: string, comma: string) =>
  list.map(({ option, value }) => `${name(option)}${colon}${value}`).join(comma);

/** A change with its sign. */
const plus = <F extends { readonly value: string }>(figure: F): F => ({
  ...figure,
  value: figure.value.startsWith('-') ? `−${figure.value.slice(1)}` : `+${figure.value}`,
});

/** Half of a whole number, from `9/2` or `22/2`: 4.5 or 11. */
const half = (text: string) => {
  const whole = BigInt(text.slice(0, -'/2'.length));
  return `${whole / 2n}${whole % 2n === 0n ? '' : '.5'}`;
};

/**
 * Formats amounts in a currency, with thousands separators; whole amounts without decimals. Two more places than the currency has are
 * shown, rounded half up, with the exact fraction beside it: `1,666.6667 (5000/3) 元`.
 * @param unit how many units of the account make one unit of the currency: a power of ten
 */
export const moneyIn =
  (unit: number, currency: string | { readonly before: string } = ''): Money =>
  (amount, _, longest = longestFraction) => {
    const [n = '', d = '1'] = amount.split('/');
    const value = { n: BigInt(n), d: BigInt(d) * BigInt(unit) };
    const [places, fraction] = [String(unit).length - 1, asText(value)];
    const [whole = '', decimals = ''] = decimal(`${value.n}/${value.d}`, places + 2).split('.');
    const exact = isExact(fraction, places + 2);
    const part = exact ? decimals.slice(0, places) + decimals.slice(places).replace(/0+$/u, '') : decimals;
    const figure = whole.replace(/\B(?=(?:\d{3})+$)/gu, ',') + (exact && !/[1-9]/u.test(part) ? '' : `.${part}`);
    const readably = exact || fraction.length <= longest;
    const [mark, beside] = [readably ? '' : '≈ ', exact || !readably ? '' : ` (${fraction})`];
    return typeof currency === 'string'
      ? `${mark}${figure}${beside}${currency && ` ${currency}`}`
      : `${mark}${currency.before}${figure}${beside}`;
  };
/** How a share begins: it was not raised, raised step by step within the budget, or once more. */
const raised = <A>(by: A | undefined, within: boolean, [not, stepwise, again]: [string, (by: A) => string, string]): string => {
  if (by === undefined) return not;
  return within ? stepwise(by) : again;
};
const [zhYuan, enYuan] = [moneyIn(100, '元'), moneyIn(100, { before: '¥' })];
/** Formats amounts in fen as yuan. */
export const yuan: Money = (amount, language, longest) => (language === 'zh' ? zhYuan : enYuan)(amount, language, longest);

const withdrawalReasonWords: Readonly<Record<WithdrawalReason, Readonly<Record<Language, string>>>> = {
  'stands-down': { zh: '不再参选', en: 'no longer stands' },
  ineligible: { zh: '不符合条件', en: 'is not eligible' },
  died: { zh: '已去世', en: 'has died' },
  'not-feasible': { zh: '不再可行', en: 'is no longer feasible' },
};

const zh: Sentences = {
  'no-ballots': () => '没有人投票，无一入选。',
  withdrawn: ({ options, round, reason, late }, name) => {
    const who = `${options.map(name).join('、')}${reason ? `（${withdrawalReasonWords[reason].zh}）` : ''}`;
    if (round === undefined) return `计票前退出、已从所有选票中划去：${who}。`;
    return late ? `${who} 于第 ${round} 轮退出，但此前已当选或淘汰，或计票已经结束，结果不变。` : `于计票第 ${round} 轮退出：${who}。`;
  },
  'blank-ballots': () => '所有选票都没有有效的选择，无一入选。',
  'repeated-marks': ({ papers, end }) => `${papers} 张选票重复标了同一选项，${end ? '排序到重复之前为止' : '只计一次'}。`,
  scores: ({ of, figures: list }, name) => `${zhScores[of]}：${figures(list, name, ' ', '，')}。`,
  pairwise: ({ options, preferences, strengths, against, strength }, name) =>
    `两两比较（${strength === 'margins' ? '按净胜票' : '按胜方票数'}）：` +
    pairs(options, (a, b) => {
      const [votes, paths] = [`${preferences[a]![b]} 比 ${preferences[b]![a]}`, `${strengths[a]![b]} 比 ${strengths[b]![a]}`];
      const tie = tieBreakVotes(strengths, against, a, b, (one, other) => `，其反对票 ${one} 比 ${other}`);
      return `${name(options[a]!)} 对 ${name(options[b]!)} ${votes}（最强路径 ${paths}${tie}）`;
    }).join('；') +
    '。',
  round: ({ round, tallies, exhausted, needed }, name) =>
    `第 ${round} 轮：${figures(tallies, name, ' ', '，')}；已无后续选择 ${exhausted}；` +
    `${needed.endsWith('/2') ? `当选须超过 ${half(needed)}` : `当选线 ${needed}`}。`,
  seat: ({ seat, struck }, name) =>
    `第 ${seat} 个名额${struck.length === 0 ? '' : `：先从所有选票中划去已当选的 ${struck.map(name).join('、')}`}。`,
  kept: ({ round, parts }, name) => `第 ${round} 轮，已当选者从经过的每一票中保留：${figures(parts, name, ' ', '，')}。`,
  'same-median': ({ options: [a, b], removed, grades }, name) =>
    `${name(a)} 与 ${name(b)} 中位评级相同；各去掉 ${removed} 个中位评级后，${name(a)} 为 ${grades[0]}，${name(b)} 为 ${grades[1]}，故 ${name(a)} 在前。`,
  'write-ins': ({ options }, name) => `计票前先划去未登记的另写人选：${options.map(name).join('、')}。`,
  redistributed: ({ round, changes, exhausted }, name) =>
    `第 ${round} 轮重新分配后，得票变化：${figures(changes.map(plus), name, ' ', '，') || '无'}；已无后续选择 ${plus({ value: exhausted }).value}。`,
  eliminated: ({ round, options, transfers, because }, name) =>
    `第 ${round} 轮${{ withdrawn: '退出', 'write-in': '先划去未登记的另写人选', none: '淘汰' }[because ?? 'none']} ${options.map(name).join('、')}` +
    `${zhTransfers(transfers, name)}。`,
  surplus: ({ round, option, surplus, transfers }, name) =>
    `第 ${round} 轮转移 ${name(option)} 的余票 ${surplus}${zhTransfers(transfers, name)}。`,
  elected: ({ round, option, because, figure }, name) =>
    `第 ${round} 轮 ${name(option)} 以 ${figure} 票当选（${{ quota: '达到当选基数', majority: '超过有效票半数', 'last-left': '名额等于剩余人数' }[because]}）。`,
  beats: ({ option, options }, name) =>
    `${name(option)} 的最强路径${options.length === 0 ? '不胜过任何一项' : `胜过 ${options.map(name).join('、')}`}。`,
  share: ({ share, raisedBy, options, cost, within }, name, money) =>
    `${raised(raisedBy, within, ['', (by) => `每人所得每次加 ${money(by)}，所选不超出预算就再加。最后一次：`, '再加一次：'])}若每人分得 ${money(share)}，可选 ` +
    `${options.map(name).join('、') || '无'}，共需 ${money(cost)}，${within ? '不超过' : '超出'}预算。`,
  bought: ({ option, cost, supporters, poor, payment, left }, name, money) =>
    `选定 ${name(option)}：造价 ${money(cost)}，支持者 ${supporters} 人，每人付 ${money(payment)}${poor > 0 ? `，其中 ${poor} 人付出全部余额` : ''}；余 ` +
    `${money(left)}。`,
  'not-bought': ({ option, cost, supporters, together }, name, money) =>
    `未选 ${name(option)}：造价 ${money(cost)}，支持者 ${supporters} 人余款合计 ${money(together)}，不够。`,
  due: ({ option, cost, supporters, time, left }, name, money) =>
    `选定 ${name(option)}：造价 ${money(cost)}，支持者 ${supporters} 人，凑足时每人累计 ${money(time)}${left === null ? '' : `；余 ${money(left)}`}。`,
  selected: ({ option, cost, figure, left }, name, money) => `选定 ${name(option)}：${figure}，造价 ${money(cost)}，余 ${money(left)}。`,
  'passed-over': ({ option, because, figure, left }, name, money) =>
    `略过 ${name(option)}（${figure}）：${{ budget: `余款仅 ${money(left)}`, threshold: '未达最低要求', stopped: '选定已在此前停止，未予考虑' }[because]}。`,
  stopped: ({ option, cost, left }, name, money) => `到 ${name(option)} 为止：造价 ${money(cost)}，余款仅 ${money(left)}。`,
  'ruled-out': ({ option, cost, limit, chosen, left }, name, money) => {
    const [of, already] = [limit.options.map(name).join('、'), chosen.map(name).join('、')];
    if (left !== null)
      return (
        `不选 ${name(option)}：造价 ${money(cost)}，${limit.name ?? of}${limit.name === undefined ? ' 合计' : ''}限额 ${money(limit.budget!)}，仅` +
        `余 ${money(left)}。`
      );
    return limit.name === undefined && limit.most === 1
      ? `不选 ${name(option)}：与已选的 ${already} 不能同时入选。`
      : `不选 ${name(option)}：${limit.name ?? of} 最多选 ${limit.most!} 项，已选 ${already}。`;
  },
  tie: ({ options, by, chosen, struck }, name) =>
    `${options.map(name).join('、')} 相同，按${zhTies[by]}${struck ? '淘汰' : '定为'} ${name(chosen)}。`,
  undecided: ({ options, tried }, name) =>
    `${options.map(name).join('、')} 相同，已声明的办法分不出先后，结果未定。` +
    `${tried === undefined ? '' : `并列的各种可能没有试完（已试 ${tried} 次），其他选项也可能入选。`}`,
};

const en: Sentences = {
  'no-ballots': () => 'Nobody voted, so nothing is chosen.',
  withdrawn: ({ options, round, reason, late }, name) => {
    const who = `${options.map(name).join(', ')}${reason ? ` (${withdrawalReasonWords[reason].en})` : ''}`;
    if (round === undefined) return `Withdrawn before the count and struck from all ballots: ${who}.`;
    return late
      ? `Withdrawn in round ${round} of the count: ${who}; but elected or eliminated before, or the count had ended, so the result ` +
          'is the same.'
      : `Withdrawn in round ${round} of the count: ${who}.`;
  },
  'blank-ballots': () => 'No ballot has a choice that counts, so nothing is chosen.',
  'repeated-marks': ({ papers, end }) =>
    `${papers === 1 ? '1 paper marks' : `${papers} papers mark`} an option more than once, which ` +
    `${end ? 'ends the ranking' : 'counts once'}.`,
  scores: ({ of, figures: list }, name) => `${enScores[of]}: ${figures(list, name, ' ', ', ')}.`,
  pairwise: ({ options, preferences, strengths, against, strength }, name) =>
    `Pairwise comparison (by ${strength === 'margins' ? 'margins' : 'winning votes'}): ` +
    pairs(options, (a, b) => {
      const paths = `${strengths[a]![b]} : ${strengths[b]![a]}`;
      const tie = tieBreakVotes(strengths, against, a, b, (one, other) => `, with ${one} : ${other} votes against them`);
      return `${name(options[a]!)} ${preferences[a]![b]} : ${preferences[b]![a]} ${name(options[b]!)} (strongest paths ${paths}${tie})`;
    }).join('; ') +
    '.',
  round: ({ round, tallies, exhausted, needed }, name) =>
    `Round ${round}: ${figures(tallies, name, ' ', ', ')}; exhausted ${exhausted}; ` +
    `${needed.endsWith('/2') ? `more than ${half(needed)} needed` : `needed ${needed}`}.`,
  seat: ({ seat, struck }, name) =>
    struck.length === 0
      ? `Seat ${seat}.`
      : `Seat ${seat}: ${struck.map(name).join(', ')}, already elected, ${struck.length === 1 ? 'is' : 'are'} struck from all ballots.`,
  kept: ({ round, parts }, name) =>
    `In round ${round} the elected keep this part of every vote that reaches them: ${figures(parts, name, ' ', ', ')}.`,
  'same-median': ({ options: [a, b], removed, grades }, name) =>
    `${name(a)} and ${name(b)} have the same median grade. With ${removed} of the median grades of each removed, ${name(a)} has ` +
    `${grades[0]} and ${name(b)} ${grades[1]}, so ${name(a)} ranks higher.`,
  'write-ins': ({ options }, name) => `Undeclared write-ins, struck from all ballots before the count: ${options.map(name).join(', ')}.`,
  redistributed: ({ round, changes, exhausted }, name) =>
    `Redistributed for round ${round}: ${figures(changes.map(plus), name, ' ', ', ') || 'nothing changes'}; exhausted ` +
    `${plus({ value: exhausted }).value}.`,
  eliminated: ({ round, options, transfers, because }, name) =>
    ({
      withdrawn: `In round ${round} withdrawn:`,
      'write-in': `Round ${round} first strikes the undeclared write-ins`,
      none: `Round ${round} eliminates`,
    })[because ?? 'none'] + ` ${options.map(name).join(', ')}${enTransfers(transfers, name)}.`,
  surplus: ({ round, option, surplus, transfers }, name) =>
    `Round ${round} transfers ${name(option)}'s surplus of ${surplus}${enTransfers(transfers, name)}.`,
  elected: ({ round, option, because, figure }, name) => `Round ${round} elects ${name(option)} with ${figure} (${enElected[because]}).`,
  beats: ({ option, options }, name) => `${name(option)} has the stronger path against ${options.map(name).join(', ') || 'nobody'}.`,
  share: ({ share, raisedBy, options, cost, within }, name, money) =>
    raised(raisedBy, within, [
      'W',
      (by) => `Every share is raised by ${money(by)} at a time while the purchases stay within the budget. In the end, w`,
      'Raised once more: w',
    ]) +
    `ith ${money(share)} for every voter, ${options.map(name).join(', ') || 'nothing'} can be bought for ${money(cost)}, ` +
    `${within ? 'within' : 'beyond'} the budget.`,
  bought: ({ option, cost, supporters, poor, payment, left }, name, money) =>
    `Selected ${name(option)}: it costs ${money(cost)}, paid by ${supporters} with ${money(payment)} each` +
    `${poor > 0 ? `, ${poor} of whom with all they had left` : ''}; ${money(left)} is left.`,
  'not-bought': ({ option, cost, supporters, together }, name, money) =>
    `Not selected ${name(option)}: it costs ${money(cost)}, and its ${supporters} ` +
    `${supporters === 1 ? 'supporter has' : 'supporters together have'} ${money(together)} left.`,
  due: ({ option, cost, supporters, time, left }, name, money) =>
    `Selected ${name(option)}: it costs ${money(cost)}, which ` +
    `${supporters === 1 ? 'its supporter' : `its ${supporters} supporters`} can pay when each has earned ${money(time)}` +
    `${left === null ? '' : `; ${money(left)} is left`}.`,
  selected: ({ option, cost, figure, left }, name, money) =>
    `Selected ${name(option)} with ${figure}: it costs ${money(cost)}; ${money(left)} is left.`,
  'passed-over': ({ option, because, figure, left }, name, money) =>
    `Passed over ${name(option)} with ${figure}: ` +
    `${
      {
        budget: `the ${money(left)} left is not enough`,
        threshold: 'the minimum is not reached',
        stopped: 'the selection had stopped, so it was not looked at',
      }[because]
    }.`,
  stopped: ({ option, cost, left }, name, money) =>
    `The selection stops at ${name(option)}: it costs ${money(cost)}, but only ${money(left)} is left.`,
  'ruled-out': ({ option, cost, limit, chosen, left }, name, money) => {
    const [of, already] = [limit.name ?? limit.options.map(name).join(', '), chosen.map(name).join(', ')];
    if (left !== null)
      return (
        `Not selected ${name(option)}: it costs ${money(cost)}, but of the ${money(limit.budget!)} for ${of} only ${money(left)} is ` +
        'left.'
      );
    return limit.name === undefined && limit.most === 1
      ? `Not selected ${name(option)}: it cannot be chosen together with ${already}.`
      : `Not selected ${name(option)}: at most ${limit.most!} of ${of} can be chosen, and ${already} ` +
          `${chosen.length === 1 ? 'is' : 'are'}.`;
  },
  tie: ({ options, by, chosen, struck }, name) =>
    `${options.map(name).join(', ')} are tied: ${name(chosen)} is ${struck ? 'eliminated' : 'chosen'} by ${enTies[by]}.`,
  undecided: ({ options, tried }, name) =>
    `${options.map(name).join(', ')} are tied, and nothing that was declared decides between them.` +
    `${tried === undefined ? '' : ` Not all ways to break the ties were tried (${tried} counts), so others may be chosen too.`}`,
};

const zhTransfers = (transfers: Of<'eliminated'>['transfers'], name: Name) =>
  transfers.length === 0
    ? ''
    : `，其票转给 ${transfers.map(({ to, votes }) => `${to === null ? '无后续选择' : name(to)} ${votes}`).join('，')}`;
const enElected = {
  quota: 'the quota is reached',
  majority: 'more than half of the votes that count',
  'last-left': 'the remaining options fill the remaining seats',
} as const;
const enTransfers = (transfers: Of<'eliminated'>['transfers'], name: Name) =>
  transfers.length === 0
    ? ''
    : `, whose votes go to ${transfers.map(({ to, votes }) => `${to === null ? 'nobody' : name(to)} ${votes}`).join(', ')}`;
/** The votes against two paths, if they tell apart two paths of equal strength. */
const tieBreakVotes = (
  strengths: Of<'pairwise'>['strengths'],
  against: Of<'pairwise'>['against'],
  a: number,
  b: number,
  say: (one: number, other: number) => string,
) =>
  against !== undefined && strengths[a]![b] === strengths[b]![a] && against[a]![b] !== against[b]![a]
    ? say(against[a]![b]!, against[b]![a]!)
    : '';
const pairs = (options: readonly string[], pair: (a: number, b: number) => string) =>
  options.flatMap((_, a) => options.slice(a + 1).map((__, i) => pair(a, a + 1 + i)));

/** One step of a count as a sentence. `say` formats amounts. */
export const inWords = (step: Step, language: Language, name: Name = (option) => option, say: Money = unformatted): string =>
  ({ zh, en })[language][step.step](step as never, name, (amount) => say(String(amount), language));

/** A contribution of one ballot as a sentence. `say` formats amounts. */
export function reasonInWords(reason: Reason, language: Language, name: Name = (option) => option, say: Money = unformatted): string {
  switch (reason.reason) {
    case 'held': {
      const { from, to, option, value } = reason;
      const part = value === '1' ? '' : value;
      if (language === 'zh')
        return (
          `第 ${from === to ? from : `${from}–${to}`} 轮，您的选票` +
          `${option === null ? '已无后续选择' : `${part && `以 ${part} 票`}计给 ${name(option)}`}。`
        );
      const rounds = from === to ? `round ${from}` : `rounds ${from}–${to}`;
      return option === null
        ? `In ${rounds} your ballot had no remaining choice.`
        : `In ${rounds} your ballot counted${part && ` ${part} of a vote`} for ${name(option)}.`;
    }
    case 'paid': {
      const [amount, left] = [say(reason.amount, language), say(reason.left, language)];
      return language === 'zh'
        ? `您为 ${name(reason.option)} 付出 ${amount}，余 ${left}。`
        : `You paid ${amount} for ${name(reason.option)} and had ${left} left.`;
    }
    case 'added': {
      const { option, by, supporters } = reason;
      return language === 'zh'
        ? `余款按${by === 'votes' ? '得票' : '弗拉格门法'}选定 ${name(option)}：支持它的 ${supporters} 人中有您。`
        : `With the money left ${name(option)} was chosen by ${by === 'votes' ? 'votes' : "Phragmén's rule"}: you are one of the ` +
            `${supporters} who approve it.`;
    }
    case 'ranked': {
      const { option, place, above, won } = reason;
      return language === 'zh'
        ? `您的选票把 ${name(option)} 排在第 ${place} 位，在 ${above} 项之前，它${won ? '已入选' : '未入选'}。`
        : `Your ballot ranked ${name(option)} in place ${place}, above ${above} other${above === 1 ? '' : 's'}; it was ` +
            `${won ? '' : 'not '}chosen.`;
    }
    case 'gave':
      return language === 'zh'
        ? `您给 ${name(reason.option)} ${reason.value}${reason.won ? '，它已入选' : '，它未入选'}。`
        : `You gave ${reason.value} to ${name(reason.option)}, which was ${reason.won ? '' : 'not '}chosen.`;
  }
}

/* Decisions by threshold ------------------------------------------------------------------------------------------------------- */

const zhUnits = { heads: '人', area: '平方米', households: '户' } as const;
const enUnits = { heads: 'voters', area: 'm²', households: 'households' } as const;
const zhParts = { participating: '参与表决', approving: '同意', unblocking: '未阻止', expected: '共' } as const;
const enParts = { participating: 'took part', approving: 'approve', unblocking: 'do not block', expected: 'entitled' } as const;
const zhNames = {
  quorum: ['达到法定人数', '未达法定人数'],
  majority: ['达到所需多数', '未达所需多数'],
  unanimity: ['无人阻止', '有人阻止'],
  assent: ['同意者足够', '同意者不足'],
} as const;
const enNames = {
  quorum: ['quorum', 'no quorum'],
  majority: ['majority', 'no majority'],
  unanimity: ['nobody blocks', 'blocked'],
  assent: ['enough assent', 'not enough assent'],
} as const;
const zhOutcomes = { adopted: '通过。', rejected: '未通过。', 'no-quorum': '未达法定人数，表决无效。' } as const;
const enOutcomes = { adopted: 'Adopted.', rejected: 'Rejected.', 'no-quorum': 'Not decided: no quorum.' } as const;

/** Hundredths of a square metre as m², exactly. */
const amount = (value: number, measure: ThresholdComparison['measure']) =>
  measure === 'area' ? `${Math.floor(value / 100)}.${String(value % 100).padStart(2, '0')}` : String(value);

/** A comparison with both sides: "共 312 人，参与表决 209 人，209×3 ≥ 312×2". */
function sidesInWords(comparison: Immutable<ThresholdComparison>, language: Language): string {
  const { measure, part, of, numerator, denominator, strict, partCount, wholeCount, holds } = comparison;
  const [some, all] = [amount(partCount, measure), amount(wholeCount, measure)];
  // if there is nobody to count, 0 ≥ 0 would be true although nothing is decided
  const less = wholeCount === 0 ? '=' : '<';
  const [condition, opposite] = strict ? ['>', '≤'] : ['≥', less];
  const sign = holds ? condition : opposite;
  const sides = `${some}×${denominator} ${sign} ${all}×${numerator}`;
  return language === 'zh'
    ? `${zhParts[of]} ${all} ${zhUnits[measure]}，${zhParts[part]} ${some} ${zhUnits[measure]}，${sides}`
    : `${all} ${enUnits[measure]} ${enParts[of]}, ${some} ${enParts[part]}: ${sides}`;
}

/** A comparison with its conclusion. One of several alternatives has no conclusion of its own. */
export function comparisonInWords(comparison: Immutable<ThresholdComparison>, language: Language): string {
  const sides = sidesInWords(comparison, language);
  if (comparison.either !== undefined) return sides + (language === 'zh' ? '（数项有一即可）' : ' (one of several is enough)');
  return sides + verdictInWords([comparison], language);
}

function verdictInWords(alternatives: readonly Immutable<ThresholdComparison>[], language: Language): string {
  const { name, holds } = verdictOf(alternatives);
  return language === 'zh' ? `，${zhNames[name][holds ? 0 : 1]}` : `, ${enNames[name][holds ? 0 : 1]}`;
}

/** All conditions of a decision, one line each with its alternatives, then the outcome. */
export const decisionInWords = (decision: Immutable<ThresholdDecision>, language: Language): string[] => [
  ...byCondition(decision.comparisons).map(
    (alternatives) =>
      alternatives.map((comparison) => sidesInWords(comparison, language)).join(language === 'zh' ? '；或' : '; or ') +
      verdictInWords(alternatives, language),
  ),
  (language === 'zh' ? zhOutcomes : enOutcomes)[decision.outcome],
];
