import { createHash } from 'node:crypto';
import { append } from '../../../../src/application/kernel/appending.js';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { cloudEvent } from '../../../../src/application/kernel/cloud-event.js';
import type { Actor } from '../../../../src/application/kernel/actor.js';
import type { StoredEvent } from '../../../../src/application/ports/event-log.js';
import { newEventId } from '../../../../src/application/kernel/ids.js';
import { withholding } from '../../../../src/application/contexts.js';
import { actor, official } from '../../../support/application.js';
import { moments } from '../../../support/contest.js';
import { type ContestStage, contestStage, juror, places, resident } from '../../../support/contest-stage.js';
import { expectToFollowFromLog } from '../../../support/recompute.js';

let app: ContestStage['app'];
let ask: ContestStage['ask'];
let time: ContestStage['time'];
let events: ContestStage['events'];
let types: ContestStage['types'];
let openContest: ContestStage['openContest'];
let vote: ContestStage['vote'];
let stuck: ContestStage['stuck'];

const auditor = actor('auditor-1', { capacity: 'auditor', placeId: '510121' });

/** The id of a resident who is in the register. */
async function registered(): Promise<string> {
  const { id } = await app.done({ command: 'RegisterPerson', data: { placeId: '510121111219.1', name: '蔡维成' } });
  await app.done({ command: 'GrantRole', params: { id }, data: { capacity: 'resident', placeId: '510121111219.1' } });
  return id;
}

beforeEach(async () => ({ app, ask, time, events, types, openContest, vote, stuck } = await contestStage()));
afterEach(async () => {
  await expectToFollowFromLog(app);
  await app.close();
});

