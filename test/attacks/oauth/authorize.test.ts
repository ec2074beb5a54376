/**
 * Attacks on the authorization endpoint: on where answers go, and on what is asked for.
 */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Client } from '../../../packages/server/src/domain/clients/client.ts';
import {
  authorizeAt,
  callback,
  challenge,
  changeClient,
  decide,
  form,
  leadsTo,
  makeClient,
  type Parameters,
  requestOf,
  signInFor,
  type TestClient,
  told,
  waitingAt,
} from '../../kit/clients.ts';
import { type Serving, serveHandler } from '../../kit/serving.ts';
import { type Answer, signIn, signUp, type Visitor, visit } from '../../kit/visitor.ts';
import { loopbackMutations, redirectMutations } from './redirect-mutations.ts';

const ada = 'ada@example.com';
let serving: Serving;
let client: TestClient;
let stranger: TestClient;
let browser: Visitor;
let account: string;

beforeEach(async () => {
  serving = await serveHandler({ lightHashing: true });
  client = await makeClient(serving);
  stranger = await makeClient(serving, { name: 'Stranger', firstParty: false });
  browser = visit(serving);
  account = await signUp(browser, ada);
  await signIn(browser, ada);
  serving.clock.advance(1000);
});
afterEach(() => serving.close());

const ask = (changes: Parameters = {}, by: Pick<Client, 'id'> = client): Promise<Answer> =>
  authorizeAt(browser, by, changes);

/** Asks with a query as it is. */
const askRaw = (query: string, by = browser): Promise<Answer> =>
  by.ask('GET', `/oauth/authorize?${query}`, { headers: { accept: 'text/html' } });

/** Our own page, and nobody is sent anywhere. */
const expectOwnPage = (answer: Answer, about: unknown, status = 400): void => {
  const seen = [about, answer.status, answer.headers.get('location'), answer.headers.get('refresh')];
  expect(seen).toEqual([about, status, null, null]);
  expect(answer.headers.get('content-type')).toBe('text/html; charset=utf-8');
};

