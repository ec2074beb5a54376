import { describe, expect, test } from 'vitest';
import { shareLists } from '../src/claims.ts';
import {
  audience,
  claims,
  encode,
  failedCheck,
  headerOf,
  issuer,
  now,
  prover,
  signed,
  token,
} from './forge.ts';

describe('JWT-08: iss and aud exact', () => {
  test.each([
    [issuer],
    `${issuer}/`,
    issuer.toUpperCase(),
    issuer.replace('https', 'http'),
    'https://id.example',
    `${issuer}.evil.example`,
    'https://id.exampl\u0435.com',
    '',
    null,
    undefined,
  ])('iss %j is refused', (iss) => {
    expect(failedCheck(token({ iss }))).toBe('issuer');
  });
  test.each([
    undefined,
    [],
    '',
    [''],
    ['https://other.example'],
    `${audience}/`,
    'api',
    [[audience]],
    { 0: audience },
    null,
    7,
  ])('aud %j is refused', (aud) => {
    expect(failedCheck(token({ aud }))).toBe('audience');
  });
  test('a list of audiences must contain ours', () => {
    expect(failedCheck(token({ aud: ['https://other.example', audience] }))).toBe('none');
  });
});

describe('tokens of clients', () => {
  test('OAU-30: one that is bound to a key is never good as a bearer token', () => {
    for (const cnf of [{ jkt: 'a-thumbprint' }, {}, null, 'x'])
      expect(failedCheck(token({ cnf }))).toBe('bound');
  });
  test('OAU-28: one that a client has for itself names no session and is nobody', () => {
    const own = { sub: 'a-client', client_id: 'a-client', sid: undefined, auth_time: undefined };
    expect(failedCheck(token({ ...own, scope: 'reports:read' }))).toBe('claims');
  });
  test('JWT-18: where machines may call it is a caller of its own, and no person can be taken for one', () => {
    const own = { sub: 'a-client', client_id: 'a-client', sid: undefined, auth_time: undefined };
    const machines = prover({ machines: true });
    expect(machines(token(own), { carrier: 'jwt', now })).toMatchObject({
      principal: { accountId: 'a-client', clientId: 'a-client', sessionId: undefined, provenAt: now - 60 },
    });
    for (const changed of [{ sub: 'account-1' }, { client_id: undefined }, { client_id: '' }, { sid: null }])
      expect(failedCheck(token({ ...own, ...changed }), machines)).toBe('claims');
  });
  test('one that a client has from a person names the client, and the family that it comes from', () => {
    const of = (changed: object) =>
      prover()(token({ client_id: 'a-client', ...changed }), { carrier: 'jwt', now });
    const principal = { accountId: 'account-1', clientId: 'a-client', sessionId: 'session-1' };
    expect(of({ jti: 'family-1.random' })).toMatchObject({
      principal: { ...principal, familyId: 'family-1' },
    });
    for (const jti of ['random', '.random', undefined])
      expect(of({ jti })).toMatchObject({ principal: { ...principal, familyId: undefined } });
  });
});

describe('JWT-09: times are strictly typed', () => {
  const wrong = ['1780000240', 1_780_000_240.5, null, true, [now], {}, -1, 2 ** 53 + 2];
  test.each(wrong)('exp, nbf, iat and auth_time %j', (value) => {
    for (const name of ['exp', 'nbf', 'iat', 'auth_time'])
      expect(failedCheck(token({ [name]: value }))).toBe('claims');
  });
  test.each(['1e309', 'NaN', '"x"'])('exp written as %s', (text) => {
    const payload = JSON.stringify(claims).replace(`"exp":${now + 240}`, `"exp":${text}`);
    expect(failedCheck(signed(`${encode(JSON.stringify(headerOf()))}.${encode(payload)}`))).toBe('claims');
  });
  test.each(['exp', 'auth_time', 'sub', 'sid'])('%s is mandatory', (name) => {
    expect(failedCheck(token({ [name]: undefined }))).toBe('claims');
  });
  test.each([
    [{ exp: now - 4 }, 'none'],
    [{ exp: now - 5 }, 'expired'],
    [{ nbf: now + 5 }, 'none'],
    [{ nbf: now + 6 }, 'not-yet'],
    [{ iat: now + 5 }, 'none'],
    [{ iat: now + 6 }, 'not-yet'],
  ])('%j with five seconds of leeway: %s', (changed, check) => {
    expect(failedCheck(token(changed))).toBe(check);
  });
});

test.each([
  { sub: '' },
  { sub: 7 },
  { sub: ['account-1'] },
  { sid: '' },
  { sid: null },
  { roles: 'admin' },
  { roles: [['admin']] },
  { roles: { 0: 'admin' } },
  { amr: [1] },
  { scope: ['orders:read'] },
])('JWT-18: a claim of another type is refused: %j', (changed) => {
  expect(failedCheck(token(changed))).toBe('claims');
});

describe('lists that principals share', () => {
  test('equal lists are one frozen list, and lists that merely look alike are not', () => {
    const share = shareLists();
    const first = share(['orders:read', 'orders:write']);
    expect(share(['orders:read', 'orders:write'])).toBe(first);
    expect(Object.isFrozen(first)).toBe(true);
    const other = share(['orders:read orders:write']);
    expect(other).toEqual(['orders:read orders:write']);
    expect(Object.isFrozen(other)).toBe(true);
    expect(share(['orders:read', 'orders:write'])).toEqual(['orders:read', 'orders:write']);
  });

  test('they are bounded, and a list past the bound is as frozen as any', () => {
    const share = shareLists();
    for (let at = 0; at < 300; at += 1) share([`role-${at}`]);
    expect(share(['role-255'])).toBe(share(['role-255']));
    const late = share(['role-299']);
    expect(share(['role-299'])).not.toBe(late);
    expect(Object.isFrozen(late)).toBe(true);
  });
});
