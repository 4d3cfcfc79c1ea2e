import Table from 'cli-table3';
import { inChina } from '../cli/times.js';
import { withFraction } from '../../domain/shared/fraction.js';
import type { Page } from '../../application/kernel/paging.js';
import type { ContestListRow } from '../../projections/contest/contests.js';
import type { PledgeRow } from '../../projections/covenant/pledges.js';
import type { MeritTallyRow } from '../../projections/guardianship/merit-tally.js';
import type { PlotRow } from '../../projections/guardianship/plots.js';
import { places } from './cast.js';

/* The report of the demo. It is read over REST, as anybody could read it. */

interface RankingLine {
  readonly rank: number;
  readonly label: string;
  readonly votes: number;
  /** Out of 100, as an exact fraction. */
  readonly score: string;
}
export interface Report {
  readonly places: { readonly towns: number; readonly villages: number };
  readonly pledges: {
    readonly pledged: number;
    readonly households: number;
    readonly wall: readonly { readonly name: string | null; readonly words: string }[];
  };
  readonly contests: readonly {
    readonly title: string;
    readonly stage: string;
    readonly contestId: string;
    readonly ranking: readonly RankingLine[];
  }[];
  readonly decision: Decision;
  readonly merit: readonly MeritTallyRow[];
  readonly plots: readonly { readonly plotId: string; readonly name: string; readonly guardian: string | null }[];
  readonly audit: readonly TrailLine[];
  readonly events: number;
  readonly urls: Readonly<Record<string, string>>;
}
interface Decision {
  readonly renovationId: string;
  readonly title: string;
  readonly outcome: string;
  readonly words: { readonly zh: readonly string[]; readonly en: readonly string[] };
  readonly comparisons: readonly object[];
  readonly tallySha256: string;
}
interface TrailLine {
  readonly position: number;
  readonly happenedAt: string;
  readonly type: string;
  readonly capacity: string;
  readonly channel: string;
}

/** Reads the figures of the report from the running server, with an auditor’s token. */
export async function reportOf(url: string, token: string): Promise<Report> {
  const headers = { authorization: `Bearer ${token}` };
  const ask = async <T>(path: string): Promise<T> => {
    const response = await fetch(url + path, { headers });
    if (!response.ok) throw new Error(`GET ${path} was answered ${response.status}: ${await response.text()}`);
    return (await response.json()) as T;
  };
  const all = async <T>(path: string): Promise<T[]> => {
    const items: T[] = [];
    for (let next: string | null = ''; next !== null;) {
      const page: Page<T> = await ask(`${path}&limit=200${next === '' ? '' : `&cursor=${next}`}`);
      items.push(...page.items);
      ({ next } = page);
    }
    return items;
  };
  const countEvents = async () => (await (await fetch(`${url}/v1/events`, { headers })).text()).split('\n').length - 1;
  const standing = async (level: string) =>
    (await all<{ mergedInto?: string }>(`/v1/places?place=${places.county}&level=${level}`)).filter(
      ({ mergedInto }) => mergedInto === undefined,
    ).length;

  const contests = [];
  for (const { contestId, stage, title } of await all<ContestListRow>(`/v1/contests?place=${places.county}`)) {
    const { items } = await ask<{ items: RankingLine[] }>(`/v1/contests/${contestId}/ranking`);
    contests.push({ title, stage, contestId, ranking: items });
  }
  const compounds = contests.find(({ title }) => title === '最美小区');
  const [renovation] = await all<{ renovationId: string }>(`/v1/renovations?place=${places.sanhebeiCompound}`);
  if (!compounds || !renovation) throw new Error('the demo has not been played to its end');
  const { pledged, households } = await ask<{ pledged: number; households: number }>(`/v1/covenants/coverage?place=${places.caiCourtyard}`);
  const wall = await all<PledgeRow>(`/v1/pledges?place=${places.caiCourtyard}`);
  const plots = await all<PlotRow>(`/v1/plots?place=${places.sanhebeiCompound}`);
  return {
    places: { towns: await standing('town'), villages: (await standing('village')) + (await standing('community')) },
    pledges: { pledged, households, wall: wall.map(({ name, words }) => ({ name: name ?? null, words: words ?? '' })) },
    contests,
    decision: await ask<Decision>(`/v1/renovations/${renovation.renovationId}/decision`),
    merit: await all<MeritTallyRow>(`/v1/merit/tallies?by=guardian&place=${places.sanhebeiCompound}`),
    plots: plots.map(({ plotId, name, guardian }) => ({ plotId, name, guardian: guardian?.personId ?? null })),
    audit: await all<TrailLine>(`/v1/audit?stream=renovation-${renovation.renovationId}`),
    events: await countEvents(),
    urls: {
      api: `${url}/docs`,
      ranking: `${url}/v1/contests/${compounds.contestId}/ranking`,
      decision: `${url}/v1/renovations/${renovation.renovationId}/decision`,
      pledges: `${url}/v1/pledges?place=${places.caiCourtyard}`,
      tallies: `${url}/v1/merit/public-tallies?by=plot&place=${places.sanhebeiCompound}`,
    },
  };
}

