const digits = (width: number, count: number): readonly string[] =>
  Array.from({ length: count }, (_, number) => String(number).padStart(width, '0'));
const two = digits(2, 100);
const three = digits(3, 1000);

const day = 86_400_000;
/** Days from 0000-03-01 to 1970-01-01, in eras of 400 years that begin in March, so that leap days come last. */
const epoch = 719_468;
const era = 146_097;

/**
 * A time in ISO 8601 with milliseconds and `Z`, as `Date` prints it, from 1970 to the year 9999. Answers hold several
 * times each, and `Date` takes five times as long for one.
 */
export function isoTime(milliseconds: number): string {
  const days = Math.floor(milliseconds / day) + epoch;
  const inDay = milliseconds - (days - epoch) * day;
  const eras = Math.floor(days / era);
  const dayOfEra = days - eras * era;
  const leaps = Math.floor(dayOfEra / 1460) - Math.floor(dayOfEra / 36_524) + Math.floor(dayOfEra / 146_096);
  const yearOfEra = Math.floor((dayOfEra - leaps) / 365);
  const dayOfYear = dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
  const monthFromMarch = Math.floor((5 * dayOfYear + 2) / 153);
  const dayOfMonth = dayOfYear - Math.floor((153 * monthFromMarch + 2) / 5) + 1;
  const month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9;
  const year = yearOfEra + eras * 400 + (month <= 2 ? 1 : 0);
  const seconds = Math.floor(inDay / 1000);
  const minutes = Math.floor(seconds / 60);
  const hours = Math.floor(minutes / 60);
  return `${year}-${two[month]}-${two[dayOfMonth]}T${two[hours]}:${two[minutes - hours * 60]}:${two[seconds - minutes * 60]}.${three[inDay - seconds * 1000]}Z`;
}
