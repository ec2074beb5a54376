/** oauth4webapi (https://github.com/panva/oauth4webapi), which leaves nothing that a standard asks for unchecked. */
import * as oauth from 'oauth4webapi';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Client } from '../../packages/server/src/domain/clients/client.ts';
import { callback, makeClient } from '../kit/clients.ts';
import { openPlace, type Place, reports } from './place.ts';

/** How oauth4webapi is told that this server has no https. */
const insecure = { [oauth.allowInsecureRequests]: true };

let place: Place;
let server: oauth.AuthorizationServer;
beforeAll(async () => {
  place = await openPlace();
  server = await oauth.processDiscoveryResponse(
    place.issuer,
    await oauth.discoveryRequest(place.issuer, { ...insecure, algorithm: 'oauth2' }),
  );
});
afterAll(() => place.serving.close());

/** A client of the operator's, as oauth4webapi names it, and how it proves itself. */
interface Known {
  readonly client: oauth.Client;
  readonly proof: oauth.ClientAuth;
}

async function known(changes: Partial<Client> = {}): Promise<Known> {
  const settings = { authentication: 'client_secret_basic', ...changes } as const;
  const { id, secret } = await makeClient(place.serving, settings);
  return { client: { client_id: id }, proof: secret === '' ? oauth.None() : oauth.ClientSecretBasic(secret) };
}

interface Wish {
  readonly parameters?: Readonly<Record<string, string>>;
  readonly DPoP?: oauth.DPoPHandle;
}

/** Ada signs in, in answer to a request that was pushed, and the code is traded. */
async function tokensFor({ client, proof }: Known, { parameters, DPoP }: Wish = {}) {
  const verifier = oauth.generateRandomCodeVerifier();
  const [state, nonce] = [oauth.generateRandomState(), oauth.generateRandomNonce()];
  const asked = {
    redirect_uri: callback,
    response_type: 'code',
    scope: 'openid email offline_access',
    code_challenge: await oauth.calculatePKCECodeChallenge(verifier),
    code_challenge_method: 'S256',
    state,
    nonce,
    ...parameters,
  };
  const options = { ...insecure, ...(DPoP ? { DPoP } : {}) };
  const push = () => oauth.pushedAuthorizationRequest(server, client, proof, asked, options);
  const pushed = await retried(push, (response) =>
    oauth.processPushedAuthorizationResponse(server, client, response),
  );
  const address = new URL(server.authorization_endpoint ?? '');
  address.search = new URLSearchParams({
    client_id: client.client_id,
    request_uri: pushed.request_uri,
  }).toString();
  const { url } = await place.browser().goTo(address);
  const answer = oauth.validateAuthResponse(server, client, url, state);
  const trade = () =>
    oauth.authorizationCodeGrantRequest(server, client, proof, answer, callback, verifier, options);
  return retried(trade, (response) =>
    oauth.processAuthorizationCodeResponse(server, client, response, {
      expectedNonce: nonce,
      requireIdToken: true,
    }),
  );
}

/** Asks once more where the server wants its nonce in the proof (RFC 9449 §8). */
async function retried<Result>(
  ask: () => Promise<Response>,
  read: (response: Response) => Promise<Result>,
): Promise<Result> {
  try {
    return await read(await ask());
  } catch (thrown) {
    if (!oauth.isDPoPNonceError(thrown)) throw thrown;
    return read(await ask());
  }
}

test('both documents of metadata say the same of what both speak of', async () => {
  const openid = await oauth.processDiscoveryResponse(
    place.issuer,
    await oauth.discoveryRequest(place.issuer, insecure),
  );
  expect(openid).toMatchObject(server);
});

test('a pushed request, its code, and who signed in', async () => {
  const one = await known({ requirePushedRequests: true });
  const tokens = await tokensFor(one);
  expect(oauth.getValidatedIdTokenClaims(tokens)).toMatchObject({ sub: place.ada });
  const { access_token: token } = tokens;
  const response = await oauth.userInfoRequest(server, one.client, token, insecure);
  const info = await oauth.processUserInfoResponse(server, one.client, place.ada, response);
  expect(info.email).toBe('ada@example.com');
});