describe('a contest', () => {
  it('closes, publishes its result and grants its award by itself, each at its time and once', async () => {
    const { params, cai, san } = await openContest();
    for (const voter of ['v1', 'v2', 'v3']) await vote(params, voter, cai);
    await vote(params, 'v1', san);
    for (const [id, entryId, score] of [
      ['juror-1', cai, 60],
      ['juror-1', san, 90],
    ] as const) {
      await app.done({ command: 'GiveJuryScore', params, data: { entryId, score }, sender: juror(id) });
    }
    const before = await app.log.position();
    await time('2026-05-19T23:59:59.999Z');
    expect(await types(before)).toEqual([]);
    await time(moments.closing);
    expect(await types(before)).toEqual(['VotingClosed']);
    await time(moments.publishing);
    const [closing, published] = await events(before);
    const { sha256, ...stated } = JSON.parse(published!.data) as {
      sha256: string;
      closing: unknown;
      votes: number;
      winners: string[];
      ranking: { entryId: string; votes: number; score: string }[];
    };
    expect(published?.type).toBe('ResultPublished');
    expect(sha256).toBe(createHash('sha256').update(JSON.stringify(stated)).digest('hex'));
    expect([stated.closing, stated.votes, stated.winners]).toEqual([{ eventId: closing!.id, revision: closing!.revision }, 4, [cai]]);
    expect(stated.ranking.map(({ entryId, votes, score }) => [entryId, votes, score])).toEqual([
      [cai, 3, '260/3'],
      [san, 1, '60'],
    ]);
    const { words, labels, closingPosition, ...answered } = await ask('GetContestResult', params);
    expect(closingPosition).toBe(closing!.position);
    expect(JSON.stringify(answered)).toBe(published!.data);
    expect(labels).toEqual({ [cai]: '蔡家大院', [san]: '三合小区' });
    expect([words.zh[0], words.zh.at(-1), words.en.length]).toEqual([
      expect.stringMatching(/^第 1 名 蔡家大院：得票 3，.* = 86\.67 \(260\/3\)。$/u),
      '按此排名，获奖：蔡家大院。',
      3,
    ]);
    await time(moments.awarding);
    await time('2026-07-01T00:00:00.000Z');
    expect(await types(before)).toEqual(['VotingClosed', 'ResultPublished', 'AwardGranted']);
    expect(await ask('GetContest', params)).toMatchObject({ stage: 'awarded', revision: 9 });
    expect(stuck).toEqual([]);
  });

  it('does what fell due while nothing ran, in its order', async () => {
    const { params, cai } = await openContest();
    await vote(params, 'v1', cai);
    const before = await app.log.position();
    await time('2027-05-01T00:00:00.000Z');
    expect(await types(before)).toEqual(['VotingClosed', 'ResultPublished']); // the notice begins when the result is published
    await time('2027-05-15T00:00:00.000Z');
    expect(await types(before)).toEqual(['VotingClosed', 'ResultPublished', 'AwardGranted']);
  });

  it('holds the award up while an objection waits, and draws the result up again when one is upheld', async () => {
    const { params, cai, san } = await openContest();
    for (const voter of ['v1', 'v2']) await vote(params, voter, cai);
    await vote(params, 'v3', san);
    const before = await app.log.position();
    await time(moments.publishing);
    const object = async (by: string, entryId?: string) => {
      await app.done({
        command: 'RaiseObjection',
        params,
        data: { words: '请核实。', ...(entryId !== undefined && { entryId }) },
        sender: resident(by),
      });
      return (await ask('ListObjections', params)).items.find(
        (one: { by: string; answer: unknown }) => one.by === by && one.answer === null,
      ).objectionId as string;
    };
    const answer = (objectionId: string, upheld: boolean) =>
      app.done({ command: 'AnswerObjection', params, data: { objectionId, upheld, reason: '已核实。' } });
    app.clock.set(moments.notice);
    const [first, second] = [await object('v3', cai), await object('v4')];
    await time(moments.awarding);
    await answer(second, false);
    await time(moments.awarding);
    expect(await types(before)).toEqual(['VotingClosed', 'ResultPublished', 'ObjectionRaised', 'ObjectionRaised', 'ObjectionAnswered']);
    await answer(first, true);
    await time(moments.awarding); // the same instant: the next result has an entry of its own on the agenda
    expect((await types(before)).slice(5)).toEqual(['ObjectionAnswered', 'EntryDisqualified', 'ResultWithdrawn', 'ResultPublished']);
    expect(await ask('GetContestResult', params)).toMatchObject({
      result: 2,
      votes: 1,
      winners: [san],
      noticeUntil: '2026-06-09T16:00:00.000Z',
    });
    await time('2026-06-09T15:59:59.999Z');
    const third = await object('v4');
    await time('2026-06-10T00:00:00.000Z');
    expect((await types(before)).slice(9)).toEqual(['ObjectionRaised']);
    await answer(third, false);
    await time('2026-06-10T00:00:00.000Z');
    expect((await types(before)).slice(9)).toEqual(['ObjectionRaised', 'ObjectionAnswered', 'AwardGranted']);
    expect(stuck).toEqual([]);
  });

  it('ends without award when nobody votes, and when the only entry falls', async () => {
    const { params } = await openContest();
    await time(moments.publishing);
    expect(await ask('GetContest', params)).toMatchObject({ stage: 'without-award', endedBecause: 'no-votes', embargoed: false });
    const next = await openContest();
    await vote(next.params, 'v1', next.cai);
    await time(moments.publishing);
    for (const entryId of [next.cai, next.san])
      await app.done({ command: 'DisqualifyEntry', params: next.params, data: { entryId, reason: '刷票。' } });
    await time('2027-01-01T00:00:00.000Z');
    expect(await ask('GetContest', next.params)).toMatchObject({ stage: 'without-award', endedBecause: 'no-entries' });
    expect(stuck).toEqual([]);
  });
});

