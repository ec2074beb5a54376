import { describe, expect, test } from 'vitest';
import { proofOf, proofParts } from '../../../src/domain/oauth/proof.ts';

const session = { provenAt: 5000, amr: 'pwd otp mfa' };

describe('RFC 9068 §2.2.1: what was proven stays what it was', () => {
  test('a kept proof is stated, whatever the session proves', () => {
    expect(proofOf({ provenAt: 2000, amr: 'pwd' }, session)).toEqual({ provenAt: 2000, amr: 'pwd' });
  });

  test('a row from before proofs were kept states that of its session', () => {
    expect(proofOf({ provenAt: 0, amr: '' }, session)).toEqual(session);
  });

  test('a row that knows the time alone takes the means from its session until that is proven anew, then states none', () => {
    expect(proofOf({ provenAt: 5000, amr: '' }, session)).toEqual(session);
    expect(proofOf({ provenAt: 2000, amr: '' }, session)).toEqual({ provenAt: 2000, amr: '' });
  });

  test('the claims name seconds, words and the strength that follows from them', () => {
    const acr = 'urn:doorward:acr:';
    expect(proofParts('s1', { provenAt: 5999, amr: 'pwd otp mfa' })).toEqual({
      sessionId: 's1',
      authTime: 5,
      amr: ['pwd', 'otp', 'mfa'],
      acr: `${acr}two-factor`,
    });
    expect(proofParts('s1', { provenAt: 5000, amr: '' })).toMatchObject({ amr: [], acr: `${acr}one-factor` });
  });
});
