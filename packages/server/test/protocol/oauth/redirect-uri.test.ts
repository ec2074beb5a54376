import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  checkRepeatedUri,
  isRegisteredUri,
  type RedirectTarget,
  resolveRedirectUri,
} from '../../../src/protocol/oauth/redirect-uri.ts';
import { faultOf } from './told.ts';

const registered = 'https://app.example/cb?tenant=a';
const resolve = (given: string | undefined, more = {}) =>
  resolveRedirectUri({ given, registered: [registered], application: 'web', isOpenId: false, ...more });

describe('OAU-05: the same text or nothing', () => {
  test('the registered URI is taken', () => {
    expect(resolve(registered)).toEqual({ redirectUri: registered, redirectUriWasGiven: true });
  });

  test.each([
    '',
    ' ',
    'https://app.example',
    'https://app.example/',
    'https://app.example/cb',
    'https://app.example/cb?',
    'https://app.example/cb?tenant=b',
    'https://app.example/cb?tenant=A',
    'https://app.example/cb?tenant=a&',
    'https://app.example/cb?tenant=a&x=1',
    'https://app.example/cb?tenant=a&tenant=a',
    'https://app.example/cb?tenant=b&tenant=a',
    'https://app.example/cb?x=1&tenant=a',
    'https://app.example/cb?tenant=%61',
    'https://app.example/cb?Tenant=a',
    'https://app.example/cb?tenant=a#',
    'https://app.example/cb?tenant=a#x',
    'https://app.example/cb#?tenant=a',
    'https://app.example/cb/?tenant=a',
    'https://app.example//cb?tenant=a',
    'https://app.example/./cb?tenant=a',
    'https://app.example/x/../cb?tenant=a',
    'https://app.example/x/..%2fcb?tenant=a',
    'https://app.example/%2e/cb?tenant=a',
    'https://app.example/cb/..?tenant=a',
    'https://app.example/cb/../../evil?tenant=a',
    'https://app.example/cb%2f?tenant=a',
    'https://app.example/cb%2F..?tenant=a',
    'https://app.example/%63b?tenant=a',
    'https://app.example/cB?tenant=a',
    'https://app.example/cb;x?tenant=a',
    'https://app.example/cb%00?tenant=a',
    'https://app.example/cb%0d%0a?tenant=a',
    'https://app.example\\cb?tenant=a',
    'https://app.example/\\cb?tenant=a',
    'https:\\\\app.example/cb?tenant=a',
    'https:/app.example/cb?tenant=a',
    'https:app.example/cb?tenant=a',
    'https:///app.example/cb?tenant=a',
    '//app.example/cb?tenant=a',
    '/cb?tenant=a',
    'app.example/cb?tenant=a',
    'http://app.example/cb?tenant=a',
    'HTTPS://app.example/cb?tenant=a',
    'Https://app.example/cb?tenant=a',
    'https ://app.example/cb?tenant=a',
    ' https://app.example/cb?tenant=a',
    'https://app.example/cb?tenant=a ',
    '\thttps://app.example/cb?tenant=a',
    'https://app.example/cb?tenant=a\n',
    'https://app.example/c\tb?tenant=a',
    'https://app.example/c\nb?tenant=a',
    'https://App.example/cb?tenant=a',
    'https://APP.EXAMPLE/cb?tenant=a',
    'https://app.example./cb?tenant=a',
    'https://app.example:443/cb?tenant=a',
    'https://app.example:8443/cb?tenant=a',
    'https://app.example:/cb?tenant=a',
    'https://app.example.evil/cb?tenant=a',
    'https://app.example.evil.example/cb?tenant=a',
    'https://evil.example/https://app.example/cb?tenant=a',
    'https://evil.example/?https://app.example/cb?tenant=a',
    'https://evil.example#https://app.example/cb?tenant=a',
    'https://evil-app.example/cb?tenant=a',
    'https://xapp.example/cb?tenant=a',
    'https://x.app.example/cb?tenant=a',
    'https://app.example@evil.example/cb?tenant=a',
    'https://app.example:x@evil.example/cb?tenant=a',
    'https://user@app.example/cb?tenant=a',
    'https://@app.example/cb?tenant=a',
    'https://app.example%2eevil.example/cb?tenant=a',
    'https://app.example%00.evil.example/cb?tenant=a',
    'https://app.ехample/cb?tenant=a',
    'https://app.example/cb?tenant=а',
    'https://ａpp.example/cb?tenant=a',
    'https://app。example/cb?tenant=a',
    'https://xn--pp-9ka.example/cb?tenant=a',
    'https://*.example/cb?tenant=a',
    'https://app.example/*',
    'https://app.example/cb?tenant=*',
    'javascript:alert(1)//https://app.example/cb?tenant=a',
    'data:text/html,https://app.example/cb?tenant=a',
    'blob:https://app.example/cb?tenant=a',
    'view-source:https://app.example/cb?tenant=a',
    'file:///cb?tenant=a',
    'urn:ietf:wg:oauth:2.0:oob',
    'null',
    'undefined',
  ])('%j is refused', (given) => {
    for (const application of ['web', 'native'] as const)
      expect(faultOf(() => resolve(given, { application }))).toBe('invalid_request redirect_uri');
  });

  test('a URI that differs in one letter is never the registered one', () => {
    const place = fc.nat({ max: registered.length });
    const letter = fc.string({ unit: 'grapheme', minLength: 0, maxLength: 1 });
    fc.assert(
      fc.property(place, letter, fc.boolean(), (at, put, replaces) => {
        const given = registered.slice(0, at) + put + registered.slice(replaces ? at + 1 : at);
        expect(isRegisteredUri({ given, registered, application: 'native' })).toBe(given === registered);
      }),
      { numRuns: 2000 },
    );
  });
});

