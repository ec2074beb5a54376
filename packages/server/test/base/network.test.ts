import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { addressMatcher, networkOf, normalizeAddress } from '../../src/base/network.ts';

const ipv6 = fc.array(fc.integer({ min: 0, max: 0xffff }), { minLength: 8, maxLength: 8 });
const sparse = fc.array(fc.constantFrom(0, 0, 0, 1, 0xabcd), { minLength: 8, maxLength: 8 });
const spell = (groups: readonly number[]) => groups.map((group) => group.toString(16)).join(':');
const urlSpelling = (text: string) => new URL(`http://[${text}]/`).hostname.slice(1, -1);
const isMapped = (groups: readonly number[]) =>
  groups.slice(0, 5).every((group) => group === 0) && groups[5] === 0xffff;

describe('one text for each address', () => {
  test.each([
    ['192.0.2.1', '192.0.2.1'],
    ['2001:DB8::A', '2001:db8::a'],
    ['2001:0db8:0000:0000:0000:0000:0000:0001', '2001:db8::1'],
    ['2001:db8:0:1:1:1:1:1', '2001:db8:0:1:1:1:1:1'],
    ['2001:0:0:1:0:0:0:1', '2001:0:0:1::1'],
    ['2001:db8:0:0:1:0:0:1', '2001:db8::1:0:0:1'],
    ['0:0:0:0:0:0:0:0', '::'],
    ['0:0:0:0:0:0:0:1', '::1'],
    ['1:0:0:0:0:0:0:0', '1::'],
    ['fe80::1%eth0', 'fe80::1'],
    ['::ffff:1.2.3.4', '1.2.3.4'],
    ['::FFFF:102:304', '1.2.3.4'],
    ['0:0:0:0:0:ffff:1.2.3.4', '1.2.3.4'],
    ['::ffff:255.255.255.255', '255.255.255.255'],
    ['::ffff:1.2.3.4%eth0', '1.2.3.4'],
    ['64:ff9b::192.0.2.33', '64:ff9b::c000:221'],
    ['1:2:3:4:5:6:7::', '1:2:3:4:5:6:7:0'],
  ])('RLM-03: %s is %s', (text, canonical) => {
    expect(normalizeAddress(text)).toBe(canonical);
  });

  test.each([
    '',
    ' ',
    'localhost',
    '[::1]',
    '::1 ',
    ' 1.2.3.4',
    '1.2.3',
    '01.2.3.4',
    '1.2.3.4:80',
    '1.2.3.4%eth0',
    '1.2.3.256',
    '::1::',
    'fe80::1%',
    '12345::',
    '1.2.3.4\0',
    '0x1.2.3.4',
    'a'.repeat(100_000),
  ])('RLM-03: %j is no address', (text) => {
    expect(normalizeAddress(text)).toBeUndefined();
    expect(networkOf(text)).toBe('unknown');
  });

  test('RLM-03: any IPv6 text gets the spelling of the URL standard', () => {
    fc.assert(
      fc.property(fc.oneof(ipv6, sparse), (groups) => {
        fc.pre(!isMapped(groups));
        expect(normalizeAddress(spell(groups))).toBe(urlSpelling(spell(groups)));
        expect(normalizeAddress(spell(groups).toUpperCase())).toBe(urlSpelling(spell(groups)));
      }),
    );
  });

  test('RLM-03: normalising twice changes nothing; any text is survived', () => {
    fc.assert(
      fc.property(fc.oneof(fc.ipV4(), fc.ipV6(), fc.string({ unit: 'binary' })), (text) => {
        const once = normalizeAddress(text);
        if (once !== undefined) expect(normalizeAddress(once)).toBe(once);
      }),
    );
  });

  test('RLM-03: every IPv4 address and both its mapped spellings are one', () => {
    fc.assert(
      fc.property(fc.tuple(fc.nat(255), fc.nat(255), fc.nat(255), fc.nat(255)), ([a, b, c, d]) => {
        const plain = `${a}.${b}.${c}.${d}`;
        const hex = `::ffff:${(a * 256 + b).toString(16)}:${(c * 256 + d).toString(16)}`;
        expect([plain, `::ffff:${plain}`, hex].map(networkOf)).toEqual([plain, plain, plain]);
      }),
    );
  });
});

