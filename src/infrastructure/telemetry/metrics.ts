import { collectDefaultMetrics, Gauge, Registry } from 'prom-client';
import type { AppContext } from '../http/app-context.js';

/** Prometheus metrics of one running application. Labels are names from the code, never ids of people or places. */
export function metricsOf({ log, builds, stuck, metrics }: AppContext): Registry {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const gauge = (name: string, help: string, labelNames: readonly string[], collect: (this: Gauge) => void | Promise<void>) =>
    new Gauge({ name, help, labelNames: [...labelNames], registers: [registry], collect });
  gauge('wuwei_log_position', 'Position of the last event of the log.', [], async function () {
    this.set(await log.position());
  });
  gauge('wuwei_projection_position', 'Position up to which a projection has come.', ['projection', 'version'], function () {
    for (const { name, version, position } of builds()) this.set({ projection: name, version }, position);
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
