import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { pino } from 'pino';
import { derivedId } from '../../../src/application/kernel/ids.js';
import type { StoredEvent } from '../../../src/application/ports/event-log.js';
import { sha256 } from '../../../src/domain/shared/sha256.js';
import { plusDays } from '../../../src/domain/shared/time.js';
import { realClock } from '../../../src/infrastructure/clocks.js';
import { openLogReader } from '../../../src/infrastructure/event-log/sqlite/reader.js';
import { openWuwei } from '../../../src/infrastructure/wuwei.js';
import { FakeClock, official } from '../../support/application.js';
import { until } from '../../support/until.js';
import { inProcess, start, wuwei } from './program.js';
import { beginning } from '../../../src/projections/position.js';
import { atOnce } from '../../support/at-once.js';

jest.setTimeout(180_000); // each starts the program several times
const temporary = mkdtempSync(join(tmpdir(), 'wuwei-cli-import-'));
const folder = join(temporary, 'data');
afterAll(() => rmSync(temporary, { recursive: true }));

const fileOf = (name: string, content: string): string => {
  const file = join(temporary, name);
  writeFileSync(file, content);
  return file;
};
async function logged(types?: readonly string[]): Promise<readonly StoredEvent[]> {
  const reader = openLogReader(folder);
  const events: StoredEvent[] = [];
  for await (const { events: page } of reader.readAll(beginning, types && { types })) events.push(...page);
  reader.close();
  return events;
}
const importing = (...args: readonly string[]) => inProcess('import', ...args, '--data', folder);

describe('import places', () => {
  it('registers the places of the county in a new folder, and changes nothing the second time', async () => {
    const args = ['import', 'places', 'data/jintang-places.json', '--occurred-at', '2026-05-01', '--json', '--data', folder];
    const first = await wuwei(...args);
    expect([first.code, JSON.parse(first.stdout)]).toEqual([0, { file: 'data/jintang-places.json', places: 217, refused: [] }]);
    expect(first.stderr).toMatch(/places 地点: 217 of 217\n$/u);
    const events = await logged();
    expect(events).toHaveLength(217);
    expect(new Set(events.map(({ type, occurredAt }) => `${type} ${occurredAt}`))).toEqual(
      new Set(['PlaceRegistered 2026-04-30T16:00:00.000Z']),
    );
    expect(JSON.parse(events[0]!.meta)).toMatchObject({ actor: 'importer', channel: 'import', place: '510121' });

    const second = await importing('places', 'data/jintang-places.json');
    expect([second.code, second.stdout]).toEqual([0, '217 个地点与名录一致，0 条被拒绝。 217 places as in the list, 0 refused.\n']);
    expect(await logged()).toEqual(events);
  });

  it('names what is refused and goes on', async () => {
    const renamed = fileOf(
      'renamed.json',
      JSON.stringify([{ code: '510121111219', name: '谢家坝村村委会', town: '金龙镇', townCode: '510121111' }]),
    );
    const { code, stdout } = await importing('places', renamed);
    expect(code).toBe(1);
    expect(stdout).toContain(
      '2 places as in the list, 1 refused.\n  510121111219 谢家坝村: registry.place-exists\nregistry.place-exists: ',
    );
  });

  it('takes nothing of a file that is malformed, and names the line', async () => {
    const before = await logged();
    const broken = fileOf('broken.json', '[\n {"code":"510121111299","name":"新村村委会"},\n {"code"\n]');
    const wrong = fileOf('wrong.json', '[{"code":"510121111299","name":"新村村委会"},{"code":"12","name":"新村村委会"}]');
    const syntax = await importing('places', broken);
    const entry = await inProcess('import', 'places', wrong, '--data', join(temporary, 'other'));
    const missing = await wuwei('import', 'places', join(temporary, 'none.json'), '--data', folder);
    expect([syntax.code, syntax.stdout, entry.code, missing.code]).toEqual([2, '', 2, 2]);
    expect(syntax.stderr).toMatch(/^wuwei: \S+broken\.json, line 4: .*; nothing was imported\n$/u);
    expect(entry.stderr).toMatch(/^wuwei: \S+wrong\.json, entry 2: \/code .*; nothing was imported\n$/mu);
    expect(missing.stderr).toMatch(/^wuwei: .*none\.json does not exist\n$/u);
    expect(await logged()).toEqual(before);
  });
});