const plain = { head: [], border: [] };
const noRules = { mid: '', 'left-mid': '', 'mid-mid': '', 'right-mid': '' };
const number = (value: number): string => value.toLocaleString('en-US');

/** The report as text, in Chinese and English. */
export function inWords({ places: registered, pledges, contests, decision, merit, plots, audit, events, urls }: Report): string {
  const lines: string[] = [];
  const title = (zh: string, en: string) => lines.push('', `■ ${zh} · ${en}`);
  const table = (head: string[], rows: (string | number)[][], aligns: Table.HorizontalAlignment[]) => {
    const made = new Table({ head, style: plain, chars: noRules, colAligns: aligns });
    made.push(...rows);
    lines.push(made.toString());
  };
  title('地点与承诺', 'places and pledges');
  lines.push(
    `${registered.towns} 个镇（街道）、${registered.villages} 个村（社区）  ${registered.towns} towns, ${registered.villages} villages and communities`,
  );
  lines.push(
    `蔡家大院 ${pledges.pledged}/${pledges.households} 户已承诺  ${pledges.pledged} of ${pledges.households} households of the Cai ` +
      'courtyard have pledged',
  );
  for (const { name, words } of pledges.wall) lines.push(`  住户${name ?? '（不具名）'}承诺：${words}`);
  for (const { title: name, stage, ranking } of contests) {
    title(`“${name}”评选排名`, `ranking, ${stage}`);
    table(
      ['名次 rank', '参选 entry', '票 votes', '得分 score'],
      ranking.map(({ rank, label, votes, score }) => [rank, label, number(votes), withFraction(score, 2)]),
      ['right', 'left', 'right', 'right'],
    );
  }
  title(`微改造决定：${decision.title}`, `renovation, ${decision.outcome}`);
  lines.push(
    ...decision.words.zh.map((line) => `  ${line}`),
    ...decision.words.en.map((line) => `  ${line}`),
    `  计票摘要 SHA-256 of the tally: ${decision.tallySha256}`,
  );
  title('奖惩积分', 'merit tally of the guardians');
  const plotOf = new Map(plots.flatMap(({ guardian, name }) => (guardian === null ? [] : [[guardian, name]])));
  table(
    ['监护人 guardian', '责任田 plot', '得 earned', '扣 lost', '撤销 reversed', '合计 points'],
    merit.map(({ of, points, earned, lost, reversed }) => [
      `${of.slice(0, 8)}…`,
      plotOf.get(of) ?? '（已收回 revoked）',
      earned,
      lost,
      reversed,
      points,
    ]),
    ['left', 'left', 'right', 'right', 'right', 'right'],
  );
  title('审计轨迹：这项改造的每一步', 'audit trail: every step of this renovation');
  table(
    ['位置 position', '时间 time (UTC+8)', '事件 event', '身份 capacity', '渠道 channel'],
    audit.map(({ position, happenedAt, type, capacity, channel }) => [position, inChina(happenedAt), type, capacity, channel]),
    ['right', 'left', 'left', 'left', 'left'],
  );
  title('看看', 'look at');
  lines.push(`日志里共 ${number(events)} 个事件，以上都由它推算。 All of this follows from ${number(events)} events in the log.`);
  for (const [name, address] of Object.entries(urls)) lines.push(`  ${name.padEnd(9)}${address}`);
  return lines.join('\n');
}
