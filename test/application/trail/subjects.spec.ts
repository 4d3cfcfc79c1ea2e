import { describe, expect, it } from '@jest/globals';
import type { StoredEvent } from '../../../src/application/ports/event-log.js';
import { subjectsOf } from '../../../src/application/trail/subjects.js';
import type { RecordedEvent } from '../../../src/projections/projection.js';
import { recorded, stored } from '../../support/projections.js';

const vote = (circumstances = {}) =>
  recorded(
    'VoteCast',
    { contestId: 'c1', entryId: 'e1' },
    { aggregateId: 'c1.v1', actor: 'v1', place: '510121111219.1', ...circumstances },
  );
const subjects = (event: RecordedEvent) => subjectsOf(stored([event])[0]!);

describe('what the audit trail lists an event under', () => {
  it('given an event, when it is recorded, then it is listed under its places below the county, its people and its type', () => {
    expect(subjects(vote())).toEqual([
      'place/510121111219.1',
      'place/510121111219',
      'place/510121111',
      'person/v1',
      'type/VoteCast',
      'correlation/c1',
    ]);
  });
  it('given an event of the county itself, when it is recorded, then it is listed under the county', () => {
    expect(subjects(vote({ place: '510121' }))).toContain('place/510121');
    expect(subjects(vote({ place: null }))).toEqual(['person/v1', 'type/VoteCast', 'correlation/c1']);
  });
  it('given an event entered for somebody, when it is recorded, then it is listed once each under who entered it and whom it names', () => {
    expect(subjects(vote({ place: null, enteredBy: 'volunteer-1' }))).toEqual([
      'person/v1',
      'person/volunteer-1',
      'type/VoteCast',
      'correlation/c1',
    ]);
    const granted = recorded(
      'RoleGranted',
      { personId: 'p7', capacity: 'resident', placeId: '510121' },
      { aggregateId: 'p7', actor: 'office' },
    );
    expect(subjects(granted)).toEqual(['person/office', 'person/p7', 'type/RoleGranted', 'correlation/c1']);
    expect(subjects({ ...granted, meta: { ...granted.meta, actor: 'p7' } })).toEqual(['person/p7', 'type/RoleGranted', 'correlation/c1']);
  });
  it('given people in lists and nested values, when the event is recorded, then it is listed under all of them', () => {
    const handedOver = recorded(
      'PlotHandedOver',
      { fromId: 'p1', guardianId: 'p2', until: '2026-05-13T08:00:00.000Z' },
      { aggregateId: 'plot-1', actor: 'p2', place: null },
    );
    expect(subjects(handedOver)).toEqual(['person/p2', 'person/p1', 'type/PlotHandedOver', 'correlation/c1']);
    const offered = recorded('PlotOffered', { guardianId: 'p1', toId: 'p3' }, { aggregateId: 'plot-1', actor: 'p1', place: null });
    expect(subjects(offered)).toContain('person/p3');
    const contest = recorded('ContestOpened', { jurors: ['j1', 'j2'] } as never, { aggregateId: 'c1', actor: 'office', place: null });
    expect(subjects(contest)).toEqual(['person/office', 'person/j1', 'person/j2', 'type/ContestOpened', 'correlation/c1']);
  });
  it('given an event of the system, when it is recorded, then the system has no trail as a person', () => {
    expect(subjects(vote({ place: null, actor: 'system', capacity: 'system' }))).toEqual(['type/VoteCast', 'correlation/c1']);
  });
  it('given an event that cannot be read, when it is listed, then under its type', () => {
    const [event] = stored([vote()]) as readonly [StoredEvent];
    for (const broken of [{ data: '{' }, { meta: '' }, { stream: 'place-1' }])
      expect(subjectsOf({ ...event, ...broken })).toEqual(['type/VoteCast']);
  });
  it('given an event of a type that is not known, when it is listed, then under what is likely to be a person', () => {
    const [event] = stored([vote({ place: null })]) as readonly [StoredEvent];
    const data = JSON.stringify({ personId: 'p7', name: 'p8' });
    expect(subjectsOf({ ...event, type: 'PlaceBlessed', data })).toEqual(['person/v1', 'person/p7', 'type/PlaceBlessed', 'correlation/c1']);
  });
});
