import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseClientMetadata, sectorHost } from '../../../src/protocol/oauth/client-metadata.ts';
import type { JsonObject } from '../../../src/protocol/oauth/jws.ts';
import { isWebAddress } from '../../../src/protocol/oauth/metadata-reader.ts';
import { deviceGrant, grantTypes } from '../../../src/protocol/oauth/token-request.ts';
import { faultOf } from './told.ts';

const rules = {
  grantTypes,
  scopes: ['openid', 'profile', 'email'],
  subjectTypes: ['public', 'pairwise'],
  loopbackHttp: false,
  mayAsk: () => false,
} as const;
const jwk = {
  kty: 'EC',
  crv: 'P-256',
  x: 'l8tFrhx-34tV3hRICRDY9zCkDlpBhF42UQUfWVAWBFs',
  y: '9VE4jf_Ok_o64zbTTlcuNJajHmt6v9TDVrU0CdvGRDA',
};
const least = { redirect_uris: ['https://app.example/cb'] };
const read = (members: JsonObject, more = {}) => parseClientMetadata(members, { ...rules, ...more });
const json = (value: unknown): JsonObject => JSON.parse(JSON.stringify(value));

describe('RFC 7591 §2: what is read', () => {
  test('the least, with the defaults of the standards', () => {
    expect(json(read(least))).toEqual({
      application: 'web',
      authentication: 'client_secret_basic',
      grantTypes: ['authorization_code'],
      redirectUris: ['https://app.example/cb'],
      postLogoutRedirectUris: [],
      scopes: ['openid', 'profile', 'email'],
      idTokenAlgorithm: 'RS256',
      subjectType: 'public',
      requirePushedRequests: false,
      dpopBound: false,
      defaultAcrValues: [],
      requireAuthTime: false,
      contacts: [],
    });
  });

  test('a safeguard that it does without needs not be ours', () => {
    const without = {
      require_signed_request_object: false,
      tls_client_certificate_bound_access_tokens: false,
    };
    expect(read({ ...least, ...without })).toEqual(read(least));
  });

  test('OAU-20: what would make a client trusted is not read', () => {
    const forged = {
      first_party: true,
      trusted: true,
      skip_consent: true,
      userId: 'a1',
      madeBy: 'operator',
      client_id: 'c9',
      client_secret: 's',
      requirePkce: false,
      require_pkce: false,
      claims_in_id_token: true,
      status: 'active',
    };
    expect(read({ ...least, ...forged })).toEqual(read(least));
  });

  test('null is as good as nothing', () => {
    expect(read({ ...least, client_name: null, jwks: null, scope: null })).toEqual(read(least));
  });

  test('scopes that are not given are left out', () => {
    expect(read({ ...least, scope: 'openid admin' }).scopes).toEqual(['openid']);
    expect(read({ ...least, scope: '' }).scopes).toEqual([]);
  });

  test('a client without people needs no redirect URI', () => {
    expect(read({ grant_types: ['client_credentials'] }).redirectUris).toEqual([]);
    expect(
      read({ grant_types: [deviceGrant], token_endpoint_auth_method: 'none', response_types: [] }).grantTypes,
    ).toEqual([deviceGrant]);
  });
});

