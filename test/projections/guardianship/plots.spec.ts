import { describe, expect, it } from '@jest/globals';
import { plotKey, within } from '../../../src/projections/guardianship/keys.js';
import { plots } from '../../../src/projections/guardianship/plots.js';
import { expectRebuiltEqualsIncremental, project, recorded } from '../../support/projections.js';

const placeId = '510121111219.1';
const one = `${placeId}~1`;
const key = '510121111219/1/~0001';
const terms = {
  partyFirstDays: 14,
  termDays: 365,
  inspectionDays: 7,
  passMark: 60,
  rectificationDays: 7,
  failures: 3,
  failureDays: 90,
  noticeDays: 30,
};
const until = '2027-05-02T08:00:00.000Z';
const on = (at: string) => ({ aggregateId: one, at });

const divided = recorded(
  'PlotsDivided',
  {
    division: 1,
    terms,
    partyFirstUntil: '2026-05-15T08:00:00.000Z',
    plots: [
      { number: 1, name: '一号责任田', spaces: ['lvdi-1', 'hulan-1'] },
      { number: 2, name: '二号责任田', spaces: ['loudao-1'] },
    ],
  },
  { aggregateId: placeId, at: '2026-05-01T08:00:00.000Z' },
);
const closed = recorded('PartyFirstClosed', { division: 1, plotIds: [one] }, { aggregateId: placeId });
const applied = (applicationId: string, applicantId: string) =>
  recorded('PlotApplicationMade', { applicationId, applicantId, words: '我来' }, on('2026-05-01T09:00:00.000Z'));
const adopted = recorded(
  'PlotAdopted',
  { applicationId: 'a1', guardianId: 'cai', householdId: `${placeId}.7`, until },
  on('2026-05-02T08:00:00.000Z'),
);
const refused = recorded(
  'PlotApplicationRefused',
  { applicationId: 'a2', applicantId: 'xie', ground: 'adopted-by-another' },
  on('2026-05-02T08:00:00.000Z'),
);
const failed = recorded(
  'PlotInspected',
  {
    inspectionId: 'i1',
    inspectorId: 'mod',
    guardianId: 'cai',
    score: 40,
    passMark: 60,
    passed: false,
    nextDueAt: '2026-05-16T08:00:00.000Z',
    words: '杂物',
  },
  on('2026-05-09T08:00:00.000Z'),
);
const opened = recorded(
  'RectificationOpened',
  { inspectionId: 'i1', guardianId: 'cai', dueAt: '2026-05-16T08:00:00.000Z' },
  on('2026-05-09T08:00:00.000Z'),
);
const met = recorded('RectificationMet', { inspectionId: 'i1', inspectorId: 'mod', guardianId: 'cai' }, on('2026-05-10T08:00:00.000Z'));
const overdue = recorded(
  'RectificationOverdue',
  { inspectionId: 'i1', guardianId: 'cai', dueAt: '2026-05-16T08:00:00.000Z' },
  on('2026-05-16T08:00:00.000Z'),
);
const offered = recorded('PlotOffered', { guardianId: 'cai', toId: 'xie' }, on('2026-05-11T08:00:00.000Z'));
const handedOver = recorded('PlotHandedOver', { fromId: 'cai', guardianId: 'xie', until }, on('2026-05-12T08:00:00.000Z'));
const noticed = recorded('PlotNoticeGiven', { guardianId: 'cai', endsAt: '2026-06-10T08:00:00.000Z' }, on('2026-05-11T08:00:00.000Z'));
const ended = recorded(
  'GuardianshipEnded',
  { guardianId: 'cai', ground: 'notice', endedAt: '2026-06-10T08:00:00.000Z' },
  on('2026-06-10T08:00:00.000Z'),
);
const revoked = recorded(
  'GuardianshipRevoked',
  { guardianId: 'cai', failures: [{ inspectionId: 'i1', at: '2026-05-09T08:00:00.000Z', score: 40 }], withinDays: 90 },
  on('2026-05-09T08:00:00.000Z'),
);

const vacant = {
  plotId: one,
  placeId,
  number: 1,
  name: '一号责任田',
  spaces: ['lvdi-1', 'hulan-1'],
  partyFirstUntil: '2026-05-15T08:00:00.000Z',
  openTo: 'party-members',
  inspectionDays: 7,
  applications: [],
  lastInspection: null,
  guardian: null,
  inspectionDueAt: null,
  rectificationDueAt: null,
  offeredAgainTo: [],
};
const kept = {
  ...vacant,
  guardian: { personId: 'cai', since: '2026-05-02T08:00:00.000Z', endsAt: until, noticeGiven: false, offeredTo: null },
  inspectionDueAt: '2026-05-09T08:00:00.000Z',
};
const afterFailure = {
  ...kept,
  lastInspection: { inspectionId: 'i1', at: '2026-05-09T08:00:00.000Z', score: 40, passMark: 60, passed: false },
  inspectionDueAt: '2026-05-16T08:00:00.000Z',
};

/** As it is after so many deeds of its own; without any it has no revision. */
const after = (deeds: number, row: object) => ({ ...row, revision: deeds - 1 });

