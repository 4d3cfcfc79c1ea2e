import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import type { EventClass } from '../../domain/shared/decider.js';
import { changePersonal, holdsPersonal, sealMark } from '../../domain/shared/fields.js';
import type { StoredEvent } from '../ports/event-log.js';
import type { ReadModels } from '../ports/read-models.js';
import type { PersonalKeyReader, PersonalKeys } from '../ports/personal-keys.js';

/*
 * Personal data is sealed when an event is written, and opened where it is shown or decided on (ADR 14). A sealed text is
 * `sealed:1:<person>:<event>:<field>:<payload>:`, where the payload is base64url of nonce (12 bytes), ciphertext and tag (16 bytes) of
 * AES-256-GCM, and all before the payload is its associated data. None of its characters is escaped in JSON or in CSV.
 */

const algorithm = 'aes-256-gcm';
const nonceBytes = 12;
const tagBytes = 16;
const sealed = /sealed:1:([0-9a-z.~-]+):([0-9A-Za-z-]+):([0-9A-Za-z/]+):([\w-]+):/gu;
const whole = new RegExp(`^${sealed.source}$`, 'u');
/** In JSON, with the quotation marks where it is a whole string. */
const quoted = new RegExp(`(?:(?<!\\\\)")?${sealed.source}"?`, 'gu');

/** A sealed text was changed, or stands where it was not sealed for. */
export class SealBroken extends Error {
  override readonly name = 'SealBroken';
}

/** Where a personal text is sealed for: the person whose it is, the event and the field. */
export interface SealedFor {
  readonly personId: string;
  readonly eventId: string;
  readonly field: string;
}

const headOf = ({ personId, eventId, field }: SealedFor): string => `${sealMark}${personId}:${eventId}:${field}:`;

/** @param key 32 bytes */
export function sealText(text: string, key: Uint8Array, where: SealedFor): string {
  const [head, nonce] = [headOf(where), randomBytes(nonceBytes)];
  const cipher = createCipheriv(algorithm, key, nonce).setAAD(Buffer.from(head));
  const payload = Buffer.concat([nonce, cipher.update(text, 'utf8'), cipher.final(), cipher.getAuthTag()]);
  return `${head}${payload.toString('base64url')}:`;
}

function openPayload(payload: string, key: Uint8Array, where: SealedFor): string {
  const bytes = Buffer.from(payload, 'base64url');
  const [nonce, text, tag] = [bytes.subarray(0, nonceBytes), bytes.subarray(nonceBytes, -tagBytes), bytes.subarray(-tagBytes)];
  try {
    const decipher = createDecipheriv(algorithm, key, nonce, { authTagLength: tagBytes }).setAAD(Buffer.from(headOf(where)));
    return Buffer.concat([decipher.setAuthTag(tag).update(text), decipher.final()]).toString('utf8');
  } catch {
    throw new SealBroken(`personal text of event ${where.eventId}, field ${where.field}, was changed or is sealed with another key`);
  }
}

/** @throws SealBroken when the text was changed, or the key is another's */
export function openText(text: string, key: Uint8Array): string {
  const [, personId, eventId, field, payload] = whole.exec(text) ?? [];
  if (personId === undefined) throw new SealBroken('no sealed text');
  return openPayload(payload!, key, { personId, eventId: eventId!, field: field! });
}

const personsIn = (json: string): Set<string> => new Set([...json.matchAll(sealed)].map(([, personId]) => personId!));

/** Opens what is sealed, for those who may read it: only at the edge, and for deciders. What has no key any more is told as null. */
export class Opening {
  constructor(protected readonly keys: PersonalKeyReader) {}

  /**
   * A JSON text with its sealed texts opened: one pass, and one look-up of keys. Where there is no key, a string that is sealed as a
   * whole becomes null, and within a longer text it is left out.
   * @throws SealBroken
   */
  async json(text: string): Promise<string> {
    if (!text.includes(sealMark)) return text;
    const keys = await this.keys.find(personsIn(text));
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

  /** Events with their data opened, as they are shown. The rest of each is as the log holds it. */
  async shown(events: readonly StoredEvent[]): Promise<readonly StoredEvent[]> {
    if (!events.some(({ data }) => data.includes(sealMark))) return events;
    const keys = await this.keys.find(new Set(events.flatMap(({ data }) => [...personsIn(data)])));
    const opening = new Opening({ find: () => Promise.resolve(keys) });
    return Promise.all(events.map(async (event) => ({ ...event, data: await opening.json(event.data) })));
  }

  /**
   * Events as deciders take them in. Unlike what is shown, each text must stand in the event and the field that it was sealed for, and
   * what has no key any more is absent.
   * @throws SealBroken
   */
  async decidedOn(events: readonly StoredEvent[]): Promise<readonly StoredEvent[]> {
    if (!events.some(({ data }) => data.includes(sealMark))) return events;
    const keys = await this.keys.find(new Set(events.flatMap(({ data }) => [...personsIn(data)])));
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
    if (eventId !== id || field !== path) throw new SealBroken(`event ${id} holds in ${path} what was not sealed for it`);
    const key = keys.get(personId);
    return key === undefined ? undefined : openText(value, key);
  });
}

/** Seals what is written, and opens it again. */
export class Sealing extends Opening {
  constructor(protected override readonly keys: PersonalKeys) {
    super(keys);
  }

  /**
   * The data of an event with its personal texts sealed, each with the key of its person.
   * @param actor the person who acts
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