describe('import ballots', () => {
  const pb = (...votes: string[]) =>
    [
      'META',
      'key;value',
      'budget;100',
      'vote_type;approval',
      'PROJECTS',
      'project_id;cost;name',
      'a;60;路灯',
      'b;50;长椅',
      'VOTES',
      'voter_id;vote',
      ...votes,
      '',
    ].join('\n');

  const now = realClock.now().toISOString();

  async function opened(command: string, data: object): Promise<string> {
    const server = await openWuwei({ folder, clock: new FakeClock(plusDays(now, -2)), logger: pino({ level: 'silent' }) });
    const definition = server.commands.find((one) => one.command === command)!;
    const outcome = await server.execute.run({ definition, params: {}, data, sender: official, channel: 'web' });
    await server.close();
    if ('refused' in outcome) throw new Error(outcome.refused);
    return outcome.id;
  }

  beforeAll(() => opened('AdoptPlacePolicy', atOnce(plusDays(now, -2))));

  /** A contest that took entries until yesterday, and votes since. */
  const openContest = (placeId = '510121111219') =>
    opened('OpenContest', {
      placeId,
      category: 'compound',
      title: '最美小区',
      entriesUntil: plusDays(now, -1),
      votingFrom: plusDays(now, -1),
      votingUntil: plusDays(now, 2),
      votesPerVoter: 2,
      formula: { publicShare: 100, juryShare: 0, normalisation: 'maximum', tieBreaks: [] },
    });
  /** A ballot on the projects of the file, open for votes since two days ago. */
  const openList = () =>
    opened('OpenBallot', {
      placeId: '510121111219',
      subject: 'renovation-list',
      title: '改造项目序列',
      options: [
        { optionId: 'a', name: '路灯', cost: 60_00 },
        { optionId: 'b', name: '长椅', cost: 50_00 },
      ],
      rule: { rule: 'equal-shares' },
      budget: 100_00,
      form: 'approval',
      closesAt: plusDays(now, 2),
      lastTies: 'listed',
      replaceable: true,
      secretUntilClosed: true,
    });

  it('gives votes to the contest, with who entered them and both times, and none twice', async () => {
    const contest = await openContest();
    const file = fileOf('street.pb', pb('1;a,b', '2;a'));
    const give = (...times: readonly string[]) => importing('ballots', file, '--contest', contest, ...times);
    expect(await give()).toMatchObject({
      code: 1,
      stdout: '',
      stderr: expect.stringMatching(/EnterContest was refused, contest\.entries-closed; no vote was imported\n$/u),
    });
    const entered = ['--entered-at', plusDays(now, -1.5), '--occurred-at'];
    const early = await give(...entered, plusDays(now, -1.2));
    expect([early.code, early.stdout]).toEqual([
      1,
      expect.stringMatching(
        / 0 votes as in the file, 3 refused\.\n(?: {2}voter [12], project [ab]: contest\.not-open\n){3}contest\.not-open: /u,
      ),
    ]);
    expect(await logged(['VoteCast'])).toEqual([]);

    expect((await logged(['PlaceEntered', 'EntryAccepted'])).map(({ occurredAt }) => occurredAt)).toEqual(
      Array.from({ length: 4 }, () => plusDays(now, -1.5)),
    );

    const castAt = plusDays(now, -0.5);
    const first = await give(...entered, castAt, '--json');
    expect([first.code, JSON.parse(first.stdout)]).toEqual([0, { file, contestId: contest, voters: 2, votes: 3, refused: [] }]);
    const votes = await logged(['VoteCast']);
    expect(votes).toHaveLength(3);
    for (const { occurredAt, recordedAt, meta } of votes) {
      expect([occurredAt, recordedAt > now]).toEqual([castAt, true]);
      expect(JSON.parse(meta)).toMatchObject({ enteredBy: 'importer', channel: 'import', capacity: 'resident', place: '510121111219' });
    }

    const events = await logged();
    // entered for another time: recorded, as all that is entered in a secret vote, and no vote is counted twice
    const second = await give(...entered, plusDays(now, -0.4));
    expect([second.code, second.stdout]).toEqual([
      0,
      '2 位投票人，3 票已入册，0 票被拒绝。 2 voters, 3 votes as in the file, 0 refused.\n',
    ]);
    expect(await logged()).toHaveLength(events.length + 3);
    const again = (await logged(['VoteCast'])).slice(3);
    expect(again.map(({ data }) => (JSON.parse(data) as { replaces?: boolean }).replaces)).toEqual([true, true, true]);
    expect((await give(...entered, castAt)).code).toBe(0);
    expect(await logged()).toHaveLength(events.length + 3);
  });

  it('gives papers to a ballot, and none twice; asks which contest or ballot it is for', async () => {
    const ballotId = await openList();
    const file = fileOf('list.pb', pb('1;a,b', '2;a'));
    const give = () => importing('ballots', file, '--ballot', ballotId, '--occurred-at', plusDays(now, -1), '--json');
    const first = await give();
    expect([first.code, JSON.parse(first.stdout)]).toEqual([0, { file, ballotId, voters: 2, votes: 2, refused: [], fileKept: true }]);
    const papers = await logged(['PaperCast']);
    expect(papers.map((event) => JSON.parse(event.data).paper.approved).sort()).toEqual([['a'], ['a', 'b']]);
    expect(papers.map(({ occurredAt }) => occurredAt)).toEqual([plusDays(now, -1), plusDays(now, -1)]);
    const events = await logged();
    expect(JSON.parse((await give()).stdout)).toMatchObject({ votes: 2, refused: [] });
    expect(await logged()).toEqual(events);
    const [neither, both] = [await importing('ballots', file), await importing('ballots', file, '--ballot', ballotId, '--contest', 'c1')];
    expect([neither.code, both.code]).toEqual([2, 2]);
    expect(neither.stderr).toMatch(/name the --contest or --ballot/u);
  });

  it('gives a folder of cast vote records of Dominion to a ballot, whose write-ins it strikes first; refuses another folder', async () => {
    const records = join(temporary, 'cast-vote-records');
    mkdirSync(records);
    const put = (name: string, value: object) => writeFileSync(join(records, name), JSON.stringify(value));
    const elections = await opened('OpenBallot', {
      placeId: '510121111219',
      subject: 'election',
      title: '选举',
      options: [
        { optionId: '11', name: 'ADA' },
        { optionId: '12', name: 'BO' },
        { optionId: '13', name: 'Write-in', writeIn: true },
      ],
      rule: { rule: 'instant-runoff' },
      form: 'ranking',
      closesAt: plusDays(now, 2),
      lastTies: 'listed',
      replaceable: true,
      secretUntilClosed: true,
    });
    const give = () => importing('ballots', records, '--ballot', elections, '--occurred-at', plusDays(now, -1), '--json');
    expect(await give()).toMatchObject({ code: 2, stderr: expect.stringMatching(/it is a folder, but must be a file.*这是文件夹/u) });
    put('ContestManifest.json', { List: [{ Description: 'Mayor', Id: 1, VoteFor: 1, NumOfRanks: 3 }] });
    const candidate = (Id: number, Description: string, Type = 'Regular') => ({ Id, Description, ContestId: 1, Type });
    put('CandidateManifest.json', { List: [candidate(11, 'ADA'), candidate(12, 'BO'), candidate(13, 'Write-in', 'WriteIn')] });
    const mark = (CandidateId: number, Rank: number) => ({ CandidateId, Rank, IsAmbiguous: false, IsVote: true });
    const session = (RecordId: number, ...Marks: object[]) => ({ RecordId, Original: { Contests: [{ Id: 1, Marks }] } });
    put('CvrExport.json', { Sessions: [session(1, mark(11, 1), mark(12, 2)), session(2, mark(13, 1), mark(12, 2))] });
    const first = await give();
    expect([first.code, JSON.parse(first.stdout)]).toEqual([0, { file: records, ballotId: elections, voters: 2, votes: 2, refused: [] }]);
    const papers = (await logged(['PaperCast'])).map(({ data }) => JSON.parse(data) as { ballotId: string; paper: object });
    expect(papers.flatMap(({ ballotId, paper }) => (ballotId === elections ? [paper] : []))).toEqual([
      { ranking: [{ options: ['11'] }, { options: ['12'] }] },
      { ranking: [{ options: ['13'] }, { options: ['12'] }] },
    ]);
  });

  it('goes on where it was killed, and registers no voter and casts no paper twice', async () => {
    const list = await openList();
    const voters = Array.from({ length: 1_000 }, (_, i) => `${i + 1};a`);
    const args = ['ballots', fileOf('many.pb', pb(...voters)), '--ballot', list];
    const counts = async () => [(await logged(['PersonRegistered'])).length, (await logged(['PaperCast'])).length];
    const [persons, papers] = (await counts()) as [number, number];
    const killed = start(['import', ...args, '--data', folder]);
    await until(async () => (await counts())[1]! > papers);
    killed.child.kill('SIGKILL');
    expect((await killed.ended).code).toBeNull();
    expect((await counts())[1]).toBeLessThan(papers + voters.length);
    expect(JSON.parse((await importing(...args, '--json')).stdout)).toMatchObject({ voters: 1_000, votes: 1_000, refused: [] });
    expect(await counts()).toEqual([persons + voters.length, papers + voters.length]);
  });

  it('leaves nothing in the log or a sealed export that confirms a guessed voter: no voter, no hash of one, no hash of the file', async () => {
    const voters = ['13800138000', '510121199001011234'];
    const content = pb(`${voters[0]};a,b`, `${voters[1]};a`);
    const ranks = 'rank1,rank2\na,b\nb,a\n';
    const [file, rankings] = [fileOf('known.pb', content), fileOf('known.csv', ranks)];
    const [contest, list] = [await openContest('510121111218'), await openList()];
    const [enteredAt, castAt] = [plusDays(now, -1.5), plusDays(now, -0.5)];
    const ranked = await opened('OpenBallot', {
      placeId: '510121111219',
      subject: 'renovation-list',
      title: '改造项目排序',
      options: ['a', 'b'].map((optionId) => ({ optionId, name: optionId })),
      rule: { rule: 'borda' },
      form: 'ranking',
      closesAt: plusDays(now, 2),
      lastTies: 'listed',
      replaceable: true,
      secretUntilClosed: true,
    });
    for (const args of [
      [file, '--contest', contest, '--entered-at', enteredAt, '--occurred-at', castAt],
      [file, '--ballot', list, '--occurred-at', castAt],
      [rankings, '--ballot', ranked],
    ])
      expect((await importing('ballots', ...args)).code).toBe(0);

    // what anybody can compute who has the file, or guesses its lines
    const guesses = new Set<string>();
    const guess = (...parts: readonly string[]) => {
      guesses.add(sha256(parts.join('\u0000'))).add(derivedId(...parts));
      return derivedId(...parts);
    };
    for (const digest of [sha256(content), sha256(ranks), sha256(Buffer.from(content).toString('latin1'))]) {
      guesses.add(digest);
      for (const into of [contest, list, ranked])
        for (const voter of [...voters, '1', '2'])
          for (const parts of [
            ['person', voter],
            ['role', voter],
            ['paper', voter],
            ['vote', voter, 'a'],
            ['vote', voter, 'b'],
            ['file', '1'],
          ]) {
            const key = guess('pabulib', digest, into, ...parts);
            for (const command of ['RegisterPerson', 'GrantRole', 'CastVote', 'CastPaper', 'KeepBallotFile'])
              for (const one of [key, guess('import', key, castAt), guess('import', key, enteredAt)])
                for (const params of [{}, { id: into }]) guess('importer', command, JSON.stringify(params), one);
            guess('importer', key);
          }
    }
    const exported = await inProcess('log', '--ndjson', '--sealed', '--data', folder);
    expect(exported.code).toBe(0);
    const log = JSON.stringify(await logged()); // also what the export withholds until the ballot closes
    expect(['VoteCast', 'PaperCast', 'BallotFileKept'].filter((type) => !log.includes(type) || !exported.stdout.includes(type))).toEqual(
      [],
    );
    const texts = [exported.stdout, log];
    expect(voters.filter((voter) => texts.some((text) => text.includes(voter)))).toEqual([]);
    // whatever looks like one of the guesses, at every place of the texts: to search them for each guess would take minutes
    const shapes = [/(?=([0-9a-f]{64}))/gu, /(?=([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}))/gu];
    expect([...guesses].filter((one) => !shapes.some((shape) => one.search(shape) === 0 && [36, 64].includes(one.length)))).toEqual([]);
    const told = new Set(texts.flatMap((text) => shapes.flatMap((shape) => Array.from(text.matchAll(shape), ([, one]) => one!))));
    expect([told.size > guesses.size / 100, [...guesses].filter((one) => told.has(one))]).toEqual([true, []]);
  });

  it('takes nothing of a malformed file or for a contest that is not there', async () => {
    const before = await logged();
    const malformed = fileOf('malformed.pb', pb('1;a', '2;c'));
    const lines = await importing('ballots', malformed, '--contest', 'c1');
    const absent = await inProcess('import', 'ballots', malformed, '--contest', 'c1', '--data', join(temporary, 'nowhere'));
    const late = await importing('ballots', malformed, '--contest', 'c1', '--occurred-at', '2999-01-01');
    expect(lines).toMatchObject({
      code: 2,
      stdout: '',
      stderr: `wuwei: ${malformed}: line 12, column 2: there is no project "c" 没有项目 "c"\nnothing was imported\n`,
    });
    expect(absent).toMatchObject({ code: 2, stderr: expect.stringContaining('There is no log in') });
    expect(late).toMatchObject({ code: 2, stderr: expect.stringContaining('must have passed') });
    const unknown = await importing('ballots', fileOf('sound.pb', pb('1;a')), '--contest', 'c1');
    expect(unknown).toMatchObject({
      code: 1,
      stdout: '',
      stderr: expect.stringMatching(/sound\.pb: there is no contest c1; no vote was imported\n$/u),
    });
    expect(await logged()).toEqual(before);
  });
});
