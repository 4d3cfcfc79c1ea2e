import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Actor } from '../../src/application/kernel/actor.js';
import { actor, official } from '../support/application.js';
import { type Server, startServer } from '../support/server.js';
import { auditor, type Cast, openBallot, openContest, openList, settleDown } from './life.js';
import { overRest, type Seen, type Stage } from './stage.js';

let server: Server;
let stage: Stage;
let cast: Cast;
beforeAll(async () => {
  server = await startServer();
  stage = overRest(server);
  cast = await settleDown(stage);
}, 60_000);
afterAll(() => server.close());

const everybody = (): readonly (Actor | null)[] => [
  null,
  cast.residents[0]!,
  cast.moderator,
  cast.juror,
  cast.cadre,
  official,
  auditor,
  actor('everything', ...official.grants, ...auditor.grants),
];
const read = async (path: string, by: Actor | null) => {
  const answer = await server.get(
    `${path}${path.includes('?') ? '&' : '?'}atLeast=${await server.wuwei.log.position()}`,
    by ? server.token(by.id, ...by.grants) : undefined,
  );
  return { ...answer, by: by?.id ?? 'nobody' };
};
/** What the log and the audit trail tell an auditor of events of some types in streams that begin alike. */
async function told(types: readonly string[], streams: string) {
  const token = server.token(auditor.id, ...auditor.grants);
  const lines: Seen[] = [];
  for (const after of ['', ...types.map((type) => `?type=${type}`)]) {
    const { text } = await server.get(`/v1/events${after}`, token);
    lines.push(
      ...text
        .trim()
        .split('\n')
        .filter((line) => line !== '')
        .map((line) => JSON.parse(line)),
    );
  }
  const ofStreams = lines.filter(({ subject, type }) => types.includes(String(type).slice('wuwei.'.length)) && subject.startsWith(streams));
  const trail: Seen[] = [];
  for (const subject of [
    ...types.map((type) => `type=${type}`),
    `stream=${ofStreams[0].subject}`,
    'place=510121111',
    `person=${cast.residents[0]!.id}`,
  ]) {
    const { body } = await read(`/v1/audit?${subject}&limit=200`, auditor);
    trail.push(...body.items);
  }
  return { lines: ofStreams, trail: trail.filter(({ stream, type }) => types.includes(type) && stream.startsWith(streams)) };
}

describe.each([
  ['until-closed', 'the voting has closed'],
  ['until-notice', 'the result is published'],
] as const)('an embargo %s', (embargo, lifted) => {
  it(`hides every figure and every vote from everybody, auditors too, until ${lifted}; then shows them`, async () => {
    const { id, params, a, b } = await openContest(stage, cast, { embargo, votesPerVoter: 1 });
    const votingUntil = stage.inDays(3);
    await stage.until(stage.inDays(1));
    for (const [index, by] of cast.residents.entries()) await stage.give('CastVote', by, { params, data: { entryId: index < 3 ? a : b } });
    await stage.give('WithdrawVote', cast.residents[4]!, { params, data: { entryId: b } });
    await stage.give('GiveJuryScore', cast.juror, { params, data: { entryId: a, score: 77 } });
    const types = ['VoteCast', 'VoteWithdrawn', 'JuryScoreGiven'];
    const path = `/v1/contests/${id}`;

    const expectHidden = async () => {
      for (const by of everybody()) {
        const ranking = await read(`${path}/ranking`, by);
        expect({ status: ranking.status, by: ranking.by, ...ranking.body }).toEqual({
          status: 200,
          by: ranking.by,
          contestId: id,
          embargoed: true,
          until: expect.any(String),
        });
        for (const whatIf of ['', '?publicShare=50', '?tieBreaks=public&tieBreaks=jury'])
          expect([(await read(`${path}/result${whatIf}`, by)).status, ranking.by]).toEqual([404, ranking.by]);
        for (const other of [path, `${path}/entries`])
          expect((await read(other, by)).text).not.toMatch(/"votes"|"score"|"juryPoints"|:77\b/u);
      }
      const { lines, trail } = await told(types, `contest`);
      const mine = (one: { subject?: string; stream?: string }) => (one.subject ?? one.stream ?? '').includes(id);
      expect(lines.filter(mine)).toHaveLength((5 + 1 + 1) * 2);
      for (const line of lines.filter(mine)) {
        expect(line).toMatchObject({ withheld: true, actor: expect.any(String) });
        expect(Object.keys(line).filter((name) => ['data', 'meta', 'datacontenttype'].includes(name))).toEqual([]);
      }
      expect(trail.filter(mine).length).toBeGreaterThanOrEqual(7 * 2);
      for (const line of trail.filter(mine)) {
        expect(line).toMatchObject({ withheld: true });
        expect(line).not.toHaveProperty('data');
      }
      for (const entryId of [a, b]) expect(JSON.stringify([lines.filter(mine), trail.filter(mine)])).not.toContain(entryId);
      expect((await read(`${path}/votes/mine`, cast.residents[0]!)).body.votes).toMatchObject([{ entryId: a }]); // to oneself one's own
      expect((await read(`${path}/votes/mine`, auditor)).body.votes).toEqual([]);
    };
    await expectHidden();
    const live = new AbortController();
    const stream = await fetch(`${server.url}${path}/ranking`, { headers: { accept: 'text/event-stream' }, signal: live.signal });
    const reader = stream.body!.pipeThrough(new TextDecoderStream()).getReader();
    expect((await reader.read()).value).toContain('"embargoed":true');

    await stage.until(votingUntil);
    if (embargo === 'until-notice') {
      await expectHidden();
      await stage.until(stage.inDays(1));
    }
    let pushed = '';
    while (!pushed.includes('"embargoed":false')) pushed += (await reader.read()).value;
    live.abort();

    for (const by of everybody()) {
      const { body } = await read(`${path}/ranking`, by);
      expect([body.embargoed, body.items.map(({ entryId, votes, juryPoints }: Seen) => [entryId, votes, juryPoints])]).toEqual([
        false,
        [
          [a, 3, 77],
          [b, 1, 0],
        ],
      ]);
    }
    const { lines, trail } = await told(types, 'contest');
    for (const line of [...lines, ...trail]) {
      expect(line).not.toHaveProperty('withheld');
      expect([a, b, line.data.entryId]).toContain(line.data.entryId);
      if (JSON.stringify(line).includes(id)) expect(line.data).toMatchObject({ contestId: id });
    }
    await stage.until(stage.inDays(1)); // by now the result is published, in any case
    const formula = { publicShare: 100, juryShare: 0, normalisation: 'maximum', tieBreaks: ['public', 'jury'] };
    expect((await read(`${path}/result?juryShare=0&tieBreaks=public&tieBreaks=jury`, null)).body).toMatchObject({
      official: false,
      formula,
      winners: [a],
    });
    for (const [wrong, status, code] of [
      ['publicShare=60&juryShare=60', 422, 'contest.wrong-formula'],
      ['publicShare=0.5', 400, 'request.invalid'],
    ] as const) {
      expect(await read(`${path}/result?${wrong}`, null)).toMatchObject({ status, body: { code } });
    }
  });
});

