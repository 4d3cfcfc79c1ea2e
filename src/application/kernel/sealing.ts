import type { EventClass } from '../../domain/shared/decider.js';
import { sealMark } from '../../domain/shared/fields.js';
import { changePersonal, holdsPersonal } from '../../domain/shared/field-marks.js';
import type { StoredEvent } from '../ports/event-log.js';
import type { ReadModels } from '../ports/read-models.js';
import type { PersonalKeyReader, PersonalKeys } from '../ports/personal-keys.js';
import { decrypt, encrypt } from './encryption.js';

/*
 * Personal data is sealed when an event is written. It is opened in answers and before a decider uses it (ADR 14). A sealed text is
 * `sealed:1:<person>:<event>:<field>:<payload>:`. The payload is base64url of the encrypted text (encryption.ts); everything before the
 * payload is its associated data. None of these characters is escaped in JSON or CSV.
 */

const sealed = /sealed:1:([0-9a-z.~-]+):([0-9A-Za-z-]+):([0-9A-Za-z/]+):([\w-]+):/gu;
const whole = new RegExp(`^${sealed.source}$`, 'u');
/** A sealed text in JSON, with its quotation marks if it is a whole string. */
const quoted = new RegExp(`(?:(?<!\\\\)")?${sealed.source}"?`, 'gu');

/** A sealed text was changed, or was moved to another event or field. */
export class SealBroken extends Error {
  override readonly name = 'SealBroken';
}

/** What a sealed text is bound to: the person whose text it is, the event and the field. */
export interface SealedFor {
  readonly personId: string;
  readonly eventId: string;
  readonly field: string;
}

const headOf = ({ personId, eventId, field }: SealedFor): string => `${sealMark}${personId}:${eventId}:${field}:`;

/** @param key 32 bytes */
export function sealText(text: string, key: Uint8Array, where: SealedFor): string {
  const head = headOf(where);
  return `${head}${encrypt(Buffer.from(text), key, head).toString('base64url')}:`;
}

function openPayload(payload: string, key: Uint8Array, where: SealedFor): string {
  try {
    return decrypt(Buffer.from(payload, 'base64url'), key, headOf(where)).toString('utf8');
  } catch {
    throw new SealBroken(`personal text of event ${where.eventId}, field ${where.field}, was changed or is sealed with another key`);
  }
}

/** @throws SealBroken if the text was changed, or the key belongs to another person */
export function openText(text: string, key: Uint8Array): string {
  const [, personId, eventId, field, payload] = whole.exec(text) ?? [];
  if (personId === undefined) throw new SealBroken('no sealed text');
  return openPayload(payload!, key, { personId, eventId: eventId!, field: field! });
}

const personsSealedIn = (json: string): Set<string> => new Set([...json.matchAll(sealed)].map(([, personId]) => personId!));

/** Opens sealed texts for those who may read them: in answers, and for deciders. A text whose key was destroyed is shown as null. */
export class Opening {
  constructor(protected readonly keys: PersonalKeyReader) {}

  /**
   * A JSON text with its sealed texts opened, in one pass and with one look-up of keys. Without a key, a string that is one sealed text
   * becomes null, and a sealed text inside a longer string is left out.
   * @throws SealBroken
   */
  async json(text: string): Promise<string> {
    if (!text.includes(sealMark)) return text;
    const keys = await this.keys.find(personsSealedIn(text));
    return text.replace(quoted, (found, personId: string, eventId: string, field: string, payload: string) => {
      const [before, after] = [found.startsWith('"') ? '"' : '', found.endsWith('"') ? '"' : ''];
      const key = keys.get(personId);
      if (key === undefined) return before !== '' && after !== '' ? 'null' : before + after;
      return before + JSON.stringify(openPayload(payload, key, { personId, eventId, field })).slice(1, -1) + after;
    });
  }

  /** A value with its sealed texts opened. */
  async value<T>(value: T): Promise<T> {
    const text = JSON.stringify(value);
    return text.includes(sealMark) ? (JSON.parse(await this.json(text)) as T) : value;
  }

  /** Rows with their sealed texts opened. */
  rows(rows: Pick<ReadModels, 'get'>): Pick<ReadModels, 'get'> {
    return {
      get: async (projection, key) => {
        const row = await rows.get(projection, key);
        return row && this.value(row);
      },
    };
  }

  /** Events for display: their data opened, everything else as it is in the log. */
  async shown(events: readonly StoredEvent[]): Promise<readonly StoredEvent[]> {
    if (!events.some(({ data }) => data.includes(sealMark))) return events;
    const keys = await this.keys.find(new Set(events.flatMap(({ data }) => [...personsSealedIn(data)])));
    const opening = new Opening({ find: () => Promise.resolve(keys) });
    return Promise.all(events.map(async (event) => ({ ...event, data: await opening.json(event.data) })));
  }

  /**
   * Events for deciders. Each text must be in the event and field that it was sealed for, and a text without a key is absent (not null,
   * as in `shown`).
   * @throws SealBroken
   */
  async decidedOn(events: readonly StoredEvent[]): Promise<readonly StoredEvent[]> {
    if (!events.some(({ data }) => data.includes(sealMark))) return events;
    const keys = await this.keys.find(new Set(events.flatMap(({ data }) => [...personsSealedIn(data)])));
    return events.map((event) => (event.data.includes(sealMark) ? { ...event, data: openedData(event, keys) } : event));
  }
}

function openedData({ id, data }: StoredEvent, keys: ReadonlyMap<string, Uint8Array>): string {
  const paths = new Map<object, string>();
  return JSON.stringify(JSON.parse(data), function (this: object, name: string, value: unknown) {
    const path = name === '' ? '' : `${paths.get(this) ?? ''}${name}`;
    if (typeof value === 'object' && value !== null) paths.set(value, path === '' ? '' : `${path}/`);
    if (typeof value !== 'string' || !value.startsWith(sealMark)) return value;
    const [, personId = '', eventId, field] = whole.exec(value) ?? [];
    if (eventId !== id || field !== path)
      throw new SealBroken(`event ${id} holds a text in ${path} that was sealed for another event or field`);
    const key = keys.get(personId);
    return key === undefined ? undefined : openText(value, key);
  });
}

/** Seals the personal texts of new events. */
export class Sealing extends Opening {
  constructor(protected override readonly keys: PersonalKeys) {
    super(keys);
  }

  /**
   * The data of an event with its personal texts sealed, each with the key of its person.
   * @param actor the person who acts
   * @throws KeyDestroyed if the event has a text of a person who was erased
   */
  async sealed(type: EventClass, data: object, eventId: string, actor: string): Promise<object> {
    if (!holdsPersonal(type)) return data;
    const persons = new Set<string>();
    changePersonal(type, data, actor, ({ text, personId }) => {
      persons.add(personId);
      return text;
    });
    if (persons.size === 0) return data;
    const keys = await this.keys.keysOf(persons);
    return changePersonal(type, data, actor, ({ text, personId, field }) =>
      sealText(text, keys.get(personId)!, { personId, eventId, field }),
    );
  }
}
