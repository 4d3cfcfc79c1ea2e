const day = 86_400_000;

const dayForm = /^\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])$/u;
const instantForm = /^\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])T(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d\.\d{3}Z$/u;

/** True if the value is a calendar day: `2026-11-23`. */
export const isDay = (value: unknown): boolean => typeof value === 'string' && dayForm.test(value) && isOnCalendar(value);

/** True if the value is an instant in UTC with milliseconds, `2026-11-23T08:00:00.000Z`. One form only: instants compare as strings. */
export const isInstant = (value: unknown): boolean => typeof value === 'string' && instantForm.test(value) && isOnCalendar(value);

const isOnCalendar = (value: string): boolean => Number(value.slice(8, 10)) <= daysIn(Number(value.slice(0, 4)), Number(value.slice(5, 7)));

const daysIn = (year: number, month: number): number => {
  if (month !== 2) return [4, 6, 9, 11].includes(month) ? 30 : 31;
  return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 29 : 28;
};

/** The instant so many milliseconds later (or earlier, if negative). */
export const plusMilliseconds = (instant: string, milliseconds: number): string =>
  new Date(Date.parse(instant) + milliseconds).toISOString();
/** The instant so many times 24 hours later. */
export const plusDays = (instant: string, days: number): string => plusMilliseconds(instant, days * day);
/** The time from one instant to a later one, in days with fractions. */
export const daysBetween = (from: string, to: string): number => (Date.parse(to) - Date.parse(from)) / day;

/** The calendar day of an instant in China, which is UTC+8 all year. */
export const dayInChina = (instant: string): string => plusMilliseconds(instant, 8 * 3_600_000).slice(0, 10);
/** The instant at which a calendar day ends in China. */
export const endOfDayInChina = (day: string): string => `${day}T16:00:00.000Z`;
/** The calendar day so many days later (or earlier, if negative). */
export const dayPlus = (day: string, days: number): string => plusDays(`${day}T00:00:00.000Z`, days).slice(0, 10);

/**
 * The days off and the working days at weekends of one year, as calendar days. All other Saturdays and Sundays are days off, and all other
 * days working days.
 */
export interface YearOfHolidays {
  readonly year: number;
  readonly off: readonly string[];
  readonly worked: readonly string[];
}

const isDayOff = (day: string, holidays: readonly YearOfHolidays[]): boolean => {
  const known = holidays.find(({ year }) => year === Number(day.slice(0, 4)));
  if (known?.worked.includes(day)) return false;
  return known?.off.includes(day) || [0, 6].includes(new Date(`${day}T00:00:00.000Z`).getUTCDay());
};

/**
 * The end of a period of days that begins at this instant (Civil Code art. 201 and 203). The day of the instant in China does not count.
 * The period ends at 24:00 of its last day; if that is a day off, at 24:00 of the next day that is not.
 */
export function endOfDays(instant: string, days: number, holidays: readonly YearOfHolidays[]): string {
  let last = dayPlus(dayInChina(instant), days);
  while (isDayOff(last, holidays)) last = dayPlus(last, 1);
  return endOfDayInChina(last);
}
/** How many whole days a period from one instant to another has, without the day of the first. */
export const wholeDays = (from: string, until: string): number =>
  Math.max(0, daysBetween(endOfDayInChina(dayInChina(from)), endOfDayInChina(dayInChina(until))) - 1);
