declare const ofOneLog: unique symbol;

/**
 * A place in the order of one log: of an event, or between two; 0 is before the first. Below 2^53, so that it is exact as a number.
 * Positions of a log are compared and nothing else: engines leave gaps, so they are never counted, subtracted or moved by one.
 */
export type Position = number & { readonly [ofOneLog]: true };

/** Before the first event of a log. */
export const beginning = 0 as Position;

/** @throws RangeError if it is not a whole number from 0 to 2^53 - 1 */
export function positionOf(value: number | bigint): Position {
  const position = Number(value);
  if (!Number.isSafeInteger(position) || position < 0) throw new RangeError(`${value} is not a position`);
  return position as Position;
}

export const later = (a: Position, b: Position): Position => (a < b ? b : a);

/** A position as the end of a row's key. All have 16 digits, as the largest position, so keys sort by position. */
export const positionKey = (position: Position): string => String(position).padStart(16, '0');

/** The position at the end of a key; null if there is none. */
export function positionAtEndOf(key: string): Position | null {
  const position = Number(/\d{16}$/u.exec(key)?.[0] ?? NaN);
  return Number.isSafeInteger(position) ? (position as Position) : null;
}
