import { collectDefaultMetrics, Gauge, Registry } from 'prom-client';
import { secondsBehind } from '../../application/projecting/lag.js';
import type { Position } from '../../projections/position.js';
import type { AppContext } from '../http/app-context.js';
import { storeNames } from '../outages.js';

/**
 * Prometheus metrics of one running application. Labels are names from the code, never ids of people or places.
 * @param end how far the log reaches
 */
export function metricsOf(context: AppContext, end: () => Promise<Position>): Registry {
  const { log, clock, builds, stuck, metrics } = context;
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const gauge = (name: string, help: string, labelNames: readonly string[], collect: (this: Gauge) => void | Promise<void>) =>
    new Gauge({ name, help, labelNames: [...labelNames], registers: [registry], collect });
  gauge(
    'wuwei_log_position',
    'Position of the last event of the log. Positions may have gaps: it is not a number of events.',
    [],
    async function () {
      const known = await end().catch(() => null); // the log does not work: see wuwei_store_failing
      if (known !== null) this.set(known);
    },
  );
  gauge('wuwei_store_failing', '1 if a store does not work at present.', ['store'], async function () {
    const outages = await context.failing();
    for (const store of storeNames) this.set({ store }, outages.some((outage) => outage.store === store) ? 1 : 0);
  });
  const lagHelp = 'How many seconds ago the first event that is not in the rows of a projection was recorded; 0 if all are.';
  gauge('wuwei_projection_lag_seconds', lagHelp, ['projection', 'version'], async function () {
    const now = builds();
    const known = await end().catch(() => null);
    if (known === null) return;
    const reached = now.map(({ position }) => position);
    const lagOf = await secondsBehind(log, reached, known, clock.now());
    for (const { name, version, position } of now) {
      const seconds = lagOf(position);
      if (seconds === null)
        this.remove({ projection: name, version }); // not known: the next event is damaged
      else this.set({ projection: name, version }, seconds);
    }
  });
  gauge(
    'wuwei_projection_failed',
    '1 if a projection has stopped at an event that it could not fold.',
    ['projection', 'version'],
    function () {
      for (const { name, version, failure } of builds()) this.set({ projection: name, version }, failure ? 1 : 0);
    },
  );
  gauge('wuwei_agenda_stuck', 'Entries of the agenda that were refused or failed and will be tried again.', [], function () {
    this.set(stuck().length);
  });
  return Registry.merge([registry, metrics]);
}
