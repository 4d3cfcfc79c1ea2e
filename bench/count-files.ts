import { closeSync, existsSync, openSync, renameSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { type Figure, spread } from './figures.js';
import { countOnce, type CountedOnce } from './processes.js';

/** Files of so many papers, each counted by several rules in a process of its own, and read by a bare loop in turns. */
export async function measureCountFiles({
  root,
  papers,
  rounds,
}: {
  readonly root: string;
  readonly papers: number;
  readonly rounds: number;
}): Promise<Figure[]> {
  const number = papers.toLocaleString('en');
  const files = [
    {
      what: `${number} papers as CSV, 8 options, up to 5 ranked`,
      path: made(root, 'ranked.csv', papers, rankedCsv(8, 5)),
      rules: [['instant-runoff'], ['schulze'], ['borda'], ['single-transferable-vote', '3']],
    },
    {
      what: `${number} papers as CSV, 10 options in order, almost all different`,
      path: made(root, 'different.csv', papers, rankedCsv(10, 10)),
      rules: [['instant-runoff']],
    },
    {
      what: `${number} papers as .pb, approvals of 12 projects`,
      path: made(root, 'approved.pb', papers, approvedPb(12)),
      rules: [['greedy'], ['equal-shares']],
    },
  ];
  const figures: Figure[] = [];
  for (const { what, path, rules } of files) {
    const bare: CountedOnce[] = [];
    const counted = rules.map((): CountedOnce[] => []);
    for (let round = 0; round < rounds; round++) {
      bare.push(await countOnce([path]));
      for (const [i, rule] of rules.entries()) counted[i]!.push(await countOnce([path, ...rule]));
    }
    figures.push({
      what: `${what}: a bare loop that reads lines and cells`,
      unit: 'ms',
      measured: spread(bare.map(({ milliseconds }) => milliseconds)),
    });
    for (const [i, [rule]] of rules.entries()) {
      const ratios = counted[i]!.map(({ milliseconds }, round) => milliseconds / bare[round]!.milliseconds);
      figures.push({
        what: `– read and counted by ${rule}, to that loop`,
        unit: 'times as long',
        measured: spread(ratios),
        bar: { atMost: 15 },
      });
    }
    const resident = counted.flat().map(({ residentMegabytes }) => residentMegabytes);
    figures.push({ what: '– largest resident memory', unit: 'MB', measured: spread(resident), bar: { atMost: 800 } });
  }
  return figures;
}

/** Makes a file, unless it was made before. `line` gives the head of the file (−1) and each line. */
function made(root: string, name: string, papers: number, line: (paper: number, random: () => number) => string): string {
  const path = join(root, `${papers}-${name}`);
  if (existsSync(path)) return path;
  const file = openSync(`${path}.part`, 'w');
  const random = randomFrom(11);
  let text = line(-1, random);
  for (let paper = 0; paper < papers; paper++) {
    text += line(paper, random);
    if (text.length < 1 << 20 && paper < papers - 1) continue;
    writeSync(file, text);
    text = '';
  }
  closeSync(file);
  renameSync(`${path}.part`, path);
  return path;
}

/** Numbers from 0 to below 1, the same for the same seed (mulberry32). */
function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Options in an order in which the first ones are more often ahead. */
function ordered(options: number, random: () => number): number[] {
  const weights = Array.from({ length: options }, (_, option) => ({ option, weight: random() * (1 + option / options) }));
  return weights.sort((a, b) => a.weight - b.weight).map(({ option }) => option);
}

function rankedCsv(options: number, most: number) {
  return (paper: number, random: () => number): string => {
    if (paper < 0) return `${Array.from({ length: most }, (_, i) => `rank${i + 1}`).join(',')}\n`;
    const ranked = most === options ? most : 1 + Math.floor(random() * most);
    const names = ordered(options, random)
      .slice(0, ranked)
      .map((option) => `Option ${option + 1}`);
    return `${[...names, ...new Array<string>(most - ranked).fill('')].join(',')}\n`;
  };
}

function approvedPb(projects: number) {
  const rows = Array.from({ length: projects }, (_, i) => `${i + 1};${20_000 + 1000 * i};Project ${i + 1}\n`).join('');
  const head = `META\nkey;value\nbudget;150000\nvote_type;approval\nPROJECTS\nproject_id;cost;name\n${rows}VOTES\nvoter_id;vote\n`;
  return (paper: number, random: () => number): string => {
    if (paper < 0) return head;
    const approved = ordered(projects, random).slice(0, 1 + Math.floor(random() * 5));
    return `${paper + 1};${approved.map((option) => option + 1).join(',')}\n`;
  };
}
