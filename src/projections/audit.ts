import { deciders } from '../domain/deciders.js';
import type { AnyDecider } from '../domain/shared/decider.js';
import { personFields, personsIn } from '../domain/shared/field-marks.js';
import { lineage } from '../domain/shared/place-id.js';
import { type AnyRecorded, defineProjection } from './projection.js';
import { positionKey } from './position.js';

/** A reference to an event. Its content is read from the log. */
export interface AuditRow {
  /** The UTC instant at which it happened. */
  readonly at: string;
}

const classes = new Map(Object.values(deciders as Readonly<Record<string, AnyDecider>>).flatMap(({ events }) => Object.entries(events)));
const personFieldsOfAny = new Set([...classes.values()].flatMap(personFields));

/** Of an event whose type a later program declares: the fields that hold persons in other events. */
const likelyPersons = (data: Readonly<Record<string, unknown>>): readonly string[] =>
  [...personFieldsOfAny].map((field) => data[field]).filter((id) => typeof id === 'string');

/** The people an event concerns: the actor, who entered it, and whom its data names. For unknown event types, as far as can be known. */
function peopleOf({ type, data, meta }: AnyRecorded): ReadonlySet<string> {
  const shape = classes.get(type);
  return new Set([
    ...(meta.capacity === 'system' ? [] : [meta.actor]),
    ...(meta.enteredBy === undefined ? [] : [meta.enteredBy]),
    ...(shape === undefined ? likelyPersons(data as Readonly<Record<string, unknown>>) : personsIn(shape, data as object)),
  ]);
}

/** The places whose trail lists the event: its place and all above, but the county only for its own events, or it would list everything. */
const placesOf = (place: string): readonly string[] => lineage(place).filter((at) => at === place || at.length > 6);

/** The index of the audit trail: `place/…`, `person/…` and `type/…`, each followed by the position. A prefix lists events in log order. */
export const audit = defineProjection<AuditRow>({
  name: 'audit',
  version: 3,
  writeOnce: true,
  on: {},
  onAny: {
    keys: (event) => {
      const position = positionKey(event.position);
      const { place } = event.meta;
      const subjects = [
        ...(place === null ? [] : placesOf(place).map((at) => `place/${at}`)),
        ...[...peopleOf(event)].map((person) => `person/${person}`),
        `type/${event.type}`,
      ];
      return subjects.map((subject) => `${subject}/${position}`);
    },
    evolve: (_, { at }) => ({ at }),
  },
});
