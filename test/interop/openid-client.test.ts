/** openid-client (https://github.com/panva/openid-client), as its documentation tells to use it. */
import * as oidc from 'openid-client';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Client } from '../../packages/server/src/domain/clients/client.ts';
import { callback, makeClient } from '../kit/clients.ts';
import type { Person } from './person.ts';
import { openPlace, type Place, reports } from './place.ts';

const goodbye = 'https://app.example/goodbye';
let place: Place;
beforeAll(async () => {
  place = await openPlace({ registration: 'open' });
});
afterAll(() => place.serving.close());

/** How openid-client is told that this server has no https. */
const insecure = { execute: [oidc.allowInsecureRequests] };

/** A client that the operator made, discovered by its id and its way to prove itself. */
async function discovered(
  changes: Partial<Client>,
  prove: (secret: string) => oidc.ClientAuth,
  metadata: Partial<oidc.ClientMetadata> = {},
): Promise<oidc.Configuration> {
  const client = await makeClient(place.serving, changes);
  const proof = prove(client.secret);
  return oidc.discovery(place.issuer, client.id, metadata, proof, insecure);
}

const confidential: Partial<Client> = {
  authentication: 'client_secret_basic',
  postLogoutRedirectUris: [goodbye],
};
const ours = (changes: Partial<Client> = {}): Promise<oidc.Configuration> =>
  discovered({ ...confidential, ...changes }, (secret) => oidc.ClientSecretBasic(secret));

interface Wish {
  readonly parameters?: Readonly<Record<string, string>>;
  readonly pushed?: boolean;
  readonly DPoP?: oidc.DPoPHandle;
  /** Ada at a browser in which nobody is signed in, unless given. */
  readonly person?: Person;
}

/** Ada signs in for a client, which trades its code for tokens. */
async function tokensFor(config: oidc.Configuration, wish: Wish = {}) {
  const { parameters, pushed = false, DPoP, person = place.browser() } = wish;
  const verifier = oidc.randomPKCECodeVerifier();
  const [expectedState, expectedNonce] = [oidc.randomState(), oidc.randomNonce()];
  const asked = {
    redirect_uri: callback,
    scope: 'openid email offline_access',
    code_challenge: await oidc.calculatePKCECodeChallenge(verifier),
    code_challenge_method: 'S256',
    state: expectedState,
    nonce: expectedNonce,
    ...parameters,
  };
  const options = DPoP ? { DPoP } : {};
  const address = pushed
    ? await oidc.buildAuthorizationUrlWithPAR(config, asked, options)
    : oidc.buildAuthorizationUrl(config, asked);
  const { request } = await person.goTo(address);
  const checks = {
    pkceCodeVerifier: verifier,
    expectedState,
    expectedNonce,
    idTokenExpected: true,
    ...(parameters?.['max_age'] === undefined ? {} : { maxAge: Number(parameters['max_age']) }),
  };
  const tokens = await oidc.authorizationCodeGrant(config, request, checks, {}, options);
  return { tokens, person };
}

describe('a web application', () => {
  test('discovers, signs Ada in, and reads who she is', async () => {
    const config = await ours();
    expect(config.serverMetadata().supportsPKCE()).toBe(true);
    const { tokens } = await tokensFor(config);
    expect(tokens.claims()).toMatchObject({ iss: place.serving.origin, sub: place.ada });
    expect(tokens.expiresIn()).toBeGreaterThan(0);
    const info = await oidc.fetchUserInfo(config, tokens.access_token, place.ada);
    expect(info).toMatchObject({ sub: place.ada, email: 'ada@example.com' });
  });

  test('refreshes, asks about its tokens, and gives them back', async () => {
    const config = await ours();
    const { tokens } = await tokensFor(config);
    const next = await oidc.refreshTokenGrant(config, tokens.refresh_token ?? '');
    expect(next.refresh_token).not.toBe(tokens.refresh_token);
    const token = next.refresh_token ?? '';
    expect(await oidc.tokenIntrospection(config, next.access_token)).toMatchObject({
      active: true,
      sub: place.ada,
      client_id: config.clientMetadata().client_id,
    });
    await oidc.tokenRevocation(config, token);
    expect(await oidc.tokenIntrospection(config, token)).toEqual({ active: false });
    await expect(oidc.refreshTokenGrant(config, token)).rejects.toMatchObject({ error: 'invalid_grant' });
  });

  test('signs Ada out, and she comes back to it', async () => {
    const config = await ours();
    const { tokens, person } = await tokensFor(config);
    const address = oidc.buildEndSessionUrl(config, {
      id_token_hint: tokens.id_token ?? '',
      post_logout_redirect_uri: goodbye,
      state: 'a state',
    });
    const { url } = await person.goTo(address);
    expect(url.href).toBe(`${goodbye}?state=a%20state`);
    await expect(oidc.refreshTokenGrant(config, tokens.refresh_token ?? '')).rejects.toMatchObject({
      error: 'invalid_grant',
    });
    await expect(tokensFor(config, { parameters: { prompt: 'none' }, person })).rejects.toMatchObject({
      error: 'login_required',
    });
  });

  test('is told that somebody has to sign in where nobody may be asked', async () => {
    const config = await ours();
    await expect(tokensFor(config, { parameters: { prompt: 'none' } })).rejects.toMatchObject({
      error: 'login_required',
    });
  });

  test('learns when Ada has proven who she is', async () => {
    const { tokens } = await tokensFor(await ours(), { parameters: { max_age: '60' } });
    expect(tokens.claims()?.auth_time).toBeGreaterThan(Date.now() / 1000 - 60);
  });

  test('takes the answer by a form', async () => {
    const { tokens } = await tokensFor(await ours(), { parameters: { response_mode: 'form_post' } });
    expect(tokens.claims()?.sub).toBe(place.ada);
  });

  test('pushes its request first', async () => {
    const config = await ours({ requirePushedRequests: true, firstParty: false });
    const { tokens } = await tokensFor(config, { pushed: true });
    expect(tokens.claims()?.sub).toBe(place.ada);
  });

  test.each(['RS256', 'ES256', 'EdDSA'] as const)('checks an ID token by %s', async (idTokenAlgorithm) => {
    const config = await discovered(
      { ...confidential, idTokenAlgorithm },
      (secret) => oidc.ClientSecretBasic(secret),
      { id_token_signed_response_alg: idTokenAlgorithm },
    );
    oidc.enableNonRepudiationChecks(config);
    const { tokens } = await tokensFor(config);
    expect(tokens.claims()?.sub).toBe(place.ada);
  });
});

