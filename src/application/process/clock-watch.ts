import type { Clock } from '../ports/clock.js';

/** How far the clock may be ahead of the time that has passed since the start, or behind the last event of the log, in milliseconds. */
const tolerance = 10 * 60_000;

/**
 * Decides whether the clock can be trusted. Actions that are carried out when due cannot be undone, so a wrong clock must not close a
 * contest. Since the start, the clock may advance by no more than a monotonic timer, plus a tolerance. It must not be before the last
 * event of the log. After a restart the clock is trusted as it is then.
 */
export class ClockWatch {
  private readonly startedAt: { readonly wall: number; readonly monotonic: number };

  /** @param lastRecordedAt ISO 8601 instant at which the last event of the log was recorded; null if the log is empty */
  constructor(
    private readonly clock: Clock,
    private readonly lastRecordedAt: string | null,
  ) {
    this.startedAt = { wall: clock.now().getTime(), monotonic: clock.monotonic() };
  }

  /** `until`: entries due up to this ISO 8601 instant may be executed. `doubt`: why the clock is not trusted; null if it is. */
  read(): { readonly until: string; readonly doubt: string | null } {
    const now = this.clock.now();
    const latest = new Date(this.startedAt.wall + this.clock.monotonic() - this.startedAt.monotonic + tolerance);
    if (now > latest)
      return {
        until: latest.toISOString(),
        doubt:
          `the clock says ${now.toISOString()}, but it cannot be later than ${latest.toISOString()} by the time that has passed: ` +
          'what falls due after that is held until the clock is corrected, or the server is restarted to confirm it',
      };
    if (this.lastRecordedAt !== null && now.getTime() + tolerance < Date.parse(this.lastRecordedAt))
      return {
        until: '',
        doubt:
          `the clock says ${now.toISOString()}, but the last event was recorded at ${this.lastRecordedAt}: what falls due is held ` +
          'until the clock is corrected',
      };
    return { until: now.toISOString(), doubt: null };
  }
}
