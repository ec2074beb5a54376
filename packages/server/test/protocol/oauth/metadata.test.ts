import { describe, expect, test } from 'vitest';
import { serverMetadata } from '../../../src/protocol/oauth/metadata.ts';

const server = {
  issuer: 'https://auth.example',
  endpoints: {
    authorization: '/oauth/authorize',
    token: '/oauth/token',
    jwks: '/.well-known/jwks.json',
    userinfo: '/oauth/userinfo',
    introspection: '/oauth/introspect',
    revocation: '/oauth/revoke',
    endSession: '/oauth/end-session',
    pushedAuthorization: '/oauth/par',
    deviceAuthorization: '/oauth/device',
    registration: '/oauth/register',
  },
  scopes: ['openid', 'profile'],
  claims: ['sub', 'name'],
  idTokenAlgorithms: ['RS256', 'ES256', 'EdDSA'],
  subjectTypes: ['public', 'pairwise'],
  acrValues: [],
  uiLocales: ['en'],
  requirePushedRequests: false,
};
const document = serverMetadata(server);

test('OAU-29: what RFC 8414 §2 and OpenID Connect Discovery §3 require is there', () => {
  for (const name of [
    'issuer',
    'authorization_endpoint',
    'token_endpoint',
    'jwks_uri',
    'response_types_supported',
    'subject_types_supported',
    'id_token_signing_alg_values_supported',
  ])
    expect(document).toHaveProperty(name);
});

test('OAU-29: every address is below the issuer', () => {
  const addresses = Object.entries(document).filter(([name]) => /_endpoint$|_uri$/.test(name));
  expect(addresses).toHaveLength(10);
  for (const [, address] of addresses) expect(address).toMatch(/^https:\/\/auth\.example\/[a-z.]/);
});

test.each([
  ['response_types_supported', ['code']],
  ['response_modes_supported', ['query', 'form_post']],
  ['code_challenge_methods_supported', ['S256']],
  ['authorization_response_iss_parameter_supported', true],
  ['request_parameter_supported', false],
  ['request_uri_parameter_supported', false],
  ['claims_parameter_supported', true],
  ['require_pushed_authorization_requests', false],
  ['backchannel_logout_supported', true],
  ['prompt_values_supported', ['none', 'login', 'consent', 'select_account']],
  [
    'introspection_endpoint_auth_methods_supported',
    ['client_secret_basic', 'client_secret_post', 'private_key_jwt'],
  ],
  [
    'token_endpoint_auth_methods_supported',
    ['none', 'client_secret_basic', 'client_secret_post', 'private_key_jwt'],
  ],
])('OAU-29: %s is %j', (name, value) => {
  expect(document[name]).toEqual(value);
});

test('OAU-29 JWT-01: no list promises none or a shared secret as algorithm', () => {
  const lists = Object.entries(document).filter(([name]) => name.endsWith('_alg_values_supported'));
  expect(lists.length).toBeGreaterThan(3);
  for (const [, list] of lists) expect(String(list)).not.toMatch(/none|HS/i);
});

describe('what is switched off', () => {
  const { pushedAuthorization, deviceAuthorization, registration, ...rest } = server.endpoints;
  const off = serverMetadata({ ...server, endpoints: rest });

  test('OAU-29: is left out, and a grant with its endpoint', () => {
    expect([pushedAuthorization, deviceAuthorization, registration]).not.toContain(undefined);
    for (const name of [
      'pushed_authorization_request_endpoint',
      'device_authorization_endpoint',
      'registration_endpoint',
    ])
      expect(off).not.toHaveProperty(name);
    expect(off['grant_types_supported']).toEqual([
      'authorization_code',
      'refresh_token',
      'client_credentials',
    ]);
    expect(document['grant_types_supported']).toContain('urn:ietf:params:oauth:grant-type:device_code');
  });

  test('RFC 8414 §3.2: an empty list is left out', () => {
    expect(document).not.toHaveProperty('acr_values_supported');
    expect(document).not.toHaveProperty('service_documentation');
    expect(serverMetadata({ ...server, acrValues: ['gold'] })).toHaveProperty('acr_values_supported', [
      'gold',
    ]);
  });
});

test.each([
  'https://auth.example/',
  'https://auth.example?a',
  'https://auth.example#a',
  'https://auth.example#',
])('OAU-29: %s is no issuer', (issuer) => {
  expect(() => serverMetadata({ ...server, issuer })).toThrow(RangeError);
});
