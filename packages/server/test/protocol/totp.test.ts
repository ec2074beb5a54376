import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { toBase32 } from '../../src/protocol/base32.ts';
import { bareTotp, matchTotp, otpauthUri, totpCode, totpStep } from '../../src/protocol/totp.ts';

/** RFC 4226 Appendix D and RFC 6238 Appendix B share this secret. */
const secret = Buffer.from('12345678901234567890');

describe('a code', () => {
  test.each([
    [59, '287082'],
    [1_111_111_109, '081804'],
    [1_111_111_111, '050471'],
    [1_234_567_890, '005924'],
    [2_000_000_000, '279037'],
    [20_000_000_000, '353130'],
  ])('at %i s is as RFC 6238 Appendix B says, cut to six digits', (seconds, code) => {
    expect(totpCode(secret, totpStep(seconds * 1000))).toBe(code);
  });
  test('is as RFC 4226 Appendix D says, step by step', () => {
    const codes = Array.from({ length: 10 }, (_, step) => totpCode(secret, step));
    expect(codes).toEqual('755224 287082 359152 969429 338314 254676 287922 162583 399871 520489'.split(' '));
  });
  test('MFA-14: keeps its leading zeros, and every digit is as likely at every place', () => {
    const many = 20_000;
    const counts = Array.from({ length: 6 }, () => Array.from({ length: 10 }, () => 0));
    for (let step = 0; step < many; step += 1)
      for (const [place, digit] of [...totpCode(secret, step)].entries()) {
        const row = counts[place];
        if (row) row[Number(digit)] = (row[Number(digit)] ?? 0) + 1;
      }
    // Chi-square with nine degrees of freedom: above 33.7 once in ten thousand; this secret is fixed, and so is the outcome.
    const expected = many / 10;
    for (const row of counts)
      expect(row.reduce((sum, seen) => sum + (seen - expected) ** 2 / expected, 0)).toBeLessThan(33.7);
  });
});

describe('a code is looked for', () => {
  const now = 1_700_000_010_000;
  const at = (steps: number): string => totpCode(secret, totpStep(now) + steps);

  test.each([-1, 0, 1])('MFA-11: one step around the time of the server: %i', (steps) => {
    expect(matchTotp(secret, at(steps), now)).toBe(totpStep(now) + steps);
  });
  test.each([-3, -2, 2, 3])('MFA-11: and no further: %i', (steps) => {
    expect(matchTotp(secret, at(steps), now)).toBeUndefined();
  });
  test('as six digits and nothing else', () => {
    const code = at(0);
    const unlike = ['', ' ', code.slice(1), `${code}0`, `+${code.slice(1)}`, `${code}\n`, 'abcdef', '١٢٣٤٥٦'];
    for (const text of unlike) expect(matchTotp(secret, text, now), text).toBeUndefined();
  });
  test('of its own secret alone', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 20, maxLength: 20 }), (other) => {
        const codes = [-1, 0, 1].map((steps) => totpCode(other, totpStep(now) + steps));
        expect(matchTotp(secret, at(0), now) !== undefined).toBe(true);
        expect(matchTotp(other, at(0), now) !== undefined).toBe(codes.includes(at(0)));
      }),
    );
  });
  test('from the first step on', () => {
    expect(matchTotp(secret, totpCode(secret, 0), 0)).toBe(0);
  });
  test('without the spaces that people put in', () => {
    expect(bareTotp(' 123 456 ')).toBe('123456');
    expect(bareTotp('123-456')).toBe('123456');
  });
});

describe('what an authenticator reads', () => {
  test.each([
    ['', ''],
    ['f', 'MY'],
    ['fo', 'MZXQ'],
    ['foo', 'MZXW6'],
    ['foob', 'MZXW6YQ'],
    ['fooba', 'MZXW6YTB'],
    ['foobar', 'MZXW6YTBOI'],
  ])('base32 of "%s" is as RFC 4648 §10 says, without padding', (text, encoded) => {
    expect(toBase32(Buffer.from(text))).toBe(encoded);
  });
  test('names service and account, and nobody can add a parameter by a name', () => {
    const uri = otpauthUri({
      secret,
      issuer: 'id.example.com',
      account: 'a:b@example.com?secret=X&issuer=Y',
    });
    const url = new URL(uri);
    expect([url.protocol, url.host]).toEqual(['otpauth:', 'totp']);
    expect(decodeURIComponent(url.pathname)).toBe('/id.example.com:a b@example.com?secret=X&issuer=Y');
    expect(Object.fromEntries(url.searchParams)).toEqual({
      secret: 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ',
      issuer: 'id.example.com',
      algorithm: 'SHA1',
      digits: '6',
      period: '30',
    });
  });
});
