/**
 * What the server says of itself, member by member: each is proven by doing it, and what is not on a list is tried too.
 */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { authorizeAt, makeClient, requestOf, type TestClient, told } from '../../kit/clients.ts';
import { addTotp, prove } from '../../kit/factors.ts';
import { type Serving, serveHandler } from '../../kit/serving.ts';
import { type ClientKey, makeKeys, proofBy } from '../../kit/signing-keys.ts';
import { askAs, claimsIn, headerIn, tokensOf } from '../../kit/tokens.ts';
import { type Answer, signIn, signUp, type Visitor, visit } from '../../kit/visitor.ts';
import { goodAlgorithms, goodMethods, machine } from '../client/client-proofs.ts';

const addresses = ['/.well-known/openid-configuration', '/.well-known/oauth-authorization-server'];
const deviceGrant = 'urn:ietf:params:oauth:grant-type:device_code';

let serving: Serving;
let browser: Visitor;
let client: TestClient;
let document: Record<string, unknown>;
let keys: ClientKey[];
beforeAll(async () => {
  serving = await serveHandler({ lightHashing: true, settings: { registration: 'open' } });
  browser = visit(serving);
  await signUp(browser, 'ada@example.com');
  await signIn(browser, 'ada@example.com');
  await browser.ask('PATCH', '/api/v1/account', { body: { name: 'Ada', username: 'ada' } });
  // A sign-in of this very moment would be new enough for any prompt.
  serving.clock.advance(1000);
  client = await makeClient(serving);
  keys = makeKeys();
  document = (await program().ask('GET', addresses[0] ?? '')).json;
});
afterAll(() => serving.close());

const program = (): Visitor => visit(serving, { program: true });
const list = (member: string): string[] => document[member] as string[];
const pathOf = (member: string): string => {
  const url = new URL(String(document[member]));
  expect(url.origin).toBe(serving.origin);
  return url.pathname;
};
/** What an endpoint says of a form that holds nothing: never that it is not there. */
const knock = async (member: string, method = 'POST'): Promise<void> => {
  const raw = method === 'POST' ? { raw: 'x=1' } : {};
  const headers = method === 'POST' ? { 'content-type': 'application/x-www-form-urlencoded' } : {};
  const { status } = await program().ask(method, pathOf(member), { ...raw, headers });
  expect([member, [200, 303, 400, 401].includes(status), status]).toEqual([member, true, status]);
};
const authorize = (changes: Parameters<typeof authorizeAt>[2]): Promise<Answer> =>
  authorizeAt(browser, client, changes);

const methods = (prefix: string, fields: Readonly<Record<string, string>>) => async (): Promise<void> => {
  const member = `${prefix}_endpoint_auth_methods_supported`;
  const good = await goodMethods(serving, { path: pathOf(`${prefix}_endpoint`), fields });
  expect(new Set(list(member))).toEqual(new Set(good));
};
const algorithms = (prefix: string, fields: Readonly<Record<string, string>>) => async (): Promise<void> => {
  const member = `${prefix}_endpoint_auth_signing_alg_values_supported`;
  const good = await goodAlgorithms(serving, { path: pathOf(`${prefix}_endpoint`), fields });
  expect(new Set(list(member))).toEqual(new Set(good));
};

