/**
 * Attacks on requests that wait: on who is asked, who consents, and what was pushed.
 */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Client } from '../../../packages/server/src/domain/clients/client.ts';
import {
  authorizeAt,
  callback,
  changeClient,
  decide,
  follow,
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
import { type Answer, goodPassword, signIn, signUp, type Visitor, visit } from '../../kit/visitor.ts';

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

const grants = () => serving.assembly.ports.store.read.grants.list(account);

describe('who is asked', () => {
  test('OAU-11: a request that wants a fresh proof goes nowhere without one', async () => {
    for (const changes of [{ prompt: 'login' }, { max_age: '0' }]) {
      const authorization = waitingAt(await ask(changes));
      serving.clock.advance(1000);
      const resumed = await browser.ask('GET', `/oauth/resume?authorization=${authorization}`);
      expect([resumed.status, leadsTo(resumed).pathname]).toEqual([303, '/sign-in']);
      for (const decision of ['allow', 'choose'] as const)
        expect(leadsTo(await decide(browser, { authorization, decision, account })).pathname).toBe(
          '/sign-in',
        );
    }
  });

  test('OAU-11: nobody is asked where nobody may be', async () => {
    const nobody = visit(serving);
    expect(told(await authorizeAt(nobody, client, { prompt: 'none' }))['error']).toBe('login_required');
    expect(told(await ask({ prompt: 'none', max_age: '0' }))['error']).toBe('login_required');
    expect(told(await ask({ prompt: 'none' }, stranger))['error']).toBe('consent_required');
    expect(told(await ask({ prompt: 'none', claims: '{"id_token":{"sub":{"value":"x"}}}' }))['error']).toBe(
      'login_required',
    );
  });

  test('OAU-11: whoever signs in as somebody else than was asked for gives no code', async () => {
    await signUp(visit(serving), 'bob@example.com');
    const claims = JSON.stringify({ id_token: { sub: { value: account } } });
    const other = visit(serving);
    const page = await authorizeAt(other, client, { claims });
    const answer = await follow(other, await signInFor(other, waitingAt(page), 'bob@example.com'));
    expect(told(answer)['error']).toBe('login_required');
    expect(told(await ask({ claims }))['code']).toBeDefined();
  });

  test('OAU-12: no flag, field or other way around replaces the consent', async () => {
    for (const flag of ['consent', 'skip_consent', 'postLogin', 'decision', 'allow']) {
      const answer = await ask({ [flag]: 'true', decision: 'allow' }, stranger);
      expect(leadsTo(answer).pathname).toBe('/consent');
    }
    const authorization = waitingAt(await ask({}, stranger));
    const resumed = await browser.ask('GET', `/oauth/resume?authorization=${authorization}`);
    expect(leadsTo(resumed).pathname).toBe('/consent');
    expect(leadsTo(await decide(browser, { authorization, decision: 'choose', account })).pathname).toBe(
      '/consent',
    );
    for (const more of ['scope', 'client_id', 'redirect_uri', 'skip_consent']) {
      const fields = { authorization, account, decision: 'allow', [more]: 'x' };
      expect((await browser.ask('POST', '/consent', form(fields))).status).toBe(400);
    }
    expect(await grants()).toEqual([]);
  });

  test('OAU-12: a request of another browser opens nothing, shows nothing and ends nothing', async () => {
    const authorization = waitingAt(await ask({ login_hint: 'secret.hint@example.com' }, stranger));
    const eve = visit(serving);
    const own = await signUp(eve, 'eve@example.com');
    await signIn(eve, 'eve@example.com');
    await authorizeAt(eve, stranger);
    const html = { headers: { accept: 'text/html' } };
    for (const path of ['/sign-in', '/consent', '/oauth/resume']) {
      const answer = await eve.ask('GET', `${path}?authorization=${authorization}`, html);
      expectOwnPage(answer, path, 403);
      expect(answer.text).not.toMatch(/Stranger|secret\.hint/);
    }
    for (const decision of ['allow', 'refuse', 'choose'] as const)
      expectOwnPage(await decide(eve, { authorization, decision, account: own }), decision, 403);
    expectOwnPage(await signInFor(eve, authorization, 'eve@example.com'), 'sign-in', 403);
    expect(told(await decide(browser, { authorization, decision: 'allow', account }))['code']).toBeDefined();
  });

  test('OAU-12: who signed in since the page was shown is asked themselves', async () => {
    const authorization = waitingAt(await ask({}, stranger));
    const bob = await signUp(visit(serving), 'bob@example.com');
    await signIn(browser, 'bob@example.com');
    const answer = await decide(browser, { authorization, decision: 'allow', account });
    expect(leadsTo(answer).pathname).toBe('/oauth/resume');
    expect(leadsTo(await browser.ask('GET', `/oauth/resume?authorization=${authorization}`)).pathname).toBe(
      '/consent',
    );
    expect(await grants()).toEqual([]);
    expect(await serving.assembly.ports.store.read.grants.list(bob)).toEqual([]);
  });

  test('OAU-12: what a client may not ask for any more is neither shown nor given', async () => {
    const authorization = waitingAt(await ask({ scope: 'openid email reports:read' }, stranger));
    await changeClient(serving, stranger, { scopes: ['openid', 'email'] });
    const shown = await browser.ask('GET', `/consent?authorization=${authorization}`);
    expect(shown.text).not.toContain('reports:read');
    await decide(browser, { authorization, decision: 'allow', account });
    expect((await grants()).map(({ scopes }) => scopes)).toEqual([['email', 'openid']]);
  });

  test('OAU-12: a request is answered once, however often it is accepted at the same time', async () => {
    const authorization = waitingAt(await ask({}, stranger));
    const answers = await Promise.all(
      Array.from({ length: 20 }, () => decide(browser, { authorization, decision: 'allow', account })),
    );
    expect(answers.filter((answer) => told(answer)['code'] !== undefined)).toHaveLength(1);
    expect(answers.filter(({ status }) => status === 403)).toHaveLength(19);
    expectOwnPage(await decide(browser, { authorization, decision: 'refuse', account }), 'used', 403);
  });

  test('OAU-12: a request waits for half an hour and no longer', async () => {
    const authorization = waitingAt(await ask({}, stranger));
    serving.clock.advance(30 * 60_000);
    expectOwnPage(await decide(browser, { authorization, decision: 'allow', account }), 'late', 403);
  });

  test('WEB-05: names, hints and states are text on every page', async () => {
    const name = `<script>alert(1)</script>"'><img src=x onerror=alert(1)>`;
    const evil = await makeClient(serving, { name, firstParty: false });
    const consent = await follow(browser, await ask({}, evil));
    const other = visit(serving);
    const page = await follow(
      other,
      await authorizeAt(other, evil, { login_hint: `"><script>alert(2)</script>` }),
    );
    for (const { text } of [consent, page]) {
      expect(text).toContain('&lt;script&gt;');
      expect(text).not.toMatch(/<script(?! src="\/assets\/)|<img src=x/);
    }
  });
});

describe('pushed requests', () => {
  const push = async (by: Pick<Client, 'id'> = client, changes: Parameters = {}): Promise<string> => {
    const answer = await visit(serving, { program: true }).ask(
      'POST',
      '/oauth/par',
      form(requestOf(by, changes)),
    );
    return String(answer.json['request_uri']);
  };
  const bring = (uri: string, more: Parameters = {}): Promise<Answer> =>
    askRaw(requestOf(client, { ...more, request_uri: uri }));

  test('OAU-19: are used once, however often they are brought at the same time', async () => {
    const uri = await push();
    const answers = await Promise.all(Array.from({ length: 20 }, () => bring(uri)));
    expect(answers.filter((answer) => told(answer)['code'] !== undefined)).toHaveLength(1);
    expect(answers.filter(({ status }) => status === 400)).toHaveLength(19);
  });

  test('OAU-19: open nothing for another client, and stay what they are', async () => {
    const uri = await push();
    expectOwnPage(await bring(uri, { client_id: stranger.id }), 'other client');
    expect(told(await bring(uri))['code']).toBeDefined();
  });

  test('OAU-19: nothing beside the name counts', async () => {
    const uri = await push(client, { state: 'pushed', scope: 'openid' });
    const answer = await bring(uri, {
      state: 'front',
      scope: 'openid email',
      redirect_uri: 'https://evil.example/',
    });
    expect(leadsTo(answer).origin + leadsTo(answer).pathname).toBe(callback);
    expect(told(answer)['state']).toBe('pushed');
  });

  test('OAU-19: a name that was never given, or is of another kind, opens nothing', async () => {
    const waiting = waitingAt(await ask({}, stranger));
    const prefix = 'urn:ietf:params:oauth:request_uri:';
    const cut = (await push()).slice(prefix.length, -1);
    for (const handle of ['', 'x', waiting, cut, `${cut}${cut.at(-1) === 'A' ? 'B' : 'A'}A`])
      expectOwnPage(await bring(prefix + handle), handle);
    const pushed = (await push()).slice(prefix.length);
    const html = { headers: { accept: 'text/html' } };
    expectOwnPage(
      await browser.ask('GET', `/consent?authorization=${pushed}`, html),
      'pushed as waiting',
      403,
    );
  });
});

test('OAU-32: nobody is let in for a client that is disabled while the sign-in page stands open', async () => {
  const other = visit(serving);
  const authorization = waitingAt(await authorizeAt(other, stranger));
  await changeClient(serving, stranger, { status: 'disabled' });
  for (const password of [goodPassword, 'not the password']) {
    const fields = { authorization, identifier: ada, password };
    expectOwnPage(await other.ask('POST', '/sign-in', form(fields)), 'disabled');
  }
  expect(other.cookies.has('doorward_session')).toBe(false);
});

test('OAU-32: a client that is disabled, deleted or has another address gets no code for what waits', async () => {
  const changes: readonly (() => Promise<unknown>)[] = [
    () => changeClient(serving, stranger, { status: 'disabled' }),
    () => changeClient(serving, stranger, { redirectUris: ['https://moved.example/callback'] }),
    () => serving.assembly.ports.store.transact((tx) => tx.clients.delete(stranger.id)),
  ];
  for (const change of changes) {
    await changeClient(serving, stranger, {});
    const authorization = waitingAt(await ask({}, stranger));
    await change();
    for (const decision of ['allow', 'refuse'] as const)
      expectOwnPage(await decide(browser, { authorization, decision, account }), String(change));
  }
});