describe('voting', () => {
  it('gives a voter the declared number of votes and no more, however many are asked for at once', async () => {
    const { params, cai, san } = await openContest({ votesPerVoter: 1 });
    const outcomes = await Promise.all(Array.from({ length: 64 }, (_, i) => vote(params, 'v1', i % 2 === 0 ? cai : san)));
    const votes = (await events()).filter(({ type }) => type === 'VoteCast');
    expect(votes).toHaveLength(1);
    expect(outcomes.filter((outcome) => 'refused' in outcome && outcome.refused === 'contest.vote-limit').length).toBe(32);
  });
  it('takes 64 voters at once, none in the way of another', async () => {
    const { params, cai } = await openContest({ embargo: 'none' });
    await Promise.all(Array.from({ length: 64 }, (_, i) => vote(params, `v${i}`, cai)));
    expect((await ask('GetRanking', params)).items[0]).toMatchObject({ entryId: cai, label: '蔡家大院', votes: 64 });
  });
  it('is for those who belong to the place', async () => {
    const { params, cai } = await openContest();
    const stranger = actor('stranger', { capacity: 'resident', placeId: '510121111220.1' });
    expect(await app.give({ command: 'CastVote', params, data: { entryId: cai }, sender: stranger })).toMatchObject({
      refused: 'auth.not-allowed',
    });
    expect(await app.give({ command: 'CastVote', params: { id: 'nowhere' }, data: { entryId: cai }, sender: resident('v1') })).toEqual({
      refused: 'contest.not-found',
      with: { id: 'nowhere' },
    });
  });
  it('does not count a vote that stands behind the closing in the log, though it was decided before', async () => {
    const { params, cai, san } = await openContest({ embargo: 'none' });
    await vote(params, 'v1', cai);
    await time(moments.closing);
    const [cast] = (await events()).filter(({ type }) => type === 'VoteCast');
    await append(app.log, `contestVote-${params.id}.v2`, -1, [
      { ...cast!, id: newEventId(), data: JSON.stringify({ contestId: params.id, entryId: san }) },
    ]);
    await time(moments.publishing);
    expect(await ask('GetContestResult', params)).toMatchObject({ votes: 1, winners: [cai] });
    expect((await ask('GetRanking', params)).items.map(({ votes }: { votes: number }) => votes)).toEqual([1, 0]);
    expect(await ask('GetMyVotes', params, { as: resident('v2') })).toMatchObject({ votes: [] });
    expect(await ask('GetMyVotes', params, { as: resident('v1') })).toEqual({
      contestId: params.id,
      votes: [{ entryId: cai, castAt: moments.voting }],
      entered: [],
    });
  });
  it('takes no entry on paper from before it was opened', async () => {
    const { params } = await openContest();
    const [opened] = await app.log.read(`contest-${params.id}`);
    const entry = {
      command: 'EnterContest',
      params,
      data: { placeId: '510121111219.1', label: '蔡家大院' },
      channel: 'paper-form',
      occurredAt: '1970-01-01T00:00:00.000Z',
    } as const;
    expect(await app.give(entry)).toEqual({ refused: 'request.occurred-before-its-subject', with: { since: opened!.occurredAt } });
  });
  it('takes a paper vote for the day on which it was cast', async () => {
    const { params, cai, san } = await openContest({ votesPerDay: 1, embargo: 'none' });
    const voter = await registered();
    const paper = (entryId: string, occurredAt: string) =>
      app.give({ command: 'CastVote', params, data: { entryId }, onBehalfOf: voter, channel: 'paper-form', occurredAt });
    expect(await paper(cai, '2026-05-11T01:00:00.000Z')).not.toHaveProperty('refused');
    expect(await paper(san, '2026-05-11T09:00:00.000Z')).toEqual({ refused: 'contest.daily-limit', with: { limit: 1, day: '2026-05-11' } });
    expect(await paper(san, '2026-05-12T01:00:00.000Z')).not.toHaveProperty('refused');
  });
});

