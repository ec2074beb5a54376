import { describe, expect, test } from 'vitest';
import type { Credential } from '../src/credential.ts';
import { forgeryRefusal } from '../src/forgery.ts';
import { request } from './forge.ts';

const ours = 'https://app.example.com';
const origins = new Set([ours]);
const ambient: readonly Credential[] = [
  { carrier: 'cookie', value: 'v', cookie: '__Host-doorward_session', peer: undefined },
  { carrier: 'jwt-cookie', value: 'v', cookie: '__Host-doorward_token', peer: undefined },
  { carrier: 'basic', value: 'v', cookie: undefined, peer: undefined },
];
const changes = ['POST', 'PUT', 'PATCH', 'DELETE', 'CONNECT', 'QUERY', 'get', ''];

describe.each(ambient)('GRD-13: what a browser sends by itself: $carrier', (credential) => {
  const refused = (headers: Readonly<Record<string, string>>, method: string) =>
    forgeryRefusal(credential, request(headers, method), origins)?.code;

  test.each(changes)('%s needs the word of the browser', (method) => {
    expect(refused({}, method)).toBe('origin_refused');
    expect(refused({ 'sec-fetch-site': 'same-origin' }, method)).toBeUndefined();
    expect(refused({ origin: ours }, method)).toBeUndefined();
    expect(refused({ origin: ours, 'sec-fetch-site': 'same-site' }, method)).toBeUndefined();
  });

  test.each([
    { 'sec-fetch-site': 'cross-site' },
    { 'sec-fetch-site': 'same-site' },
    { 'sec-fetch-site': 'none' },
    { 'sec-fetch-site': 'Same-Origin' },
    { 'sec-fetch-site': 'same-origin, cross-site' },
    { origin: 'null' },
    { origin: 'https://evil.example' },
    { origin: `${ours}.evil.example` },
    { origin: `${ours}/` },
    { origin: 'https://APP.example.com' },
    { origin: `${ours}, https://evil.example` },
    { referer: `${ours}/page` },
  ])('%j does not do', (headers) => {
    expect(refused(headers, 'POST')).toBe('origin_refused');
  });

  test.each(['GET', 'HEAD', 'OPTIONS'])('%s changes nothing', (method) => {
    expect(
      refused({ 'sec-fetch-site': 'cross-site', origin: 'https://evil.example' }, method),
    ).toBeUndefined();
  });
});

test.each(['opaque', 'jwt', 'api-key'] as const)(
  '%s in the header is never sent by a browser itself',
  (carrier) => {
    const credential = { carrier, value: 'v', cookie: undefined, peer: undefined };
    expect(
      forgeryRefusal(credential, request({ origin: 'https://evil.example' }, 'POST'), origins),
    ).toBeUndefined();
  },
);
