import { describe, expect, test } from 'vitest';
import { clientInformation, readClientChange } from '../../../src/protocol/oauth/client-information.ts';
import { parseClientMetadata } from '../../../src/protocol/oauth/client-metadata.ts';
import type { JsonObject } from '../../../src/protocol/oauth/jws.ts';
import { grantTypes } from '../../../src/protocol/oauth/token-request.ts';
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

describe('RFC 7591 §3.2.1: what a client is told', () => {
  const everything = {
    client_name: 'App',
    application_type: 'native',
    token_endpoint_auth_method: 'private_key_jwt',
    grant_types: ['authorization_code', 'refresh_token'],
    response_types: ['code'],
    redirect_uris: ['https://app.example/cb', 'com.example.app:/cb'],
    post_logout_redirect_uris: ['https://app.example/bye'],
    scope: 'openid email',
    id_token_signed_response_alg: 'EdDSA',
    subject_type: 'pairwise',
    sector_identifier_uri: 'https://app.example/list',
    jwks: { keys: [{ ...jwk, kid: 'k1', alg: 'ES256', use: 'sig' }] },
    require_pushed_authorization_requests: true,
    dpop_bound_access_tokens: true,
    default_max_age: 3600,
    require_auth_time: true,
    default_acr_values: ['gold'],
    initiate_login_uri: 'https://app.example/start',
    backchannel_logout_uri: 'https://app.example/out',
    contacts: ['ada@example.org'],
    client_uri: 'https://app.example/',
    logo_uri: 'https://app.example/logo.png',
    policy_uri: 'https://app.example/policy',
    tos_uri: 'https://app.example/terms',
    software_id: 'app',
    software_version: '1.0',
  };

  test('is what it said of itself', () => {
    const { client_id, client_id_issued_at, ...told } = clientInformation({
      clientId: 'c1',
      issuedAt: 5,
      metadata: read(everything),
    });
    expect([client_id, client_id_issued_at]).toEqual(['c1', 5]);
    expect(told).toEqual(everything);
  });

  test.each([
    ['everything', everything],
    ['the least', least],
    ['no scope', { ...least, scope: '' }],
    ['keys by address', { ...least, jwks_uri: 'https://app.example/jwks' }],
    ['no people', { grant_types: ['client_credentials'] }],
  ])('and reads back the same: %s', (_, members) => {
    const metadata = read(json(members));
    expect(read(json(clientInformation({ clientId: 'c1', issuedAt: 5, metadata })))).toEqual(metadata);
    expect(json(metadata)).toEqual(JSON.parse(JSON.stringify(metadata)));
  });

  test('with a secret, when it ends; with management, where', () => {
    const told = clientInformation({
      clientId: 'c1',
      issuedAt: 5,
      metadata: read(least),
      secret: 's',
      management: { token: 't', uri: 'https://auth.example/oauth/register/c1' },
    });
    expect(told).toMatchObject({
      client_secret: 's',
      client_secret_expires_at: 0,
      registration_access_token: 't',
      registration_client_uri: 'https://auth.example/oauth/register/c1',
    });
  });
});

describe('RFC 7592 §2.2: a change', () => {
  test('names its client, and may repeat its secret', () => {
    expect(readClientChange({ client_id: 'c1' }, 'c1')).toBeUndefined();
    expect(readClientChange({ client_id: 'c1', client_secret: 's' }, 'c1')?.reveal()).toBe('s');
  });

  test.each([
    [{}, 'client_id'],
    [{ client_id: 'c2' }, 'client_id'],
    [{ client_id: ['c1'] }, 'client_id'],
    [{ client_id: 'c1', registration_access_token: 'x' }, 'registration_access_token'],
    [{ client_id: 'c1', registration_client_uri: 'x' }, 'registration_client_uri'],
    [{ client_id: 'c1', client_secret_expires_at: 0 }, 'client_secret_expires_at'],
    [{ client_id: 'c1', client_id_issued_at: 0 }, 'client_id_issued_at'],
    [{ client_id: 'c1', client_secret: 5 }, 'client_secret'],
    [{ client_id: 'c1', client_secret: '' }, 'client_secret'],
  ])('OAU-20: %j is refused', (members, name) => {
    expect(faultOf(() => readClientChange(json(members), 'c1'))).toBe(`invalid_client_metadata ${name}`);
  });
});