describe('what is entered for a voter', () => {
  const before = '2026-05-11T01:00:00.000Z';
  const entering = (command: 'CastVote' | 'WithdrawVote', params: { id: string }, onBehalfOf: string, entryId: string, more: object = {}) =>
    app.give({ command, params, data: { entryId }, onBehalfOf, channel: 'paper-form', occurredAt: before, ...more });

  it('is answered the same, whatever the voter did', async () => {
    const { params, cai, san } = await openContest({ votesPerVoter: 1 });
    const voters = await Promise.all(Array.from({ length: 5 }, registered));
    const [, same, other, withdrawn, changed] = voters.map((id) => actor(id)) as [Actor, Actor, Actor, Actor, Actor];
    const vote = (command: 'CastVote' | 'WithdrawVote', sender: Actor, entryId: string) =>
      app.done({ command, params, sender, data: { entryId } });
    await vote('CastVote', same, cai);
    await vote('CastVote', other, san);
    for (const command of ['CastVote', 'WithdrawVote'] as const) await vote(command, withdrawn, cai);
    for (const entryId of [cai, san]) {
      await vote('CastVote', changed, entryId);
      await vote('WithdrawVote', changed, entryId);
    }
    for (const command of ['CastVote', 'WithdrawVote'] as const) {
      for (const more of [{}, { ifRevision: 'any' as const }, { ifRevision: [0] }]) {
        const answers = await Promise.all(voters.map((voter) => entering(command, params, voter, cai, more)));
        const shapes = answers.map((answer) =>
          'refused' in answer
            ? JSON.stringify(answer)
            : JSON.stringify([answer.revision, answer.created, answer.events.map(({ type }) => type)]),
        );
        expect(new Set(shapes).size).toBe(1);
        const event = command === 'CastVote' ? 'VoteCast' : 'VoteWithdrawn';
        expect(shapes[0]).toContain('ifRevision' in more ? 'precondition.failed' : event);
      }
    }
    expect(await ask('GetMyVotes', params, { as: same })).toMatchObject({
      votes: [{ entryId: cai }],
      entered: [
        {
          act: 'vote',
          entryId: cai,
          happenedAt: before,
          enteredBy: official.id,
          channel: 'paper-form',
          counts: false,
          notCounted: 'in-person',
        },
        { act: 'withdrawal', counts: false, notCounted: 'in-person' },
      ],
    });
    await time(moments.publishing);
    expect(await ask('GetRanking', params)).toMatchObject({
      items: [
        { entryId: cai, votes: 1 },
        { entryId: san, votes: 1 },
      ],
    });
  });

  it('is told to those who enter it neither by the trail', async () => {
    const { params, cai } = await openContest();
    const voter = await registered();
    await app.done({ command: 'CastVote', params, sender: actor(voter), data: { entryId: cai } });
    await entering('CastVote', params, voter, cai);
    const { items } = await ask('GetAuditTrail', {}, { as: official, person: official.id });
    expect(items.at(-1)).toMatchObject({ type: 'VoteCast', withheld: true });
    expect(items.at(-1)).not.toHaveProperty('revision');
  });

  it('can be withdrawn by whoever has moved away since, and for them', async () => {
    const { params, cai, san } = await openContest();
    const voter = await registered();
    for (const entryId of [cai, san]) await entering('CastVote', params, voter, entryId, { occurredAt: moments.voting, sender: official });
    await app.done({ command: 'RevokeRole', params: { id: voter }, data: { capacity: 'resident', placeId: '510121111219.1' } });
    expect(await app.give({ command: 'CastVote', params, sender: actor(voter), data: { entryId: cai } })).toMatchObject({
      refused: 'auth.not-allowed',
    });
    await app.done({ command: 'WithdrawVote', params, sender: actor(voter), data: { entryId: cai } });
    await entering('WithdrawVote', params, voter, san, { occurredAt: moments.voting });
    expect(await ask('GetMyVotes', params, { as: actor(voter) })).toMatchObject({ votes: [] });
    expect(await entering('WithdrawVote', params, voter, san, { sender: actor('stranger') })).toMatchObject({
      refused: 'auth.not-allowed',
    });
  });
});

