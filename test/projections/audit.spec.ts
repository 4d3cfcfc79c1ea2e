import { describe, expect, it } from '@jest/globals';
import { audit } from '../../src/projections/audit.js';
import type { RecordedEvent } from '../../src/projections/projection.js';
import { expectRebuiltEqualsIncremental, project, recorded } from '../support/projections.js';

const vote = (circumstances = {}) =>
  recorded(
    'VoteCast',
    { contestId: 'c1', entryId: 'e1' },
    { aggregateId: 'c1.v1', actor: 'v1', place: '510121111219.1', ...circumstances },
  );
const keys = (event: RecordedEvent) => [...project(audit, [event]).keys()];
const at = '0000000000000001';

describe('audit', () => {
  it('given an event, when it is recorded, then it is listed under its places below the county, its people and its type', () => {
    expect(keys(vote())).toEqual([
      `place/510121111219.1/${at}`,
      `place/510121111219/${at}`,
      `place/510121111/${at}`,
      `person/v1/${at}`,
      `type/VoteCast/${at}`,
    ]);
  });
  it('given an event of the county itself, when it is recorded, then it is listed under the county', () => {
    expect(keys(vote({ place: '510121' }))).toContain(`place/510121/${at}`);
    expect(keys(vote({ place: null }))).toEqual([`person/v1/${at}`, `type/VoteCast/${at}`]);
  });
  it('given an event entered for somebody, when it is recorded, then it is listed once each under who entered it and whom it names', () => {
    expect(keys(vote({ place: null, enteredBy: 'volunteer-1' }))).toEqual([
      `person/v1/${at}`,
      `person/volunteer-1/${at}`,
      `type/VoteCast/${at}`,
    ]);
    const granted = recorded(
      'RoleGranted',
      { personId: 'p7', capacity: 'resident', placeId: '510121' },
      { aggregateId: 'p7', actor: 'office' },
    );
    expect(keys(granted)).toEqual([`person/office/${at}`, `person/p7/${at}`, `type/RoleGranted/${at}`]);
    expect(keys({ ...granted, meta: { ...granted.meta, actor: 'p7' } })).toEqual([`person/p7/${at}`, `type/RoleGranted/${at}`]);
  });
  it('given people in lists and nested values, when the event is recorded, then it is listed under all of them', () => {
    const handedOver = recorded(
      'PlotHandedOver',
      { fromId: 'p1', guardianId: 'p2', until: '2026-05-13T08:00:00.000Z' },
      { aggregateId: 'plot-1', actor: 'p2', place: null },
    );
    expect(keys(handedOver)).toEqual([`person/p2/${at}`, `person/p1/${at}`, `type/PlotHandedOver/${at}`]);
    const offered = recorded('PlotOffered', { guardianId: 'p1', toId: 'p3' }, { aggregateId: 'plot-1', actor: 'p1', place: null });
    expect(keys(offered)).toContain(`person/p3/${at}`);
    const contest = recorded('ContestOpened', { jurors: ['j1', 'j2'] } as never, { aggregateId: 'c1', actor: 'office', place: null });
    expect(keys(contest)).toEqual([`person/office/${at}`, `person/j1/${at}`, `person/j2/${at}`, `type/ContestOpened/${at}`]);
  });
  it('given an event of the system, when it is recorded, then the system has no trail as a person', () => {
    expect(keys(vote({ place: null, actor: 'system', capacity: 'system' }))).toEqual([`type/VoteCast/${at}`]);
  });
  it('given an event, when it is recorded, then only its time is kept of the content', () => {
    expect([...project(audit, [vote({ at: '2026-05-12T08:00:00.000Z', recordedAt: '2026-05-13T08:00:00.000Z' })]).values()][0]).toEqual({
      at: '2026-05-12T08:00:00.000Z',
    });
  });
  it('given any events, when rebuilt, then the rows are the same', async () => {
    await expectRebuiltEqualsIncremental(audit, [vote(), vote({ actor: 'v2' }), vote({ place: '510121' })]);
  });
});
