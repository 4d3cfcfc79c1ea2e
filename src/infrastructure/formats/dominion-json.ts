import { contestElection, contestIn, type Contest, type ContestPaper } from './contests.js';
import type { Election, FileFormat, Reading } from './election.js';
import { isValue, listIn, numberIn, textIn, type Value } from './json-values.js';
import { MalformedFile } from './text.js';
import { reportIn } from './vote-record-json.js';

/*
 * Cast vote records that Dominion exports as a folder of JSON files: ContestManifest.json, CandidateManifest.json, and CvrExport.json or
 * CvrExport_1.json and so on. The command line puts them together as one object, with the names of these files as its keys. The `Modified`
 * record of a session counts, else the `Original` one, as RCTab reads them; marks that are ambiguous do not. Write-ins that were not
 * resolved to a candidate (`Type` `WriteIn`) are undeclared.
 */

/** The files of the folder, in the order in which they are put together. */
export const dominionFiles = /^(?:ContestManifest|CandidateManifest|CvrExport(?:_\d+)?)\.json$/u;
/** Names of the files, of which a folder must have these. */
export const dominionManifests = ['ContestManifest.json', 'CandidateManifest.json'] as const;

interface DominionContest extends Contest {
  readonly id: number;
  readonly writeIns: readonly string[];
}

function contestsIn(folder: Value): readonly DominionContest[] {
  const manifest = (name: string) => listIn((folder[name] ?? {}) as Value, 'List');
  const candidates = manifest(dominionManifests[1]);
  return manifest(dominionManifests[0]).flatMap((contest): DominionContest[] => {
    const id = numberIn(contest, 'Id');
    if (id === null) return [];
    const own = candidates.filter((one) => numberIn(one, 'ContestId') === id);
    const idOf = (one: Value) => String(numberIn(one, 'Id'));
    const ranks = numberIn(contest, 'NumOfRanks') ?? 0;
    return [
      {
        id,
        name: textIn(contest, 'Description') ?? String(id),
        isRanked: ranks > 0,
        options: own.map(idOf),
        names: new Map(own.map((one) => [idOf(one), textIn(one, 'Description') ?? idOf(one)])),
        mostMarks: ranks > 0 ? null : numberIn(contest, 'VoteFor'),
        seats: null,
        writeIns: own.filter((one) => textIn(one, 'Type') === 'WriteIn').map(idOf),
      },
    ];
  });
}

function dominion(fileName: string, { text }: { readonly text: string }, { contest: wanted, strict }: Reading): Election {
  const folder = reportIn(text);
  const contest = contestIn(contestsIn(folder), wanted);
  const sessions = Object.entries(folder).flatMap(([name, file]) =>
    name.startsWith('CvrExport') && isValue(file) ? listIn(file, 'Sessions').map((session) => ({ name, session })) : [],
  );
  const wrong = (zh: string, en: string): never => {
    throw new MalformedFile([{ line: 1, zh, en }]);
  };
  if (sessions.length === 0) wrong('没有投票记录（CvrExport.json）', 'there are no cast vote records (CvrExport.json)');
  const papers = sessions.flatMap(({ name, session }): ContestPaper[] => {
    const record = ['TabulatorId', 'BatchId', 'RecordId'].map((key) => String(session[key])).join('/');
    const current = [session['Modified'], session['Original']].find(isValue) ?? {};
    const cards = listIn(current, 'Cards');
    const marked = [current, ...cards].flatMap((card) => listIn(card, 'Contests')).filter((one) => numberIn(one, 'Id') === contest.id);
    if (marked.length === 0) return [];
    if (marked.length > 1) wrong(`${name}：记录 ${record} 两次记有这项选举`, `${name}: record ${record} has the contest twice`);
    const ranks: string[][] = [];
    for (const mark of listIn(marked[0]!, 'Marks')) {
      const [option, rank] = [String(numberIn(mark, 'CandidateId')), numberIn(mark, 'Rank') ?? 1];
      if (mark['IsAmbiguous'] === true) continue;
      if (!contest.options.includes(option))
        wrong(`${name}：记录 ${record} 有未知的选项 ${option}`, `${name}: record ${record} names the unknown option ${option}`);
      if (rank < 1 || rank > 1000) wrong(`${name}：记录 ${record} 的名次不合：${rank}`, `${name}: record ${record} has the rank ${rank}`);
      (ranks[rank - 1] ??= []).push(option);
    }
    const marks = Array.from(ranks, (tier: string[] | undefined) => [...new Set(tier ?? [])]);
    return [{ line: 1, marks: contest.isRanked ? marks : marks.flat() }];
  });
  return { ...contestElection(contest, papers, { title: fileName, strict }), writeIns: contest.writeIns };
}

export const dominionJsonFormat: FileFormat = {
  name: 'dominion-json',
  title: { zh: 'Dominion 投票记录（JSON 文件夹）', en: 'cast vote records of Dominion (a folder of JSON)' },
  detects: (_, head) => /^\{"C(?:ontest|andidate)Manifest\.json":/u.test(head),
  parse: dominion,
};