describe('where answers go', () => {
  test('OAU-05: a redirect URI that is not letter by letter the registered one gets a page of ours', async () => {
    expect(redirectMutations.length).toBeGreaterThanOrEqual(80);
    for (const uri of redirectMutations) {
      const answer = await ask({ redirect_uri: uri });
      expectOwnPage(answer, uri);
      if (uri.length > 8) expect(answer.text).not.toContain(`"${uri}"`);
    }
  });

  test('OAU-05: nor is it told what else is wrong, whatever that is', async () => {
    const faults: Parameters[] = [
      { response_type: 'token' },
      { prompt: 'none login' },
      { request: 'e30.e30.' },
      { response_mode: 'fragment' },
    ];
    for (const fault of faults)
      expectOwnPage(await ask({ ...fault, redirect_uri: 'https://evil.example/' }), fault);
    expectOwnPage(await ask({}, { id: '00000000-0000-7000-8000-000000000000' }), 'unknown client');
    expectOwnPage(await ask({ client_id: undefined }), 'no client');
  });

  test('OAU-06: a loopback port is free for native clients alone, and nothing else about it', async () => {
    const redirectUris = ['http://127.0.0.1:4000/cb?a=b', 'http://[::1]/cb'];
    const native = await makeClient(serving, { application: 'native', redirectUris });
    const web = await makeClient(serving, { application: 'web', redirectUris });
    for (const uri of ['http://127.0.0.1:51004/cb?a=b', 'http://127.0.0.1/cb?a=b', 'http://[::1]:8080/cb']) {
      expect([uri, leadsTo(await ask({ redirect_uri: uri }, native)).host]).toEqual([uri, new URL(uri).host]);
      expectOwnPage(await ask({ redirect_uri: uri }, web), uri);
    }
    for (const uri of loopbackMutations) expectOwnPage(await ask({ redirect_uri: uri }, native), uri);
  });

  test('OAU-13: every answer names us, and repeats the state letter by letter', async () => {
    const state = ' a+b%20&=#?/"<é漢😀>';
    for (const changes of [
      {},
      { prompt: 'none', max_age: '0' },
      { response_type: 'token' },
      { scope: 'nothing' },
    ]) {
      const answer = await ask({ ...changes, state });
      expect([changes, answer.status, told(answer)]).toEqual([
        changes,
        303,
        expect.objectContaining({ state, iss: 'http://localhost:3000' }),
      ]);
      const posted = await ask({ ...changes, state, response_mode: 'form_post' });
      expect(posted.text).toContain('name="iss" value="http://localhost:3000"');
      expect(posted.text).toContain('name="state" value=" a+b%20&amp;=#?/&quot;&lt;é漢😀&gt;"');
    }
  });

  test('OAU-15: whoever posted a password is led on by 303, never by 307 or 308', async () => {
    const other = visit(serving);
    const page = await authorizeAt(other, client);
    const answer = await signInFor(other, waitingAt(page), ada);
    expect([answer.status, leadsTo(answer).pathname]).toEqual([303, '/oauth/resume']);
    const decided = await decide(browser, {
      authorization: waitingAt(await ask({}, stranger)),
      decision: 'allow',
      account,
    });
    expect(decided.status).toBe(303);
  });

  test('OAU-16: no origin may read what the endpoint and its pages answer', async () => {
    const origins = ['https://evil.example', 'null', 'https://app.example', 'http://localhost:3000'];
    for (const origin of origins)
      for (const path of [`/oauth/authorize?${requestOf(client)}`, '/sign-in', '/consent?authorization=x'])
        for (const method of ['GET', 'OPTIONS']) {
          const { headers } = await browser.ask(method, path, { headers: { origin } });
          expect([path, headers.get('access-control-allow-origin')]).toEqual([path, null]);
        }
  });

  test.each([
    '//evil.example',
    '/\\evil.example',
    '/\\/evil.example',
    'https://evil.example',
    'javascript:alert(1)',
    'evil',
    '/a b',
    '/\tevil',
    '/é',
    '',
  ])('WEB-06: the sign-in page leads to no other site: %j', async (next) => {
    const answer = await browser.ask('GET', `/sign-in?${new URLSearchParams({ next }).toString()}`);
    expect([answer.status, answer.json['code']]).toEqual([400, 'query_invalid']);
    const fields = { identifier: ada, password: 'seven quiet herons wade', next };
    const posted = await browser.ask('POST', '/sign-in', form(fields));
    expect([posted.status, posted.headers.get('location')]).toEqual([400, null]);
  });
});

test('WEB-02: HEAD gives no code and writes nothing', async () => {
  const before = await serving.assembly.ports.store.rowCounts();
  for (const by of [client, await makeClient(serving, { firstParty: false })]) {
    const answer = await browser.ask('HEAD', `/oauth/authorize?${requestOf(by)}`);
    expect([answer.status, answer.headers.get('location')]).toEqual([200, null]);
  }
  const after = await serving.assembly.ports.store.rowCounts();
  expect([after['codes'], after['authorizations']]).toEqual([before['codes'], before['authorizations']]);
});

