import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { recounts } from '../../src/application/contexts.js';
import { recompute } from '../../src/application/recompute.js';
import type { StoredEvent } from '../../src/application/ports/event-log.js';
import type { Build, ChangedRow } from '../../src/application/ports/projection-store.js';
import { sha256 } from '../../src/domain/shared/sha256.js';
import { inMemoryApplication, policyRunner } from '../support/application.js';
import { ScriptedLog } from '../support/scripted-log.js';
import { liveAll, openContest, openList } from '../system/life.js';
import { onApplication, type Seen } from '../system/stage.js';
import { beginning } from '../../src/projections/position.js';

let app: Awaited<ReturnType<typeof inMemoryApplication>>;
let history: readonly StoredEvent[];

beforeAll(async () => {
  app = await inMemoryApplication();
  const stage = onApplication({ ...app, policyRunner: policyRunner(app) });
  const { cast } = await liveAll(stage);
  const decided = await openList(stage, { rule: { rule: 'greedy' }, lastTies: 'listed', drawCommitment: undefined });
  for (const [i, option] of ['ludeng', 'ludeng', 'changyi'].entries())
    await stage.give('CastPaper', cast.residents[i]!, { params: decided.params, data: { approved: [option] } });
  await stage.until(stage.inDays(2));
  const contest = await openContest(stage, cast);
  const ballot = await openList(stage);
  await stage.until(stage.inDays(1));
  await stage.give('CastVote', cast.residents[0]!, { params: contest.params, data: { entryId: contest.a } });
  await stage.give('CastPaper', cast.residents[0]!, { params: ballot.params, data: { approved: ['ludeng'] } });
  await stage.ask('GetRanking', cast.residents[0]!, contest.params);
  await app.readModels.atLeast(await app.log.position(), app.builds(), AbortSignal.timeout(20_000));
  const found: StoredEvent[] = [];
  for await (const { events: page } of app.log.readAll(beginning)) found.push(...page);
  history = found;
}, 60_000);
afterAll(() => app.close());

const pages = () => 100;
/** The log with the data of one event changed. */
const changed = (event: StoredEvent, change: (data: Seen) => Seen): ScriptedLog =>
  new ScriptedLog(
    history.map((one) => (one === event ? { ...one, data: JSON.stringify(change(JSON.parse(one.data))) } : one)),
    pages,
  );
const logOnly = async (log: ScriptedLog) => (await recompute(log, null, () => undefined)).difference;
const first = (type: string, is: (data: Seen, event: StoredEvent) => boolean = () => true): StoredEvent =>
  history.find((event) => event.type === type && is(JSON.parse(event.data), event))!;
const where = ({ type, id: eventId, position }: StoredEvent) => ({ type, eventId, position });

