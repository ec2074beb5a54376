/**
 * Whether a request takes gzip (RFC 9110 §12.5.3): it is named, or a star stands for it, with a weight that is not zero. What is
 * not understood takes nothing.
 */
export function acceptsGzip(header: string | null): boolean {
  let byStar = false;
  for (const part of (header ?? '').split(',')) {
    const [coding = '', ...parameters] = part.split(';').map((one) => one.trim().toLowerCase());
    const isTaken = parameters.every((one) => weight.test(one) && !zero.test(one));
    if (coding === 'gzip' || coding === 'x-gzip') return isTaken;
    if (coding === '*') byStar = isTaken;
  }
  return byStar;
}

/** RFC 9110 §12.4.2. */
const weight = /^q=(?:0(?:\.\d{0,3})?|1(?:\.0{0,3})?)$/;
const zero = /^q=0(?:\.0{0,3})?$/;