const proofs: Readonly<Record<string, () => Promise<void>>> = {
  issuer: async () => {
    const { idToken } = await tokensOf(serving, client, { browser });
    expect(document['issuer']).toBe(claimsIn(idToken)['iss']);
  },
  authorization_endpoint: async () => {
    await knock('authorization_endpoint', 'GET');
    await knock('authorization_endpoint');
  },
  token_endpoint: () => knock('token_endpoint'),
  jwks_uri: async () => {
    const { json } = await program().ask('GET', pathOf('jwks_uri'));
    expect(json['keys']).not.toEqual([]);
  },
  userinfo_endpoint: async () => {
    await knock('userinfo_endpoint', 'GET');
    await knock('userinfo_endpoint');
  },
  introspection_endpoint: () => knock('introspection_endpoint'),
  revocation_endpoint: () => knock('revocation_endpoint'),
  end_session_endpoint: async () => {
    await knock('end_session_endpoint', 'GET');
    await knock('end_session_endpoint');
  },
  pushed_authorization_request_endpoint: () => knock('pushed_authorization_request_endpoint'),
  device_authorization_endpoint: () => knock('device_authorization_endpoint'),
  registration_endpoint: async () => {
    const body = { redirect_uris: ['https://new.example/callback'] };
    const { status, json } = await program().ask('POST', pathOf('registration_endpoint'), { body });
    expect([status, typeof json['client_id']]).toEqual([201, 'string']);
  },
  service_documentation: async () => {
    expect((await program().ask('GET', pathOf('service_documentation'))).status).toBe(200);
  },
  response_types_supported: async () => {
    expect(told(await authorize({}))).toHaveProperty('code');
    for (const response_type of ['token', 'id_token', 'code id_token', 'code token', 'none'])
      expect(told(await authorize({ response_type }))['error']).toBe('unsupported_response_type');
    expect(list('response_types_supported')).toEqual(['code']);
  },
  response_modes_supported: async () => {
    expect(told(await authorize({ response_mode: 'query' }))).toHaveProperty('code');
    const posted = await authorize({ response_mode: 'form_post' });
    expect([posted.status, /name="code" value="dw_co_/.test(posted.text)]).toEqual([200, true]);
    for (const response_mode of ['fragment', 'jwt', 'query.jwt'])
      expect(told(await authorize({ response_mode }))['error']).toBe('invalid_request');
    expect(list('response_modes_supported')).toEqual(['query', 'form_post']);
  },
  grant_types_supported: async () => {
    const own = await machine(serving, {
      grantTypes: ['authorization_code', 'refresh_token', 'client_credentials', deviceGrant],
    });
    const says = async (grant_type: string): Promise<unknown> =>
      (await askAs(serving, own, { path: '/oauth/token', fields: { grant_type } })).json['error'];
    for (const grant of list('grant_types_supported'))
      expect([undefined, 'invalid_request']).toContain(await says(grant));
    for (const grant of ['password', 'implicit', 'urn:ietf:params:oauth:grant-type:token-exchange'])
      expect(await says(grant)).toBe('unsupported_grant_type');
    expect(list('grant_types_supported')).toHaveLength(4);
  },
  code_challenge_methods_supported: async () => {
    await tokensOf(serving, client, { browser });
    expect(told(await authorize({ code_challenge_method: 'plain' }))['error']).toBe('invalid_request');
    expect(list('code_challenge_methods_supported')).toEqual(['S256']);
  },
  prompt_values_supported: async () => {
    for (const prompt of list('prompt_values_supported'))
      expect(told(await authorize({ prompt }))['error']).not.toBe('invalid_request');
    expect(told(await authorize({ prompt: 'create' }))['error']).toBe('invalid_request');
    expect(told(await authorize({ prompt: 'none' }))).toHaveProperty('code');
    for (const prompt of ['login', 'select_account'])
      expect(told(await authorize({ prompt }))).toHaveProperty('authorization');
    const foreign = await makeClient(serving, { firstParty: false });
    expect(told(await authorizeAt(browser, foreign, { prompt: 'consent' }))).toHaveProperty('authorization');
  },
  scopes_supported: async () => {
    const scope = list('scopes_supported').join(' ');
    const { answer } = await tokensOf(serving, client, { browser, request: { scope } });
    expect(answer.json['scope']).toBe(scope);
    expect(list('scopes_supported')).toEqual(['openid', 'profile', 'email', 'offline_access']);
  },
  claims_supported: async () => {
    const request = { scope: 'openid profile email' };
    const { idToken, access } = await tokensOf(serving, client, { browser, request });
    const { json } = await program().ask('GET', pathOf('userinfo_endpoint'), { bearer: access });
    const names = Object.keys({ ...claimsIn(idToken), ...json });
    expect(new Set(list('claims_supported'))).toEqual(new Set(names));
  },
  claim_types_supported: async () => {
    const { access } = await tokensOf(serving, client, { browser });
    const { json } = await program().ask('GET', pathOf('userinfo_endpoint'), { bearer: access });
    expect(json).not.toHaveProperty('_claim_names');
    expect(list('claim_types_supported')).toEqual(['normal']);
  },
  subject_types_supported: async () => {
    const subjects = new Set<unknown>();
    for (const subjectType of ['public', 'pairwise'] as const) {
      const one = await makeClient(serving, { subjectType });
      subjects.add(claimsIn((await tokensOf(serving, one, { browser })).idToken)['sub']);
    }
    expect(subjects.size).toBe(2);
    expect(list('subject_types_supported')).toEqual(['public', 'pairwise']);
  },
  id_token_signing_alg_values_supported: async () => {
    for (const idTokenAlgorithm of ['RS256', 'ES256', 'EdDSA'] as const) {
      const one = await makeClient(serving, { idTokenAlgorithm });
      expect(headerIn((await tokensOf(serving, one, { browser })).idToken)['alg']).toBe(idTokenAlgorithm);
    }
    expect(list('id_token_signing_alg_values_supported')).toEqual(['RS256', 'ES256', 'EdDSA']);
  },
  acr_values_supported: async () => {
    const strong = visit(serving);
    await signUp(strong, 'grace@example.com');
    await signIn(strong, 'grace@example.com');
    const totp = await addTotp(serving, strong);
    expect((await prove(strong, { totp: totp.code() })).status).toBe(200);
    serving.clock.advance(1000);
    const stated: unknown[] = [];
    for (const one of [strong, browser]) {
      const [acr_values = ''] = list('acr_values_supported');
      const { idToken } = await tokensOf(serving, client, { browser: one, request: { acr_values } });
      stated.push(claimsIn(idToken)['acr']);
    }
    expect(stated).toEqual(list('acr_values_supported'));
  },
  ui_locales_supported: async () => {
    const wished = [...list('ui_locales_supported'), 'fr'];
    const spoken = new Set<string | undefined>();
    for (const locale of wished) {
      const visitor = visit(serving);
      const request = requestOf(client, { ui_locales: locale, prompt: 'login' });
      const begun = await visitor.ask('GET', `/oauth/authorize?${request}`);
      const { text } = await visitor.ask('GET', begun.headers.get('location') ?? '');
      spoken.add(/<html lang="([^"]+)"/.exec(text)?.[1]);
    }
    expect([...spoken]).toEqual(list('ui_locales_supported'));
  },
  token_endpoint_auth_methods_supported: methods('token', { grant_type: 'authorization_code' }),
  token_endpoint_auth_signing_alg_values_supported: algorithms('token', { grant_type: 'client_credentials' }),
  introspection_endpoint_auth_methods_supported: methods('introspection', { token: 'x' }),
  introspection_endpoint_auth_signing_alg_values_supported: algorithms('introspection', { token: 'x' }),
  revocation_endpoint_auth_methods_supported: methods('revocation', { token: 'x' }),
  revocation_endpoint_auth_signing_alg_values_supported: algorithms('revocation', { token: 'x' }),
  dpop_signing_alg_values_supported: async () => {
    const one = await machine(serving, { dpopBound: true });
    const { raw, headers } = {
      raw: 'grant_type=client_credentials',
      headers: {
        'content-type': 'application/x-www-form-urlencoded',
        authorization: `Basic ${Buffer.from(`${one.id}:${one.secret}`).toString('base64')}`,
      },
    };
    const url = String(document['token_endpoint']);
    const ask = (key: ClientKey, nonce?: string): Promise<Answer> => {
      const dpop = proofBy(key, { url, now: serving.clock.now(), nonce });
      return program().ask('POST', pathOf('token_endpoint'), { raw, headers: { ...headers, dpop } });
    };
    for (const key of keys) {
      const nonce = (await ask(key)).headers.get('dpop-nonce') ?? undefined;
      const { json } = await ask(key, nonce);
      expect([key.algorithm, json['token_type']]).toEqual([key.algorithm, 'DPoP']);
    }
    expect(new Set(list('dpop_signing_alg_values_supported'))).toEqual(
      new Set(keys.map(({ algorithm }) => algorithm)),
    );
  },
  authorization_response_iss_parameter_supported: async () => {
    expect(told(await authorize({}))['iss']).toBe(serving.origin);
    expect(told(await authorize({ response_type: 'token' }))['iss']).toBe(serving.origin);
    expect(document['authorization_response_iss_parameter_supported']).toBe(true);
  },
  require_pushed_authorization_requests: async () => {
    expect(told(await authorize({}))).toHaveProperty('code');
    expect(document['require_pushed_authorization_requests']).toBe(false);
  },
  claims_parameter_supported: async () => {
    const claims = JSON.stringify({ id_token: { email: { essential: true } } });
    const { idToken } = await tokensOf(serving, client, { browser, request: { claims } });
    expect(claimsIn(idToken)['email']).toBe('ada@example.com');
    expect(document['claims_parameter_supported']).toBe(true);
  },
  request_parameter_supported: async () => {
    expect(told(await authorize({ request: 'a.b.c' }))['error']).toBe('request_not_supported');
    expect(document['request_parameter_supported']).toBe(false);
  },
  request_uri_parameter_supported: async () => {
    const request_uri = 'https://app.example/request';
    expect(told(await authorize({ request_uri }))['error']).toBe('request_uri_not_supported');
    expect(document['request_uri_parameter_supported']).toBe(false);
  },
  backchannel_logout_supported: () => provesBackchannel('backchannel_logout_supported'),
  backchannel_logout_session_supported: () => provesBackchannel('backchannel_logout_session_supported'),
};

/** A session at a client with an address for sign-outs leaves a notice behind that names the session. */
async function provesBackchannel(member: string): Promise<void> {
  const listens = await makeClient(serving, { backchannelLogoutUri: 'https://app.example/signed-out' });
  const own = visit(serving);
  await signIn(own, 'ada@example.com');
  const { idToken } = await tokensOf(serving, listens, { browser: own });
  const { sid } = claimsIn(idToken);
  await own.ask('DELETE', '/api/v1/session');
  const now = serving.clock.now() + 86_400_000;
  const noted = await serving.assembly.ports.store.transact((tx) =>
    tx.signOutNotices.claim({ now, until: now, limit: 9 }),
  );
  expect(noted.map(({ sessionId }) => sessionId)).toContain(sid);
  expect(document[member]).toBe(true);
}

describe('OAU-29, oidcc-discovery-endpoint-verification: what is said is true', () => {
  test('every member is proven here', () => {
    expect(new Set(Object.keys(proofs))).toEqual(new Set(Object.keys(document)));
  });

  test.each(Object.entries(proofs))('%s', async (_member, proof) => {
    await expect(proof()).resolves.toBeUndefined();
  });

  test('one document stands at both addresses, may be kept for a while and read by any page', async () => {
    for (const address of addresses) {
      const { status, json, headers } = await program().ask('GET', address, {
        headers: { origin: 'https://anywhere.example' },
      });
      expect([status, json]).toEqual([200, document]);
      expect(headers.get('cache-control')).toBe('public, max-age=300');
      expect(headers.get('access-control-allow-origin')).toBe('*');
    }
  });
});
