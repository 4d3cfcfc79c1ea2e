import { deciders } from '../../domain/deciders.js';
import type { AnyDecider } from '../../domain/shared/decider.js';
import { personFields, personsIn } from '../../domain/shared/field-marks.js';
import { lineage } from '../../domain/shared/place-id.js';
import { type AnyRecorded, versionFrom } from '../../projections/projection.js';
import { decodeAny } from '../kernel/decode.js';
import type { StoredEvent } from '../ports/event-log.js';

const classes = new Map(Object.values(deciders as Readonly<Record<string, AnyDecider>>).flatMap(({ events }) => Object.entries(events)));
const personFieldsOfAny = new Set([...classes.values()].flatMap(personFields));

/** Raise it whenever segments would come out different. */
const format = 1;
/** The trail is made anew when it differs: also when a later program knows more types of event, or of fields that hold persons. */
export const trailVersion = versionFrom([
  String(format),
  ...[...classes].map(([type, shape]) => `${type}: ${personFields(shape).toSorted().join(' ')}`),
]);

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

/**
 * What the audit trail lists an event under: `place/…`, `person/…`, `type/…` and `correlation/…`. An event that cannot be read is listed
 * under its type.
 */
export function subjectsOf(event: StoredEvent): readonly string[] {
  const type = `type/${event.type}`;
  const read = readable(event);
  if (read === null) return [type];
  const { place, correlation } = read.meta;
  return [
    ...(place === null ? [] : placesOf(place).map((at) => `place/${at}`)),
    ...[...peopleOf(read)].map((person) => `person/${person}`),
    type,
    `correlation/${correlation}`,
  ];
}

function readable(event: StoredEvent): AnyRecorded | null {
  try {
    return decodeAny(event);
  } catch {
    return null;
  }
}
