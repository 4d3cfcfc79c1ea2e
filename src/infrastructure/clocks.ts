import type { Clock } from '../application/ports/clock.js';

/** The system clock. */
export const realClock: Clock = { now: () => new Date(), monotonic: () => performance.now() };

/** A clock for the demo that runs `speed` times as fast as the system clock and can be set forward. It never goes back. */
export class FastClock implements Clock {
  private ahead = 0;
  private readonly startedAt = Date.now();

  constructor(
    private readonly from: Date,
    private readonly speed: number,
  ) {}

  now(): Date {
    return new Date(this.from.getTime() + this.ahead + (Date.now() - this.startedAt) * this.speed);
  }

  /** The same time: setting the clock forward is part of the demo and must not count as a jump. */
  monotonic(): number {
    return this.now().getTime();
  }

  /** Sets the clock forward to an instant; a past instant changes nothing. */
  forwardTo(instant: string): void {
    this.ahead += Math.max(0, Date.parse(instant) - this.now().getTime());
  }
}
