import { ballotPaper } from '../../../domain/platform/ballot-paper.js';
import { countableRule, declaredAs, needsMoney, wholeRule } from '../../../domain/platform/counting.js';
import { withoutStruck } from '../../../domain/platform/striking.js';
import { ballotsOf, type Paper } from '../../../domain/platform/papers.js';
import { refuse, type Immutable } from '../../../domain/shared/decider.js';
import { Described, Int, OneOf, Optional, OptionId, PlaceId } from '../../../domain/shared/fields.js';
import { RuleParameters, ruleNames } from '../../../domain/voting/declared-rule.js';
import type { Rule, RuleName } from '../../../domain/voting/rules.js';
import { votedAtLeast } from '../../../domain/voting/turnout.js';
import { whyBallot, whyOption } from '../../../domain/voting/why.js';
import { inWords, reasonInWords, yuan } from '../../../domain/voting/words.js';
import { ballots, ballotList, type BallotRow } from '../../../projections/platform/ballots.js';
import { ballotTally, tallyIn } from '../../../projections/platform/ballot-tally.js';
import { exportFormats, exportOf, type ExportFormat } from './ballot-export.js';
import { countingIn } from './ballot-results.js';
import { actsIn, enteredActs } from '../../kernel/own-acts.js';
import { Paged } from '../../kernel/paging.js';
import type { ReadModels } from '../../ports/read-models.js';
import { type Ask, defineQuery, type QueryDefinition } from '../../kernel/query.js';
import { pageOf } from '../../kernel/paging.js';
import { embargoRows, isEmbargoed } from '../contest/facts.js';

/* Longer than other files: one row for each query of the context, with what only these rows use. */

class BallotsQuery extends Paged {
  @Described('只列这一地点及其所属各处的表决', 'Only ballots of this place and of all places within it')
  @Optional()
  @PlaceId()
  place?: string;
}
/** Without parameters the official result; with any of them, a what-if result. */
class ResultQuery extends RuleParameters {
  @Described('假设用另一计票规则；不填时用本次表决的规则', 'What if: another rule; the ballot’s own by default')
  @Optional()
  @OneOf(ruleNames)
  rule?: RuleName;
  @Described('假设另一预算，单位为分', 'What if: another budget, in fen (a hundredth of a yuan)')
  @Optional()
  @Int(0, 10 ** 13)
  budget?: number;
  @Described('只说明这一选项为何当选或落选', 'Only why this option won or lost')
  @Optional()
  @OptionId()
  why?: string;
}

class ExportQuery {
  @Described(
    '文件格式：Pabulib（pb）、排序表（csv）、OpenSTV 与 OpaVote（blt）或 PrefLib（soc、soi、toc、toi）',
    'The format: Pabulib (pb), rankings as CSV (csv), OpenSTV and OpaVote (blt), or orders of PrefLib, strict or with ties, ' +
      'complete or incomplete (soc, soi, toc, toi)',
  )
  @OneOf(exportFormats)
  format!: ExportFormat;
}

const absent = (id: string) => refuse('ballot.not-found', { id });
/** Refuses the result of a contest's final while that contest is embargoed (domain.md row 23). */
async function underEmbargo(rows: Pick<ReadModels, 'get'>, { ballotId, declared: { subject, subjectId = '' } }: BallotRow) {
  const sealed = subject === 'contest-final' && (await isEmbargoed(rows, subjectId));
  return sealed ? refuse('platform.contest-embargoed', { id: ballotId, contest: subjectId }) : null;
}
const open = ({ declared }: BallotRow) => refuse('platform.ballot-still-open', { until: declared.closesAt });

const namesIn = ({ declared }: BallotRow) => {
  const names = new Map(declared.options.map(({ optionId, name }) => [optionId, name]));
  return (option: string) => names.get(option) ?? option;
};
/** Formats amounts, which are in fen; undefined for a committee, where options cost nothing. */
export const moneyIn = (rule: Rule) => ('seats' in rule && rule.seats !== null ? undefined : yuan);
const bothIn = <T>(items: readonly T[], say: (item: T, language: 'zh' | 'en') => string) => ({
  zh: items.map((item) => say(item, 'zh')),
  en: items.map((item) => say(item, 'en')),
});

/** Fen in a yuan: the finest unit that a what-if may ask for if the ballot declares none. */
const finest = 100;

