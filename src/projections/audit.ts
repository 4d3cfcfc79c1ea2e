import { deciders } from '../domain/deciders.js';
import type { AnyDecider } from '../domain/shared/decider.js';
import { personalFields } from '../domain/shared/fields.js';
import { lineage } from '../domain/shared/place-id.js';
import { type AnyRecorded, defineProjection } from './projection.js';

/** A reference to an event. Its content is read from the log. */
export interface AuditRow {
  /** The UTC instant at which it happened. */
  readonly at: string;
}

/** Fields that hold the id of a person, besides those that a personal field refers to. */
const personFields = ['personId', 'guardianId', 'voterId'];

const concerned = new Map<string, readonly string[]>();
for (const { events } of Object.values(deciders) as readonly AnyDecider[]) {
  for (const [type, shape] of Object.entries(events)) {
    const owners = [...personalFields(shape).values()];
    concerned.set(
      type,
      Object.keys(new shape()).filter((field) => personFields.includes(field) || owners.includes(field)),
    );
  }
}

/** The people an event concerns: the actor, who entered it, and whom its data names. For unknown event types, as far as can be known. */
function peopleOf({ type, data, meta }: AnyRecorded): ReadonlySet<string> {
  const people = new Set<string>(meta.capacity === 'system' ? [] : [meta.actor]);
  if (meta.enteredBy !== undefined) people.add(meta.enteredBy);
  for (const field of concerned.get(type) ?? personFields) {
    const person = (data as Readonly<Record<string, unknown>>)[field];
    if (typeof person === 'string') people.add(person);
  }
  return people;
}

/** The places whose trail lists the event: its place and all above, but the county only for its own events, or it would list everything. */
const placesOf = (place: string): readonly string[] => lineage(place).filter((at) => at === place || at.length > 6);

/** The number of digits of a position in a key, so that keys sort by position. */
export const positionDigits = 15;

/** The index of the audit trail: `place/…`, `person/…` and `type/…`, each followed by the position. A prefix lists events in log order. */
export const audit = defineProjection<AuditRow>({
  name: 'audit',
  version: 1,
  writeOnce: true,
  on: {},
  onAny: {
    keys: (event) => {
      const position = String(event.position).padStart(positionDigits, '0');
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
