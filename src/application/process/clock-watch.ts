import type { Clock } from '../ports/clock.js';

/** How far the time of day may be ahead of the time that has really passed, or behind the log, in milliseconds. */
const tolerance = 10 * 60_000;

/**
 * Tells whether the time of day can be believed. What is done at its time cannot be undone, so a clock that was set wrong must not
 * close a contest. Since the start the time of day may advance by no more than the time that has really passed, and it may not be before
 * the last event of the log. A new start believes the clock as it is then.
 */
export class ClockWatch {
  private readonly begun: { readonly wall: number; readonly monotonic: number };

  /** `lastRecordedAt`: when the last event of the log was recorded; null when it is empty. */
  constructor(
    private readonly clock: Clock,
    private readonly lastRecordedAt: string | null,
  ) {
    this.begun = { wall: clock.now().getTime(), monotonic: clock.monotonic() };
  }

  /** Up to which instant things can be due, and why no further; `doubt` is null while the clock can be believed. */
  read(): { readonly until: string; readonly doubt: string | null } {
    const now = this.clock.now();
    const latest = new Date(this.begun.wall + this.clock.monotonic() - this.begun.monotonic + tolerance);
    if (now > latest)
      return {
        until: latest.toISOString(),
        doubt: `the clock says ${now.toISOString()}, but it cannot be later than ${latest.toISOString()} by the time that has passed: what falls due after that is held until the clock is corrected, or the server is restarted to confirm it`,
      };
    if (this.lastRecordedAt !== null && now.getTime() + tolerance < Date.parse(this.lastRecordedAt))
      return {
        until: '',
        doubt: `the clock says ${now.toISOString()}, but the last event was recorded at ${this.lastRecordedAt}: what falls due is held until the clock is corrected`,
      };
    return { until: now.toISOString(), doubt: null };
  }
}
