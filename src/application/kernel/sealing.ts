import type { Bilingual } from '../../domain/shared/bilingual.js';
import type { EventClass } from '../../domain/shared/decider.js';
import { sealMark } from '../../domain/shared/fields.js';
import { changePersonal } from '../../domain/shared/field-marks.js';
import type { StoredEvent } from '../ports/event-log.js';
import type { ReadModels } from '../ports/read-models.js';
import type { FoundKeys, PersonalKeyReader, PersonalKeys } from '../ports/personal-keys.js';
import { decrypt, encrypt } from './encryption.js';

/*
 * Longer than other files: sealing and opening share the form of a sealed text, and are checked against each other.
 *
 * Personal data is sealed when an event is written. It is opened in answers and before a decider uses it (ADR 14). A sealed text is
 * `sealed:1:<owner>:<event>:<field>:<payload>:`. The payload is base64url of the encrypted text (encryption.ts); everything before the
 * payload is its associated data. None of these characters is escaped in JSON or CSV.
 */

const sealed = /sealed:1:([0-9A-Za-z/.~-]+):([0-9A-Za-z-]+):([0-9A-Za-z/]+):([\w-]+):/gu;
const whole = new RegExp(`^${sealed.source}$`, 'u');
/** A sealed text in JSON, with its quotation marks if it is a whole string. */
const quoted = new RegExp(`(?:(?<!\\\\)")?${sealed.source}"?`, 'gu');

/** A sealed text cannot be read: its key is missing or damaged, or it was changed or moved to another event or field. */
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
    throw new SealBroken(
      `the personal text of ${where.owner} in event ${where.eventId}, field ${where.field}, was changed or is sealed with another key`,
    );
  }
}

/** @throws SealBroken if the text was changed, or the key belongs to another owner */
export function openText(text: string, key: Uint8Array): string {
  const [, owner, eventId, field, payload] = whole.exec(text) ?? [];
  if (owner === undefined) throw new SealBroken('no sealed text');
  return openPayload(payload!, key, { owner, eventId: eventId!, field: field! });
}

/** The owners of the sealed texts in JSON. */
export const ownersSealedIn = (json: string): Set<string> => new Set([...json.matchAll(sealed)].map(([, owner]) => owner!));

/** Why a text is not shown: its key was destroyed, or it cannot be read. */
type Gone = 'erased' | 'unreadable';

/** What people read in place of a text that is not shown. */
const goneWords = { erased: { zh: '已删除', en: 'erased' }, unreadable: { zh: '无法读取', en: 'unreadable' } } as const;
const inBoth = (gone: Gone): string => `${goneWords[gone].zh} / ${goneWords[gone].en}`;

