import type { EventClass } from '../../domain/shared/decider.js';
import { sealMark } from '../../domain/shared/fields.js';
import { changePersonal, holdsPersonal } from '../../domain/shared/field-marks.js';
import type { StoredEvent } from '../ports/event-log.js';
import type { ReadModels } from '../ports/read-models.js';
import type { PersonalKeyReader, PersonalKeys } from '../ports/personal-keys.js';
import { decrypt, encrypt } from './encryption.js';

/*
 * Personal data is sealed when an event is written. It is opened in answers and before a decider uses it (ADR 14). A sealed text is
 * `sealed:1:<owner>:<event>:<field>:<payload>:`. The payload is base64url of the encrypted text (encryption.ts); everything before the
 * payload is its associated data. None of these characters is escaped in JSON or CSV.
 */

const sealed = /sealed:1:([0-9A-Za-z/.~-]+):([0-9A-Za-z-]+):([0-9A-Za-z/]+):([\w-]+):/gu;
const whole = new RegExp(`^${sealed.source}$`, 'u');
/** A sealed text in JSON, with its quotation marks if it is a whole string. */
const quoted = new RegExp(`(?:(?<!\\\\)")?${sealed.source}"?`, 'gu');

/** A sealed text was changed, or was moved to another event or field. */
export class SealBroken extends Error {
  override readonly name = 'SealBroken';
}

/** What a sealed text is bound to: the owner of its key (a person, or a thing as `ballotId/<id>`), the event and the field. */
export interface SealedFor {
  readonly owner: string;
  readonly eventId: string;
  readonly field: string;
}

const headOf = ({ owner, eventId, field }: SealedFor): string => `${sealMark}${owner}:${eventId}:${field}:`;

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

/** @throws SealBroken if the text was changed, or the key belongs to another owner */
export function openText(text: string, key: Uint8Array): string {
  const [, owner, eventId, field, payload] = whole.exec(text) ?? [];
  if (owner === undefined) throw new SealBroken('no sealed text');
  return openPayload(payload!, key, { owner, eventId: eventId!, field: field! });
}

const ownersSealedIn = (json: string): Set<string> => new Set([...json.matchAll(sealed)].map(([, owner]) => owner!));

type Keys = ReadonlyMap<string, Uint8Array>;

/** JSON with its sealed texts opened. `otherwise` gives what stands for a text without a key. @throws SealBroken */
const opened = (json: string, keys: Keys, otherwise: (found: string) => string): string =>
  json.replace(quoted, (found, owner: string, eventId: string, field: string, payload: string) => {
    const key = keys.get(owner);
    if (key === undefined) return otherwise(found);
    const text = JSON.stringify(openPayload(payload, key, { owner, eventId, field }));
    return (found.startsWith('"') ? '"' : '') + text.slice(1, -1) + (found.endsWith('"') ? '"' : '');
  });

/** What people read in place of an erased text. An answer in JSON has null instead. */
export const erasedWords = { zh: '已删除', en: 'erased' } as const;
const erasedInBoth = `${erasedWords.zh} / ${erasedWords.en}`;

/** The words for a text in an answer: what is in Chinese stands below `zh`, what is in English below `en`. */
function wordsAt(pointer: string): string {
  if (pointer.includes('/zh/')) return erasedWords.zh;
  return pointer.includes('/en/') ? erasedWords.en : erasedInBoth;
}

/** JSON with words in place of sealed texts. */
const worded = (json: string, words: string): string => json.replace(sealed, words);

/**
 * JSON of an object with null in place of strings that are one sealed text, and their JSON Pointers (RFC 6901) in `erased`. Inside a
 * longer string, words take the place of the sealed text.
 */
function nulled(json: string): string {
  if (!json.includes(sealMark)) return json;
  const erased: string[] = [];
  const shown = changeTexts(JSON.parse(json), (text, pointer) => {
    if (!whole.test(text)) return worded(text, wordsAt(pointer));
    erased.push(pointer);
    return null;
  });
  return JSON.stringify({ ...(shown as object), erased });
}

/** A copy of a JSON value with its strings changed. */
function changeTexts(value: unknown, change: (text: string, pointer: string) => string | null, pointer = ''): unknown {
  if (typeof value === 'string') return change(value, pointer);
  if (typeof value !== 'object' || value === null) return value;
  const below = ([name, item]: [string, unknown]) =>
    [name, changeTexts(item, change, `${pointer}/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`)] as const;
  const members = Object.entries(value).map(below);
  return Array.isArray(value) ? members.map(([, item]) => item) : Object.fromEntries(members);
}

