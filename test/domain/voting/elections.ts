import { readdirSync, readFileSync } from 'node:fs';
import { approvals, pointBallots, rankings, type Approvals, type Ballots, type Rankings } from '../../../src/domain/voting/ballots.js';
import { type PabulibFile, parsePabulib } from '../../../src/infrastructure/formats/pabulib.js';
import { parseBallotCsv } from '../../../src/infrastructure/formats/ballot-csv.js';

/* The real elections of test/fixtures/votes, read for the tests. */

export const votes = new URL('../../fixtures/votes/', import.meta.url);
const text = (path: string, encoding: 'utf8' | 'latin1' = 'utf8') => readFileSync(new URL(path, votes), encoding);

export interface Expected {
  readonly file: string;
  readonly expected: {
    readonly official: { readonly winners: string[]; readonly min_score: string | null };
    readonly mes_cost_no_completion?: { readonly winners: string[] };
    readonly mes_cost_add1?: { readonly winners: string[] };
    readonly sequential_phragmen?: { readonly winners: string[] };
    readonly schulze_margins_ranking?: string;
    readonly winner?: string;
    readonly final_tally?: Record<string, string>;
    readonly round1?: Record<string, string>;
  };
}
export const manifest = JSON.parse(text('manifest.json')) as Expected[];
export const expectedOf = (file: string) => manifest.find((one) => one.file === file)!.expected;

function ballotsIn({ voteType, ballots }: PabulibFile, options: string[]): Ballots {
  if (voteType === 'approval')
    return approvals(
      options,
      ballots.map((ballot) => ({ approved: ballot.options })),
    );
  if (voteType === 'ordinal')
    return rankings(
      options,
      ballots.map((ballot) => ({ ranking: ballot.options.map((option) => [option]) })),
    );
  return pointBallots(
    options,
    ballots.map((ballot) => ({ points: ballot.options.map((option, i) => [option, ballot.points![i]!] as const) })),
  );
}

export function pabulib(file: string): { ballots: Ballots; money: { budget: number; costs: number[] }; meta: ReadonlyMap<string, string> } {
  const read = parsePabulib(text(file));
  const options = read.projects.map(({ id }) => id);
  return {
    ballots: ballotsIn(read, options),
    money: { budget: read.budget, costs: read.projects.map(({ cost }) => cost) },
    meta: new Map(read.meta.map(([key, value]) => [key!, value!])),
  };
}

/** Debian's tally sheets: digits are ranks, equal digits equal ranks, `-` unranked. */
export function debian(file: string): Rankings {
  const sheet = text(file, 'latin1');
  const options = [...sheet.matchAll(/Option \d-+>: (.+?)\s*$/gmu)].map(([, name]) => name!);
  const ballots = [...sheet.matchAll(/^V: ([\d-]+)/gmu)].map(([, marks]) => {
    const tiers = new Map<number, string[]>();
    [...marks!].forEach((mark, i) => mark !== '-' && tiers.set(Number(mark), [...(tiers.get(Number(mark)) ?? []), options[i]!]));
    return { ranking: [...tiers.keys()].sort((a, b) => a - b).map((rank) => tiers.get(rank)!) };
  });
  return rankings(options, ballots);
}

/** Random elections with the final order that belenios-tool computes. */
export function belenios(
  file: 'schulze.json' | 'majority-judgment.json',
): { options: string[]; marks: number[][]; grades: number; order: string[][] }[] {
  return (JSON.parse(text(`belenios/${file}`)) as { ballots: number[][]; grades?: number; winners: number[][] }[]).map(
    ({ ballots, grades = 0, winners }) => ({
      options: ballots[0]!.map((_, option) => String(option)),
      marks: ballots,
      grades,
      order: winners.map((tier) => tier.map(String).sort()),
    }),
  );
}

const minneapolisFile = 'rcv-minneapolis/2017_minneapolis_mayor_rankings.csv';

/** Cast vote records collapsed to `count,rank1,rank2,rank3`. */
export function minneapolis(): Rankings {
  const candidates = Object.keys(expectedOf(minneapolisFile).round1!).map((name) => (name === 'Undeclared Write-ins' ? 'UWI' : name));
  const { options, papers } = parseBallotCsv(text(minneapolisFile), { options: candidates });
  return rankings(
    options.map((name) => (name === 'UWI' ? 'Undeclared Write-ins' : name)),
    papers.map(({ count, ranking }) => ({
      count,
      ranking: ranking!.map((tier) => tier.map((name) => (name === 'UWI' ? 'Undeclared Write-ins' : name))),
    })),
  );
}

/** abcvoting's instances: the profile and, for each rule, every committee that may win. */
export function committees(): { name: string; ballots: Approvals; seats: number; results: ReadonlyMap<string, readonly string[][]> }[] {
  return readdirSync(new URL('abcvoting/', votes)).map((name) => {
    const yaml = text(`abcvoting/${name}`);
    const list = (source: string) => JSON.parse(source.replace(/\s+/gu, ' ')) as number[][];
    const seats = Number(/^committeesize: (\d+)$/mu.exec(yaml)![1]);
    const size = Number(/^num_cand: (\d+)$/mu.exec(yaml)![1]);
    const profile = list(/^profile: (\[[\s\S]*?\]\])$/mu.exec(yaml)![1]!);
    const results = new Map<string, string[][]>();
    for (const [, rule, result] of yaml.matchAll(/^- rule_id: (\S+)\n {2}result: ?(\[[\s\S]*?\]\])\n {2}resolute: (?:true|false)$/gmu))
      if (!results.has(rule!))
        results.set(
          rule!,
          list(result!).map((committee) => committee.map(String)),
        );
    const options = Array.from({ length: size }, (_, i) => String(i));
    return {
      name,
      ballots: approvals(
        options,
        profile.map((approved) => ({ approved: approved.map(String) })),
      ),
      seats,
      results,
    };
  });
}