/** The rule and budget of a what-if; null if the request asks for the official result. */
function whatIf({ declared, ...row }: BallotRow, { why: _, budget, ...other }: Immutable<ResultQuery>) {
  if (budget === undefined && Object.keys(other).length === 0) return null;
  if (row.stage === 'open') return open({ declared, ...row });
  // before the seed is revealed, whoever holds it could try out what the draw would give
  if (row.result === null) return refuse('platform.result-not-found', { id: row.ballotId });
  const { rule = declared.rule.rule, ...parameters } = other;
  const { completion: _completion, unit: _unit, ...ofCommittees } = declared.rule;
  // a committee has no money to complete the budget with
  const own = parameters.seats !== undefined && declared.rule.seats === undefined ? ofCommittees : declared.rule;
  const asked = { ...(rule === declared.rule.rule && own), rule, ...parameters };
  const whole = countableRule(asked, declared.form, declared.options.length, declared.budget !== undefined, true);
  if ('refused' in whole) return whole;
  // a finer unit makes the count slower, and anybody may ask
  if (whole.rule === 'equal-shares' && whole.seats === null && whole.unit < (declared.rule.unit ?? finest))
    return refuse('platform.unit-too-fine', { unit: declared.rule.unit ?? finest });
  return budget !== undefined && (declared.budget === undefined || !needsMoney(whole))
    ? refuse('platform.budget-mismatch', { rule })
    : { rule: whole, budget };
}

async function answerResult({ rows, services, params: { id = '' }, query }: Ask<Immutable<ResultQuery>>): Promise<object> {
  const row = await rows.get(ballots, id);
  if (row === null) return absent(id);
  const other = whatIf(row, query);
  if (other !== null && 'refused' in other) return other;
  const { declared, result } = row;
  if (other === null && result === null) return refuse('platform.result-not-found', { id });
  const embargo = await underEmbargo(rows, row);
  if (embargo !== null) return embargo;
  if (query.why !== undefined && !declared.options.some(({ optionId }) => optionId === query.why))
    return refuse('platform.no-such-option', { option: query.why });

  const counted = await services.ballotCounts.of(row, other);
  if ('refused' in counted) return counted;
  const { outcome } = counted;
  const { winners, order } = outcome;
  const account = query.why === undefined ? outcome.account : whyOption(outcome, query.why);
  const budget = other?.budget ?? declared.budget;
  return {
    ballotId: id,
    official: other === null,
    rule: other ? declaredAs(other.rule) : declared.rule,
    ...(budget !== undefined && { budget }),
    lastTies: declared.lastTies === 'draw' && row.drawSeed !== null ? 'draw' : 'listed',
    ...(query.why === undefined
      ? { winners, order }
      : { option: query.why, won: winners.includes(query.why), place: order.findIndex((tier) => tier.includes(query.why!)) + 1 }),
    account,
    words: bothIn(account, (step, language) => inWords(step, language, namesIn(row), moneyIn(other?.rule ?? wholeRule(declared.rule)))),
    ...(other === null &&
      query.why === undefined && { published: result, closingPosition: tallyIn(await rows.get(ballotTally, id))?.closingPosition }),
  };
}

/** The viewer's own paper that counts. */
async function ownPaper({ rows, log, viewer, params: { id = '' } }: Ask<unknown>): Promise<{
  readonly row: BallotRow;
  readonly paper: Immutable<Paper> | null;
  readonly at: string | null;
  readonly entered: object;
} | null> {
  const [row, tally] = [await rows.get(ballots, id), tallyIn(await rows.get(ballotTally, id))];
  if (row === null || tally === null || viewer === null) return null;
  const events = (await actsIn(log, `${ballotPaper.stream}-${id}.${viewer.id}`, tally.closingPosition)).filter(
    (event) => event.type === 'PaperCast' || event.type === 'PaperWithdrawn',
  );
  const last = events.findLast(({ data }) => data.notCounted === undefined);
  const entered = enteredActs(events, last ? [last] : [], (event) =>
    event.type === 'PaperCast' ? { act: 'vote' as const, paper: event.data.paper } : { act: 'withdrawal' as const },
  );
  return last?.type === 'PaperCast' ? { row, paper: last.data.paper, at: last.at, entered } : { row, paper: null, at: null, entered };
}

