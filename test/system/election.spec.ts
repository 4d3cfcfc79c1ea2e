import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { commands } from '../../src/application/contexts.js';
import type { Actor } from '../../src/application/kernel/actor.js';
import { keyedRequest } from '../../src/application/kernel/idempotency.js';
import { openText } from '../../src/application/kernel/sealing.js';
import type { StoredEvent } from '../../src/application/ports/event-log.js';
import { personalKeysIn } from '../../src/infrastructure/personal-keys/sqlite.js';
import { memoryPersonalKeys } from '../../src/infrastructure/personal-keys/memory.js';
import { beginning } from '../../src/projections/position.js';
import { actor, inMemoryApplication, official, policyRunner } from '../support/application.js';
import { type Server, startServer } from '../support/server.js';
import { auditor, type Cast, settleDown, village } from './life.js';
import { onApplication, overRest, type Stage } from './stage.js';

/* The life of one election over REST, and what its log tells about who chose whom (ADR 20). */

type Choices = readonly { readonly chosen: readonly number[]; readonly code?: string }[];

/** An election with one seat and two candidates, the third and fourth resident. Answers when the key is destroyed. */
async function playElection(stage: Stage, { residents }: Pick<Cast, 'residents'>, choices: Choices) {
  const { id } = await stage.give('AnnounceElection', official, {
    data: { placeId: village, office: 'villagers-committee', title: '村民委员会选举', seats: 1 },
  });
  const params = { id };
  for (const { id: personId } of residents.slice(2, 4)) {
    await stage.give('NominateCandidate', actor(personId), { params, data: { personId } });
    await stage.give('AttestCandidate', official, { params, data: { personId, qualified: true } });
  }
  const { opensAt, closesAt } = await stage.ask('GetElection', official, params);
  await stage.until(opensAt);
  for (const [i, data] of choices.entries()) await stage.give('CastElectionPaper', residents[i]!, { params, data, key: `paper-${i}` });
  return { id, params, closesAt };
}

const eventsIn = async (log: { readAll: Server['wuwei']['log']['readAll'] }): Promise<StoredEvent[]> => {
  const found: StoredEvent[] = [];
  for await (const { events } of log.readAll(beginning)) found.push(...events);
  return found;
};
const codes = ['k7m2q9x4w8p3t6z1', 'a8d3f5g7h9j2l4m6', 'z1x3c5v7b9n2m4k6', 'q2w4e6r8t1y3u5i7', 'p9o8i7u6y5t4r3e2'] as const;
const choices: Choices = [[1], [2], [1], [1], []].map((chosen, i) => ({ chosen, code: codes[i]! }));

