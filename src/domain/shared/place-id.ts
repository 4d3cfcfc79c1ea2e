/*
 * A place id is a path. Down to the village it is the statistical code: 6 digits for a county, 9 for a town or subdistrict, 12 for a
 * village or community. Below that, each level adds one number: 510121111219.1 is a compound, 510121111219.1.2 a building,
 * 510121111219.1.2.301 a household. The ids alone show which place contains which, so checking rights needs no lookup (ADR 4).
 */
const form = /^\d{6}(?:\d{3}(?:\d{3}(?:\.[1-9]\d{0,5}){0,3})?)?$/u;

/** True if the value has the form of a place id. It does not check that the place is registered. */
export const isPlaceId = (value: unknown): boolean => typeof value === 'string' && form.test(value);

/** Jintang County. An event that concerns no smaller place belongs to it. */
export const county = '510121';

/** The id of the place directly above, or null for a county. */
export function parentOf(place: string): string | null {
  const dot = place.lastIndexOf('.');
  if (dot > 0) return place.slice(0, dot);
  return place.length > 6 ? place.slice(0, place.length - 3) : null;
}

/** The place itself and all places above it, nearest first. */
export function lineage(place: string): readonly string[] {
  const parent = parentOf(place);
  return parent === null ? [place] : [place, ...lineage(parent)];
}

/** True if `place` is `over` or lies within it. */
export const isWithin = (place: string, over: string): boolean =>
  place.startsWith(over) && (place.length === over.length || over.length < 12 || place[over.length] === '.');

/** The prefix of the ids of all places below a place. For a county or town it is also a prefix of its own id. */
export const prefixBelow = (placeId: string): string => (placeId.length < 12 ? placeId : `${placeId}.`);
