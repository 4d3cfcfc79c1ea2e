import { describe, expect, it } from '@jest/globals';
import { contestList, contestResult, contests, type ContestRow } from '../../../src/projections/contest/contests.js';
import { contestEntries, contestObjections } from '../../../src/projections/contest/entries.js';
import type { RecordedEvent } from '../../../src/projections/projection.js';
import { moments, opened } from '../../support/contest.js';
import { expectRebuiltEqualsIncremental, project, recorded } from '../../support/projections.js';

const c = { aggregateId: 'c1', place: '510121111219', at: moments.entering };
const declared = opened({ embargo: 'until-notice' }).data;
const open = recorded('ContestOpened', declared, c);
const entered = recorded('PlaceEntered', { entryId: 'e1', placeId: '510121111219.1', label: '蔡家大院' }, c);
const story = recorded('StoryEntered', { entryId: 'e2', title: '老井', story: '……' }, c);
const accepted = recorded('EntryAccepted', { entryId: 'e1' }, c);
const refused = recorded('EntryRefused', { entryId: 'e2', reason: '不是本地的事。' }, c);
const score = recorded('JuryScoreGiven', { contestId: 'c1', entryId: 'e1', score: 90 }, c);
const closed = recorded('VotingClosed', { entries: 1, votingUntil: moments.closing, resultAt: moments.publishing }, c);
const stated = {
  result: 1,
  closing: { eventId: 'closing-1', revision: 7 },
  votes: 3,
  juryScores: 1,
  winners: ['e1'],
  noticeUntil: moments.awarding,
  sha256: '0'.repeat(64),
};
const published = recorded('ResultPublished', { ...stated, formula: declared.formula, ranking: [], unanswered: 0 }, c);
const raised = recorded(
  'ObjectionRaised',
  { objectionId: 'o1', result: 1, entryId: 'e1', words: '图片不实。' },
  { ...c, actor: 'resident-2' },
);
const answered = recorded('ObjectionAnswered', { objectionId: 'o1', upheld: true, reason: '已核实。', unanswered: 0 }, c);
const disqualified = recorded('EntryDisqualified', { entryId: 'e1', reason: '已核实。' }, c);
const withdrawn = recorded('ResultWithdrawn', { result: 1 }, c);
const awarded = recorded('AwardGranted', { result: 1, winners: ['e1'], sha256: '0'.repeat(64) }, c);
const without = recorded('ContestEndedWithoutAward', { result: 2, reason: 'no-entries' }, c);
const seed = recorded('DrawSeedRevealed', { seed: '0123456789abcdef' }, c);
const all = [open, entered, story, accepted, refused, score, closed, seed, published, raised, answered, disqualified, withdrawn, without];

describe('contest', () => {
  const row = (...events: RecordedEvent[]) => project(contests, events).get('c1')!;
  const stage = ({ stage: at, embargoed, unanswered, result }: ContestRow) => [at, embargoed, unanswered, result?.result ?? null];

  it('given an open contest, when it is read, then it has what was declared and how far it has come', () => {
    expect(row(open, entered, story, accepted, refused)).toEqual({
      contestId: 'c1',
      declared,
      stage: 'open',
      embargoed: true,
      entries: { entered: 2, accepted: 1, disqualified: 0 },
      result: null,
      unanswered: 0,
      revision: 4,
    });
  });
  it('given a contest, when its stages follow each other, then the row has the present stage', () => {
    expect(stage(row(open, closed))).toEqual(['closed', true, 0, null]);
    expect(stage(row(open, closed, published))).toEqual(['notice', false, 0, 1]);
    expect(stage(row(open, closed, published, raised))).toEqual(['notice', false, 1, 1]);
    expect(stage(row(open, closed, published, raised, answered, disqualified, withdrawn))).toEqual(['closed', false, 0, null]);
    expect(stage(row(open, closed, published, awarded))).toEqual(['awarded', false, 0, 1]);
    expect(row(open, closed, published).result).toEqual(stated);
    expect(row(...all)).toMatchObject({
      stage: 'without-award',
      endedBecause: 'no-entries',
      entries: { entered: 2, accepted: 1, disqualified: 1 },
      revision: 13,
    });
  });
  it('given an embargo, when the contest is read, then no figure is told', () => {
    expect(JSON.stringify({ ...row(open, entered, accepted, score), revision: 0 })).toBe(
      JSON.stringify({ ...row(open, entered, accepted), revision: 0 }),
    );
  });
});

describe('contest-list', () => {
  it('given a contest, when it is opened, then it is listed at its place and at all above it', () => {
    const rows = project(contestList, [open, closed, published]);
    expect([...rows.keys()].sort()).toEqual(['all/c1', 'place/510121/c1', 'place/510121111/c1', 'place/510121111219/c1']);
    const { placeId, category, title, entriesUntil, votingFrom, votingUntil } = declared;
    expect(new Set([...rows.values()].map((row) => JSON.stringify(row)))).toEqual(
      new Set([JSON.stringify({ contestId: 'c1', placeId, category, title, entriesUntil, votingFrom, votingUntil, stage: 'notice' })]),
    );
  });
  it('given a contest, when its stage changes, then its line in the list follows', () => {
    const stages = [[closed], [closed, published], [closed, published, withdrawn], [closed, published, awarded], [closed, without]].map(
      (events) => project(contestList, [open, ...events]).get('all/c1')?.stage,
    );
    expect(stages).toEqual(['closed', 'notice', 'closed', 'awarded', 'without-award']);
  });
});

describe('contest-result', () => {
  it('given a result, when it is withdrawn, then the row is gone', () => {
    expect(project(contestResult, [open, closed, published]).get('c1')).toEqual(published.data);
    expect(project(contestResult, [open, closed, published, withdrawn]).size).toBe(0);
  });
});

describe('contest-entry', () => {
  it('given an entry, when it is screened, then the row has what was entered and how it was screened', () => {
    expect(project(contestEntries, [open, entered, story, accepted, refused])).toEqual(
      new Map([
        ['c1/e1', { entryId: 'e1', placeId: '510121111219.1', label: '蔡家大院', enteredAt: moments.entering, status: 'accepted' }],
        ['c1/e2', { entryId: 'e2', title: '老井', story: '……', enteredAt: moments.entering, status: 'refused', reason: '不是本地的事。' }],
      ]),
    );
    expect(project(contestEntries, all).get('c1/e1')).toMatchObject({ status: 'disqualified', reason: '已核实。' });
  });
});

describe('contest-objection', () => {
  it('given an objection, when it is answered, then the row has both', () => {
    const waiting = {
      objectionId: 'o1',
      result: 1,
      entryId: 'e1',
      words: '图片不实。',
      by: 'resident-2',
      raisedAt: moments.entering,
      answer: null,
    };
    expect(project(contestObjections, [open, raised])).toEqual(new Map([['c1/o1', waiting]]));
    expect(project(contestObjections, [open, raised, answered])).toEqual(
      new Map([['c1/o1', { ...waiting, answer: { upheld: true, reason: '已核实。', at: moments.entering } }]]),
    );
  });
});

it.each([contests, contestList, contestResult, contestEntries, contestObjections])(
  'given any events, when $name is rebuilt, then the rows are the same',
  async (projection) => {
    await expectRebuiltEqualsIncremental<unknown>(projection as never, all);
  },
);