describe('a client proves itself', () => {
  test('by its secret in the form', async () => {
    const config = await discovered({ authentication: 'client_secret_post' }, (secret) =>
      oidc.ClientSecretPost(secret),
    );
    expect((await tokensFor(config)).tokens.claims()?.sub).toBe(place.ada);
  });

  test('by a signed assertion', async () => {
    const { privateKey, publicKey } = await oidc.randomDPoPKeyPair('Ed25519', { extractable: true });
    const { kty = '', crv = '', x = '' } = await crypto.subtle.exportKey('jwk', publicKey);
    const config = await discovered(
      { authentication: 'private_key_jwt', jwks: { keys: [{ kty, crv, x, kid: 'one' }] } },
      () => oidc.PrivateKeyJwt({ key: privateKey, kid: 'one' }),
    );
    expect((await tokensFor(config)).tokens.claims()?.sub).toBe(place.ada);
  });

  test('not at all where it is public', async () => {
    const config = await discovered({ authentication: 'none' }, () => oidc.None());
    expect((await tokensFor(config)).tokens.claims()?.sub).toBe(place.ada);
  });
});

test('tokens are bound to a key, and refreshed and used by proofs of it', async () => {
  const config = await ours({ dpopBound: true });
  const DPoP = oidc.getDPoPHandle(config, await oidc.randomDPoPKeyPair());
  const { tokens } = await tokensFor(config, { DPoP });
  expect(tokens.token_type).toBe('dpop');
  const next = await oidc.refreshTokenGrant(config, tokens.refresh_token ?? '', {}, { DPoP });
  const info = await oidc.fetchUserInfo(config, next.access_token, place.ada, { DPoP });
  expect(info.sub).toBe(place.ada);
  const bare = oidc.fetchUserInfo(config, next.access_token, place.ada);
  await expect(bare).rejects.toMatchObject({ status: 401 });
});

test.each(['jwt', 'opaque'] as const)('a machine gets a token of its own, %s', async (accessTokenFormat) => {
  const config = await ours({
    grantTypes: ['client_credentials'],
    scopes: ['reports:read'],
    accessTokenFormat,
  });
  const tokens = await oidc.clientCredentialsGrant(config, { scope: 'reports:read', resource: reports });
  expect(await oidc.tokenIntrospection(config, tokens.access_token)).toMatchObject({
    active: true,
    scope: 'reports:read',
    aud: reports,
  });
});

test('a device is allowed at a browser', async () => {
  const config = await discovered(
    {
      authentication: 'none',
      application: 'native',
      grantTypes: ['urn:ietf:params:oauth:grant-type:device_code', 'refresh_token'],
    },
    () => oidc.None(),
  );
  const device = await oidc.initiateDeviceAuthorization(config, { scope: 'openid email' });
  await place.browser().goTo(device.verification_uri_complete ?? '');
  // Everything is decided already, so there is nothing to wait for.
  const tokens = await oidc.pollDeviceAuthorizationGrant(config, { ...device, interval: 0 });
  expect(tokens.claims()?.sub).toBe(place.ada);
});

test('a program registers itself and signs somebody in', async () => {
  const wish: Partial<oidc.ClientMetadata> = {
    client_name: 'Newcomer',
    redirect_uris: [callback],
    // What openid-client does unless told otherwise; a registration that says nothing means Basic (RFC 7591 §2).
    token_endpoint_auth_method: 'client_secret_post',
  };
  const config = await oidc.dynamicClientRegistration(place.issuer, wish, undefined, insecure);
  const { tokens } = await tokensFor(config, { parameters: { scope: 'openid email' } });
  expect(tokens.claims()?.sub).toBe(place.ada);
});