describe('what is refused', () => {
  test.each([
    ['no redirect URI', { redirect_uris: undefined }, 'invalid_redirect_uri redirect_uris'],
    ['no redirect URI in the list', { redirect_uris: [] }, 'invalid_redirect_uri redirect_uris'],
    ['javascript:', { redirect_uris: ['javascript:alert(1)'] }, 'invalid_redirect_uri redirect_uris'],
    ['data:', { redirect_uris: ['data:text/html,x'] }, 'invalid_redirect_uri redirect_uris'],
    ['plain HTTP', { redirect_uris: ['http://app.example/cb'] }, 'invalid_redirect_uri redirect_uris'],
    ['a fragment', { redirect_uris: ['https://app.example/cb#'] }, 'invalid_redirect_uri redirect_uris'],
    ['no path', { redirect_uris: ['https://app.example'] }, 'invalid_redirect_uri redirect_uris'],
    ['a relative URI', { redirect_uris: ['/cb'] }, 'invalid_redirect_uri redirect_uris'],
    [
      '1000 redirect URIs',
      { redirect_uris: Array.from({ length: 1000 }, (_, n) => `https://app.example/${n}`) },
      'invalid_client_metadata redirect_uris',
    ],
    ['a redirect URI that is no text', { redirect_uris: [5] }, 'invalid_client_metadata redirect_uris'],
    [
      'a redirect URI that is no list',
      { redirect_uris: 'https://app.example/cb' },
      'invalid_client_metadata redirect_uris',
    ],
    [
      'a bad address for afterwards',
      { post_logout_redirect_uris: ['http://app.example/'] },
      'invalid_redirect_uri redirect_uris',
    ],
    ['a blank name', { client_name: '  ' }, 'invalid_client_metadata client_name'],
    ['a name with a direction override', { client_name: 'a\u202eb' }, 'invalid_client_metadata client_name'],
    ['a long name', { client_name: 'a'.repeat(101) }, 'invalid_client_metadata client_name'],
    ['a name that is no text', { client_name: {} }, 'invalid_client_metadata client_name'],
    [
      'an unknown method',
      { token_endpoint_auth_method: 'client_secret_jwt' },
      'invalid_client_metadata token_endpoint_auth_method',
    ],
    ['the implicit grant', { grant_types: ['implicit'] }, 'invalid_client_metadata grant_types'],
    [
      'the password grant',
      { grant_types: ['authorization_code', 'password'] },
      'invalid_client_metadata grant_types',
    ],
    ['no grant', { grant_types: [] }, 'invalid_client_metadata grant_types'],
    ['a response type with tokens', { response_types: ['token'] }, 'invalid_client_metadata response_types'],
    ['no response type for codes', { response_types: [] }, 'invalid_client_metadata response_types'],
    [
      'a response type without codes',
      { grant_types: ['client_credentials'], response_types: ['code'] },
      'invalid_client_metadata response_types',
    ],
    [
      'a grant of its own without proof',
      { grant_types: ['client_credentials'], token_endpoint_auth_method: 'none' },
      'invalid_client_metadata grant_types',
    ],
    [
      'no signature',
      { id_token_signed_response_alg: 'none' },
      'invalid_client_metadata id_token_signed_response_alg',
    ],
    [
      'a shared secret as key',
      { id_token_signed_response_alg: 'HS256' },
      'invalid_client_metadata id_token_signed_response_alg',
    ],
    [
      'encryption',
      { id_token_encrypted_response_alg: 'RSA-OAEP' },
      'invalid_client_metadata id_token_encrypted_response_alg',
    ],
    [
      'signed user info',
      { userinfo_signed_response_alg: 'RS256' },
      'invalid_client_metadata userinfo_signed_response_alg',
    ],
    [
      'signed request objects alone',
      { require_signed_request_object: true },
      'invalid_client_metadata require_signed_request_object',
    ],
    [
      'tokens bound to a certificate',
      { tls_client_certificate_bound_access_tokens: true },
      'invalid_client_metadata tls_client_certificate_bound_access_tokens',
    ],
    [
      'a shared secret for its assertions',
      { token_endpoint_auth_signing_alg: 'HS256' },
      'invalid_client_metadata token_endpoint_auth_signing_alg',
    ],
    ['a private key', { jwks: { keys: [{ ...jwk, d: 'AAAA' }] } }, 'invalid_client_metadata jwks'],
    ['a shared secret', { jwks: { keys: [{ kty: 'oct', k: 'AAAA' }] } }, 'invalid_client_metadata jwks'],
    ['no key', { jwks: { keys: [] } }, 'invalid_client_metadata jwks'],
    [
      'keys twice',
      { jwks: { keys: [jwk] }, jwks_uri: 'https://app.example/jwks' },
      'invalid_client_metadata jwks_uri',
    ],
    [
      'signing without keys',
      { token_endpoint_auth_method: 'private_key_jwt' },
      'invalid_client_metadata jwks',
    ],
    ['keys over plain HTTP', { jwks_uri: 'http://app.example/jwks' }, 'invalid_client_metadata jwks_uri'],
    ['a logo inside', { logo_uri: 'http://169.254.169.254/' }, 'invalid_client_metadata logo_uri'],
    ['a logo that is a script', { logo_uri: 'javascript:alert(1)' }, 'invalid_client_metadata logo_uri'],
    ['a policy in a file', { policy_uri: 'file:///etc/passwd' }, 'invalid_client_metadata policy_uri'],
    [
      'a logout address with a fragment',
      { backchannel_logout_uri: 'https://app.example/x#y' },
      'invalid_client_metadata backchannel_logout_uri',
    ],
    ['an unknown subject type', { subject_type: 'private' }, 'invalid_client_metadata subject_type'],
    [
      'two hosts and no sector',
      { subject_type: 'pairwise', redirect_uris: ['https://a.example/', 'https://b.example/'] },
      'invalid_client_metadata sector_identifier_uri',
    ],
    ['a broken scope', { scope: 'a  b' }, 'invalid_client_metadata scope'],
    ['a scope that is a list', { scope: ['openid'] }, 'invalid_client_metadata scope'],
    [
      'a flag that is a text',
      { dpop_bound_access_tokens: 'false' },
      'invalid_client_metadata dpop_bound_access_tokens',
    ],
    ['a broken age', { default_max_age: -1 }, 'invalid_client_metadata default_max_age'],
    ['a fraction as age', { default_max_age: 1.5 }, 'invalid_client_metadata default_max_age'],
    ['a broken acr value', { default_acr_values: ['a b'] }, 'invalid_client_metadata default_acr_values'],
    ['an unknown kind of program', { application_type: 'spa' }, 'invalid_client_metadata application_type'],
    [
      'contacts without end',
      { contacts: Array.from({ length: 11 }, (_, n) => `c${n}`) },
      'invalid_client_metadata contacts',
    ],
    ['an empty contact', { contacts: [''] }, 'invalid_client_metadata contacts'],
  ])('OAU-20: %s', (_, more, expected) => {
    expect(faultOf(() => read(json({ ...least, ...more })))).toBe(expected);
  });

  test('OAU-20: a grant, a subject type that the server does not allow', () => {
    expect(
      faultOf(() => read({ grant_types: ['client_credentials'] }, { grantTypes: ['authorization_code'] })),
    ).toBe('invalid_client_metadata grant_types');
    expect(faultOf(() => read(least, { grantTypes: ['client_credentials'] }))).toBe(
      'invalid_client_metadata grant_types',
    );
    expect(faultOf(() => read({ ...least, subject_type: 'pairwise' }, { subjectTypes: ['public'] }))).toBe(
      'invalid_client_metadata subject_type',
    );
  });

  test('OAU-20: any JSON gives metadata or a fault', () => {
    const name = fc.constantFrom(
      'client_name',
      'redirect_uris',
      'jwks',
      'scope',
      'contacts',
      'grant_types',
      'default_max_age',
      'logo_uri',
      'subject_type',
    );
    fc.assert(
      fc.property(name, fc.jsonValue(), (member, value) => {
        expect(faultOf(() => read(json({ ...least, [member]: value })))).toMatch(
          /^(?:nothing|invalid_(?:client_metadata|redirect_uri) \w+)$/,
        );
      }),
    );
  });
});

