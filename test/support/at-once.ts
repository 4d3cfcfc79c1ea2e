import { dayInChina } from '../../src/domain/shared/time.js';

/** A policy under which people vote on the spot: the data of `AdoptPlacePolicy`. Tests of other things vote at once. */
export const atOnce = (now: string, placeId = '510121') => ({
  placeId,
  from: dayInChina(now),
  settings: ['ballot-notice-days', 'ballot-days'].map((name) => ({ name, value: 0 })),
});