describe('what is asked for', () => {
  test.each([
    ['no challenge', { code_challenge: undefined, code_challenge_method: undefined }],
    ['plain', { code_challenge_method: 'plain' }],
    ['no method, which means plain', { code_challenge_method: undefined }],
    ['S256 in other letters', { code_challenge_method: 's256' }],
    ['a method without a challenge', { code_challenge: undefined }],
    ['42 letters', { code_challenge: challenge.slice(1) }],
    ['44 letters', { code_challenge: `${challenge}A` }],
    ['padding', { code_challenge: `${challenge}=` }],
    ['letters that base64url has not', { code_challenge: `${challenge.slice(1)}+` }],
    ['bits beyond the digest', { code_challenge: `${challenge.slice(0, 42)}B` }],
  ])('OAU-04: %s gets no code, for clients with and without a secret', async (_name, changes) => {
    const secretive = await makeClient(serving, { authentication: 'client_secret_basic' });
    for (const by of [client, secretive])
      expect(told(await ask(changes, by))['error']).toBe('invalid_request');
  });

  test('OAU-07: a parameter that stands there twice is refused, same or different, in query and form', async () => {
    const extra = { prompt: 'login', max_age: '1', login_hint: 'x', claims: '{}', response_mode: 'query' };
    const all = requestOf(client, { ...extra, request_uri: 'x', unknown: 'x' });
    for (const [name, value] of new URLSearchParams(all))
      for (const second of [value, 'other', '']) {
        const twice = `${all}&${new URLSearchParams([[name, second]]).toString()}`;
        expectOwnPage(await askRaw(twice), [name, second]);
        expectOwnPage(await browser.ask('POST', '/oauth/authorize', { ...form({}), raw: twice }), [
          name,
          second,
        ]);
        expectOwnPage(
          await askRaw(twice.replace(`&${name}=`, `&%${name.charCodeAt(0).toString(16)}${name.slice(1)}=`)),
          name,
        );
      }
  });

  test('OAU-07: parameters of the address do not count beside a form, and an empty value is none', async () => {
    const raw = requestOf(client, { redirect_uri: undefined });
    const path = `/oauth/authorize?redirect_uri=${encodeURIComponent(callback)}`;
    expectOwnPage(await browser.ask('POST', path, { ...form({}), raw }), 'mixed');
    expect(told(await ask({ prompt: '', max_age: '', claims: '', request: '' }))['code']).toBeDefined();
    expect(told(await ask({ code_challenge: '' }))['error']).toBe('invalid_request');
  });

  test.each([
    'token',
    'id_token',
    'id_token token',
    'code token',
    'code id_token',
    'none',
    'CODE',
    'code code',
  ])('OAU-10: the response type %s does not exist', async (type) => {
    expect(told(await ask({ response_type: type }))['error']).toBe('unsupported_response_type');
  });

  test('OAU-10: a client that may not ask for codes gets none', async () => {
    await changeClient(serving, client, { grantTypes: ['client_credentials'] });
    expect(told(await ask())['error']).toBe('unauthorized_client');
  });

  test('OAU-19: request objects are refused, and nothing is fetched', async () => {
    const objects: readonly [Parameters, string][] = [
      [{ request: 'eyJhbGciOiJub25lIn0.e30.' }, 'request_not_supported'],
      [{ request_uri: 'https://evil.example/request' }, 'request_uri_not_supported'],
      [{ request_uri: 'urn:other' }, 'request_uri_not_supported'],
      [{ registration: '{}' }, 'registration_not_supported'],
    ];
    for (const [changes, error] of objects) expect(told(await ask(changes))['error']).toBe(error);
  });

  test('OAU-31: what is no text, or too much of it, is refused and breaks nothing', async () => {
    const bad = ['%', '%zz', '%00', '%C0%80', '%ED%A0%80', '%F5%80%80%80', '%EF%BF%BF', 'x'.repeat(9000)];
    for (const name of [
      'client_id',
      'redirect_uri',
      'state',
      'scope',
      'nonce',
      'claims',
      'resource',
      'unknown',
    ])
      for (const value of bad) {
        const query = requestOf(client, { [name]: undefined });
        const answer = await askRaw(`${query}&${name}=${value}`);
        expectOwnPage(answer, [name, value.slice(0, 9)]);
      }
    const malformed: readonly Parameters[] = [
      { scope: 'openid  email' },
      { scope: '"' },
      { claims: '{' },
      { claims: '[]' },
      { claims: '{"id_token":{"acr":7}}' },
      { prompt: 'none login' },
      { prompt: 'LOGIN' },
      { max_age: '-1' },
      { max_age: '1e3' },
      { response_mode: 'fragment' },
      { response_mode: 'web_message' },
      { id_token_hint: 'e30.e30.e30' },
      { dpop_jkt: 'x' },
      { resource: '/relative' },
      { resource: 'https://unknown.example/' },
    ];
    for (const changes of malformed) {
      const answer = await ask(changes);
      expect([changes, answer.status, told(answer)['code']]).toEqual([changes, 303, undefined]);
      expect(told(answer)['error']).toMatch(/^invalid_/);
    }
    expect(serving.reported).toEqual([]);
  });
});