describe('RFC 6749 §3.1.2.3: a request that names none', () => {
  test('gets the only one that is registered', () => {
    expect(resolve(undefined)).toEqual({ redirectUri: registered, redirectUriWasGiven: false });
  });

  test.each([
    ['an OpenID request', { isOpenId: true }],
    ['several are registered', { registered: [registered, 'https://b.example/'] }],
    ['none is registered', { registered: [] }],
  ])('is refused: %s', (_, more) => {
    expect(faultOf(() => resolve(undefined, more))).toBe('invalid_request redirect_uri');
  });
});

describe('RFC 8252 §7.3: the port of a native program on a loopback literal is free', () => {
  const four = 'http://127.0.0.1/cb?a=1';
  const six = 'http://[::1]:4000/cb';
  const native = (given: string, application: 'web' | 'native' = 'native') =>
    [four, six].some((uri) => isRegisteredUri({ given, registered: uri, application }));

  test.each([
    four,
    'http://127.0.0.1:1/cb?a=1',
    'http://127.0.0.1:80/cb?a=1',
    'http://127.0.0.1:65535/cb?a=1',
    six,
    'http://[::1]/cb',
    'http://[::1]:51234/cb',
  ])('OAU-06: %s', (given) => {
    expect(native(given)).toBe(true);
    expect(native(given, 'web')).toBe(given === four || given === six);
  });

  test.each([
    'http://127.0.0.1:0/cb?a=1',
    'http://127.0.0.1:65536/cb?a=1',
    'http://127.0.0.1:99999/cb?a=1',
    'http://127.0.0.1:080/cb?a=1',
    'http://127.0.0.1:/cb?a=1',
    'http://127.0.0.1:80:90/cb?a=1',
    'http://127.0.0.1:8 0/cb?a=1',
    'http://127.0.0.1:8080',
    'http://127.0.0.1:8080/',
    'http://127.0.0.1:8080/cb',
    'http://127.0.0.1:8080/cb?a=2',
    'http://127.0.0.1:8080/cb?a=1&b=2',
    'http://127.0.0.1:8080/cb?a=1#x',
    'http://127.0.0.1:8080/CB?a=1',
    'http://127.0.0.1:8080/cb/?a=1',
    'http://127.0.0.1:8080//cb?a=1',
    'https://127.0.0.1:8080/cb?a=1',
    'HTTP://127.0.0.1:8080/cb?a=1',
    'http://localhost:8080/cb?a=1',
    'http://localhost/cb?a=1',
    'http://localhost.evil.example:8080/cb?a=1',
    'http://127.0.0.2:8080/cb?a=1',
    'http://127.1:8080/cb?a=1',
    'http://127.0.1:8080/cb?a=1',
    'http://0.0.0.0:8080/cb?a=1',
    'http://2130706433:8080/cb?a=1',
    'http://0x7f000001:8080/cb?a=1',
    'http://0177.0.0.1:8080/cb?a=1',
    'http://127.0.0.1.:8080/cb?a=1',
    'http://127.0.0.1.evil.example:8080/cb?a=1',
    'http://127.0.0.1:8080@evil.example/cb?a=1',
    'http://x@127.0.0.1:8080/cb?a=1',
    'http://[::1]:51234/cb?a=1',
    'http://[0:0:0:0:0:0:0:1]:51234/cb',
    'http://[::ffff:127.0.0.1]:51234/cb',
    'http://[::2]:51234/cb',
    'http://::1:51234/cb',
    'http://[::1%25lo]:51234/cb',
  ])('OAU-06: %s is refused', (given) => {
    expect(native(given)).toBe(false);
  });

  test('OAU-06: a name is no literal: localhost keeps its port', () => {
    const uri = { registered: 'http://localhost:3000/cb', application: 'native' } as const;
    expect(isRegisteredUri({ given: 'http://localhost:3000/cb', ...uri })).toBe(true);
    expect(isRegisteredUri({ given: 'http://localhost:3001/cb', ...uri })).toBe(false);
  });

  test('whatever the port, everything else is the same text', () => {
    const port = fc.integer({ min: 1, max: 65_535 });
    const path = fc.stringMatching(/^\/[a-z/%.]{0,8}$/);
    fc.assert(
      fc.property(fc.tuple(port, path), fc.tuple(port, path), ([one, first], [other, second]) => {
        const given = `http://127.0.0.1:${one}${first}`;
        const known = `http://127.0.0.1:${other}${second}`;
        expect(isRegisteredUri({ given, registered: known, application: 'native' })).toBe(first === second);
      }),
    );
  });
});

describe('RFC 6749 §4.1.3: the token request repeats the URI', () => {
  const code = { redirectUri: registered, redirectUriWasGiven: true };
  test.each<[string, string | undefined, RedirectTarget, string]>([
    ['the same', registered, code, 'nothing'],
    ['none, though one was given', undefined, code, 'invalid_grant redirect_uri'],
    ['another', 'https://app.example/cb', code, 'invalid_grant redirect_uri'],
    ['none, and none was given', undefined, { ...code, redirectUriWasGiven: false }, 'nothing'],
    ['the only one, though none was given', registered, { ...code, redirectUriWasGiven: false }, 'nothing'],
    [
      'another, though none was given',
      'https://b.example/',
      { ...code, redirectUriWasGiven: false },
      'invalid_grant redirect_uri',
    ],
  ])('OAU-03: %s', (_, given, ...[of, expected]) => {
    expect(faultOf(() => checkRepeatedUri(given, of))).toBe(expected);
  });
});