export const platformQueries: readonly QueryDefinition[] = [
  defineQuery<BallotsQuery>({
    query: 'ListBallots',
    path: 'ballots',
    allow: 'public',
    summary: { zh: '投票列表', en: 'Ballots' },
    from: [ballotList],
    parameters: BallotsQuery,
    answer: ({ rows, query }) =>
      pageOf(rows, ballotList, query.place === undefined ? 'all/' : `place/${query.place}/`, query, ({ row }) => row),
  }),
  defineQuery({
    query: 'GetBallot',
    path: 'ballots/:id',
    allow: 'public',
    summary: {
      zh: '一次投票：规则、进展和已投票人数（保密期间以十人为单位）',
      en: 'A ballot: its rules, its progress and how many have voted (in tens while it is open and secret)',
    },
    from: [ballots, ballotTally],
    answer: async ({ rows, params: { id = '' } }) => {
      const [row, tally] = [await rows.get(ballots, id), tallyIn(await rows.get(ballotTally, id))];
      if (row === null) return absent(id);
      const { result: _, ...shown } = row;
      const { stage, declared } = row;
      const isSecret = stage === 'open' && (declared.secretUntilClosed || declared.subject === 'contest-final');
      const voted = tally?.ballots ?? 0;
      return { ...shown, ...(isSecret ? { votedAtLeast: votedAtLeast(voted) } : { ballots: voted }) };
    },
  }),
  defineQuery<Immutable<ResultQuery>>({
    query: 'GetBallotResult',
    path: 'ballots/:id/result',
    allow: 'public',
    summary: {
      zh: '公布的结果和计票过程；给出规则或参数时为试算，不是正式结果',
      en: 'The published result and how it was counted; with a rule or parameters, a what-if result that is not official',
    },
    from: [ballots, ballotTally, ...embargoRows],
    parameters: ResultQuery,
    answer: answerResult,
  }),
  defineQuery({
    query: 'GetMyPaper',
    path: 'ballots/:id/votes/mine',
    allow: 'signed-in',
    summary: {
      zh: '我的投票、他人代录的内容，以及每一项是否计入',
      en: 'My vote, everything that was entered for me, and whether each counts',
    },
    from: [ballots, ballotTally],
    answer: async (ask) => {
      const own = await ownPaper(ask);
      return own ? { ballotId: own.row.ballotId, paper: own.paper, castAt: own.at, entered: own.entered } : absent(ask.params['id'] ?? '');
    },
  }),
  defineQuery({
    query: 'GetWhatMyPaperDid',
    path: 'ballots/:id/votes/mine/why',
    allow: 'signed-in',
    summary: { zh: '我的一票对结果起了什么作用', en: 'How my vote affected the result' },
    from: [ballots, ballotTally, ...embargoRows],
    answer: async (ask) => {
      const {
        params: { id = '' },
        services,
      } = ask;
      const own = await ownPaper(ask);
      if (own === null) return absent(id);
      const { row, paper } = own;
      if (row.result === null) return refuse('platform.result-not-found', { id });
      const embargo = await underEmbargo(ask.rows, row);
      if (embargo !== null) return embargo;
      if (paper === null) return refuse('platform.paper-not-found', { id });
      const counted = await services.ballotCounts.of(row);
      if ('refused' in counted) return counted;
      const stated = { ...row.declared, withdrawn: row.withdrawn };
      const { listed, papers, rule } = withoutStruck(stated, [{ paper, count: 1 }], wholeRule(stated.rule));
      const ids = listed.options.map(({ optionId }) => optionId);
      const reasons = whyBallot(ballotsOf(listed.form, ids, papers), rule, counted.outcome);
      return {
        ballotId: id,
        paper,
        reasons,
        words: bothIn(reasons, (reason, language) => reasonInWords(reason, language, namesIn(row), moneyIn(wholeRule(row.declared.rule)))),
      };
    },
  }),
  defineQuery<ExportQuery>({
    query: 'ExportBallot',
    path: 'ballots/:id/export',
    allow: 'public',
    summary: { zh: '导出截止后的选票（不含投票人）', en: 'The votes of a closed ballot as a file, without the ids of the voters' },
    from: [ballots, ballotTally, ...embargoRows],
    parameters: ExportQuery,
    answer: async ({ rows, services, params: { id = '' }, query }) => {
      const row = await rows.get(ballots, id);
      if (row === null) return absent(id);
      if (row.stage !== 'open' && row.result === null) return refuse('platform.result-not-found', { id });
      const embargo = row.stage === 'open' ? null : await underEmbargo(rows, row);
      if (embargo !== null) return embargo;
      const found = row.stage === 'open' ? null : await countingIn(rows, id, true);
      return found === null ? open(row) : exportOf(await services.opening.worded(row), found.counting.papers, query.format);
    },
  }),
];
