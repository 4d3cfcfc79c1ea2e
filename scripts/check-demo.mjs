// Checks the printed results of the demo against a count of the ballots that is made here again. Arguments: the output of one run with
// --json, then the text of another run.
import { readFileSync } from 'node:fs';

const compounds = JSON.parse(readFileSync('data/demo-compounds.json', 'utf8'));
const report = JSON.parse(readFileSync(process.argv[2], 'utf8').trim().split('\n').at(-1));
const lines = readFileSync('data/Poland_Swiecie_2023.pb', 'utf8').split(/\r?\n/u);
const section = (name) =>
  lines.slice(lines.indexOf(name) + 2).slice(
    0,
    Math.max(
      0,
      lines.slice(lines.indexOf(name) + 2).findIndex((line) => /^[A-Z]+$/u.test(line) || line === ''),
    ),
  );
const votesAt = lines.indexOf('VOTES');
const columns = lines[votesAt + 1].split(';');
const ballots = lines
  .slice(votesAt + 2)
  .filter(Boolean)
  .map((line) => line.split(';')[columns.indexOf('vote')].split(','));
const counted = new Map();
for (const project of ballots.flat()) counted.set(project, (counted.get(project) ?? 0) + 1);
const expected = section('PROJECTS')
  .map((line) => line.split(';'))
  .map(([id]) => ({ label: compounds[id], votes: counted.get(id) ?? 0 }));
expected.sort((a, b) => b.votes - a.votes);

const wrong = [];
const demand = (what, found, wanted) => {
  if (JSON.stringify(found) !== JSON.stringify(wanted))
    wrong.push(`${what}: ${JSON.stringify(found)} instead of ${JSON.stringify(wanted)}`);
};
demand('ballots', ballots.length, 2553);
demand('places', report.places, { towns: 16, villages: 200 });
demand('contests', report.contests.map(({ title, stage }) => `${title} ${stage}`).sort(), [
  '最美小区 awarded',
  '最美聚落 awarded',
  '最美记忆 awarded',
  '最美阳台 awarded',
]);
const { ranking } = report.contests.find(({ title }) => title === '最美小区');
demand(
  'ranking of 最美小区',
  ranking.map(({ label, votes }) => [label, votes]),
  expected.map(({ label, votes }) => [label, votes]),
);
demand('decision', report.decision.outcome, 'adopted');
demand('comparisons of the decision', report.decision.comparisons.length, 4);
demand('guardians', report.merit.length, 4);
for (const { of, points, earned, lost, reversed } of report.merit) demand(`points of ${of}`, points, earned + lost + reversed);
demand(
  'a penalty was reversed',
  report.merit.some(({ reversed }) => reversed > 0),
  true,
);
demand('a plot was revoked', report.plots.filter(({ guardian }) => guardian === null).length, 1);
demand('trail ends with', report.audit.at(-1)?.type, 'RenovationTookEffect');
demand('pledges named', report.pledges.wall.filter(({ name }) => ['蔡新周', '蔡维成'].includes(name)).length, 2);

const text = readFileSync(process.argv[3], 'utf8');
/** The cells of the table below each heading, by row. */
const tables = new Map(
  text
    .split('\n■ ')
    .map((part) => part.split('\n'))
    .map(([heading, ...rest]) => [
      heading,
      rest
        .filter((line) => line.startsWith('│'))
        .slice(1)
        .map((line) =>
          line
            .split('│')
            .slice(1, -1)
            .map((cell) => cell.trim()),
        ),
    ]),
);
const below = (words) => [...tables].find(([heading]) => heading.includes(words))?.[1];
demand(
  'text: ranking of 最美小区',
  below('“最美小区”评选排名')?.map(([, label, votes]) => [label, votes]),
  expected.map(({ label, votes }) => [label.trim(), votes.toLocaleString('en-US')]),
);
const words = [...report.decision.words.zh, ...report.decision.words.en];
demand(
  'text: words of the decision that are missing',
  words.filter((line) => !text.includes(`\n  ${line}\n`)),
  [],
);
for (const count of ['6998.20', '9193.25', '72', '95', '5756.30', '59'])
  demand(`text: ${count} in the decision`, words.join('\n').includes(count), true);
demand(
  'text: merit tally',
  below('merit tally')
    ?.map((cells) => cells.slice(-4).map(Number))
    .sort(),
  report.merit.map(({ earned, lost, reversed, points }) => [earned, lost, reversed, points]).sort(), // listed by id, and each run has its own
);
demand(
  'text: audit trail',
  below('audit trail')?.map((cells) => cells[2]),
  report.audit.map(({ type }) => type),
);
demand(
  'text: addresses',
  [...text.matchAll(/^ {2}(\w+) +http:\/\/127\.0\.0\.1:\d+\/\S+$/gmu)].map(([, name]) => name),
  ['api', 'ranking', 'decision', 'pledges', 'tallies'],
);
if (wrong.length > 0) {
  console.error(`the demo is not right:\n  ${wrong.join('\n  ')}`);
  process.exit(1);
}
console.log(`the demo is right: ${report.events} events; the ranking equals the totals of ${ballots.length} ballots, as data and as text`);