describe('given the life of every context, when every result is derived from its log', () => {
  it('then each follows, in the order in which they were published, and every row does', async () => {
    const told: number[] = [];
    const { results, rows, difference } = await recompute(app.log, app.store, ({ done }) => told.push(done));
    expect(difference).toBeNull();
    const publishing = [
      'CovenantDeliberated',
      'CovenantRejected',
      'CovenantAdopted',
      'ResultPublished',
      'RenovationDecided',
      'BallotResultPublished',
      'ElectionDecided',
      'ResolutionDecided',
    ];
    expect(results.map(({ eventId }) => eventId)).toEqual(history.filter(({ type }) => publishing.includes(type)).map(({ id }) => id));
    expect(results.map(({ sha256: hash }) => hash)).toEqual(
      results.map(({ eventId }) => {
        const data = JSON.parse(history.find(({ id }) => id === eventId)!.data);
        return data.sha256 ?? data.tallySha256 ?? data.papersSha256 ?? null;
      }),
    );
    expect(rows.map(({ projection, compared, foreign }) => [projection, compared > 0, foreign])).toEqual(
      [
        'covenants',
        'contest-ranking',
        'contest-result',
        'renovation-ballot-count',
        'renovation-decisions',
        'ballot-tally',
        'ballot',
        'elections',
        'resolutions',
      ].map((projection) => [projection, true, null]),
    );
    const counted = new Set(recounts().flatMap(({ on }) => Object.keys(on)));
    expect(told.at(-1)).toBe(history.filter(({ type }) => counted.has(type)).length);
    expect(told).toEqual([...told].sort((a, b) => a - b));
  });

  it.each([
    [
      'a vote in a contest is moved to another entry',
      () => {
        const published = first('ResultPublished');
        const [entry, other] = JSON.parse(published.data).ranking.map(({ entryId }: Seen) => entryId);
        const log = changed(
          first('VoteCast', ({ entryId }, { stream }) => entryId === entry && streamsWithOne(stream)),
          (data) => ({ ...data, entryId: other }),
        );
        return { log, difference: { of: 'contest', where: where(published), field: 'ranking[0].votes', stated: 5, derived: 4 } };
      },
    ],
    [
      'a vote of an owner is turned',
      () => {
        const vote = first('RenovationBallotCast', ({ choice, replaces }) => choice === 'approve' && replaces === undefined);
        const { ballotId } = JSON.parse(vote.data);
        const decided = first('RenovationDecided', (data) => data.ballotId === ballotId);
        return {
          log: changed(vote, (data) => ({ ...data, choice: 'reject' })),
          difference: { of: 'renovation', id: ballotId, where: where(decided), field: 'decision.counts[0].heads' },
        };
      },
    ],
    [
      'a paper is put in the place of another',
      () => {
        const published = first('BallotResultPublished', ({ winners }) => winners.length > 0);
        const cast = first('PaperCast', ({ ballotId }) => published.stream === `ballot-${ballotId}`);
        return {
          log: changed(cast, (data) => ({ ...data, paper: { approved: ['changyi'] } })),
          difference: { of: 'ballot', where: where(published), field: 'winners[0]', stated: 'ludeng', derived: 'changyi' },
        };
      },
    ],
    [
      'a paper is put into the box of an election',
      () => {
        const box = first('ElectionBoxOpened');
        return {
          log: changed(box, ({ papers, lost }) => ({ papers: [...papers, { chosen: [1] }], lost })),
          difference: { of: 'election', where: where(box), field: 'papers' },
        };
      },
    ],
    [
      'an elector more is in the result of an election',
      () => {
        const decided = first('ElectionDecided');
        return {
          log: changed(decided, (data) => ({ ...data, electors: data.electors + 1 })),
          difference: { of: 'election', where: where(decided), field: 'electors' },
        };
      },
    ],
    [
      'a vote on a resolution is turned',
      () => {
        const vote = first('ResolutionVoted', ({ choice }) => choice === 'approve');
        const decided = first('ResolutionDecided');
        return {
          log: changed(vote, (data) => ({ ...data, choice: 'reject' })),
          difference: { of: 'resolution', where: where(decided), field: 'decision.outcome' },
        };
      },
    ],
    [
      'a published figure is changed, with the hash made anew',
      () => {
        const published = first('ResultPublished');
        const log = changed(published, ({ sha256: _, ...data }) => {
          const { ranking, ...rest } = data;
          const forged = { ...rest, ranking: ranking.map((line: Seen, i: number) => ({ ...line, votes: line.votes + (i === 0 ? 1 : 0) })) };
          return { ...forged, sha256: sha256(JSON.stringify(forged)) };
        });
        return { log, difference: { of: 'contest', where: where(published), field: 'ranking[0].votes', stated: 6, derived: 5 } };
      },
    ],
    [
      'a hash is changed',
      () => {
        const decided = first('RenovationDecided');
        const stated = 'f'.repeat(64);
        return {
          log: changed(decided, (data) => ({ ...data, tallySha256: stated })),
          difference: { where: where(decided), field: 'tallySha256', stated, derived: JSON.parse(decided.data).tallySha256 },
        };
      },
    ],
    [
      'a vote is given another weight than the roll says',
      () => {
        const vote = first('RenovationBallotCast');
        const log = changed(vote, (data) => ({ ...data, weight: { ...data.weight, area: 1 } }));
        return { log, difference: { of: 'renovation', where: where(vote), field: 'weight.area', stated: 1 } };
      },
    ],
    [
      'the roll of a ballot is made smaller',
      () => {
        const page = first('RollPageRecorded');
        const log = changed(page, (data) => ({ ...data, units: data.units.slice(1) }));
        return { log, difference: { of: 'renovation', where: where(page), field: 'page', stated: page.stream.slice('rollPage-'.length) } };
      },
    ],
    [
      'a ballot is opened on a page that is not in the log',
      () => {
        const opened = first('RenovationBallotOpened');
        const log = changed(opened, (data) => ({ ...data, pages: ['0'.repeat(64)] }));
        return { log, difference: { of: 'renovation', where: where(opened), field: 'pages', stated: '0'.repeat(64) } };
      },
    ],
    [
      'a ballot expects fewer voters than its roll has',
      () => {
        const opened = first('RenovationBallotOpened');
        const log = changed(opened, (data) => ({ ...data, expected: { ...data.expected, heads: 1 } }));
        return { log, difference: { of: 'renovation', where: where(opened), field: 'expected.heads', stated: 1 } };
      },
    ],
    [
      'an act is kept from counting',
      () => {
        const vote = first('VoteCast');
        const log = changed(vote, (data) => ({ ...data, notCounted: 'in-person' }));
        return { log, difference: { of: 'contest', where: where(vote), field: 'notCounted', stated: 'in-person', derived: null } };
      },
    ],
    [
      'a replacement says that it replaces nothing',
      () => {
        const paper = first('PaperCast', ({ replaces }) => replaces !== undefined);
        const log = changed(paper, ({ replaces: _, ...data }) => data);
        return { log, difference: { of: 'ballot', where: where(paper), field: 'replaces', stated: null } };
      },
    ],
    [
      'an assembly is said to have adopted what it rejected',
      () => {
        const rejected = first('CovenantRejected');
        const log = changed(rejected, (data) => ({ ...data, decision: { ...data.decision, outcome: 'adopted' } }));
        const difference = { of: 'covenant', where: where(rejected), field: 'decision.outcome', stated: 'adopted' };
        return { log, difference };
      },
    ],
    [
      'the award goes to somebody else',
      () => {
        const granted = first('AwardGranted');
        const log = changed(granted, (data) => ({ ...data, winners: ['somebody-else'] }));
        return { log, difference: { of: 'contest', where: where(granted), field: 'winners[0]', stated: 'somebody-else' } };
      },
    ],
  ])('then, if %s, the first difference is told with both values', async (_, scenario) => {
    const { log, difference } = scenario();
    expect(await logOnly(log)).toMatchObject(difference);
  });

  it('then, if a vote was taken out of the log, the result does not follow', async () => {
    const published = first('ResultPublished');
    const vote = first('VoteCast', (_data, { stream }) => streamsWithOne(stream));
    const log = new ScriptedLog(
      history.filter((event) => event !== vote),
      pages,
    );
    expect(await logOnly(log)).toMatchObject({ where: where(published), field: 'votes', stated: 6, derived: 5 });
  });

  it('then, of a contest under embargo and a ballot that is open, no figure is told', async () => {
    const vote = history.findLast(({ type }) => type === 'VoteCast')!;
    const paper = history.findLast(({ type }) => type === 'PaperCast')!;
    for (const [event, of] of [
      [vote, 'contest'],
      [paper, 'ballot'],
    ] as const) {
      const difference = await logOnly(changed(event, (data) => ({ ...data, notCounted: 'in-person' })));
      expect(difference).toEqual({ of, id: expect.any(String), where: where(event), field: 'notCounted', withheld: true });
    }
  });

  it('then a result of an earlier version, whose hundredths were cut off, follows as it was written, and is still checked', async () => {
    const published = first('ResultPublished');
    const [best] = JSON.parse(published.data).ranking;
    const score = first('JuryScoreGiven', ({ entryId }) => entryId === best.entryId);
    // with 90 points of the jury for the best, the other has 1/5×60 + 8/9×40 = 428/9
    const written = (hundredths: number, votes: number) => {
      const { sha256: _, ...rest } = JSON.parse(published.data);
      const [a, b] = rest.ranking;
      const other = { ...b, juryPart: '8/9', score: '428/9', scoreHundredths: hundredths, votes };
      const data = { ...rest, ranking: [{ ...a, juryPoints: 90 }, other] };
      return { ...data, sha256: sha256(JSON.stringify(data)) };
    };
    const logWith = (hundredths: number, votes = 1) =>
      new ScriptedLog(
        changed(score, (data) => ({ ...data, score: 90 })).events.map((event) =>
          event.id === published.id ? { ...event, data: JSON.stringify(written(hundredths, votes)) } : event,
        ),
        pages,
      );
    expect([await logOnly(logWith(4756)), await logOnly(logWith(4755))]).toEqual([null, null]);
    expect(await logOnly(logWith(4755, 2))).toMatchObject({ where: where(published), field: 'ranking[1].votes' });
    expect(await logOnly(logWith(4754))).toMatchObject({ where: where(published), field: 'ranking[1].scoreHundredths', derived: 4756 });
  });

  it('then what cannot be counted at all is named', async () => {
    const vote = first('PaperCast');
    await expect(logOnly(changed(vote, () => null))).rejects.toThrow(`event PaperCast ${vote.id} at position ${vote.position}`);
  });
});