/** The words for a text in an answer: what is in Chinese stands below `zh`, what is in English below `en`. */
function wordsAt(pointer: string, gone: Gone): string {
  if (pointer.includes('/zh/')) return goneWords[gone].zh;
  return pointer.includes('/en/') ? goneWords[gone].en : inBoth(gone);
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

/** The owner of a text that cannot be read, and why. */
export interface Unreadable {
  readonly owner: string;
  readonly why: string;
}

/**
 * Opens sealed texts for those who may read them: in answers, and for deciders. A text that is not there is null in JSON. The outermost
 * object lists where: `erased`, if its key was destroyed; `unreadable`, if its key is missing or damaged, or the text was changed. For
 * people words stand there instead. One damaged key or text leaves all others as they are.
 */
export class Opening {
  /** The owners that were reported. Each is reported once. */
  private readonly reported = new Set<string>();

  /** @param report called with the owner whose texts cannot be read */
  constructor(
    protected readonly keys: Pick<PersonalKeyReader, 'find' | 'lostUpTo'>,
    private readonly report: (unreadable: Unreadable) => void,
  ) {}

  /** The JSON of an answer with its sealed texts opened, in one pass and with one look-up of keys. */
  async json(text: string): Promise<string> {
    if (!text.includes(sealMark)) return text;
    return this.nulled(text, await this.keys.find(ownersSealedIn(text)));
  }

  /** An answer with its sealed texts opened, as `json`. */
  async value<T extends object>(value: T): Promise<T> {
    const text = JSON.stringify(value);
    return text.includes(sealMark) ? (JSON.parse(await this.json(text)) as T) : value;
  }

  /** A value with its sealed texts opened, for people to read: in one language, or in both. */
  async worded<T>(value: T, language?: keyof Bilingual): Promise<T> {
    const text = JSON.stringify(value);
    if (!text.includes(sealMark)) return value;
    return JSON.parse(this.inWords(text, await this.keys.find(ownersSealedIn(text)), language)) as T;
  }

  /** Rows with their sealed texts opened, for people to read. */
  rows(rows: Pick<ReadModels, 'get'>, language: keyof Bilingual): Pick<ReadModels, 'get'> {
    return {
      get: async (projection, key) => {
        const row = await rows.get(projection, key);
        return row && this.worded(row, language);
      },
    };
  }

  /** Events with their data opened, as `json`; everything else as it is in the log. */
  async shown(events: readonly StoredEvent[]): Promise<readonly StoredEvent[]> {
    return this.each(events, ({ data }, keys) => this.nulled(data, keys));
  }

  /** Events with their data opened, for people to read. */
  async wordedEvents(events: readonly StoredEvent[]): Promise<readonly StoredEvent[]> {
    return this.each(events, ({ data }, keys) => this.inWords(data, keys));
  }

  /**
   * Events for deciders. Each text must be in the event and field that it was sealed for. A text that is not there is absent (not null, as
   * in `shown`).
   * @returns the events, and why a text among them cannot be read; undefined if all can, or if their keys were destroyed or given up.
   * Nothing is decided without a text that cannot be read
   */
  async decidedOn(events: readonly StoredEvent[]): Promise<{ readonly events: readonly StoredEvent[]; readonly unreadable?: SealBroken }> {
    let unreadable: SealBroken | undefined;
    const { lostUpTo = '' } = this.keys; // event ids grow with time
    const opened = await this.each(events, (event, keys) =>
      openedData(event, keys, (error) => {
        if (event.id > lostUpTo) unreadable ??= error;
      }),
    );
    return { events: opened, ...(unreadable && { unreadable }) };
  }

  private async each(
    events: readonly StoredEvent[],
    open: (event: StoredEvent, keys: FoundKeys) => string,
  ): Promise<readonly StoredEvent[]> {
    if (!events.some(({ data }) => data.includes(sealMark))) return events;
    const keys = await this.keys.find(new Set(events.flatMap(({ data }) => [...ownersSealedIn(data)])));
    return events.map((event) => (event.data.includes(sealMark) ? { ...event, data: open(event, keys) } : event));
  }

  /** JSON with its sealed texts opened. `otherwise` gives what stands for a text that is not there. */
  private opened(json: string, keys: FoundKeys, otherwise: (text: string, gone: Gone) => string): string {
    return json.replace(quoted, (found, owner: string, eventId: string, field: string, payload: string) => {
      const [before, after] = [found.startsWith('"') ? '"' : '', found.endsWith('"') ? '"' : ''];
      const key = keys.get(owner);
      const text = key === undefined ? null : this.read(payload, key, { owner, eventId, field });
      const shown =
        text === null
          ? otherwise(found.replaceAll('"', ''), key === undefined ? 'erased' : 'unreadable')
          : JSON.stringify(text).slice(1, -1);
      return before + shown + after;
    });
  }

  /** Null if it cannot be read. */
  private read(payload: string, key: Uint8Array | null, where: SealedFor): string | null {
    try {
      if (key === null) throw noKey(where);
      return openPayload(payload, key, where);
    } catch (error) {
      const { owner } = where;
      if (!this.reported.has(owner)) this.report({ owner, why: (error as Error).message });
      this.reported.add(owner);
      return null;
    }
  }

  private inWords(json: string, keys: FoundKeys, language?: keyof Bilingual): string {
    return this.opened(json, keys, (_, gone) => (language === undefined ? inBoth(gone) : goneWords[gone][language]));
  }

  /**
   * JSON of an object with null in place of strings that are one text that is not there, and their JSON Pointers (RFC 6901) in `erased` or
   * `unreadable`. Inside a longer string, words take the place of the text.
   */
  private nulled(json: string, keys: FoundKeys): string {
    const why = new Map<string, Gone>();
    const text = this.opened(json, keys, (found, gone) => {
      why.set(found, gone);
      return found;
    });
    if (why.size === 0 && !text.includes(sealMark)) return text;
    const lists: Record<Gone, string[]> = { erased: [], unreadable: [] };
    const shown = changeTexts(JSON.parse(text), (found, pointer) => {
      const gone = why.get(found) ?? (found.startsWith(sealMark) ? 'unreadable' : undefined); // one that is no sealed text any more
      if (gone === undefined) return found.replace(sealed, (part) => wordsAt(pointer, why.get(part) ?? 'unreadable'));
      lists[gone].push(pointer);
      return null;
    });
    const { erased, unreadable } = lists;
    const has = (gone: Gone) => lists[gone].length > 0 || [...why.values()].includes(gone);
    return JSON.stringify({ ...(shown as object), ...(has('erased') && { erased }), ...(has('unreadable') && { unreadable }) });
  }
}

const noKey = ({ owner, eventId, field }: SealedFor): SealBroken =>
  new SealBroken(`the key of ${owner}, with which event ${eventId}, field ${field}, is sealed, is missing or damaged`);

/** Seals the personal texts of new events. */
export class Sealing extends Opening {
  constructor(
    protected override readonly keys: PersonalKeys,
    report: (unreadable: Unreadable) => void,
  ) {
    super(keys, report);
  }

  /**
   * The data of an event with its personal texts sealed, each with the key of its owner.
   * @param actor the person who acts
   * @throws KeyDestroyed if the event has a text of a person who was erased
   */
  async sealed(type: EventClass, data: object, eventId: string, actor: string): Promise<object> {
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

function openedData({ id, data }: StoredEvent, keys: FoundKeys, isUnreadable: (error: SealBroken) => void): string {
  const paths = new Map<object, string>();
  return JSON.stringify(JSON.parse(data), function (this: object, name: string, value: unknown) {
    const path = name === '' ? '' : `${paths.get(this) ?? ''}${name}`;
    if (typeof value === 'object' && value !== null) paths.set(value, path === '' ? '' : `${path}/`);
    if (typeof value !== 'string' || !value.startsWith(sealMark)) return value;
    try {
      return openedFor({ eventId: id, field: path }, value, keys);
    } catch (error) {
      isUnreadable(error as SealBroken);
      return undefined;
    }
  });
}

/** Undefined: its key was destroyed. @throws SealBroken */
function openedFor(place: Omit<SealedFor, 'owner'>, text: string, keys: FoundKeys): string | undefined {
  const [, owner = '', eventId, field] = whole.exec(text) ?? [];
  if (eventId !== place.eventId || field !== place.field)
    throw new SealBroken(`event ${place.eventId} holds a text of ${owner} in ${place.field} that was sealed for another event or field`);
  const key = keys.get(owner);
  if (key === null) throw noKey({ ...place, owner });
  return key === undefined ? undefined : openText(text, key);
}
