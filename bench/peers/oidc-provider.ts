/**
 * oidc-provider (https://github.com/panva/node-oidc-provider), in a process of its own, as its documentation tells to
 * run it: in production mode, with keys and cookie keys of its own, its built-in pages off, its own memory store. What that
 * store forgets past 1,000 entries it may keep here, or it would lose the codes that it is measured with. It signs by the
 * same algorithm as we do, gives tokens of the same kinds, and rotates refresh tokens at each use.
 */
import { generateKeyPairSync } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Provider } from 'oidc-provider';
import MemoryAdapter from 'oidc-provider/lib/adapters/memory_adapter.js';
import LRU from 'oidc-provider/lib/helpers/lru.js';
import type { AskOAuth, ServedClient, ServedOAuth } from '../ask.ts';
import {
  algorithm,
  basic,
  challenge,
  codeLife,
  redirectUri,
  resource,
  resourceScope,
  scopes,
} from '../oauth-terms.ts';

const ask = JSON.parse(process.argv[2] ?? '{}') as AskOAuth;
const issuer = 'http://localhost:3000';
const secret = 'a secret of 43 letters, as long as others are';
const store = new LRU({ maxSize: 1_000_000 });
const { privateKey } = generateKeyPairSync('ed25519');

const client = (id: string): object => ({
  client_id: id,
  client_secret: secret,
  redirect_uris: [redirectUri],
  grant_types: ['authorization_code', 'refresh_token', 'client_credentials'],
  response_types: ['code'],
  scope: scopes.join(' '),
  token_endpoint_auth_method: 'client_secret_basic',
  id_token_signed_response_alg: algorithm,
});

const provider = new Provider(issuer, {
  adapter: (model: string) => new MemoryAdapter(model, store),
  clients: [client('signed'), client('opaque')],
  jwks: { keys: [{ ...privateKey.export({ format: 'jwk' }), kid: 'one', alg: algorithm, use: 'sig' }] },
  cookies: { keys: ['a key for cookies of the bench'] },
  scopes,
  enabledJWA: { idTokenSigningAlgValues: [algorithm] },
  findAccount: (_context: unknown, sub: string) => ({ accountId: sub, claims: () => ({ sub }) }),
  rotateRefreshToken: true,
  ttl: {
    AccessToken: 300,
    AuthorizationCode: codeLife,
    ClientCredentials: 300,
    Grant: 86_400,
    IdToken: 300,
    RefreshToken: 86_400,
  },
  features: {
    devInteractions: { enabled: false },
    clientCredentials: { enabled: true },
    introspection: { enabled: true },
    resourceIndicators: {
      enabled: true,
      useGrantedResource: () => true,
      getResourceServerInfo: () => ({
        scope: resourceScope,
        audience: resource,
        accessTokenTTL: 300,
        accessTokenFormat: 'jwt',
        jwt: { sign: { alg: algorithm } },
      }),
    },
  },
});

const signed = await serveClient('signed', true);
const opaque = await serveClient('opaque', false);
const server = createServer(provider.callback());
server.listen(0, '127.0.0.1', () => {
  const { port } = server.address() as AddressInfo;
  const paths = { tokenPath: '/token', introspectionPath: '/token/introspection' };
  process.stdout.write(`${JSON.stringify({ port, ...paths, signed, opaque } satisfies ServedOAuth)}\n`);
});

async function serveClient(id: string, forResource: boolean): Promise<ServedClient> {
  const known = await provider.Client.find(id);
  const codes: string[] = [];
  for (let at = 0; at < ask.codes; at += 1) {
    const accountId = `person-${at % 100}`;
    const grant = new provider.Grant({ accountId, clientId: id });
    grant.addOIDCScope('openid offline_access');
    if (forResource) grant.addResourceScope(resource, resourceScope);
    const code = new provider.AuthorizationCode({
      accountId,
      client: known,
      grantId: await grant.save(),
      gty: 'authorization_code',
      authTime: Math.floor(Date.now() / 1000),
      codeChallenge: challenge,
      codeChallengeMethod: 'S256',
      redirectUri,
      resource: forResource ? resource : undefined,
      scope: forResource ? scopes.join(' ') : 'openid offline_access',
    });
    codes.push(await code.save());
  }
  return { authorization: basic(id, secret), codes };
}
