import { readFileSync } from 'node:fs';
import { derivedId } from '../../application/kernel/ids.js';
import { registrableLevels } from '../../domain/registry/place.js';
import { OneOf, Optional, PlaceId, Text } from '../../domain/shared/fields.js';
import { explain } from '../schema/texts.js';
import { validatorOf } from '../schema/validators.js';

/** Executes a command as the importer; returns its result or a refusal. */
export type Give = (command: {
  readonly command: string;
  readonly params: Readonly<Record<string, string>>;
  readonly data: object;
  /** Idempotency key: the same whenever the same thing is imported. */
  readonly key: string;
}) => Promise<object>;

export interface Progress {
  readonly done: number;
  readonly total: number;
}
export interface ImportedPlaces {
  /** Number of places that are now registered as in the file. */
  readonly places: number;
  /** Refused places with the code of the refusal. */
  readonly refused: readonly { readonly placeId: string; readonly name: string; readonly code: string }[];
}

/** A village or community of the division list with its town, or a former place with its successor. */
class Entry {
  @PlaceId() code!: string;
  @Text(1, 60) name!: string;
  @Optional() @Text(1, 60) town?: string;
  @Optional() @PlaceId() townCode?: string;
  @Optional() @OneOf(registrableLevels) level?: (typeof registrableLevels)[number];
  @Optional() @PlaceId() into?: string;
}
interface Listed {
  readonly placeId: string;
  readonly name: string;
  readonly level: (typeof registrableLevels)[number];
  readonly into?: string;
}

/** The county of the list; its entries only name what is in it. */
const county: Listed = { placeId: '510121', name: '金堂县', level: 'county' };
/** Number of commands at the same time: enough for the log to commit them together. */
const width = 64;

/**
 * Registers the places of a division list (the county, its towns, their villages and communities), and merges former places into their
 * present ones. Importing a file again changes nothing.
 * @throws Error if the file cannot be read or an entry is invalid; nothing is imported then
 */
export async function importPlaces(
  give: Give,
  file: string,
  onProgress: (progress: Progress) => void = () => undefined,
): Promise<ImportedPlaces> {
  const places = read(file);
  const refused: { placeId: string; name: string; code: string }[] = [];
  let done = 0;
  const one = async ({ into, ...data }: Listed): Promise<void> => {
    const ask = async (command: string, params: Readonly<Record<string, string>>, asked: object) => {
      const outcome = await give({
        command,
        params,
        data: asked,
        key: derivedId('import', command, JSON.stringify(params), JSON.stringify(asked)),
      });
      if ('refused' in outcome) refused.push({ placeId: data.placeId, name: data.name, code: String(outcome.refused) });
      return !('refused' in outcome);
    };
    const registered = await ask('RegisterPlace', {}, data);
    if (registered && into !== undefined) await ask('MergePlace', { id: data.placeId }, { into });
    onProgress({ done: ++done, total: places.length });
  };
  for (const length of [6, 9, 12]) {
    // a place is registered after the place above it
    const level = places.filter(({ placeId }) => placeId.length === length);
    for (let from = 0; from < level.length; from += width) await Promise.all(level.slice(from, from + width).map(one));
  }
  return { places: places.length - new Set(refused.map(({ placeId }) => placeId)).size, refused };
}

function read(file: string): readonly Listed[] {
  const entries: unknown = JSON.parse(readFileSync(file, 'utf8'));
  if (!Array.isArray(entries)) throw new Error(`${file} is not a list of places`);
  const places = new Map([[county.placeId, county]]);
  const add = (place: Listed) => {
    const before = places.get(place.placeId);
    if (before && before.name !== place.name) throw new Error(`${file} gives ${place.placeId} two names: ${before.name} and ${place.name}`);
    places.set(place.placeId, place);
  };
  entries.forEach((entry: unknown, index) => {
    const errors = validatorOf(Entry)(entry).map((error) => `${error.pointer} ${explain(error, 'en')}`);
    if (errors.length > 0) throw new Error(`${file}, entry ${index + 1}: ${errors.join('; ')}`);
    const { code, name, town, townCode, level, into } = entry as Entry;
    if (code.length > 12)
      throw new Error(`${file}, entry ${index + 1}: ${code} is below a village; division lists must not contain such places`);
    if (town !== undefined && townCode !== undefined) add({ placeId: townCode, name: town, level: 'town' });
    add({ placeId: code, ...(level === undefined ? nameAndLevel(name) : { name, level }), ...(into !== undefined && { into }) });
  });
  return [...places.values()];
}

/** Splits the name of a committee (谢杨坝村村委会, 清江社区居委会), as the list has it, into the name of the place and its level. */
function nameAndLevel(name: string): { name: string; level: 'village' | 'community' } {
  if (name.endsWith('村委会')) return { name: name.slice(0, -3), level: 'village' };
  if (name.endsWith('居委会')) return { name: name.slice(0, -3), level: 'community' };
  throw new Error(`${name} is neither a village committee (村委会) nor a residents’ committee (居委会)`);
}
