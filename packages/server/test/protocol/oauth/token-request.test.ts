import { describe, expect, test } from 'vitest';
import { deviceGrant, grantTypes, parseTokenRequest } from '../../../src/protocol/oauth/token-request.ts';
import { faultOf, parameters } from './told.ts';

const read = (fields: Readonly<Record<string, string | readonly string[]>>) =>
  parseTokenRequest(parameters(fields));
const verifier = 'dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk';

describe('what is read', () => {
  test('RFC 6749 §4.1.3: a code', () => {
    expect(
      read({
        grant_type: 'authorization_code',
        code: 'x',
        redirect_uri: 'https://a.example/',
        code_verifier: verifier,
        resource: ['urn:a:b', 'urn:a:c'],
      }),
    ).toEqual({
      grant: 'authorization_code',
      code: 'x',
      redirectUri: 'https://a.example/',
      codeVerifier: verifier,
      resources: ['urn:a:b', 'urn:a:c'],
    });
    expect(read({ grant_type: 'authorization_code', code: 'x', scope: 'not read' })).toEqual({
      grant: 'authorization_code',
      code: 'x',
      resources: [],
    });
  });

  test('RFC 6749 §6: a refresh token', () => {
    expect(read({ grant_type: 'refresh_token', refresh_token: 'x', scope: 'a b' })).toEqual({
      grant: 'refresh_token',
      refreshToken: 'x',
      scopes: ['a', 'b'],
      resources: [],
    });
  });

  test('RFC 6749 §4.4.2: a client for itself', () => {
    expect(read({ grant_type: 'client_credentials', scope: '' })).toEqual({
      grant: 'client_credentials',
      scopes: [],
      resources: [],
    });
  });

  test('RFC 8628 §3.4: a device', () => {
    expect(read({ grant_type: deviceGrant, device_code: 'x' })).toEqual({
      grant: deviceGrant,
      deviceCode: 'x',
      resources: [],
    });
  });
});

describe('what is refused', () => {
  test.each([
    'password',
    'implicit',
    'urn:ietf:params:oauth:grant-type:token-exchange',
    'urn:ietf:params:oauth:grant-type:jwt-bearer',
    'urn:openid:params:grant-type:ciba',
    'device_code',
    'Authorization_code',
    'authorization_code ',
    'constructor',
    '__proto__',
    'toString',
  ])('OAU-10: the grant %j', (grant_type) => {
    expect(faultOf(() => read({ grant_type, code: 'x', username: 'a', password: 'b' }))).toBe(
      'unsupported_grant_type grant_type',
    );
  });

  test.each([
    ['OAU-07', {}, 'invalid_request grant_type'],
    ['OAU-07', { grant_type: '' }, 'invalid_request grant_type'],
    ['OAU-07', { grant_type: 'authorization_code' }, 'invalid_request code'],
    ['OAU-07', { grant_type: 'authorization_code', code: '' }, 'invalid_request code'],
    ['OAU-07', { grant_type: 'refresh_token' }, 'invalid_request refresh_token'],
    ['OAU-07', { grant_type: deviceGrant }, 'invalid_request device_code'],
    [
      'OAU-04',
      { grant_type: 'authorization_code', code: 'x', code_verifier: 'short' },
      'invalid_request code_verifier',
    ],
    ['OAU-28', { grant_type: 'client_credentials', scope: 'a  b' }, 'invalid_scope scope'],
    ['OAU-07', { grant_type: 'refresh_token', refresh_token: 'x', scope: ' a' }, 'invalid_scope scope'],
    ['OAU-07', { grant_type: 'client_credentials', resource: 'x' }, 'invalid_target resource'],
    [
      'OAU-07',
      { grant_type: deviceGrant, device_code: 'x', resource: 'urn:a:b#c' },
      'invalid_target resource',
    ],
  ])('%s: %j', (_, fields, expected) => {
    expect(faultOf(() => read(fields))).toBe(expected);
  });
});

test('OAU-10: four grants exist', () => {
  expect(grantTypes).toEqual(['authorization_code', 'refresh_token', 'client_credentials', deviceGrant]);
});