describe('an embargo', () => {
  const told = async (as = auditor) => {
    const trail = await ask('GetAuditTrail', {}, { as, type: 'VoteCast' });
    const all = await events();
    const isWithheld = await withholding(app.readModels, all);
    return {
      trail,
      exported: all
        .filter(({ type }) => type === 'VoteCast' || type === 'JuryScoreGiven')
        .map((event) => JSON.parse(cloudEvent(event, isWithheld(event))) as { type: string; data?: unknown; withheld?: true }),
    };
  };

  it.each(['until-closed', 'until-notice'] as const)(
    '%s hides the figures everywhere, from auditors too, until it is lifted',
    async (embargo) => {
      const { params, cai } = await openContest({ embargo });
      await vote(params, 'v1', cai);
      await app.done({ command: 'GiveJuryScore', params, data: { entryId: cai, score: 77 }, sender: juror('juror-1') });
      const lifted = embargo === 'until-closed' ? moments.closing : moments.publishing;
      await time(embargo === 'until-closed' ? moments.voting : moments.closing);

      expect(await ask('GetRanking', params, { as: auditor })).toEqual({ contestId: params.id, embargoed: true, until: lifted });
      const hidden = await told();
      expect(hidden.trail.items).toHaveLength(1);
      expect(hidden.trail.items[0]).toMatchObject({ type: 'VoteCast', actor: 'v1', withheld: true });
      expect(hidden.trail.items[0]).not.toHaveProperty('data');
      expect(JSON.stringify(hidden.trail)).not.toContain(cai);
      expect(hidden.exported.map(({ withheld, data }) => [withheld, data])).toEqual([
        [true, undefined],
        [true, undefined],
      ]);

      await time(lifted);
      expect(await ask('GetRanking', params)).toMatchObject({ embargoed: false, items: [{ entryId: cai, votes: 1, juryPoints: 77 }, {}] });
      const shown = await told();
      expect(shown.trail.items[0].data).toEqual({ contestId: params.id, entryId: cai });
      expect(shown.exported.map(({ withheld }) => withheld)).toEqual([undefined, undefined]);
    },
  );
  it('holds for a contest that the read model has not heard of yet', async () => {
    const unheard = {
      type: 'VoteCast',
      stream: 'contestVote-c9.v1',
      data: JSON.stringify({ contestId: 'c9', entryId: 'e1' }),
    } as StoredEvent;
    expect((await withholding(app.readModels, [unheard]))(unheard)).toBe(true);
  });
});

describe('lists', () => {
  it('gives the contests of a place and of all places within it', async () => {
    const { id } = await openContest();
    const ids = async (place?: string) =>
      (await ask('ListContests', {}, place === undefined ? {} : { place })).items.map(({ contestId }: { contestId: string }) => contestId);
    expect([await ids(), await ids('510121'), await ids('510121111219'), await ids('510121111219.1')]).toEqual([[id], [id], [id], []]);
  });
  it('say what is not there', async () => {
    for (const query of ['GetContest', 'ListContestEntries', 'GetRanking', 'ListObjections'])
      expect(await ask(query, { id: 'c9' })).toEqual({ refused: 'contest.not-found', with: { id: 'c9' } });
    expect(await ask('GetMyVotes', { id: 'c9' }, { as: resident('v1') })).toEqual({ refused: 'contest.not-found', with: { id: 'c9' } });
    expect(await ask('GetContestResult', { id: 'c9' })).toEqual({ refused: 'contest.result-not-found', with: { id: 'c9' } });
  });
});

