import type { StoredEvent } from '../ports/event-log.js';
import type { ReadModels } from '../ports/read-models.js';
import type { AnyProjection } from '../../projections/projection.js';
import { RequestChangedNothing } from '../../domain/shared/request.js';
import { categoryOf, categoryOfStream, isEventType } from './decode.js';

export type SealRows = Pick<ReadModels, 'get'>;

/** Which events a context withholds for now: those of an embargoed contest or an open ballot. */
export interface Seal {
  /** What is sealed, such as `contest`. Together with the id it names one seal. */
  readonly of: string;
  readonly types: readonly string[];
  /** The part of the stream's id that names what is sealed. */
  readonly id: RegExp;
  readonly isSealed: (rows: SealRows, id: string) => Promise<boolean>;
  /** The read models that `isSealed` reads. */
  readonly from: readonly AnyProjection[];
}

/** Decides which events of a page are withheld at present. */
export type Withholding = (rows: SealRows, page: readonly StoredEvent[]) => Promise<(event: StoredEvent) => boolean>;

/**
 * Events that would reveal the votes of an embargoed contest or an open ballot are withheld (domain.md row 23). Nobody sees their data
 * or the hash of their request, because a hash of few possible choices can be guessed. A note that a request changed nothing is
 * withheld like the stream that the request was for.
 */
export function withholdingBy(seals: readonly Seal[]): Withholding {
  const byType = new Map(seals.flatMap((seal) => seal.types.map((type) => [type, seal] as const)));
  const byCategory = new Map(seals.flatMap((seal) => seal.types.map((type) => [categoryOf(type), seal] as const)));

  const sealedBy = ({ type, data, stream }: StoredEvent): { readonly seal: Seal; readonly id: string } | null => {
    if (!isEventType(type)) {
      const category = categoryOfStream(stream); // an event type of a later version may reveal the same
      const seal = byCategory.get(category);
      return seal ? sealedAs(seal, stream, category) : null;
    }
    if (type !== RequestChangedNothing.name) {
      const seal = byType.get(type);
      return seal ? sealedAs(seal, stream, categoryOf(type)) : null;
    }
    const asked = JSON.parse(data) as RequestChangedNothing;
    const category = categoryOfStream(asked.stream);
    const seal = byCategory.get(category);
    return seal ? sealedAs(seal, asked.stream, category) : null;
  };
  const sealedAs = (seal: Seal, stream: string, category: string) => ({
    seal,
    id: seal.id.exec(stream.slice(category.length + 1))?.[0] ?? '',
  });
  const nameOf = ({ seal, id }: { readonly seal: Seal; readonly id: string }) => `${seal.of}/${id}`;

  return async (rows, page) => {
    const found = new Map<string, boolean>();
    for (const event of page) {
      const sealed = sealedBy(event);
      if (sealed && !found.has(nameOf(sealed))) found.set(nameOf(sealed), await sealed.seal.isSealed(rows, sealed.id));
    }
    return (event) => {
      const sealed = found.size === 0 ? null : sealedBy(event);
      return sealed !== null && found.get(nameOf(sealed)) === true;
    };
  };
}
