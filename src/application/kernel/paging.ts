import type { Refusal } from '../../domain/shared/decider.js';
import { Int, Optional, Text } from '../../domain/shared/fields.js';
import type { FieldError } from '../ports/clock.js';

/** Query parameters of a list that is answered in pages. */
export class Paged {
  /** Where the page before ended: its `next`. */
  @Optional() @Text(1, 400) cursor?: string;
  @Optional() @Int(1, 200) limit?: number;
}

/** What a query is refused with when one of its parameters has the shape that it must have, and yet is none. */
export interface InvalidQuery extends Refusal<'request.invalid'> {
  readonly errors: readonly FieldError[];
}
export const invalidParameter = (parameter: string, code: string): InvalidQuery => ({
  refused: 'request.invalid',
  errors: [{ pointer: `/query/${parameter}`, code, params: {} }],
});

/** The cursor of the page that begins behind this key. */
export const cursorOf = (key: string): string => Buffer.from(key, 'utf8').toString('base64url');

/** The key behind which a page begins, or that the cursor was not given with a page of this list, whose keys begin with `prefix`. */
export function keyAfter(cursor: string, prefix: string): string | InvalidQuery {
  const key = Buffer.from(cursor, 'base64url').toString('utf8');
  return cursorOf(key) === cursor && key.startsWith(prefix) ? key : invalidParameter('cursor', 'format.cursor');
}