describe('given rows that differ from the log, when every result is derived', () => {
  /** The rows of a projection with a change, as they stand at another position of the log if one is named. */
  const store = (projection: string, change: (row: Seen) => Seen, build: (build: Build) => Build = (same) => same) => {
    const altered = async <R extends ChangedRow>(id: string, rows: Promise<readonly R[]>): Promise<R[]> => {
      const of = (await app.store.builds()).find((one) => one.id === id)!;
      return (await rows).map((row) => (of.name === projection ? { ...row, row: JSON.stringify(change(JSON.parse(row.row!))) } : row));
    };
    return {
      builds: async () => (await app.store.builds()).map(build),
      load: (id: string, keys: readonly string[]) => altered(id, app.store.load(id, keys)),
      scan: (id: string, after: string | null, limit: number) => altered(id, app.store.scan(id, after, limit)),
    };
  };
  const difference = async (rows: ReturnType<typeof store>) => (await recompute(app.log, rows, () => undefined)).difference;

  it.each([
    [
      'contest-ranking',
      (row: Seen) => ({ ...row, votes: row.votes.map((votes: number) => votes + 1) }),
      'contest',
      /^ranking\[0\]\.votes$/u,
    ],
    ['contest-result', (row: Seen) => ({ ...row, votes: 7 }), 'contest', /^votes$/u],
    ['ballot', (row: Seen) => ({ ...row, result: row.result && { ...row.result, ballots: 9 } }), 'ballot', /^result\.ballots$/u],
    ['ballot-tally', (row: Seen) => ('count' in row ? { ...row, count: row.count + 1 } : row), 'ballot', /^papersSha256$/u],
    ['renovation-ballot-count', (row: Seen) => ({ ...row, tally: { ...row.tally, block: row.tally.approve } }), 'renovation', /^tally\./u],
    ['renovation-decisions', (row: Seen) => ({ ...row, tallySha256: 'f'.repeat(64) }), 'renovation', /^tallySha256$/u],
    ['covenants', (row: Seen) => ({ ...row, decision: { ...row.decision, outcome: 'rejected' } }), 'covenant', /^decision\.outcome$/u],
  ])('then a row of %s is told', async (projection, change, of, field) => {
    expect(await difference(store(projection, change))).toMatchObject({ of, where: { projection }, field: expect.stringMatching(field) });
  });

  it('then a paper that was changed in the log is told, also where the order of the result is the same by it', async () => {
    const cast = first('PaperCast', (_data, { stream }) => streamsWithOne(stream));
    const log = changed(cast, (data) => ({ ...data, paper: { approved: ['buzhong'] } }));
    expect(await logOnly(log)).toBeNull();
    expect((await recompute(log, app.store, () => undefined)).difference).toMatchObject({
      of: 'ballot',
      where: { projection: 'ballot-tally' },
      field: 'papersSha256',
    });
  });

  it('then a row that is missing is told', async () => {
    const rows = store('ballot', (row) => row);
    const missing = { ...rows, load: async (id: string, keys: readonly string[]) => (await rows.load(id, keys)).slice(1) };
    expect(await difference(missing)).toMatchObject({ of: expect.any(String), where: { projection: expect.any(String) } });
  });

  it('then rows that are behind the log are compared with the log up to where they stand', async () => {
    const vote = first('VoteCast');
    const before = history.findLast(({ position }) => position < vote.position)!;
    const behind = store(
      'contest-ranking',
      (row) => row,
      (build) => (build.name === 'contest-ranking' ? { ...build, position: before.position, lastEvent: before } : build),
    );
    // the rows are those of the end of the log, so at that position they know too much
    expect(await difference(behind)).toMatchObject({ of: 'contest', where: { projection: 'contest-ranking' } });
  });

  it('then rows that were made from another log, or by another version of the program, are not compared', async () => {
    const foreign = store(
      'contest-ranking',
      () => null,
      (build) =>
        build.name === 'contest-ranking' ? { ...build, lastEvent: { id: 'another', position: history.at(-1)!.position } } : build,
    );
    const built = app.builds().find(({ name }) => name === 'contest-ranking')!;
    const one = await recompute(app.log, foreign, () => undefined);
    expect([one.difference, one.rows.find(({ projection }) => projection === 'contest-ranking')]).toEqual([
      null,
      {
        projection: 'contest-ranking',
        position: built.position,
        compared: 0,
        foreign: expect.objectContaining({ folded: 'another' }),
      },
    ]);
    const older = store(
      'contest-ranking',
      () => null,
      (build) => (build.name === 'contest-ranking' ? { ...build, version: build.version - 1 } : build),
    );
    const two = await recompute(app.log, older, () => undefined);
    expect([two.difference, two.rows.some(({ projection }) => projection === 'contest-ranking')]).toEqual([null, false]);
  });
});

const streamsWithOne = (stream: string): boolean => history.filter((event) => event.stream === stream).length === 1;
