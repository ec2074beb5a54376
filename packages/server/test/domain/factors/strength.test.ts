import { describe, expect, test } from 'vitest';
import { missingOf } from '../../../src/domain/factors/demand.ts';
import { type FactorDemand, type HeldFactors, strictest } from '../../../src/domain/factors/factor.ts';
import {
  amrAfter,
  amrOf,
  amrWithout,
  isByPasskey,
  isTwoFactor,
} from '../../../src/domain/factors/strength.ts';

const words = (...all: string[]) => all.map((word) => ({ word }));
const verified = { word: 'pop', isVerified: true };

describe('MFA-15: what a session states', () => {
  test.each([
    [words('pwd'), 'pwd'],
    [words('fed'), 'fed'],
    [words('mail'), 'mail'],
    [words('pwd', 'mail'), 'pwd mail'],
    [words('otp', 'pwd'), 'pwd otp mfa'],
    [words('pwd', 'recovery'), 'pwd recovery mfa'],
    [words('fed', 'otp'), 'fed otp mfa'],
    [words('mail', 'otp'), 'mail otp mfa'],
    [words('pwd', 'pop'), 'pwd pop mfa'],
    [words('pop'), 'pop'],
    [words('otp'), 'otp'],
    [words('otp', 'pop'), 'otp pop'],
    [words('pwd', 'pwd'), 'pwd'],
    [[verified], 'pop mfa'],
    [[...words('pwd'), verified], 'pwd pop mfa'],
  ])('of %j is "%s"', (proofs, amr) => {
    expect(amrOf(proofs)).toBe(amr);
  });
  test.each([
    ['pwd', words('otp'), 'pwd otp mfa'],
    ['pwd otp mfa', words('otp'), 'pwd otp mfa'],
    ['pwd otp mfa', words('pwd'), 'pwd'],
    ['pwd otp mfa', words('pwd', 'recovery'), 'pwd recovery mfa'],
    ['pop mfa', words('otp'), 'otp'],
    ['fed', words('pop'), 'fed pop mfa'],
    ['pwd otp mfa', [verified], 'pop mfa'],
  ])('from "%s", proven again by %j, becomes "%s"', (former, proofs, amr) => {
    expect(amrAfter(former, proofs)).toBe(amr);
  });
  test.each([
    ['pwd otp mfa', 'otp', 'pwd'],
    ['pwd otp pop mfa', 'otp', 'pwd pop mfa'],
    ['pop mfa', 'pop', 'pop'],
    ['pwd recovery mfa', 'recovery', 'pwd'],
  ])('from "%s", once %s is gone, is "%s"', (former, word, amr) => {
    expect(amrWithout(former, word)).toBe(amr);
  });
  test('is two factors by that one word alone', () => {
    expect(['pwd otp', 'pwd', 'mfaa', 'pwd mfa'].map(isTwoFactor)).toEqual([false, false, false, true]);
    expect(['pop', 'pwd otp mfa', 'pop mfa'].map(isByPasskey)).toEqual([false, false, true]);
  });
});

describe('what an account must show', () => {
  const nothing: HeldFactors = { totp: false, passkeys: 0, recoveryCodes: 0 };
  const totp = { ...nothing, totp: true, recoveryCodes: 10 };
  const passkey = { ...nothing, passkeys: 1, recoveryCodes: 10 };
  const codes = { ...nothing, recoveryCodes: 10 };
  const required = 'second_factor_required';
  const enrolment = 'factor_enrolment_required';

  const cases: readonly (readonly [FactorDemand, HeldFactors, string, string | undefined])[] = [
    ['nothing', nothing, 'pwd', undefined],
    ['nothing', codes, 'pwd', undefined],
    ['nothing', totp, 'pwd', required],
    ['nothing', totp, 'pwd otp mfa', undefined],
    ['nothing', passkey, 'fed', required],
    ['nothing', passkey, 'pop mfa', undefined],
    ['nothing', passkey, 'pwd recovery mfa', undefined],
    ['second-factor', nothing, 'pwd', enrolment],
    ['second-factor', totp, 'mail', required],
    ['second-factor', totp, 'pwd otp mfa', undefined],
    ['passkey', nothing, 'pwd', enrolment],
    ['passkey', totp, 'pwd', required],
    ['passkey', totp, 'pwd otp mfa', enrolment],
    ['passkey', passkey, 'pwd recovery mfa', required],
    ['passkey', passkey, 'pwd', required],
    ['passkey', passkey, 'pwd pop mfa', undefined],
    ['passkey', passkey, 'pop mfa', undefined],
  ];
  test.each(cases.map((one) => ({ one })))('as in $one', ({ one: [demand, held, amr, missing] }) => {
    expect(missingOf({ held, demand }, amr)).toBe(missing);
  });
  test('of several roles the strictest demands', () => {
    expect(strictest([])).toBe('nothing');
    expect(strictest(['passkey', 'second-factor', 'nothing'])).toBe('passkey');
  });
});
