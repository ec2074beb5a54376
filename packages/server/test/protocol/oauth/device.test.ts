import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  deviceAuthorizationResponse,
  normalizeUserCode,
  parseDeviceAuthorization,
  userCodeAlphabet,
  userCodeFrom,
} from '../../../src/protocol/oauth/device.ts';
import { faultOf, parameters } from './told.ts';

describe('RFC 8628 §6.1: the code that a person types', () => {
  test('OAU-23: 20 consonants', () => {
    expect(new Set(userCodeAlphabet).size).toBe(20);
    expect(userCodeAlphabet).toMatch(/^[B-DF-HJ-NP-TV-XZ]+$/);
  });

  test.each([
    'BCDF-GHJK',
    'bcdf-ghjk',
    'BCDFGHJK',
    ' b c d f g h j k ',
    'bcdf–ghjk',
    'BCDF GHJK\n',
    'B-C-D-F-G-H-J-K',
  ])('%j is one code', (typed) => {
    expect(normalizeUserCode(typed)).toBe('BCDF-GHJK');
  });

  test.each([
    '',
    'BCDF',
    'BCDF-GHJ',
    'BCDF-GHJKL',
    'ABCD-FGHJ',
    'BCDF-GHJ0',
    'BCDF_GHJK',
    'BCDF-GHJК',
    'BCDF-GHJß',
    'ſCDF-GHJK',
    'BCDF-GHJK\0',
    `BCDF-GHJK${' '.repeat(40)}`,
  ])('OAU-23: %j is none', (typed) => {
    expect(normalizeUserCode(typed)).toBeUndefined();
  });

  test('a code that was made is read as it is, however it is typed', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 32, maxLength: 32 }), (random) => {
        const code = userCodeFrom(random);
        if (code === undefined) return;
        expect(code).toMatch(/^[B-DF-HJ-NP-TV-XZ]{4}-[B-DF-HJ-NP-TV-XZ]{4}$/);
        expect(normalizeUserCode(code.toLowerCase().replace('-', ' '))).toBe(code);
      }),
    );
  });

  test('OAU-23: every letter is as likely, and bytes that would favour some are passed over', () => {
    const counts = new Map<string, number>();
    for (let byte = 0; byte < 240; byte++) {
      const letter = userCodeFrom(new Uint8Array(8).fill(byte))?.[0] ?? '';
      counts.set(letter, (counts.get(letter) ?? 0) + 1);
    }
    expect([...counts.values()]).toEqual(Array.from({ length: 20 }, () => 12));
    expect(userCodeFrom(new Uint8Array(32).fill(240))).toBeUndefined();
    expect(userCodeFrom(new Uint8Array([255, 0, 1, 2, 3, 4, 5, 6, 7]))).toBe('BCDF-GHJK');
    expect(userCodeFrom(new Uint8Array(7))).toBeUndefined();
  });
});

describe('RFC 8628 §3.1, §3.2: the endpoint', () => {
  test('a device asks', () => {
    expect(
      parseDeviceAuthorization(parameters({ client_id: 'c1', scope: 'a b', resource: 'urn:a:b' })),
    ).toEqual({
      scopes: ['a', 'b'],
      resources: ['urn:a:b'],
    });
    expect(faultOf(() => parseDeviceAuthorization(parameters({ scope: 'a  b' })))).toBe(
      'invalid_scope scope',
    );
    expect(faultOf(() => parseDeviceAuthorization(parameters({ resource: 'b' })))).toBe(
      'invalid_target resource',
    );
  });

  test('and is told', () => {
    const parts = {
      deviceCode: 'd',
      userCode: 'BCDF-GHJK',
      verificationUri: 'https://auth.example/device',
      expiresIn: 600,
      interval: 5,
    };
    expect(deviceAuthorizationResponse(parts)).toEqual({
      device_code: 'd',
      user_code: 'BCDF-GHJK',
      verification_uri: 'https://auth.example/device',
      verification_uri_complete: 'https://auth.example/device?user_code=BCDF-GHJK',
      expires_in: 600,
      interval: 5,
    });
  });
});