describe('the unit that budgets count by', () => {
  test.each([
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
    ['2001:db8::1', '2001:db8::/64'],
    ['2001:0:0:2::9', '2001:0:0:2::/64'],
    ['::1', '::/64'],
    ['fe80::1%eth0', 'fe80::/64'],
  ])('RLM-03: %s counts as %s', (address, network) => {
    expect(networkOf(address)).toBe(network);
  });

  test('RLM-03: rotating within a /64 does not change the key, leaving it does', () => {
    fc.assert(
      fc.property(ipv6, ipv6, (one, two) => {
        fc.pre(!isMapped(one) && one.slice(0, 4).some((group) => group !== 0));
        const neighbour = [...one.slice(0, 4), ...two.slice(4)];
        expect(networkOf(spell(neighbour))).toBe(networkOf(spell(one)));
        const outside = [...one.slice(0, 3), (one[3] ?? 0) ^ 1, ...one.slice(4)];
        fc.pre(outside.slice(0, 4).some((group) => group !== 0));
        expect(networkOf(spell(outside))).not.toBe(networkOf(spell(one)));
      }),
    );
  });
});

describe('membership of networks', () => {
  const inside = addressMatcher(['10.0.0.0/8', '192.0.2.7', '2001:db8::/32', '::ffff:172.16.0.0/108']);

  test.each([
    ['10.1.2.3', true],
    ['::ffff:10.1.2.3', true],
    ['::ffff:a01:203', true],
    ['11.0.0.1', false],
    ['192.0.2.7', true],
    ['192.0.2.8', false],
    ['2001:DB8:ffff::1', true],
    ['2001:db9::1', false],
    ['172.31.255.255', true],
    ['172.32.0.0', false],
    ['unknown', false],
    ['', false],
  ])('RLM-03: %s inside: %s', (address, expected) => {
    expect(inside(address)).toBe(expected);
  });

  test('an empty list holds nobody, and an empty prefix everybody of one family', () => {
    expect(addressMatcher([])('127.0.0.1')).toBe(false);
    expect(addressMatcher(['0.0.0.0/0'])('8.8.8.8')).toBe(true);
    expect(addressMatcher(['0.0.0.0/0'])('2001:db8::1')).toBe(false);
    expect(addressMatcher(['::/0'])('2001:db8::1')).toBe(true);
  });

  test.each([
    '10.0.0.0/33',
    '10.0.0.0/',
    '10.0.0.0/08',
    '10.0.0.0/8/8',
    '10.0.0.0/-1',
    '10.0.0.0/1e1',
    '::/129',
    '::ffff:10.0.0.0/8',
    'fe80::%eth0/64',
    '',
    'all',
  ])('%j is refused by name', (cidr) => {
    expect(() => addressMatcher(['10.0.0.0/8', cidr])).toThrow(RangeError);
    expect(() => addressMatcher([cidr])).toThrow(JSON.stringify(cidr));
  });

  test('a network of n bits holds what shares its first n bits', () => {
    fc.assert(
      fc.property(fc.nat(0xffffffff), fc.nat(0xffffffff), fc.nat(32), (one, two, bits) => {
        const dotted = (n: number) => [24, 16, 8, 0].map((shift) => (n >>> shift) & 255).join('.');
        const same = Math.floor(one / 2 ** (32 - bits)) === Math.floor(two / 2 ** (32 - bits));
        expect(addressMatcher([`${dotted(one)}/${bits}`])(dotted(two))).toBe(same);
      }),
    );
  });
});
