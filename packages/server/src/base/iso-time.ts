const day = 86_400_000;
/** Days from 0000-03-01 to 1970-01-01, in eras of 400 years that begin in March, so that leap days come last. */
const epoch = 719_468;
const era = 146_097;

/** The character code of the digit of `number` at a place: 1, 10, 100 or 1000. */
const digit = (number: number, place: number): number => 48 + (((number / place) | 0) % 10);

/**
 * A time in ISO 8601 with milliseconds and `Z`, as `Date` prints it, from 1970 to the year 9999. Answers hold several
 * times each, and `Date` takes several times as long for one.
 */
export function isoTime(milliseconds: number): string {
  const days = Math.floor(milliseconds / day) + epoch;
  const inDay = milliseconds - (days - epoch) * day;
  const eras = (days / era) | 0;
  const dayOfEra = days - eras * era;
  const leaps = ((dayOfEra / 1460) | 0) - ((dayOfEra / 36_524) | 0) + ((dayOfEra / 146_096) | 0);
  const yearOfEra = ((dayOfEra - leaps) / 365) | 0;
  const dayOfYear = dayOfEra - (365 * yearOfEra + ((yearOfEra / 4) | 0) - ((yearOfEra / 100) | 0));
  const monthFromMarch = ((5 * dayOfYear + 2) / 153) | 0;
  const dayOfMonth = dayOfYear - (((153 * monthFromMarch + 2) / 5) | 0) + 1;
  const month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9;
  const year = yearOfEra + eras * 400 + (month <= 2 ? 1 : 0);
  const seconds = (inDay / 1000) | 0;
  const minutes = (seconds / 60) | 0;
  const hours = (minutes / 60) | 0;
  return print({
    year,
    month,
    dayOfMonth,
    hours,
    minutes: minutes % 60,
    seconds: seconds % 60,
    rest: inDay % 1000,
  });
}

interface Parts {
  readonly year: number;
  readonly month: number;
  readonly dayOfMonth: number;
  readonly hours: number;
  readonly minutes: number;
  readonly seconds: number;
  /** Milliseconds. */
  readonly rest: number;
}

// One flat string from character codes: joining two dozen pieces is what makes printing a time slow.
const print = ({ year, month, dayOfMonth, hours, minutes, seconds, rest }: Parts): string =>
  String.fromCharCode(
    digit(year, 1000),
    digit(year, 100),
    digit(year, 10),
    digit(year, 1),
    45,
    digit(month, 10),
    digit(month, 1),
    45,
    digit(dayOfMonth, 10),
    digit(dayOfMonth, 1),
    84,
    digit(hours, 10),
    digit(hours, 1),
    58,
    digit(minutes, 10),
    digit(minutes, 1),
    58,
    digit(seconds, 10),
    digit(seconds, 1),
    46,
    digit(rest, 100),
    digit(rest, 10),
    digit(rest, 1),
    90,
  );