describe('the audit trail', () => {
  const trail = (parameters: Record<string, unknown>, as = auditor) => ask('GetAuditTrail', {}, { as, ...parameters });
  /** Which events of the log the trail lists: 1 for the first. */
  const listed = async ({ items }: { items: { position: number }[] }) => {
    const places = (await events(0)).map(({ position }) => position as number);
    return items.map(({ position }) => places.indexOf(position) + 1);
  };

  it('tells who, in which capacity, by which way, when, where and what', async () => {
    const { items } = await trail({ place: '510121111219.2' });
    const event = (await events(0))[4];
    expect(items).toEqual([
      {
        position: event!.position,
        id: event!.id,
        type: 'PlaceRegistered',
        stream: 'place-510121111219.2',
        revision: 0,
        actor: official.id,
        capacity: 'cadre',
        channel: 'web',
        place: '510121111219.2',
        happenedAt: event!.occurredAt,
        enteredAt: event!.recordedAt,
        data: places[4],
        correlation: (JSON.parse(event!.meta) as { correlation: string }).correlation,
      },
    ]);
  });
  it('goes by place, by person, by stream and by type, page by page in the order of the log', async () => {
    const { id, params, cai, san } = await openContest();
    await vote(params, 'v1', cai);
    await vote(params, 'v1', san);
    await vote(params, 'v2', san);
    expect(await listed(await trail({ place: '510121111' }))).toEqual([2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13]);
    expect(await listed(await trail({ place: '510121' }))).toEqual([1]);
    expect(await listed(await trail({ person: 'v1' }))).toEqual([11, 12]);
    expect(await listed(await trail({ type: 'VoteCast' }))).toEqual([11, 12, 13]);
    expect(await listed(await trail({ stream: `contest-${id}` }))).toEqual([6, 7, 8, 9, 10]);
    for (const subject of [{ place: '510121111' }, { stream: `contest-${id}` }, {}]) {
      const found: number[] = [];
      for (let cursor: string | undefined, next: string | null = ''; next !== null; cursor = next ?? undefined) {
        const page = await trail({ ...subject, limit: 2, ...(cursor === undefined ? {} : { cursor }) });
        expect(page.items.length).toBeLessThanOrEqual(2);
        found.push(...(await listed(page)));
        next = page.next as string | null;
      }
      expect(found).toEqual(await listed(await trail(subject)));
    }
  });
  it('can be narrowed to what happened in a period', async () => {
    const { id } = await openContest();
    expect(await listed(await trail({ place: '510121111', from: moments.entering }))).toEqual([7, 8, 9, 10]);
    expect(await listed(await trail({ place: '510121111', until: moments.entering }))).toEqual([2, 3, 4, 5, 6]);
    expect(await listed(await trail({ stream: `contest-${id}`, from: moments.entering, until: moments.voting }))).toEqual([7, 8, 9, 10]);
  });
  it('is of the whole log where it is asked for no subject', async () => {
    await openContest();
    expect(await listed(await trail({}))).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
    expect(await listed(await trail({ from: moments.entering }))).toEqual([7, 8, 9, 10]);
    expect(await trail({ from: moments.entering }, resident('v1'))).toEqual({ refused: 'audit.auditors-only', with: { place: '510121' } });
    expect(await trail({ cursor: Buffer.from('log/x').toString('base64url') })).toEqual({
      refused: 'request.invalid',
      errors: [{ pointer: '/query/cursor', code: 'format.cursor', params: {} }],
    });
  });
  it('asks for one subject at most', async () => {
    expect(await trail({ place: '510121', person: 'v1' })).toEqual({ refused: 'audit.one-subject' });
  });
  it('is for auditors over the place, and for anybody about themself', async () => {
    const { params, cai } = await openContest();
    await vote(params, 'v1', cai);
    const local = actor('auditor-2', { capacity: 'auditor', placeId: '510121111' });
    expect(await listed(await trail({ place: '510121111219.1' }, local))).toEqual([4]);
    expect(await trail({ place: '510121' }, local)).toEqual({ refused: 'audit.auditors-only', with: { place: '510121' } });
    expect(await trail({ person: 'v1' }, local)).toEqual({ refused: 'audit.auditors-only', with: { place: '510121' } });
    expect(await trail({ type: 'VoteCast' }, official)).toEqual({ refused: 'audit.auditors-only', with: { place: '510121' } });
    expect(await listed(await trail({ person: 'v1' }, resident('v1')))).toEqual([11]);
    expect(await trail({ person: 'v2' }, resident('v1'))).toEqual({ refused: 'audit.auditors-only', with: { place: '510121' } });
  });
});
