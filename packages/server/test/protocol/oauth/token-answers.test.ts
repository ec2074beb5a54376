import { describe, expect, test } from 'vitest';
import { introspectionAnswer } from '../../../src/protocol/oauth/introspection.ts';
import { logoutEvent, logoutTokenClaims, logoutTokenType } from '../../../src/protocol/oauth/logout-token.ts';
import { parseTokenReference } from '../../../src/protocol/oauth/token-reference.ts';
import { tokenResponse } from '../../../src/protocol/oauth/token-response.ts';
import { faultOf, parameters } from './told.ts';

describe('RFC 7009 §2.1, RFC 7662 §2.1: which token is meant', () => {
  test.each([
    [{ token: 'x' }, { token: 'x' }],
    [
      { token: 'x', token_type_hint: 'refresh_token' },
      { token: 'x', hint: 'refresh_token' },
    ],
    [{ token: 'x', token_type_hint: 'pelican' }, { token: 'x' }],
  ])('%j', (fields, expected) => {
    expect(parseTokenReference(parameters(fields))).toEqual(expected);
  });

  test('OAU-07: none is not enough', () => {
    expect(faultOf(() => parseTokenReference(parameters({ token: '' })))).toBe('invalid_request token');
  });
});

describe('RFC 7662 §2.2: what introspection tells', () => {
  const token = {
    issuer: 'https://auth.example',
    subject: 'a1',
    clientId: 'c1',
    scopes: ['openid', 'email'],
    audience: ['https://api.example/'],
    issuedAt: 1,
    expiresAt: 301,
    tokenId: 'j1',
    sessionId: 's1',
    authTime: 0,
    amr: ['pwd'],
    acr: 'gold',
    dpopThumbprint: undefined,
    isRefreshToken: false,
  };
  const told = {
    active: true,
    iss: 'https://auth.example',
    sub: 'a1',
    client_id: 'c1',
    scope: 'openid email',
    aud: 'https://api.example/',
    iat: 1,
    exp: 301,
    jti: 'j1',
    sid: 's1',
    auth_time: 0,
    amr: ['pwd'],
    acr: 'gold',
    token_type: 'Bearer',
  };

  test('of a token that is not active, nothing else', () => {
    expect(introspectionAnswer(undefined)).toEqual({ active: false });
  });

  test('of an active one, all', () => {
    expect(introspectionAnswer(token)).toEqual(told);
  });

  test('OAU-30: of a bound one, its key', () => {
    const bound = introspectionAnswer({ ...token, dpopThumbprint: 'k' });
    expect(bound).toEqual({ ...told, token_type: 'DPoP', cnf: { jkt: 'k' } });
  });

  test('of a refresh token no type, and of a client’s own token no person', () => {
    expect(introspectionAnswer({ ...token, isRefreshToken: true })).not.toHaveProperty('token_type');
    const own = {
      sessionId: undefined,
      authTime: undefined,
      acr: undefined,
      amr: [],
      scopes: [],
      audience: ['a', 'b'],
      issuedAt: undefined,
      tokenId: undefined,
    };
    expect(introspectionAnswer({ ...token, ...own })).toEqual({
      active: true,
      iss: 'https://auth.example',
      sub: 'a1',
      client_id: 'c1',
      aud: ['a', 'b'],
      exp: 301,
      token_type: 'Bearer',
    });
    expect(introspectionAnswer({ ...token, audience: [] })).not.toHaveProperty('aud');
  });
});

describe('RFC 6749 §5.1: what the token endpoint answers', () => {
  test('the least, and everything', () => {
    const least = { accessToken: 'a', isBound: false, expiresIn: 300, scopes: [] };
    expect(tokenResponse(least)).toEqual({ access_token: 'a', token_type: 'Bearer', expires_in: 300 });
    expect(
      tokenResponse({ ...least, isBound: true, scopes: ['a', 'b'], refreshToken: 'r', idToken: 'i' }),
    ).toEqual({
      access_token: 'a',
      token_type: 'DPoP',
      expires_in: 300,
      scope: 'a b',
      refresh_token: 'r',
      id_token: 'i',
    });
  });
});

test('OAU-25: a logout token has its type, its event, no nonce, and lives two minutes', () => {
  expect(logoutTokenType).toBe('logout+jwt');
  const parts = {
    issuer: 'https://auth.example',
    clientId: 'c1',
    subject: 'a1',
    sessionId: 's1',
    tokenId: 'j1',
    issuedAt: 1000,
  };
  expect(logoutTokenClaims(parts)).toEqual({
    iss: 'https://auth.example',
    sub: 'a1',
    aud: 'c1',
    iat: 1000,
    exp: 1120,
    jti: 'j1',
    sid: 's1',
    events: { [logoutEvent]: {} },
  });
});
