/*
 * A place's id is a path: the statistical code down to the village (6 digits a county, 9 a town or subdistrict, 12 a village or
 * community), then one number a level: 510121111219.1 a compound, 510121111219.1.2 a building, 510121111219.1.2.301 a household.
 * So who is above whom is told by the id alone, and rights need no look-up.
 */
const form = /^\d{6}(?:\d{3}(?:\d{3}(?:\.[1-9]\d{0,5}){0,3})?)?$/u;

export const isPlaceId = (value: unknown): boolean => typeof value === 'string' && form.test(value);

/** Jintang County: what concerns no place within it concerns the county. */
export const county = '510121';

/** The place directly above; null for a county. */
export function parentOf(place: string): string | null {
  const dot = place.lastIndexOf('.');
  if (dot > 0) return place.slice(0, dot);
  return place.length > 6 ? place.slice(0, place.length - 3) : null;
}

/** The place itself and all above it, nearest first. */
export function lineage(place: string): readonly string[] {
  const parent = parentOf(place);
  return parent === null ? [place] : [place, ...lineage(parent)];
}

/** True when `place` is `over` itself or lies within it. */
export const isWithin = (place: string, over: string): boolean =>
  place.startsWith(over) && (place.length === over.length || over.length < 12 || place[over.length] === '.');
