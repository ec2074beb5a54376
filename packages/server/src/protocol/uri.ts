/** Comparing http addresses (RFC 3986 §6): as texts of the standard's own grammar, not as browsers forgive them. */

const octet = '%[0-9A-Fa-f]{2}';
/** RFC 3986 §2.3 and §2.2: unreserved and sub-delims. */
const plain = String.raw`A-Za-z0-9\-._~!$&'()*+,;=`;
/** RFC 3986 §3.3, pchar. */
const pathLetter = `(?:[${plain}:@]|${octet})`;
const host = String.raw`\[[0-9A-Fa-f:.]+\]|(?:[${plain}]|${octet})+`;

/** RFC 3986 Appendix A, with a host and without a user; RFC 9110 §4.2.4 wants none. */
const address = new RegExp(
  String.raw`^(https?)://(${host})(?::(\d*))?((?:/${pathLetter}*)*)(?:\?(?:${pathLetter}|[/?])*)?(?:#(?:${pathLetter}|[/?])*)?$`,
  'i',
);

/**
 * Whether two addresses name the same target: equal after the normalisation by syntax (RFC 3986 §6.2.2: case, octets, dot
 * segments) and by scheme (§6.2.3: port, empty path), query and fragment left out. What is no http address is the same as
 * nothing.
 */
export function isSameTarget(one: string, other: string): boolean {
  const target = targetOf(one);
  return target !== undefined && target === targetOf(other);
}

function targetOf(text: string): string | undefined {
  const [, scheme = '', name = '', port = '', path = ''] = address.exec(text) ?? [];
  if (scheme === '') return undefined;
  const wire = scheme.toLowerCase();
  const at = port === (wire === 'https' ? '443' : '80') ? '' : port;
  return `${wire}://${hostOf(name)}:${at}${withoutDots(readable(path))}`;
}

const octets = new RegExp(octet, 'g');
const unreserved = /^[A-Za-z0-9\-._~]$/;

/** RFC 3986 §6.2.2.2, §6.2.2.1: octets of unreserved letters become these, all others are written in capitals. */
const readable = (text: string): string =>
  text.replaceAll(octets, (one) => {
    const letter = String.fromCharCode(Number.parseInt(one.slice(1), 16));
    return unreserved.test(letter) ? letter : one.toUpperCase();
  });

/** RFC 3986 §6.2.2.1: a host has no case, its octets are written in capitals. */
const hostOf = (name: string): string => readable(readable(name).toLowerCase());

/** RFC 3986 §5.2.4, and §6.2.3 for an empty path. */
function withoutDots(path: string): string {
  const kept: string[] = [];
  const segments = path.split('/').slice(1);
  for (const [at, segment] of segments.entries()) {
    const isDots = segment === '.' || segment === '..';
    if (segment === '..') kept.pop();
    if (!isDots) kept.push(segment);
    else if (at === segments.length - 1) kept.push('');
  }
  return `/${kept.join('/')}`;
}