describe('an election over REST', () => {
  let server: Server;
  let stage: Stage;
  let cast: Cast;
  let played: Awaited<ReturnType<typeof playElection>>;
  const read = async (path: string, by: Actor | null) =>
    server.get(
      `${path}${path.includes('?') ? '&' : '?'}atLeast=${await server.wuwei.log.position()}`,
      by ? server.token(by.id, ...by.grants) : undefined,
    );
  const vote = (by: Actor, data: object, key?: string) =>
    server.post(`/v1/elections/${played.id}/votes`, data, server.token(by.id, ...by.grants), {
      ...(key !== undefined && { 'idempotency-key': key }),
    });
  beforeAll(async () => {
    server = await startServer();
    stage = overRest(server);
    cast = await settleDown(stage);
    played = await playElection(stage, cast, choices);
  }, 120_000);
  afterAll(() => server.close());

  it('takes one paper of each elector, and answers a repeated request as before, whatever its body says now', async () => {
    const [first] = cast.residents;
    const again = await vote(first!, { chosen: [2] }, 'paper-0');
    expect([again.status, again.body.events.length]).toEqual([201, 1]);
    expect((await vote(first!, { chosen: [2] })).body).toMatchObject({ status: 409, code: 'election.voted-already' });
    expect((await vote(cast.moderator, { chosen: [1] })).body).toMatchObject({ status: 403, code: 'election.not-on-roll' });
    expect((await read(`/v1/elections/${played.id}/votes/mine`, first!)).body).toEqual({
      electionId: played.id,
      onRoll: true,
      voted: true,
    });
  });

  it('shows the papers to nobody while people vote, and afterwards without the voters', async () => {
    const everything = actor('everything', ...official.grants, ...auditor.grants);
    const lookFor = async () => {
      for (const by of [cast.residents[0]!, official, auditor, everything]) {
        for (const path of ['/v1/events', `/v1/events?type=ElectorVoted`, `/v1/audit?person=${cast.residents[0]!.id}&limit=200`]) {
          const { text } = path.startsWith('/v1/events') ? await server.get(path, server.token(by.id, ...by.grants)) : await read(path, by);
          for (const { chosen: _, code } of choices) expect([path, text.includes(code!)]).toEqual([path, false]);
        }
      }
      const { text } = await server.get('/v1/events?type=ElectorVoted', server.token(auditor.id, ...auditor.grants));
      const lines = text
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line))
        .filter(({ type }) => type === 'wuwei.ElectorVoted');
      expect(lines.map(({ withheld, actor: by }) => [withheld, by])).toEqual(cast.residents.map(({ id }) => [true, id]));
      for (const line of lines) expect(['data', 'meta'].filter((name) => name in line)).toEqual([]);
    };
    await lookFor();
    expect((await read(`/v1/elections/${played.id}/papers`, null)).body).toMatchObject({ status: 404, code: 'election.box-not-open' });
    expect((await read(`/v1/elections/${played.id}`, null)).body).toMatchObject({ stage: 'voting', votedAtLeast: 0 });

    await stage.until(played.closesAt);
    await stage.until(stage.inDays(1));
    const box = (await read(`/v1/elections/${played.id}/papers`, null)).body;
    expect(box.papers).toHaveLength(5);
    for (const [i, { chosen, code }] of choices.entries())
      expect([i, box.papers.filter((paper: { code: string }) => paper.code === code)]).toEqual([i, [{ chosen, code }]]);
    for (const { id } of cast.residents) expect(JSON.stringify(box)).not.toContain(id);
  });

  it('publishes the result in words, and the elected is a cadre of the village until the end of the term', async () => {
    const [, , third] = cast.residents;
    const { body } = await read(`/v1/elections/${played.id}`, null);
    expect(body).toMatchObject({
      stage: 'decided',
      voted: 5,
      result: { votes: [3, 1], abstentions: 1, outcome: 'elected', elected: [third!.id] },
    });
    expect(body.words.zh[0]).toMatch(/^选民6人，收回选票5张（其中弃权1张）。依据《.+》第15条，投票人数应超过2分之1。$/u);
    const granted = (await eventsIn(server.wuwei.log)).filter(({ type }) => type === 'RoleGranted').at(-1)!;
    expect([granted.stream, JSON.parse(granted.data)]).toEqual([
      `person-${third!.id}`,
      { personId: third!.id, capacity: 'cadre', placeId: village, until: body.result.termUntil },
    ]);
    expect((await read(`/v1/elections/${played.id}/roll`, actor(third!.id))).status).toBe(200);
    expect((await read(`/v1/elections/${played.id}/roll`, cast.residents[0]!)).status).toBe(403);
  });

  it('leaves in the log and in the keys nothing that opens a paper: no key that is there opens what was sealed', async () => {
    const voted = (await eventsIn(server.wuwei.log)).filter(({ type }) => type === 'ElectorVoted');
    const owner = `electionId/${played.id}`;
    const people = cast.residents.map(({ id }) => id);
    const stored = personalKeysIn(server.folder, '');
    const keys = await stored.find([owner, ...people]);
    stored.close();
    expect([...keys.keys()].sort()).toEqual(people.toSorted());
    for (const { data } of voted) {
      const { paper } = JSON.parse(data) as { paper: string };
      expect(paper.startsWith(`sealed:1:${owner}:`)).toBe(true);
      for (const key of keys.values()) expect(() => openText(paper, key ?? new Uint8Array(32))).toThrow();
    }
    const shown = await server.wuwei.services.opening.shown(voted);
    expect(shown.map(({ data }) => (JSON.parse(data) as { paper: null }).paper)).toEqual([null, null, null, null, null]);
  });
});

