import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import iconv from 'iconv-lite';
import { pino } from 'pino';
import { plusDays } from '../../../src/domain/shared/time.js';
import { realClock } from '../../../src/infrastructure/clocks.js';
import { openWuwei, type Wuwei } from '../../../src/infrastructure/wuwei.js';
import { ballots } from '../../../src/projections/platform/ballots.js';
import { FakeClock, official } from '../../support/application.js';
import { until } from '../../support/until.js';
import { wuwei } from './program.js';
import { atOnce } from '../../support/at-once.js';

jest.setTimeout(120_000); // each starts the program several times
const temporary = mkdtempSync(join(tmpdir(), 'wuwei-cli-export-'));
const folder = join(temporary, 'data');
afterAll(() => rmSync(temporary, { recursive: true }));

const now = realClock.now().toISOString();
async function running<T>(days: number, work: (server: Wuwei) => Promise<T>): Promise<T> {
  const server = await openWuwei({ folder, clock: new FakeClock(plusDays(now, days)), logger: pino({ level: 'silent' }) });
  try {
    return await work(server);
  } finally {
    await server.close();
  }
}
const done = async (server: Wuwei, command: string, data: object) => {
  const outcome = await server.execute.run({
    definition: server.commands.find((row) => row.command === command)!,
    params: {},
    data,
    sender: official,
    channel: 'web',
  });
  if ('refused' in outcome) throw new Error(outcome.refused);
  return outcome.id;
};
const placeId = '510121';
const open = (data: object) =>
  running(-2, (server) =>
    done(server, 'OpenBallot', {
      placeId,
      subject: 'renovation-list',
      title: '改造项目序列',
      closesAt: plusDays(now, 2),
      lastTies: 'listed',
      replaceable: true,
      secretUntilClosed: true,
      ...data,
    }),
  );
/** The time of all ballots comes, and their results with it. */
const decided = (id: string) =>
  running(3, async (server) => {
    const result = async () => (await server.readModels.get(ballots, id))?.result;
    await until(async () => Boolean(await result()));
    return (await result())!.winners;
  });

beforeAll(() =>
  running(-2, async (server) => {
    await done(server, 'RegisterPlace', { placeId, name: '金堂县', level: 'county' });
    await done(server, 'AdoptPlacePolicy', atOnce(plusDays(now, -2)));
  }),
);

describe('export', () => {
  it('gives a .pb back as it was imported, its column `selected` by the result', async () => {
    const options = [
      { optionId: 'P/1', name: 'Ławka', cost: 60_50 },
      { optionId: 'P/2', name: 'Lamp; "new"', cost: 50_00 },
    ];
    const text = (...selected: readonly number[]) =>
      [
        'META',
        'key;value',
        'description;"A list; with ""quotes"""',
        'num_votes;3',
        'budget;"60,5"',
        'vote_type;approval',
        'rule;greedy',
        'comment;as we had it',
        'PROJECTS',
        'project_id;cost;selected;name;category',
        `P/1;"60,5";${selected[0]};小路灯;a`,
        `P/2;50;${selected[1]};"Lamp; ""new""";b`,
        'VOTES',
        'voter_id;age;vote;sex',
        '7;33;P/1,P/2;F',
        '5;61;P/1;M',
        '6;;;F',
        '',
      ].join('\r\n');
    const file = join(temporary, 'list.pb');
    writeFileSync(file, iconv.encode(text(0, 1).replaceAll('"60,5"', '60.5'), 'gb18030'));
    const id = await open({ options, budget: 60_50, form: 'approval', rule: { rule: 'equal-shares' } });
    const imported = await wuwei('import', 'ballots', file, '--ballot', id, '--occurred-at', plusDays(now, -1), '--data', folder, '--json');
    expect([imported.stderr.includes('Error'), JSON.parse(imported.stdout)]).toEqual([
      false,
      { file, ballotId: id, voters: 3, votes: 3, refused: [], fileKept: true },
    ]);
    const early = await wuwei('export', id, '--data', folder);
    expect([early.code, early.stdout, early.stderr]).toEqual([1, '', `wuwei: ballot ${id} has no published result yet\n`]);

    expect(await decided(id)).toEqual(['P/1']);
    const out = join(temporary, 'out.pb');
    const exported = await wuwei('export', id, '--out', out, '--data', folder, '--json');
    expect([exported.code, JSON.parse(exported.stdout)]).toEqual([0, { ballotId: id, format: 'pb', asFiled: true, file: out }]);
    expect(iconv.decode(readFileSync(out), 'gb18030')).toBe(text(1, 0).replaceAll('"60,5"', '60.5'));
    const counted = await wuwei('count', out, '--rule', 'equal-shares', '--json');
    expect(JSON.parse(counted.stdout).winners).toEqual(['P/1']);
  });

  it('writes rankings that came as CSV in the formats that fit, without voters', async () => {
    const options = [
      { optionId: 'chen', name: '陈建国' },
      { optionId: 'li', name: '李秀兰' },
    ];
    const file = join(temporary, 'moderators.csv');
    writeFileSync(file, 'voter,rank1,rank2\n甲,陈建国,李秀兰\n乙,li,\n丙,李秀兰,chen\n');
    const id = await open({ subject: 'election', options, form: 'ranking', rule: { rule: 'instant-runoff' } });
    expect(await wuwei('import', 'ballots', file, '--ballot', id, '--data', folder)).toMatchObject({
      code: 0,
      stdout: '3 位投票人，3 票已入册，0 票被拒绝。 3 voters, 3 votes as in the file, 0 refused.\n',
    });
    expect(await decided(id)).toEqual(['li']);
    const [csv, soi, pb] = [
      await wuwei('export', id, '--data', folder),
      await wuwei('export', id, '--format', 'soi', '--data', folder),
      await wuwei('export', id, '--format', 'pb', '--data', folder),
    ];
    expect([csv.code, csv.stdout]).toEqual([0, '\uFEFFcount,rank1,rank2\n0,chen,\n0,li,\n1,chen,li\n1,li,\n1,li,chen\n']);
    expect([soi.code, soi.stdout.split('\n').filter((line) => !line.startsWith('#'))]).toEqual([0, ['1: 1,2', '1: 2', '1: 2,1', '']]);
    expect([pb.code, pb.stderr]).toEqual([
      2,
      `wuwei: the votes of ballot ${id} cannot be written as pb; these formats fit: csv, blt, soi\n`,
    ]);
    expect(await wuwei('export', 'b9', '--data', folder)).toMatchObject({ code: 2, stderr: 'wuwei: there is no ballot b9\n' });
  });
});
