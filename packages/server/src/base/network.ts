import { BlockList, isIP, isIPv4 } from 'node:net';

/*
 * IP addresses: one text for each address, one unit to count by, and membership of networks. An address has many
 * spellings and an IPv6 customer has 2^64 of them; whoever counts or compares raw text can be walked around. This
 * file knows nothing of requests or headers.
 */

/** What `networkOf` answers for something that is not an address. All of it is counted together. */
export const unknownNetwork = 'unknown';

/** Longer than any address with a zone of usual length. */
const longestText = 100;

/**
 * The one text of an IPv4 or IPv6 address, or undefined when `text` is neither: lower case and compressed
 * (RFC 5952 §4), without zone; an IPv4-mapped address (RFC 4291 §2.5.5.2) becomes the IPv4 address. Brackets,
 * ports, white space and leading zeros in IPv4 are not part of an address.
 */
export function normalizeAddress(text: string): string | undefined {
  if (text.length > longestText) return undefined;
  const version = isIP(text);
  if (version === 0) return undefined;
  if (version === 4) return text;
  const groups = groupsOf(text);
  return mappedIpv4(groups) ?? formatGroups(groups);
}

/**
 * The unit that budgets count by: an IPv4 address itself; for IPv6 its /64 (RFC 4291 §2.5.4), such as
 * `2001:db8:1:2::/64`, because a customer owns at least that; `unknownNetwork` for anything else.
 */
export function networkOf(address: string): string {
  const canonical = normalizeAddress(address);
  if (canonical === undefined) return unknownNetwork;
  if (!canonical.includes(':')) return canonical;
  return `${formatGroups([...groupsOf(canonical).slice(0, 4), 0, 0, 0, 0])}/64`;
}

/**
 * Makes a test for membership of any of `cidrs` (RFC 4632 §3.1, RFC 4291 §2.3); a bare address stands for itself.
 * The test takes every spelling of an address and is false for what is no address. Throws RangeError, which
 * names the text, when a network cannot be read.
 */
export function addressMatcher(cidrs: readonly string[]): (address: string) => boolean {
  if (cidrs.length === 0) return () => false;
  const list = new BlockList();
  for (const cidr of cidrs) {
    const { address, bits } = readCidr(cidr);
    list.addSubnet(address, bits, isIPv4(address) ? 'ipv4' : 'ipv6');
  }
  return (address) => {
    const canonical = normalizeAddress(address);
    return canonical !== undefined && list.check(canonical, canonical.includes(':') ? 'ipv6' : 'ipv4');
  };
}

function readCidr(cidr: string): { address: string; bits: number } {
  const [text = '', prefix, ...rest] = cidr.split('/');
  const address = text.includes('%') ? undefined : normalizeAddress(text);
  if (address === undefined || rest.length > 0) throw badCidr(cidr);
  const width = text.includes(':') ? 128 : 32;
  const written = prefix === undefined ? width : /^(?:0|[1-9]\d{0,2})$/.test(prefix) ? Number(prefix) : -1;
  // A mapped network counts its bits from the front of the IPv6 address; ours has dropped 96 of them.
  const bits = isIPv4(address) && width === 128 ? written - 96 : written;
  if (bits < 0 || written > width) throw badCidr(cidr);
  return { address, bits };
}

const badCidr = (cidr: string): RangeError => new RangeError(`${JSON.stringify(cidr)} is not a network`);

/** The eight 16-bit groups of a valid IPv6 text. */
function groupsOf(text: string): number[] {
  const [bare = ''] = text.split('%', 1);
  const [head = '', tail] = (bare.includes('.') ? withoutDots(bare) : bare).split('::');
  const left = numbers(head);
  if (tail === undefined) return left;
  const right = numbers(tail);
  return [...left, ...Array.from({ length: 8 - left.length - right.length }, () => 0), ...right];
}

const numbers = (text: string): number[] =>
  text === '' ? [] : text.split(':').map((group) => Number.parseInt(group, 16));

/** Spells a dotted tail (RFC 4291 §2.2, form 3) as two groups. */
function withoutDots(text: string): string {
  const start = text.lastIndexOf(':') + 1;
  const [a = 0, b = 0, c = 0, d = 0] = text.slice(start).split('.').map(Number);
  return `${text.slice(0, start)}${((a << 8) | b).toString(16)}:${((c << 8) | d).toString(16)}`;
}

function mappedIpv4(groups: readonly number[]): string | undefined {
  const [, , , , , marker, high = 0, low = 0] = groups;
  if (marker !== 0xffff || groups.slice(0, 5).some((group) => group !== 0)) return undefined;
  return `${high >> 8}.${high & 0xff}.${low >> 8}.${low & 0xff}`;
}

/** RFC 5952 §4.2: the longest run of two or more zero groups, the first of equals, becomes `::`. */
function formatGroups(groups: readonly number[]): string {
  let start = 0;
  let length = 1;
  for (let from = 0; from < 8; from++) {
    let to = from;
    while (groups[to] === 0) to++;
    if (to - from > length) {
      start = from;
      length = to - from;
    }
  }
  const hex = groups.map((group) => group.toString(16));
  if (length === 1) return hex.join(':');
  return `${hex.slice(0, start).join(':')}::${hex.slice(start + length).join(':')}`;
}
