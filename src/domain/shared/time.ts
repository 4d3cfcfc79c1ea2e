const day = 86_400_000;

/** An instant in UTC with milliseconds, `2026-11-23T08:00:00.000Z`: one form only, so that instants compare as strings. */
export const isInstant = (value: unknown): boolean =>
  typeof value === 'string' && /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}Z$/u.test(value) && isOnCalendar(value, 24);

/** A calendar day, `2026-11-23`. */
export const isDay = (value: unknown): boolean => typeof value === 'string' && /^\d{4}-\d{2}-\d{2}$/u.test(value) && isOnCalendar(value, 10);

function isOnCalendar(value: string, length: number): boolean {
  const time = Date.parse(value);
  return !Number.isNaN(time) && new Date(time).toISOString().slice(0, length) === value; // Date.parse makes 3 March of 31 February
}

export const plusMilliseconds = (instant: string, milliseconds: number): string => new Date(Date.parse(instant) + milliseconds).toISOString();
export const plusDays = (instant: string, days: number): string => plusMilliseconds(instant, days * day);
/** Whole and part days from one instant to a later one. */
export const daysBetween = (from: string, to: string): number => (Date.parse(to) - Date.parse(from)) / day;

/** The calendar day on which an instant falls in Jintang: China keeps UTC+8 all year. */
export const dayInChina = (instant: string): string => plusMilliseconds(instant, 8 * 3_600_000).slice(0, 10);
