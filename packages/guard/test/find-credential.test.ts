import { describe, expect, test } from 'vitest';
import { headerOf } from '../src/credential.ts';
import { isRefusal } from '../src/failure.ts';
import { findCredential } from '../src/find-credential.ts';
import type { CarrierName } from '../src/principal.ts';
import { request } from './forge.ts';

const all: readonly CarrierName[] = ['cookie', 'opaque', 'jwt', 'jwt-cookie', 'api-key', 'basic'];

/** The carrier that is found, or the code and check of the refusal. */
function found(headers: Readonly<Record<string, string>>, carriers = all, secure = true): string {
  const credential = findCredential(request(headers), { carriers: new Set(carriers), secure });
  return isRefusal(credential) ? `${credential.code} ${credential.detail['check']}` : credential.carrier;
}

const bearer = (value: string) => ({ authorization: `Bearer ${value}` });
const cookie = (value: string) => ({ cookie: value });
const session = '__Host-doorward_session=dw_sc_abc';
const jwt = '__Host-doorward_token=a.b.c';

describe('scheme and prefix say what it is', () => {
  test.each([
    [bearer('dw_at_abc'), 'opaque'],
    [bearer('dw_ak_abc'), 'api-key'],
    [bearer('a.b.c'), 'jwt'],
    [bearer('anything'), 'jwt'],
    [{ authorization: 'bearer a.b.c' }, 'jwt'],
    [{ authorization: 'BEARER a.b.c' }, 'jwt'],
    [{ authorization: 'Basic YTpi' }, 'basic'],
    [{ authorization: 'basic YTpi' }, 'basic'],
    [cookie(session), 'cookie'],
    [cookie(jwt), 'jwt-cookie'],
    [cookie(`theme=dark; ${session}; a=b`), 'cookie'],
    [{}, 'credentials_missing none'],
    [cookie('theme=dark'), 'credentials_missing none'],
    [cookie(''), 'credentials_missing none'],
  ])('%j: %s', (headers, carrier) => {
    expect(found(headers)).toBe(carrier);
  });
});

describe('SES-17: handles of other kinds are no credentials', () => {
  test.each(['dw_sc_abc', 'dw_rt_abc', 'dw_su_abc', 'dw_', 'dw_AT_abc', 'dw_at'])('bearer %s', (value) => {
    expect(found(bearer(value))).toBe('credentials_invalid other-handle');
  });
  test.each([
    'dw_at_abc',
    'dw_ak_abc',
    'dw_rt_abc',
    'a.b.c',
    '',
    '"dw_sc_abc"',
    'dw_sc_a b',
    ' dw_sc_abc',
    'dw_sc_é',
  ])('the session cookie %j', (value) => {
    expect(found(cookie(`__Host-doorward_session=${value}`))).toBe('credentials_invalid cookie-syntax');
  });
  test('a handle in the cookie of the JWT', () => {
    expect(found(cookie('__Host-doorward_token=dw_sc_abc'))).toBe('credentials_invalid cookie-syntax');
  });
  test.each([
    '__Host-doorward_refresh=dw_rt_abc',
    'doorward_session=dw_sc_abc',
    '__host-doorward_session=dw_sc_abc',
    'x__Host-doorward_session=dw_sc_abc',
    '__Host-doorward_session',
  ])('the cookie %s is not looked at', (text) => {
    expect(found(cookie(text))).toBe('credentials_missing none');
  });
});

test('over http, in development, cookies wear no prefix', () => {
  expect(found(cookie('doorward_session=dw_sc_abc'), all, false)).toBe('cookie');
  expect(found(cookie(session), all, false)).toBe('credentials_missing none');
});

