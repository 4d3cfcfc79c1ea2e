import { placeOfPlot } from '../../domain/guardianship/division.js';

/**
 * A place as a prefix of keys. The keys of everything within the place start with it, and no others. The codes down to the village have
 * fixed lengths; below, each number ends with a slash, so that .1 is not a prefix of .10.
 */
export const within = (placeId: string): string => (placeId.length < 12 ? placeId : `${placeId.replaceAll('.', '/')}/`);

/** The key of a plot: its place, then its number, so that plots sort by number. */
export type PlotKey = `${string}~${string}`;
export const plotKey = (plotId: string): PlotKey => {
  const placeId = placeOfPlot(plotId);
  return `${within(placeId)}~${plotId.slice(placeId.length + 1).padStart(4, '0')}`;
};
