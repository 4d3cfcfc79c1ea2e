import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { bytesOfFile } from '../../../src/infrastructure/cli/ballot-file.js';
import { countFile } from '../../../src/infrastructure/cli/count-file.js';
import { readElection } from '../../../src/infrastructure/formats/formats.js';

const contests = {
  List: [
    { Description: 'Mayor', Id: 1, VoteFor: 1, NumOfRanks: 3 },
    { Description: 'Clerk', Id: 2, VoteFor: 1, NumOfRanks: 0 },
  ],
};
const candidates = {
  List: [
    { Description: 'ADA', Id: 11, ContestId: 1, Type: 'Regular' },
    { Description: 'BO', Id: 12, ContestId: 1, Type: 'Regular' },
    { Description: 'Write-in', Id: 13, ContestId: 1, Type: 'WriteIn' },
    { Description: 'CY', Id: 21, ContestId: 2, Type: 'Regular' },
    { Description: 'DI', Id: 22, ContestId: 2, Type: 'QualifiedWriteIn' },
  ],
};
const mark = (CandidateId: number, Rank = 1, IsAmbiguous = false) => ({ CandidateId, Rank, IsAmbiguous, IsVote: true });
const marked = (Id: number, ...Marks: object[]) => ({ Id, Marks });
let session = 0;
const sessionOf = (parts: object) => ({ TabulatorId: 1, BatchId: 2, RecordId: ++session, ...parts });
const sessions = [
  sessionOf({
    Original: { IsCurrent: true, Cards: [{ Contests: [marked(1, mark(11), mark(12, 2))] }, { Contests: [marked(2, mark(21))] }] },
  }),
  sessionOf({ Original: { Contests: [marked(1, mark(12), mark(11, 3))] } }),
  sessionOf({
    Original: { IsCurrent: false, Contests: [marked(1, mark(11))] },
    Modified: { IsCurrent: true, Contests: [marked(1, mark(12), mark(11, 1, true)), marked(2, mark(21), mark(22))] },
  }),
  sessionOf({ Original: { Contests: [marked(1, mark(13), mark(11, 2))] } }),
];

describe('cast vote records of Dominion as a folder of JSON', () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'wuwei-dominion-'));
    const put = (name: string, value: object) => writeFileSync(join(folder, name), `\uFEFF${JSON.stringify(value)}`);
    put('ContestManifest.json', contests);
    put('CandidateManifest.json', candidates);
    put('CvrExport_1.json', { Version: '5.10', Sessions: sessions.slice(0, 2) });
    put('CvrExport_2.json', { Version: '5.10', Sessions: sessions.slice(2) });
    put('ElectionEventManifest.json', {});
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  it('given the folder, when a contest with ranks is read, then each record has its current marks, and write-ins are undeclared', () => {
    const election = readElection('folder', bytesOfFile(folder, 'en'), { contest: 'Mayor' })!;
    expect([election.format, election.papers.map(({ ranking }) => ranking), election.writeIns]).toEqual([
      'dominion-json',
      [[['11'], ['12']], [['12'], [], ['11']], [['12']], [['13'], ['11']]],
      ['13'],
    ]);
    const { winners, account, names } = countFile(
      'folder',
      bytesOfFile(folder, 'en'),
      { rule: 'instant-runoff', anySkippedRanks: true },
      {
        contest: 'Mayor',
        ties: { earlierRound: false, money: [], last: 'listed' },
      },
    );
    expect(account[1]).toMatchObject({ step: 'eliminated', options: ['13'], because: 'write-in' });
    expect(winners.map((option) => names.get(option))).toEqual(['ADA']);
  });

  it('given the folder, when a contest without ranks is read, then more marks than allowed make a ballot blank', () => {
    const election = readElection('folder', bytesOfFile(folder, 'en'), { contest: 'Clerk' })!;
    expect([election.papers.map(({ approved }) => approved), election.warnings.length]).toEqual([[['21'], []], 1]);
  });

  const combined = (more: object, manifest: object = candidates) =>
    Buffer.from(JSON.stringify({ 'CandidateManifest.json': manifest, 'ContestManifest.json': contests, ...more }));
  it.each([
    ['no records', combined({}), /there are no cast vote records/u],
    [
      'an unknown option',
      combined({ 'CvrExport.json': { Sessions: sessions } }, { List: [] }),
      /record 1\/2\/1 names the unknown option 11/u,
    ],
    [
      'a contest twice',
      combined({ 'CvrExport.json': { Sessions: [sessionOf({ Original: { Contests: [marked(1), marked(1)] } })] } }),
      /has the contest twice/u,
    ],
  ])('given %s, when it is read, then it is refused', (_, bytes, message) => {
    expect(() => readElection('folder', bytes, { contest: 'Mayor' })).toThrow(message);
  });

  it('given another folder, when it is read, then it is refused', () => {
    expect(() => bytesOfFile(tmpdir(), 'en')).toThrow(/it is a folder, but must be a file, or a folder that Dominion exports/u);
  });
});