describe('an open ballot of a renovation', () => {
  it('tells nobody’s choice, and how many have voted in tens only, until it is closed; then the counts and the votes', async () => {
    const { id, params, closesAt } = await openBallot(stage, cast);
    const ballotId = `${id}.1`;
    const choices = ['approve', 'approve', 'approve', 'reject'];
    for (const [index, choice] of choices.entries())
      await stage.give('CastRenovationBallot', cast.residents[index]!, { params, data: { ballotId, choice } });
    for (const by of everybody()) {
      const { body, text } = await read(`/v1/renovations/${id}/ballot`, by);
      expect([body.open, body.votedAtLeast]).toEqual([true, 0]);
      expect(text).not.toMatch(/"counts"|"tally"|"choice"|"participating":/u);
      expect((await read(`/v1/renovations/${id}/decision`, by)).body.code).toBe('renovation.not-decided');
      expect([401, 403, 409]).toContain((await read(`/v1/renovations/${id}/ballot/votes`, by)).status);
    }
    const hidden = await told(['RenovationBallotCast'], `renovationVote-${ballotId}`);
    expect([hidden.lines.length, hidden.trail.length]).toEqual([8, 4 + 1 + 4 + 1]);
    for (const line of [...hidden.lines, ...hidden.trail]) {
      expect(line).toMatchObject({ withheld: true });
      expect(JSON.stringify(line)).not.toMatch(/approve|reject|"request|\bdata\b/u);
    }

    await stage.until(closesAt);
    const shown = await told(['RenovationBallotCast'], `renovationVote-${ballotId}`);
    expect(shown.lines.map(({ data }) => data.choice as string).sort()).toEqual([...choices, ...choices].sort());
    expect(shown.trail.filter(({ withheld }) => withheld)).toEqual([]);
    const { body } = await read(`/v1/renovations/${id}/ballot`, null);
    expect(body.participating.heads).toBe(4);
    expect(body.counts.filter(({ heads }: Seen) => heads > 0).map(({ choice, heads }: Seen) => [choice, heads])).toEqual([
      ['approve', 3],
      ['reject', 1],
    ]);
    expect((await read(`/v1/renovations/${id}/ballot/votes`, auditor)).body.items).toHaveLength(4);
    expect((await read(`/v1/renovations/${id}/ballot/votes`, cast.residents[0]!)).status).toBe(403);
  });
});

describe('a secret ballot over a list', () => {
  it('tells nobody’s paper, and how many have voted in tens only, until it is closed', async () => {
    const { id, params } = await openList(stage, { lastTies: 'listed', drawCommitment: undefined });
    const closesAt = stage.inDays(2);
    for (const by of cast.residents.slice(0, 3)) await stage.give('CastPaper', by, { params, data: { approved: ['changyi'] } });
    await stage.give('WithdrawPaper', cast.residents[2]!, { params });
    for (const by of everybody()) {
      const { body } = await read(`/v1/ballots/${id}`, by);
      expect([body.stage, body.votedAtLeast, body.ballots]).toEqual(['open', 0, undefined]);
      expect((await read(`/v1/ballots/${id}/result`, by)).status).toBeGreaterThanOrEqual(400);
      expect((await read(`/v1/ballots/${id}/result?rule=phragmen`, by)).status).toBeGreaterThanOrEqual(400);
    }
    const types = ['PaperCast', 'PaperWithdrawn'];
    const hidden = await told(types, `ballotPaper-${id}`);
    expect(hidden.lines).toHaveLength(4 * 2);
    for (const line of [...hidden.lines, ...hidden.trail]) {
      expect(line).toMatchObject({ withheld: true });
      expect(JSON.stringify(line)).not.toMatch(/changyi|approved|"request/u);
    }
    await stage.until(closesAt);
    const shown = await told(types, `ballotPaper-${id}`);
    expect(shown.lines.filter(({ data }) => data.paper.approved[0] === 'changyi')).toHaveLength(4 * 2);
    expect((await read(`/v1/ballots/${id}/result`, null)).body).toMatchObject({ official: true, winners: ['changyi'] });
  });
});