/** Data with null in place of the sealed texts of other people than this person, and their JSON Pointers in `masked`. */
export function maskedFor(personId: string, data: object): { readonly data: object; readonly masked: readonly string[] } {
  const masked: string[] = [];
  const shown = changeTexts(data, (text, pointer) => {
    const owner = whole.exec(text)?.[1];
    if (owner === undefined || owner === personId) return text;
    masked.push(pointer);
    return null;
  });
  return { data: shown as object, masked };
}

/**
 * Opens sealed texts for those who may read them: in answers, and for deciders. A text whose key was destroyed is null in JSON; `erased`,
 * in the outermost object, lists where. For people words stand there instead.
 */
export class Opening {
  constructor(protected readonly keys: PersonalKeyReader) {}

  /** The JSON of an answer with its sealed texts opened, in one pass and with one look-up of keys. @throws SealBroken */
  async json(text: string): Promise<string> {
    if (!text.includes(sealMark)) return text;
    return nulled(opened(text, await this.keys.find(ownersSealedIn(text)), (found) => found));
  }

  /** An answer with its sealed texts opened, as `json`. */
  async value<T extends object>(value: T): Promise<T> {
    const text = JSON.stringify(value);
    return text.includes(sealMark) ? (JSON.parse(await this.json(text)) as T) : value;
  }

  /** A value with its sealed texts opened, for people to read. */
  async worded<T>(value: T, words: string = erasedInBoth): Promise<T> {
    const text = JSON.stringify(value);
    if (!text.includes(sealMark)) return value;
    const keys = await this.keys.find(ownersSealedIn(text));
    return JSON.parse(opened(text, keys, (found) => worded(found, words))) as T;
  }

  /** Rows with their sealed texts opened, for people to read. */
  rows(rows: Pick<ReadModels, 'get'>, words: string): Pick<ReadModels, 'get'> {
    return {
      get: async (projection, key) => {
        const row = await rows.get(projection, key);
        return row && this.worded(row, words);
      },
    };
  }

  /** Events with their data opened, as `json`; everything else as it is in the log. */
  async shown(events: readonly StoredEvent[]): Promise<readonly StoredEvent[]> {
    return this.#each(events, ({ data }, keys) => nulled(opened(data, keys, (found) => found)));
  }

  /** Events with their data opened, for people to read. */
  async wordedEvents(events: readonly StoredEvent[]): Promise<readonly StoredEvent[]> {
    return this.#each(events, ({ data }, keys) => opened(data, keys, (found) => worded(found, erasedInBoth)));
  }

  async #each(events: readonly StoredEvent[], open: (event: StoredEvent, keys: Keys) => string): Promise<readonly StoredEvent[]> {
    if (!events.some(({ data }) => data.includes(sealMark))) return events;
    const keys = await this.keys.find(new Set(events.flatMap(({ data }) => [...ownersSealedIn(data)])));
    return events.map((event) => (event.data.includes(sealMark) ? { ...event, data: open(event, keys) } : event));
  }

  /**
   * Events for deciders. Each text must be in the event and field that it was sealed for, and a text without a key is absent (not null,
   * as in `shown`).
   * @throws SealBroken
   */
  async decidedOn(events: readonly StoredEvent[]): Promise<readonly StoredEvent[]> {
    return this.#each(events, openedData);
  }
}

function openedData({ id, data }: StoredEvent, keys: Keys): string {
  const paths = new Map<object, string>();
  return JSON.stringify(JSON.parse(data), function (this: object, name: string, value: unknown) {
    const path = name === '' ? '' : `${paths.get(this) ?? ''}${name}`;
    if (typeof value === 'object' && value !== null) paths.set(value, path === '' ? '' : `${path}/`);
    if (typeof value !== 'string' || !value.startsWith(sealMark)) return value;
    const [, owner = '', eventId, field] = whole.exec(value) ?? [];
    if (eventId !== id || field !== path)
      throw new SealBroken(`event ${id} holds a text in ${path} that was sealed for another event or field`);
    const key = keys.get(owner);
    return key === undefined ? undefined : openText(value, key);
  });
}

/** Seals the personal texts of new events. */
export class Sealing extends Opening {
  constructor(protected override readonly keys: PersonalKeys) {
    super(keys);
  }

  /**
   * The data of an event with its personal texts sealed, each with the key of its owner.
   * @param actor the person who acts
   * @throws KeyDestroyed if the event has a text of a person who was erased
   */
  async sealed(type: EventClass, data: object, eventId: string, actor: string): Promise<object> {
    if (!holdsPersonal(type)) return data;
    const owners = new Set<string>();
    changePersonal(type, data, actor, ({ text, owner }) => {
      owners.add(owner);
      return text;
    });
    if (owners.size === 0) return data;
    const keys = await this.keys.keysOf(owners);
    return changePersonal(type, data, actor, ({ text, owner, field }) => sealText(text, keys.get(owner)!, { owner, eventId, field }));
  }
}
