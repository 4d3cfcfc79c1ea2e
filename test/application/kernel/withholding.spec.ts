import { describe, expect, it } from '@jest/globals';

import type { StoredEvent } from '../../../src/application/ports/event-log.js';
import { queries, withholding } from '../../../src/application/contexts.js';
import type { AnyProjection, Projection } from '../../../src/projections/projection.js';
import { deciders } from '../../../src/domain/deciders.js';
import type { AnyDecider } from '../../../src/domain/shared/decider.js';

const all = Object.values(deciders) as readonly AnyDecider[];
/** An event of each type there is. */
const page = all.flatMap(({ stream, events }) =>
  Object.keys(events).map(
    (type) => ({ type, stream: `${stream}-x-1.2.p-1`, data: JSON.stringify({ stream: 'place-1', subject: '1' }) }) as StoredEvent,
  ),
);

describe('the audit trail', () => {
  it('names every read model that it asks what is withheld, so that it waits for them and is told anew when they change', async () => {
    const asked = new Set<AnyProjection>();
    const get = <R>(projection: Projection<R>) => {
      asked.add(projection);
      return Promise.resolve<R | null>(null);
    };
    const isWithheld = await withholding({ get }, page);
    expect(
      page
        .filter(isWithheld)
        .map(({ type }) => type)
        .sort(),
    ).toEqual([
      'BallotFileKept',
      'BallotResultPublished',
      'ElectorVoted',
      'JuryScoreGiven',
      'PaperCast',
      'PaperWithdrawn',
      'RenovationBallotCast',
      'RenovationBallotWithdrawn',
      'VoteCast',
      'VoteWithdrawn',
    ]);
    expect([...asked].filter((projection) => !queries.find(({ query }) => query === 'GetAuditTrail')!.from.includes(projection))).toEqual(
      [],
    );
  });

  it('withholds events of a type that only a later program knows as long as the others of their stream', async () => {
    const events = all.map(({ stream }) => ({ type: 'Blessed', stream: `${stream}-x-1.2.p-1`, data: '{}' }) as StoredEvent);
    const isWithheld = await withholding({ get: <R>() => Promise.resolve<R | null>(null) }, events);
    expect(
      events
        .filter(isWithheld)
        .map(({ stream }) => stream.replace('-x-1.2.p-1', ''))
        .sort(),
    ).toEqual(['ballot', 'ballotFile', 'ballotPaper', 'contest', 'contestVote', 'electionVote', 'renovationVote']);
  });

  it('withholds a request that changed nothing as long as the votes that it may have been about, and no other', async () => {
    const notes = all.map(
      ({ stream }) =>
        ({ type: 'RequestChangedNothing', data: JSON.stringify({ stream: `${stream}-x-1.2.p-1`, subject: 'x-1.2.p-1' }) }) as StoredEvent,
    );
    const asked: string[] = [];
    const get = <R>({ name }: Projection<R>, key: string) => {
      asked.push(`${name} ${key}`);
      return Promise.resolve<R | null>(null);
    };
    const isWithheld = await withholding({ get }, notes);
    expect(
      all
        .filter((_, index) => isWithheld(notes[index]!))
        .map(({ stream }) => stream)
        .sort(),
    ).toEqual(['ballot', 'ballotFile', 'ballotPaper', 'contest', 'contestVote', 'electionVote', 'renovationVote']);
    expect(new Set(asked)).toEqual(new Set(['contest x-1', 'ballot x-1', 'renovation-ballot-count x-1.2']));
  });

  it('withholds the final of a contest, votes and result, as long as the contest is embargoed', async () => {
    const final = page.filter(({ type }) => type === 'PaperCast' || type === 'BallotResultPublished');
    const told = async (subject: string, embargoed: boolean) => {
      const rows: Record<string, object> = {
        ballot: { stage: 'decided', declared: { subject, subjectId: 'c-1', secretUntilClosed: true } },
        contest: { embargoed },
      };
      return final.map(await withholding({ get: <R>({ name }: Projection<R>) => Promise.resolve(rows[name] as R) }, final));
    };
    expect([await told('contest-final', true), await told('contest-final', false), await told('election', true)]).toEqual([
      [true, true],
      [false, false],
      [false, false],
    ]);
  });
});