describe('OAU-21: addresses', () => {
  test.each(['https://app.example/', 'https://app.example:8443/a?b=c'])('%s is one', (text) => {
    expect(isWebAddress(text)).toBe(true);
  });

  test.each([
    '',
    'https://',
    'https://app.example',
    'http://app.example/',
    'https://a@app.example/',
    'https://a:b@app.example/',
    'https://app.example/#',
    'HTTPS://app.example/',
    'https://app.example\\a',
    'https://0x7f.1/',
    'https://2130706433/',
    'https://[::FFFF:1.2.3.4]/',
    `https://app.example/${'a'.repeat(2000)}`,
  ])('%.40s is none', (text) => {
    expect(isWebAddress(text)).toBe(false);
  });
});

test('OpenID Connect Core §8.1: the sector', () => {
  const sector = (redirectUris: readonly string[], sectorIdentifierUri?: string) =>
    sectorHost({ redirectUris, sectorIdentifierUri });
  expect(sector(['https://a.example/1', 'https://a.example/2'])).toBe('a.example');
  expect(sector(['https://a.example/', 'https://a.example:8443/'])).toBeUndefined();
  expect(sector(['https://a.example/', 'https://b.example/'], 'https://s.example/list')).toBe('s.example');
  expect(sector([])).toBeUndefined();
  expect(sector(['com.example.app:/cb'])).toBeUndefined();
});