describe('GRD-07: two credentials in one request', () => {
  test.each([
    ['Bearer a.b.c, Bearer d.e.f', 'request_malformed bearer-syntax'],
    ['Bearer a.b.c,Basic YTpi', 'request_malformed bearer-syntax'],
    ['Basic YTpi, Bearer a.b.c', 'request_malformed basic-syntax'],
    ['Digest a="b", Bearer a.b.c', 'request_malformed authorization-syntax'],
    ['', 'request_malformed authorization-syntax'],
    ['Bearer', 'request_malformed bearer-syntax'],
    ['Bearer ', 'request_malformed bearer-syntax'],
    ['Bearer  a.b.c', 'request_malformed bearer-syntax'],
    ['Bearer\ta.b.c', 'request_malformed authorization-syntax'],
    ['Bearer a.b.c ', 'request_malformed bearer-syntax'],
    ['Bearer a.b.c\r\nCookie: x', 'request_malformed bearer-syntax'],
    ['Bearer \uFEFFa.b.c', 'request_malformed bearer-syntax'],
    ['Basic', 'request_malformed basic-syntax'],
    ['Basic YTp', 'request_malformed basic-syntax'],
    ['Basic YTpi\r\nX: y', 'request_malformed basic-syntax'],
    ['Basic a:b', 'request_malformed basic-syntax'],
    ['Negotiate abc', 'credentials_invalid other-scheme'],
    ['a.b.c', 'credentials_invalid other-scheme'],
  ])('Authorization: %j gives %s', (authorization, refusal) => {
    expect(found({ authorization })).toBe(refusal);
  });

  test('the header beats cookies, whatever becomes of it', () => {
    expect(found({ ...bearer('a.b.c'), ...cookie(session) })).toBe('jwt');
    expect(found({ ...bearer('dw_rt_abc'), ...cookie(session) })).toBe('credentials_invalid other-handle');
  });

  test('the session cookie beats the JWT cookie', () => {
    expect(found(cookie(`${jwt}; ${session}`))).toBe('cookie');
  });

  test('the same cookie twice is refused, with the same value too', () => {
    expect(found(cookie(`${session}; ${session}`))).toBe('request_malformed cookie-twice');
    expect(found(cookie(`${jwt}; a=b; ${jwt}x`))).toBe('request_malformed cookie-twice');
  });
});

describe('carriers that are switched off', () => {
  const without = (...off: CarrierName[]) => all.filter((name) => !off.includes(name));
  test('are as if not there in cookies', () => {
    expect(found(cookie(session), without('cookie'))).toBe('credentials_missing none');
    expect(found(cookie(`${session}; ${jwt}`), without('cookie'))).toBe('jwt-cookie');
  });
  test.each([
    ['opaque', bearer('dw_at_abc')],
    ['api-key', bearer('dw_ak_abc')],
    ['jwt', bearer('a.b.c')],
    ['basic', { authorization: 'Basic YTpi' }],
  ] as const)('are refused in the header: %s', (carrier, headers) => {
    expect(found(headers, without(carrier))).toBe('credentials_invalid carrier-off');
    expect(found({ ...headers, ...cookie(session) }, without(carrier))).toBe(
      'credentials_invalid carrier-off',
    );
  });
});

test('what is too long is refused before it is read', () => {
  expect(found(bearer('a'.repeat(8193)))).toBe('credentials_invalid too-long');
  expect(found(cookie(`__Host-doorward_token=${'a'.repeat(8193)}`))).toBe(
    'credentials_invalid cookie-syntax',
  );
});

test('a hundred thousand cookies are read in linear time', () => {
  const started = process.cpuUsage();
  expect(found(cookie(`${' a=b;'.repeat(100_000)}${session}`))).toBe('cookie');
  // Microseconds of the processor: what else the machine does costs none.
  expect(process.cpuUsage(started).user).toBeLessThan(500_000);
});

test.each([
  [bearer('a.b.c'), ['authorization', 'Bearer a.b.c']],
  [{ authorization: 'basic YTpi' }, ['authorization', 'Basic YTpi']],
  [cookie(`a=b; ${session}; c=d`), ['cookie', session]],
])('%j travels on alone', (headers, expected) => {
  const credential = findCredential(request(headers), { carriers: new Set(all), secure: true });
  expect(isRefusal(credential) ? undefined : headerOf(credential)).toEqual(expected);
});
