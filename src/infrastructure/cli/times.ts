import { isDay, plusMilliseconds } from '../../domain/shared/time.js';

/** Offset of China from UTC in milliseconds, the whole year. */
const ahead = 8 * 3_600_000;
const form = /^(\d{4}-\d\d-\d\d)(?:[T ]((?:[01]\d|2[0-3]):[0-5]\d(?::[0-5]\d(?:\.\d{1,3})?)?)(Z|[+-](?:0\d|1[0-4]):[0-5]\d)?)?$/u;

/** An instant in China's time, to the minute: `2026-05-01 16:00`. */
export const inChina = (instant: string): string => plusMilliseconds(instant, ahead).slice(0, 16).replace('T', ' ');

/**
 * Parses `2026-05-01` and `2026-05-01 16:00` in China's time, or a time with an offset (`2026-05-01T08:00Z`), into an instant of the log.
 * @throws Error
 */
export function readInstant(text: string): string {
  const [, day, time = '00:00', zone = '+08:00'] = form.exec(text) ?? [];
  if (!isDay(day)) throw new Error('must be a day or a time, as 2026-05-01, "2026-05-01 16:00" (UTC+8) or 2026-05-01T08:00Z');
  return new Date(`${day}T${time}${zone}`).toISOString();
}

/** As `readInstant`, but not in the future. @throws Error */
export function readPast(text: string): string {
  const instant = readInstant(text);
  if (instant > new Date().toISOString()) throw new Error('must have passed: what has not happened yet cannot be recorded');
  return instant;
}