describe('plots', () => {
  it('given a division, when it is recorded, then its plots are vacant and open to party members', () => {
    const rows = project(plots, [divided]);
    expect(rows.get(key)).toStrictEqual(vacant);
    expect(rows.get('510121111219/1/~0002')).toStrictEqual({
      ...vacant,
      plotId: `${placeId}~2`,
      number: 2,
      name: '二号责任田',
      spaces: ['loudao-1'],
    });
    expect(rows.size).toBe(2);
  });
  it('given plots open to party members, when the window closes, then they are open to everyone', () => {
    expect(project(plots, [divided, closed]).get(key)).toStrictEqual({ ...vacant, openTo: 'everyone' });
  });
  it('given applications, when they are ruled on, then the list of applicants follows, without their words', () => {
    expect(project(plots, [divided, applied('a1', 'cai'), applied('a2', 'xie')]).get(key)).toEqual(
      after(2, {
        ...vacant,
        applications: [
          { applicationId: 'a1', applicantId: 'cai', madeAt: '2026-05-01T09:00:00.000Z' },
          { applicationId: 'a2', applicantId: 'xie', madeAt: '2026-05-01T09:00:00.000Z' },
        ],
      }),
    );
    expect(project(plots, [divided, applied('a1', 'cai'), applied('a2', 'xie'), adopted, refused]).get(key)).toEqual(after(4, kept));
  });
  it('given a guardian, when a plot is inspected, then it shows the guardian, the last score and what is to be made good', () => {
    expect(project(plots, [divided, adopted, failed, opened]).get(key)).toEqual(
      after(3, { ...afterFailure, rectificationDueAt: '2026-05-16T08:00:00.000Z' }),
    );
    for (const closing of [met, overdue])
      expect(project(plots, [divided, adopted, failed, opened, closing]).get(key)).toEqual(after(4, afterFailure));
  });
  it('given a guardian, when an offer, a handover or a notice is recorded, then the plot shows it', () => {
    expect(project(plots, [divided, adopted, offered]).get(key)).toEqual(
      after(2, { ...kept, guardian: { ...kept.guardian, offeredTo: 'xie' } }),
    );
    expect(project(plots, [divided, adopted, noticed, offered, handedOver]).get(key)).toEqual(
      after(4, { ...kept, guardian: { ...kept.guardian, personId: 'xie', since: '2026-05-12T08:00:00.000Z' } }),
    );
    expect(project(plots, [divided, adopted, noticed]).get(key)).toEqual(
      after(2, { ...kept, guardian: { ...kept.guardian, endsAt: '2026-06-10T08:00:00.000Z', noticeGiven: true } }),
    );
  });
  it('given a guardian, when the guardianship ends or is revoked, then the plot is vacant again', () => {
    expect(project(plots, [divided, adopted, noticed, ended]).get(key)).toEqual(after(3, vacant));
    expect(project(plots, [divided, adopted, failed, revoked]).get(key)).toEqual(
      after(3, { ...vacant, lastInspection: afterFailure.lastInspection }),
    );
  });
  it('given something to be made good, when the guardianship ends, then the plot still shows it', () => {
    expect(project(plots, [divided, adopted, failed, opened, noticed, ended]).get(key)).toEqual(
      after(5, { ...afterFailure, guardian: null, inspectionDueAt: null, rectificationDueAt: '2026-05-16T08:00:00.000Z' }),
    );
  });
  const voided = recorded('InspectionVoided', { inspectionId: 'i1', guardianId: 'cai' }, on('2026-05-20T08:00:00.000Z'));
  const dropped = recorded('RectificationDropped', { inspectionId: 'i1', guardianId: 'cai' }, on('2026-05-20T08:00:00.000Z'));
  const reinstated = recorded(
    'GuardianshipReinstated',
    { guardianId: 'cai', inspectionId: 'i1', since: '2026-05-02T08:00:00.000Z', until, endsAt: until },
    on('2026-05-20T08:00:00.000Z'),
  );
  const offeredAgain = recorded('PlotOfferedAgain', { guardianId: 'cai', inspectionId: 'i1' }, on('2026-05-20T08:00:00.000Z'));
  it('given an inspection that no longer counts, when the plot is read, then neither it nor what rested on it is shown', () => {
    expect(project(plots, [divided, adopted, failed, opened, voided, dropped]).get(key)).toEqual(
      after(5, { ...afterFailure, lastInspection: null }),
    );
    expect(project(plots, [divided, adopted, failed, revoked, voided, reinstated]).get(key)).toEqual(
      after(5, { ...kept, inspectionDueAt: '2026-05-27T08:00:00.000Z' }),
    );
    expect(project(plots, [divided, adopted, failed, revoked, voided, offeredAgain]).get(key)).toEqual(
      after(5, { ...vacant, offeredAgainTo: ['cai'] }),
    );
    expect(project(plots, [divided, adopted, failed, revoked, voided, offeredAgain, adopted]).get(key)).toEqual(after(6, kept));
  });
  it('given any events, when rebuilt, then the rows are the same', async () => {
    await expectRebuiltEqualsIncremental(plots, [divided, adopted, failed, opened, voided, dropped, offeredAgain, reinstated]);
    await expectRebuiltEqualsIncremental(plots, [
      divided,
      applied('a1', 'cai'),
      applied('a2', 'xie'),
      adopted,
      refused,
      closed,
      failed,
      opened,
      met,
      offered,
      handedOver,
      noticed,
      ended,
    ]);
    await expectRebuiltEqualsIncremental(plots, [divided, adopted, failed, opened, overdue, revoked]);
  });
});

describe('keys', () => {
  it('given a place, when keys are listed by its prefix, then they are those of the place and of what lies within it', () => {
    expect(plotKey('510121111219.1~12')).toBe('510121111219/1/~0012');
    for (const [place, plot, expected] of [
      ['510121', '510121111219.1~1', true],
      ['510121111', '510121111219.1~1', true],
      ['510121111219', '510121111219~1', true],
      ['510121111219.1', '510121111219.1.2~1', true],
      ['510121111219.1', '510121111219.10~1', false],
      ['510121111219.1', '510121111219~1', false],
    ] as const) {
      expect([place, plot, plotKey(plot).startsWith(within(place))]).toEqual([place, plot, expected]);
    }
  });
});
