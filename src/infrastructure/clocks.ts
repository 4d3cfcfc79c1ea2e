import type { Clock } from '../application/ports/clock.js';

/** The time of day. */
export const realClock: Clock = { now: () => new Date(), monotonic: () => performance.now() };

/** A clock that runs `speed` times as fast as the time of day, and can be put forward: for the demo. Never goes back. */
export class FastClock implements Clock {
  private ahead = 0;
  private readonly begun = Date.now();

  constructor(
    private readonly from: Date,
    private readonly speed: number,
  ) {}

  now(): Date {
    return new Date(this.from.getTime() + this.ahead + (Date.now() - this.begun) * this.speed);
  }

  /** It runs as it runs: putting it forward is part of the story. */
  monotonic(): number {
    return this.now().getTime();
  }

  /** Puts the clock forward to an instant; one that has passed changes nothing. */
  forwardTo(instant: string): void {
    this.ahead += Math.max(0, Date.parse(instant) - this.now().getTime());
  }
}