test('a JWT access token is what an API expects of one', async () => {
  const tokens = await tokensFor(await known(), { parameters: { resource: reports } });
  const call = new Request(reports, { headers: { authorization: `Bearer ${tokens.access_token}` } });
  expect(await oauth.validateJwtAccessToken(server, call, reports, insecure)).toMatchObject({
    iss: server.issuer,
    sub: place.ada,
    aud: reports,
  });
});

describe('a token bound to a key', () => {
  test('is what an API expects of one, opens UserInfo with a proof, and is refreshed by one', async () => {
    const one = await known({ dpopBound: true });
    const keys = await oauth.generateKeyPair('ES256');
    const DPoP = oauth.DPoP(one.client, keys);
    const tokens = await tokensFor(one, { DPoP, parameters: { resource: reports } });
    const refresh = () =>
      oauth.refreshTokenGrantRequest(server, one.client, one.proof, tokens.refresh_token ?? '', {
        ...insecure,
        DPoP,
      });
    const next = await retried(refresh, (response) =>
      oauth.processRefreshTokenResponse(server, one.client, response),
    );
    const seen: Request[] = [];
    await oauth.protectedResourceRequest(next.access_token, 'GET', new URL(reports), undefined, undefined, {
      DPoP,
      [oauth.customFetch]: async (address, { method, headers }) => {
        seen.push(new Request(address, { method, headers }));
        return new Response();
      },
    });
    const [call = new Request(reports)] = seen;
    const claims = await oauth.validateJwtAccessToken(server, call, reports, {
      ...insecure,
      requireDPoP: true,
    });
    expect(claims.sub).toBe(place.ada);
  });

  test('opens UserInfo with a proof', async () => {
    const one = await known();
    const DPoP = oauth.DPoP(one.client, await oauth.generateKeyPair('EdDSA'));
    const tokens = await tokensFor(one, { DPoP });
    const ask = () => oauth.userInfoRequest(server, one.client, tokens.access_token, { ...insecure, DPoP });
    const info = await retried(ask, (response) =>
      oauth.processUserInfoResponse(server, one.client, place.ada, response),
    );
    expect(info.sub).toBe(place.ada);
  });
});

describe('a machine', () => {
  const machine: Partial<Client> = { grantTypes: ['client_credentials'], scopes: ['reports:read'] };

  async function tokenOf({ client, proof }: Known): Promise<string> {
    const wish = { scope: 'reports:read', resource: reports };
    const response = await oauth.clientCredentialsGrantRequest(server, client, proof, wish, insecure);
    const tokens = await oauth.processClientCredentialsResponse(server, client, response);
    return tokens.access_token;
  }

  test('proves itself by a signed assertion', async () => {
    const { privateKey, publicKey } = await oauth.generateKeyPair('RS256', { extractable: true });
    const { kty = '', n = '', e = '' } = await crypto.subtle.exportKey('jwk', publicKey);
    const { client } = await known({
      ...machine,
      authentication: 'private_key_jwt',
      jwks: { keys: [{ kty, n, e, kid: 'one' }] },
    });
    const proof = oauth.PrivateKeyJwt({ key: privateKey, kid: 'one' });
    expect(await tokenOf({ client, proof })).not.toBe('');
  });

  test.each([
    ['an opaque token', 'opaque', false],
    // RFC 7009 §2.2.1: nobody who checks a signature would hear of it.
    ['not a signed token, and is told so', 'jwt', true],
  ] as const)('asks about its token and gives back %s', async (_what, accessTokenFormat, goesOn) => {
    const one = await known({ ...machine, accessTokenFormat });
    const { client, proof } = one;
    const token = await tokenOf(one);
    const ask = async () => {
      const response = await oauth.introspectionRequest(server, client, proof, token, insecure);
      return oauth.processIntrospectionResponse(server, client, response);
    };
    expect(await ask()).toMatchObject({ active: true, client_id: client.client_id, aud: reports });
    const response = await oauth.revocationRequest(server, client, proof, token, insecure);
    const given = oauth.processRevocationResponse(response);
    if (goesOn) await expect(given).rejects.toMatchObject({ error: 'unsupported_token_type' });
    else await expect(given).resolves.toBeUndefined();
    expect((await ask()).active).toBe(goesOn);
  });
});
