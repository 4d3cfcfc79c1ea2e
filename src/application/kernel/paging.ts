import type { Refusal } from '../../domain/shared/decider.js';
import { Described, Int, Optional, Text } from '../../domain/shared/fields.js';
import type { Projection } from '../../projections/projection.js';
import type { FieldError } from '../ports/check.js';
import type { Keyed, ReadModels } from '../ports/read-models.js';

/** Query parameters of a paged list. */
export class Paged {
  @Described('上一页所答的 next', 'Where the page before ended: its `next`')
  @Optional()
  @Text(1, 400)
  cursor?: string;
  @Described('一页最多几项，默认 50', 'At most so many items on a page; 50 by default')
  @Optional()
  @Int(1, 200)
  limit?: number;
}

/** The refusal of a query parameter that has the right shape but an impossible value. */
export interface InvalidQuery extends Refusal<'request.invalid'> {
  readonly errors: readonly FieldError[];
}
export const invalidParameter = (parameter: string, code: string): InvalidQuery => ({
  refused: 'request.invalid',
  errors: [{ pointer: `/query/${parameter}`, code, params: {} }],
});

/** The cursor of the page that begins after this key. */
export const cursorOf = (key: string): string => Buffer.from(key, 'utf8').toString('base64url');

/** The key after which a page begins; a refusal if the cursor is not of this list, whose keys begin with `prefix`. */
export function keyAfter(cursor: string, prefix: string): string | InvalidQuery {
  const key = Buffer.from(cursor, 'base64url').toString('utf8');
  return cursorOf(key) === cursor && key.startsWith(prefix) ? key : invalidParameter('cursor', 'format.cursor');
}

/** A page of a list: `next` is the cursor of the next page, null on the last. */
export interface Page<R> {
  readonly items: readonly R[];
  readonly next: string | null;
}

/** Reads one page of rows by prefix. `show` maps a row to what the client sees. Without a cursor the page begins after the key `after`. */
export async function pageOf<R, S>(
  rows: ReadModels,
  projection: Projection<R, string>,
  prefix: string,
  paging: { cursor?: string; limit?: number; after?: string },
  show: (keyed: Keyed<R>) => S,
): Promise<Page<S> | Refusal> {
  const { cursor, limit = 50 } = paging;
  const after = cursor === undefined ? paging.after : keyAfter(cursor, prefix);
  if (typeof after === 'object') return after;
  const found = await rows.list(projection, { prefix, limit: limit + 1, ...(after !== undefined && { after }) });
  const shown = found.slice(0, limit);
  const last = shown.at(-1);
  return { items: shown.map(show), next: found.length > limit && last ? cursorOf(last.key) : null };
}
