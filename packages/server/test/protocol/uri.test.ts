import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isSameTarget } from '../../src/protocol/uri.ts';

const token = 'https://server.example.com/token';

describe('RFC 3986 §6.2.2, §6.2.3: one address in several spellings', () => {
  test.each([
    ['HTTPS://Server.EXAMPLE.com/token', token],
    ['https://server.example.com:443/token', token],
    ['https://server.example.com:/token', token],
    ['http://localhost:80/', 'http://localhost'],
    ['https://server.example.com/%74oken', token],
    ['https://server.example.com/%74%6F%6b%65%6E', token],
    ['https://%53erver.example.com/token', token],
    ['https://server.example.com/./token', token],
    ['https://server.example.com/x/../token', token],
    ['https://server.example.com/x%2Fy/../token', token],
    ['https://server.example.com/../../token', token],
    ['https://server.example.com/x/%2e%2E/token', token],
    ['https://server.example.com/token?a=b&c', token],
    ['https://server.example.com/token#c/d?e', token],
    ['https://server.example.com/token?#', token],
    ['https://server.example.com', 'https://server.example.com/'],
    ['https://server.example.com?a', 'https://server.example.com/'],
    ['https://server.example.com/a/.', 'https://server.example.com/a/'],
    ['https://server.example.com/a/b/..', 'https://server.example.com/a/'],
    ['https://server.example.com//..', 'https://server.example.com/'],
    ['https://server.example.com/a%2fb%c3%a9', 'https://server.example.com/a%2Fb%C3%A9'],
    ['http://[::1]:80/a', 'http://[::1]/a'],
    ['http://[2001:DB8::1]/a', 'http://[2001:db8::1]/a'],
    ['https://server.example.com/~a-b._', 'https://server.example.com/%7Ea%2Db%2E%5F'],
  ])('%s is %s', (one, other) => {
    expect([isSameTarget(one, other), isSameTarget(other, one)]).toEqual([true, true]);
  });

  test.each([
    'http://server.example.com/token',
    'https://server.example.com/Token',
    'https://server.example.com/token/',
    'https://server.example.com//token',
    'https://server.example.com/tok%2Fen/token',
    'https://server.example.com/x%2F..%2Ftoken',
    'https://server.example.com/%2Ftoken',
    'https://server.example.com/token%3Fa=b',
    'https://server.example.com/token%23',
    'https://server.example.com/token;',
    'https://server.example.com/%2574oken',
    'https://server.example.com:8443/token',
    'https://server.example.com:0443/token',
    'https://server.example.com:80/token',
    'https://server.example.com./token',
    'https://server.example.com.evil/token',
    'https://evil.example/token',
    'https://evil.example/https://server.example.com/token',
  ])('OAU-30: %s is another address', (other) => {
    expect([isSameTarget(other, token), isSameTarget(token, other)]).toEqual([false, false]);
  });

  test.each([
    '',
    '/token',
    '//server.example.com/token',
    'https:server.example.com/token',
    'https:/server.example.com/token',
    'https:///server.example.com/token',
    'https:\\\\server.example.com\\token',
    'https://server.example.com\\token',
    ' https://server.example.com/token',
    'https://server.example.com/token ',
    'https://server.example.com/to\tken',
    'https://server.example.com/token\n',
    'https://x@server.example.com/token',
    'https://@server.example.com/token',
    'https://:@server.example.com/token',
    'https://ｓerver.example.com/token',
    'https://server。example.com/token',
    'https://server.example.com/token?a b',
    'https://server.example.com/token#a#b',
    'https://server.example.com/token%',
    'https://server.example.com/token%zz',
    'https://server.example.com:4a3/token',
    'ftp://server.example.com/token',
    'https:///token',
    'null',
  ])('OAU-30: %j is no address that browsers or servers send, not even the same as itself', (text) => {
    expect([isSameTarget(text, token), isSameTarget(text, text)]).toEqual([false, false]);
  });

  test('a host is a name, and no shorthand of numbers', () => {
    expect(isSameTarget('http://127.1/a', 'http://127.0.0.1/a')).toBe(false);
    expect(isSameTarget('http://0x7f.0.0.1/a', 'http://127.0.0.1/a')).toBe(false);
  });
});

/** One letter of a path: an unreserved one, or one that is only ever written as an octet. */
const letter = fc.oneof(
  fc.constantFrom(...'abzAZ09-_~'),
  fc.constantFrom('%2F', '%3F', '%23', '%25', '%20', '%C3%A9', ':', '@', ';', '='),
);
const segment = fc.array(letter, { minLength: 1, maxLength: 3 }).map((letters) => letters.join(''));
const address = fc.record({
  scheme: fc.constantFrom('http', 'https'),
  host: fc.constantFrom('a.example', 'b.example', '[::1]'),
  port: fc.constantFrom('', ':8080'),
  path: fc.array(segment, { maxLength: 3 }),
});
const plain = ({ scheme, host, port, path }: typeof address extends fc.Arbitrary<infer One> ? One : never) =>
  `${scheme}://${host}${port}/${path.join('/')}`;

/** Octets of letters that need none, in either case. */
const spelled = (text: string, turn: (most: number) => number): string =>
  text.replaceAll(/%[0-9A-F]{2}|[a-zA-Z0-9\-_~]/g, (one) => {
    if (one.startsWith('%')) return turn(1) === 0 ? one : one.toLowerCase();
    const octet = `%${one.charCodeAt(0).toString(16)}`;
    return [one, octet, octet.toUpperCase()][turn(2)] ?? one;
  });

test('OAU-30: an address is the same in every spelling', () => {
  fc.assert(
    fc.property(address, fc.array(fc.nat(11), { minLength: 40, maxLength: 40 }), (one, turns) => {
      let at = 0;
      const turn = (most: number): number => (turns[at++ % turns.length] ?? 0) % (most + 1);
      const scheme = turn(1) === 0 ? one.scheme : one.scheme.toUpperCase();
      const host = turn(1) === 0 ? one.host : one.host.toUpperCase();
      const standard = ['', ':', one.scheme === 'https' ? ':443' : ':80'][turn(2)] ?? '';
      const steps = one.path.map((part) => `${['', './', 'x/../', '%2e/'][turn(3)]}${spelled(part, turn)}`);
      const after = ['', '?', '?a=/../b', '#c'][turn(3)] ?? '';
      const other = `${scheme}://${host}${one.port || standard}/${steps.join('/')}${after}`;
      expect([other, isSameTarget(other, plain(one))]).toEqual([other, true]);
    }),
  );
});

test('OAU-30: two addresses are never the same', () => {
  fc.assert(
    fc.property(address, address, (one, other) => {
      expect(isSameTarget(plain(one), plain(other))).toBe(plain(one) === plain(other));
    }),
  );
});

test('OAU-30: a slash, question mark, hash or percent sign is another address than its octet', () => {
  fc.assert(
    fc.property(segment, fc.constantFrom('/', '?', '#'), segment, (one, mark, other) => {
      const octet = `%${mark.charCodeAt(0).toString(16).toUpperCase()}`;
      expect(
        isSameTarget(`https://a.example/${one}${mark}${other}`, `https://a.example/${one}${octet}${other}`),
      ).toBe(false);
    }),
  );
});

test('a long address costs no more than its length', () => {
  const long = `https://a.example/${'%2e%2e/x/'.repeat(200_000)}`;
  expect(isSameTarget(long, 'https://a.example/x/')).toBe(true);
});
