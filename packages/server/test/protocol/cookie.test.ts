import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { clearCookie, cookieName, readCookie, setCookie } from '../../src/protocol/cookie.ts';

const token = fc.string({ unit: fc.constantFrom(...'aB9-_.!~'), minLength: 1, maxLength: 8 });
const value = fc.string({ unit: fc.constantFrom(...'aB9-_.=/+"!'.replace('"', '')), maxLength: 12 });

describe('reading', () => {
  test.each([
    [undefined, undefined],
    ['', undefined],
    ['sid=1', '1'],
    ['a=0; sid=1; b=2', '1'],
    ['a=0;sid=1;b=2', '1'],
    ['a=0;\t sid=1 ; b=2', '1'],
    ['sid=', ''],
    ['sid', undefined],
    ['sid; sid=1', '1'],
    ['SID=1', undefined],
    ['xsid=1', undefined],
    ['sidx=1', undefined],
    ['x sid=1', undefined],
    ['x=sid=1', undefined],
    ['x= sid=1', undefined],
    ['sid =1', undefined],
    ['sid=a=b', 'a=b'],
    ['sid="q"', '"q"'],
    ['sid=%zz', '%zz'],
    ['=1; sid=2', '2'],
    ['sid=1; sid=1', '1'],
    ['sid=1; sid=2', undefined],
    ['sid=1; x=3; sid=', undefined],
    [';;;', undefined],
  ])('INP-13: sid in %j is %j', (header, expected) => {
    expect(readCookie(header, 'sid')).toBe(expected);
  });

  test('INP-01 INP-13: names of Object.prototype are nothing special', () => {
    for (const name of ['__proto__', 'constructor', 'toString']) {
      expect(readCookie('a=1', name)).toBeUndefined();
      expect(readCookie(`a=1; ${name}=2`, name)).toBe('2');
    }
    expect(readCookie('=1', '')).toBeUndefined();
  });

  test('INP-13: a long hostile header is read in linear time', () => {
    const start = process.cpuUsage();
    for (const piece of ['sid', ' ', ';', 'sid=', ' sid ', '; sid=1'])
      readCookie(piece.repeat(1_000_000 / piece.length), 'sid');
    // Microseconds of the processor: what else the machine does costs none.
    expect(process.cpuUsage(start).user).toBeLessThan(1_000_000);
  });

  test('agrees with a reader that builds the list', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(token, value), { maxLength: 6 }), token, (pairs, name) => {
        const header = pairs.map(([key, text]) => `${key}=${text}`).join('; ');
        const values = new Set(pairs.filter(([key]) => key === name).map(([, text]) => text));
        expect(readCookie(header, name)).toBe(values.size === 1 ? [...values][0] : undefined);
      }),
    );
  });
});

describe('setting', () => {
  test('SES-09: the attributes are always all there, and never Domain', () => {
    expect(setCookie({ name: '__Host-sid', value: 'abc', maxAge: 60, sameSite: 'Lax', secure: true })).toBe(
      '__Host-sid=abc; Path=/; Max-Age=60; SameSite=Lax; HttpOnly; Secure',
    );
    expect(
      setCookie({ name: 'csrf', value: '', sameSite: 'Strict', secure: false, httpOnly: false, path: '/a' }),
    ).toBe('csrf=; Path=/a; SameSite=Strict');
  });

  test('SES-09: clearing keeps every attribute', () => {
    fc.assert(
      fc.property(
        token,
        fc.constantFrom('Lax' as const, 'Strict' as const),
        fc.boolean(),
        fc.boolean(),
        (...all) => {
          const [name, sameSite, secure, httpOnly] = all;
          const attributes = { name, sameSite, secure, httpOnly };
          const set = setCookie({ ...attributes, value: 'v', maxAge: 9 });
          expect(clearCookie(attributes)).toBe(set.replace('=v;', '=;').replace('Max-Age=9', 'Max-Age=0'));
          expect(set).not.toContain('Domain');
        },
      ),
    );
  });

  test('SES-09: over HTTPS the name is bound to the host', () => {
    expect(cookieName('sid', true)).toBe('__Host-sid');
    expect(cookieName('sid', false)).toBe('sid');
  });

  const good = { name: 'sid', value: 'v', sameSite: 'Lax', secure: true } as const;

  test('SES-09: Max-Age is within 400 days', () => {
    expect(setCookie({ ...good, maxAge: 34_560_000 })).toContain('Max-Age=34560000;');
    for (const maxAge of [34_560_001, -1, 1.5, Number.NaN, Number.POSITIVE_INFINITY])
      expect(() => setCookie({ ...good, maxAge })).toThrow(RangeError);
  });

  test('SES-09: name and value are within 4096 bytes', () => {
    expect(() => setCookie({ ...good, value: 'v'.repeat(4093) })).not.toThrow();
    expect(() => setCookie({ ...good, value: 'v'.repeat(4094) })).toThrow(RangeError);
  });

  test('SES-09: illegal octets are never sent, nor told in the message', () => {
    for (const bad of [' ', '"', ',', ';', '\\', '\n', '\r', '\0', '\x7f', 'ä', '😀']) {
      expect(() => setCookie({ ...good, value: `kitten${bad}` })).toThrow(RangeError);
      expect(() => setCookie({ ...good, value: `kitten${bad}` })).not.toThrow(/kitten/);
      expect(() => setCookie({ ...good, name: `sid${bad}` })).toThrow(RangeError);
    }
    for (const name of ['', 'a=b', 'a b']) expect(() => setCookie({ ...good, name })).toThrow(RangeError);
    for (const path of ['', 'a', '/a;Domain=x', '/\n', `/${'a'.repeat(1024)}`])
      expect(() => setCookie({ ...good, path })).toThrow(RangeError);
  });

  test('SES-09: a prefix is not given to a cookie that breaks it', () => {
    expect(() => setCookie({ ...good, name: '__Host-a', secure: false })).toThrow(RangeError);
    expect(() => setCookie({ ...good, name: '__host-a', path: '/x' })).toThrow(RangeError);
    expect(() => setCookie({ ...good, name: '__Secure-a', secure: false })).toThrow(RangeError);
    expect(() => setCookie({ ...good, name: '__Secure-a', path: '/x' })).not.toThrow();
  });

  test('SES-09: what is set can be read', () => {
    fc.assert(
      fc.property(token, value, (name, text) => {
        const [pair] = setCookie({ ...good, name, value: text }).split(';');
        expect(readCookie(pair, name)).toBe(text);
      }),
    );
  });
});