describe('what the log tells of who chose whom', () => {
  /** The same five people, who choose as told; all other things are the same. */
  async function logOf(told: Choices) {
    const app = await inMemoryApplication(undefined, undefined, memoryPersonalKeys());
    const stage = onApplication({ ...app, policyRunner: policyRunner(app) });
    const cast = await settleDown(stage);
    const { id, closesAt } = await playElection(stage, cast, told);
    await stage.until(closesAt);
    await stage.until(stage.inDays(1));
    const events = await eventsIn(app.log);
    await app.close();
    const votes = events.filter(({ type, stream }) => type === 'ElectorVoted' && stream.startsWith(`electionVote-${id}.`));
    const box = events.find(({ type, stream }) => type === 'ElectionBoxOpened' && stream === `election-${id}`)!;
    return { id, events, votes, box, residents: cast.residents.map(({ id: personId }) => personId) };
  }
  const same = ({ data }: StoredEvent) => data.length;

  it('given the same papers, when other people cast them, then what is published is the same to the byte, and what is recorded of each voter has the same form', async () => {
    const first = await logOf(choices);
    await fc.assert(
      fc.asyncProperty(fc.shuffledSubarray([...choices], { minLength: 5 }), async (shuffled) => {
        const other = await logOf(shuffled);
        expect(other.box.data).toBe(first.box.data);
        expect(other.votes.map(same)).toEqual(first.votes.map(same));
        expect(other.events.map(({ type }) => type)).toEqual(first.events.map(({ type }) => type));
      }),
      { numRuns: 5 },
    );
  }, 120_000);

  it('given a closed election, when every field of what is recorded of voters is joined with every field of the papers, then nothing meets', async () => {
    const { votes, box } = await logOf(choices);
    const scalars = (value: unknown): string[] => {
      if (typeof value === 'string' && /^[{[]/u.test(value)) return scalars(JSON.parse(value));
      if (typeof value === 'object' && value !== null) return Object.values(value).flatMap(scalars);
      return value === undefined ? [] : [JSON.stringify(value)];
    };
    const published = (JSON.parse(box.data) as { papers: object[] }).papers;
    const ofPapers = new Set(published.flatMap((paper) => scalars((paper as { code?: string }).code)));
    expect(ofPapers).toEqual(new Set(codes.map((code) => JSON.stringify(code))));
    const ofVoters = votes.map((vote) => scalars({ ...vote, data: vote.data, meta: vote.meta }));
    for (const values of ofVoters) for (const value of values) for (const code of codes) expect(value).not.toContain(code);

    // no order of the voters, by whatever field, is the order of the papers: that order follows from the papers alone
    expect(published).toEqual(published.toSorted((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1)));
    // what the batch has of its own concerns no voter: it is recorded by the system, by one event, after all of them
    const meta = JSON.parse(box.meta) as Record<string, string>;
    for (const vote of votes) {
      const own = JSON.parse(vote.meta) as Record<string, string>;
      for (const field of ['actor', 'key', 'correlation', 'request'] as const) expect(meta[field]).not.toBe(own[field]);
      expect(meta['causation']).not.toBe(vote.id);
    }
  });

  it('given any two choices, when they are sent with the same key, then the hash of the request that is stored is the same', () => {
    const definition = commands.find(({ command }) => command === 'CastElectionPaper')!;
    const hashOf = (data: object) =>
      keyedRequest({ definition, params: { id: 'e-1' }, data, sender: actor('a'), channel: 'web', key: 'k' }, memoryPersonalKeysOnce).hash;
    const memoryPersonalKeysOnce = memoryPersonalKeys();
    expect(hashOf({ chosen: [1], code: codes[0] })).toBe(hashOf({ chosen: [2] }));
  });
});
