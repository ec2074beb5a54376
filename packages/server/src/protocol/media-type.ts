/*
 * What a body is and what a reader wants back (RFC 9110 §8.3, §12.5.1).
 */

const json = /^application\/json(?:[ \t]*;[ \t]*charset=(?:utf-8|"utf-8"))?$/i;
const form = /^application\/x-www-form-urlencoded(?:[ \t]*;[ \t]*charset=(?:utf-8|"utf-8"))?$/i;

/**
 * Whether a `Content-Type` is `application/json` (RFC 8259 §11), with no parameter but `charset=utf-8`.
 */
export const isJson = (contentType: string | null): boolean =>
  contentType === 'application/json' || (contentType !== null && json.test(contentType));

/**
 * Whether a `Content-Type` is `application/x-www-form-urlencoded`, with no parameter but `charset=utf-8`.
 */
export const isForm = (contentType: string | null): boolean =>
  contentType === 'application/x-www-form-urlencoded' || (contentType !== null && form.test(contentType));

/**
 * Whether an `Accept` header ranks `text/html` above `application/json` (RFC 9110 §12.5.1). A tie, as in a bare
 * any-type, and a missing header say no: only browsers ask for pages by name.
 */
export function prefersHtml(accept: string | null): boolean {
  if (accept === null) return false;
  const ranges = accept.toLowerCase().split(',').map(readRange);
  return qualityOf(ranges, 'text', 'html') > qualityOf(ranges, 'application', 'json');
}

interface Range {
  readonly type: string;
  /** From 0 to 1. */
  readonly quality: number;
}

function readRange(text: string): Range {
  const [type = '', ...parameters] = text.split(';').map((part) => part.trim());
  const weight = parameters.find((parameter) => parameter.startsWith('q='));
  if (weight === undefined) return { type, quality: 1 };
  const value = weight.slice(2);
  // RFC 9110 §12.4.2. A weight that cannot be read asks for nothing.
  return { type, quality: /^(?:0(?:\.\d{0,3})?|1(?:\.0{0,3})?)$/.test(value) ? Number(value) : 0 };
}

/** The most precise range decides (RFC 9110 §12.5.1). */
function qualityOf(ranges: readonly Range[], type: string, subtype: string): number {
  for (const wanted of [`${type}/${subtype}`, `${type}/*`, '*/*']) {
    const range = ranges.find((candidate) => candidate.type === wanted);
    if (range) return range.quality;
  }
  return 0;
}
