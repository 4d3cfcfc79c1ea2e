import { placeOfPlot } from '../../domain/guardianship/division.js';

/**
 * A place as the beginning of a key: what lies within it, and only that, begins with it. Village codes and above have a fixed length;
 * below, a slash ends each number, so that .1 is no beginning of .10.
 */
export const within = (placeId: string): string => (placeId.length < 12 ? placeId : `${placeId.replaceAll('.', '/')}/`);

/** Key of a plot: after its place, in the order of the numbers. */
export type PlotKey = `${string}~${string}`;
export const plotKey = (plotId: string): PlotKey => {
  const placeId = placeOfPlot(plotId);
  return `${within(placeId)}~${plotId.slice(placeId.length + 1).padStart(4, '0')}`;
};
