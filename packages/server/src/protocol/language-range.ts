/*
 * Which language somebody wants (RFC 9110 §12.5.4, RFC 4647). It knows neither what is written in it nor who asks.
 */

/** More wishes than anybody has; what comes behind them is not read. */
const mostRanges = 20;
/** RFC 4647 §2.1, language-range of the basic kind. */
const rangePattern = /^(?:[A-Za-z]{1,8}(?:-[A-Za-z0-9]{1,8}){0,7}|\*)$/;
/** RFC 9110 §12.4.2. */
const weightPattern = /^q=(0(?:\.\d{0,3})?|1(?:\.0{0,3})?)$/i;

/**
 * The ranges of an `Accept-Language` header, the most wanted first; equal ones as they stand there. What cannot be read and
 * what weighs nothing is left out (RFC 9110 §12.4.2: 0 means "not acceptable"). Linear.
 */
export function acceptedLanguages(header: string | undefined): readonly string[] {
  if (header === undefined) return [];
  return header
    .split(',', mostRanges)
    .flatMap((element) => {
      const [range = '', ...parameters] = element.split(';').map((part) => part.trim());
      const weight = weightOf(parameters);
      return rangePattern.test(range) && weight > 0 ? [{ range, weight }] : [];
    })
    .sort((a, b) => b.weight - a.weight)
    .map(({ range }) => range);
}

function weightOf([parameter, ...more]: readonly string[]): number {
  if (parameter === undefined) return 1;
  const weight = weightPattern.exec(parameter)?.[1];
  return weight === undefined || more.length > 0 ? 0 : Number(weight);
}

/**
 * The one language to answer with: the ranges in their order, each shortened from its end until it is one of those there are
 * (RFC 4647 §3.4, Lookup). Letter case means nothing. Undefined when none fits: then the caller's default holds, also for
 * a wildcard, which says nothing in a lookup.
 */
export function lookUpLanguage<const Tag extends string>(
  ranges: readonly string[],
  available: readonly Tag[],
): Tag | undefined {
  for (const range of ranges) {
    for (let tag = range.toLowerCase(); tag !== ''; tag = shortened(tag)) {
      const found = available.find((one) => one.toLowerCase() === tag);
      if (found !== undefined) return found;
    }
  }
  return undefined;
}

/** §3.4: the last subtag goes, and with it a single letter that stood before it. */
function shortened(tag: string): string {
  const rest = tag.slice(0, Math.max(0, tag.lastIndexOf('-')));
  return rest.at(-2) === '-' ? rest.slice(0, -2) : rest;
}
