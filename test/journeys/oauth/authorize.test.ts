/**
 * The authorization endpoint as clients and people meet it. Tests named after a module of the OpenID conformance suite
 * (plan `oidcc-basic-certification-test-plan` and its form-post sister) do what that module looks at.
 */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import {
  authorizeAt,
  callback,
  decide,
  follow,
  form,
  headingOf,
  leadsTo,
  makeClient,
  type Parameters,
  signInFor,
  type TestClient,
  told,
  verifier,
  waitingAt,
} from '../../kit/clients.ts';
import { type Serving, servings } from '../../kit/serving.ts';
import { type Answer, goodPassword, signIn, signUp, type Visitor, visit } from '../../kit/visitor.ts';

const ada = 'ada@example.com';

describe.each(servings)('over %s', (_name, serve) => {
  let serving: Serving;
  let client: TestClient;
  let stranger: TestClient;
  let browser: Visitor;
  let account: string;
  beforeEach(async () => {
    serving = await serve({
      lightHashing: true,
      settings: { resources: 'https://reports.example/api', freeScopes: 'reports:read' },
    });
    client = await makeClient(serving);
    stranger = await makeClient(serving, { name: 'Stranger', firstParty: false });
    browser = visit(serving);
    account = await signUp(browser, ada);
  });
  afterEach(() => serving.close());

  const ask = (changes: Parameters = {}, by = client): Promise<Answer> => authorizeAt(browser, by, changes);
  const code = (): unknown => expect.stringMatching(/^dw_co_/);
  const error = async (changes: Parameters, by = client): Promise<string | undefined> =>
    told(await ask(changes, by))['error'];
  /** Time goes by, as it does between any two steps of a person. */
  const later = (seconds = 1): void => serving.clock.advance(seconds * 1000);
  const codeOf = async (answer: Answer) => {
    const handle = serving.assembly.ports.handles.read('code', told(answer)['code'] ?? '');
    return serving.assembly.ports.store.read.codes.find(handle?.locator ?? '');
  };

  describe('somebody who is signed in', () => {
    beforeEach(async () => {
      await signIn(browser, ada);
      later();
    });

    test('comes back to a first-party client with a code, at once', async () => {
      const answer = await ask();
      expect(answer.status).toBe(303);
      expect(leadsTo(answer).href.startsWith(`${callback}?`)).toBe(true);
      expect(told(answer)).toEqual({ code: code(), state: 'a state', iss: serving.origin });
      expect(answer.headers.get('cache-control')).toBe('no-store');
    });

    test('the code knows what it was asked for', async () => {
      const claims = JSON.stringify({ userinfo: { email: { essential: true } } });
      const resource = 'https://reports.example/api';
      const answer = await ask({ scope: 'openid email unknown', claims, resource });
      expect(await codeOf(answer)).toMatchObject({
        clientId: client.id,
        redirectUri: callback,
        redirectUriWasGiven: true,
        scopes: ['openid', 'email'],
        nonce: 'a nonce',
        resources: [resource],
        expiresAt: serving.clock.now() + 60_000,
      });
    });

    test('oidcc-prompt-none-logged-in: nobody is asked, and the code comes', async () => {
      expect(told(await ask({ prompt: 'none' }))).toMatchObject({ code: code() });
    });

    test('oidcc-max-age-10000: a proof of late is good enough', async () => {
      later(9000);
      expect(told(await ask({ max_age: '10000' }))).toMatchObject({ code: code() });
      later(1001);
      expect(await error({ max_age: '10000', prompt: 'none' })).toBe('login_required');
    });

    test('oidcc-prompt-login: signs in once more, in the same session', async () => {
      const [before] = await serving.assembly.ports.store.read.sessions.listOpen(account);
      const page = await ask({ prompt: 'login' });
      expect(leadsTo(page).pathname).toBe('/sign-in');
      const held = browser.cookies.get('doorward_session') ?? '';
      later();
      const answer = await follow(browser, await signInFor(browser, waitingAt(page), ada));
      expect(told(answer)).toMatchObject({ code: code(), state: 'a state' });
      const [after, ...others] = await serving.assembly.ports.store.read.sessions.listOpen(account);
      expect(others).toEqual([]);
      expect(after).toEqual({ ...before, provenAt: serving.clock.now(), seenAt: serving.clock.now() });
      const old = visit(serving);
      old.cookies.set('doorward_session', held);
      expect((await old.ask('GET', '/api/v1/session')).status).toBe(401);
      expect((await browser.ask('GET', '/api/v1/session')).status).toBe(200);
    });

    test('signing in once more for one client signs nobody out of another', async () => {
      const fields = { grant_type: 'authorization_code', client_id: client.id, redirect_uri: callback };
      const redeemed = { ...fields, code: told(await ask())['code'] ?? '', code_verifier: verifier };
      const program = visit(serving, { program: true });
      const tokens = await program.ask('POST', '/oauth/token', form(redeemed));
      const page = await ask({ prompt: 'login' }, stranger);
      await signInFor(browser, waitingAt(page), ada);
      const refresh = { grant_type: 'refresh_token', client_id: client.id };
      const refresh_token = String(tokens.json['refresh_token']);
      const refreshed = await program.ask('POST', '/oauth/token', form({ ...refresh, refresh_token }));
      expect(refreshed.status).toBe(200);
    });

    test('oidcc-max-age-1: signs in once more when the proof is too old', async () => {
      later(2);
      const page = await ask({ max_age: '1' });
      expect(leadsTo(page).pathname).toBe('/sign-in');
      later();
      const answer = await follow(browser, await signInFor(browser, waitingAt(page), ada));
      expect(told(answer)).toMatchObject({ code: code() });
    });

    test('max_age=0 asks once and not for ever', async () => {
      const page = await ask({ max_age: '0' });
      later();
      const signedIn = await signInFor(browser, waitingAt(page), ada);
      later(5);
      expect(told(await follow(browser, signedIn))).toMatchObject({ code: code() });
    });

    test('select_account: goes on as they are, or as somebody else', async () => {
      const page = await ask({ prompt: 'select_account' });
      const shown = await follow(browser, page);
      expect(shown.text).toContain('Continue as ada@example.com');
      const answer = await decide(browser, { authorization: waitingAt(page), decision: 'choose', account });
      expect(told(answer)).toMatchObject({ code: code() });

      const bob = await signUp(visit(serving), 'bob@example.com');
      const again = await ask({ prompt: 'select_account' });
      later();
      const other = await follow(browser, await signInFor(browser, waitingAt(again), 'bob@example.com'));
      const found = await codeOf(other);
      const session = await serving.assembly.ports.store.read.sessions.find(found?.sessionId ?? '');
      expect(session?.accountId).toBe(bob);
    });

    test('oidcc-id-token-hint: the account of the hint is recognised, and nobody else passes for it', async () => {
      const fields = { grant_type: 'authorization_code', client_id: client.id, redirect_uri: callback };
      const redeemed = { ...fields, code: told(await ask())['code'] ?? '', code_verifier: verifier };
      const tokens = await visit(serving, { program: true }).ask('POST', '/oauth/token', form(redeemed));
      const hint = { prompt: 'none', id_token_hint: String(tokens.json['id_token']) };
      expect(told(await ask(hint))).toMatchObject({ code: code() });
      expect(await error(hint, stranger)).toBe('invalid_request');
      const bob = visit(serving);
      await signUp(bob, 'bob@example.com');
      await signIn(bob, 'bob@example.com');
      later();
      expect(told(await authorizeAt(bob, client, hint))['error']).toBe('login_required');
    });

    test('an essential acr that we state is met, another one is told, a merely wished one is not', async () => {
      const wish = (acr: unknown): string => JSON.stringify({ id_token: { acr } });
      const ours = 'urn:doorward:acr:one-factor';
      expect(told(await ask({ claims: wish({ essential: true, values: [ours] }) }))).toMatchObject({
        code: code(),
      });
      expect(await error({ claims: wish({ essential: true, value: 'gold' }) })).toBe(
        'unmet_authentication_requirements',
      );
      expect(await error({ claims: wish({ value: 'gold' }) })).toBeUndefined();
      expect(await error({ acr_values: 'gold' })).toBeUndefined();
    });

    test('a request may leave out the only redirect URI, unless it is an OpenID request', async () => {
      const answer = await ask({ redirect_uri: undefined, scope: 'reports:read' });
      expect(await codeOf(answer)).toMatchObject({ redirectUri: callback, redirectUriWasGiven: false });
      expect((await ask({ redirect_uri: undefined })).status).toBe(400);
    });

    test('oidcc-ensure-request-with-unknown-parameter-succeeds', async () => {
      expect(told(await ask({ extra: 'foobar' }))).toMatchObject({ code: code() });
    });

    test('oidcc-ensure-request-with-acr-values-succeeds, -with-ui-locales, -with-claims-locales, -with-login-hint', async () => {
      const wishes = { acr_values: '1 2', ui_locales: 'se', claims_locales: 'se', login_hint: ada };
      expect(told(await ask(wishes))).toMatchObject({ code: code() });
    });

    test('oidcc-ensure-request-without-nonce-succeeds-for-code-flow', async () => {
      expect(await codeOf(await ask({ nonce: undefined }))).toMatchObject({ nonce: '' });
    });
  });

  describe('somebody who is not signed in', () => {
    test('signs in on our page and comes back', async () => {
      const page = await ask({ login_hint: ada });
      expect([page.status, leadsTo(page).pathname]).toEqual([303, '/sign-in']);
      const shown = await follow(browser, page);
      expect(headingOf(shown)).toBe('Sign in');
      expect(shown.text).toContain(`value="${ada}"`);
      expect(shown.text).toContain('Example App');
      const signedIn = await signInFor(browser, waitingAt(page), ada);
      expect([signedIn.status, leadsTo(signedIn).pathname]).toEqual([303, '/oauth/resume']);
      expect(told(await follow(browser, signedIn))).toEqual({
        code: code(),
        state: 'a state',
        iss: serving.origin,
      });
    });

    test('a wrong password is told on the page, and the right one goes on', async () => {
      const authorization = waitingAt(await ask());
      const wrong = { authorization, identifier: ada, password: 'not the password' };
      const refused = await browser.ask('POST', '/sign-in', form(wrong));
      expect(refused.status).toBe(401);
      expect(refused.text).toContain('The identifier or the password is wrong.');
      expect(refused.text).toContain(authorization);
      expect(refused.text).not.toContain('not the password');
      const signedIn = await signInFor(browser, authorization, ada);
      expect(told(await follow(browser, signedIn))).toMatchObject({ code: code() });
    });

    test('who cancels is refused at the client', async () => {
      const answer = await decide(browser, { authorization: waitingAt(await ask()), decision: 'refuse' });
      expect(answer.status).toBe(303);
      expect(told(answer)).toMatchObject({ error: 'access_denied', state: 'a state', iss: serving.origin });
    });

    test('oidcc-prompt-none-not-logged-in: the client is told', async () => {
      const answer = await ask({ prompt: 'none' });
      expect(told(answer)).toEqual({
        error: 'login_required',
        error_description: 'The person has to sign in.',
        state: 'a state',
        iss: serving.origin,
      });
      expect(browser.cookies.size).toBe(0);
    });

    test('two requests of one browser wait beside each other', async () => {
      const first = await ask({ state: 'one' });
      const second = await ask({ state: 'two' }, stranger);
      const signedIn = await signInFor(browser, waitingAt(first), ada);
      expect(told(await follow(browser, signedIn))).toMatchObject({ code: code(), state: 'one' });
      const allowed = await decide(browser, { authorization: waitingAt(second), decision: 'allow', account });
      expect(told(allowed)).toMatchObject({ code: code(), state: 'two' });
    });

    test('without a request the page leads home, or where another page of ours wants somebody', async () => {
      const fields = { identifier: ada, password: goodPassword };
      const home = await browser.ask('POST', '/sign-in', form(fields));
      expect(home.headers.get('location')).toBe('/');
      const next = await browser.ask('POST', '/sign-in', form({ ...fields, next: '/docs/failures?a=b' }));
      expect(next.headers.get('location')).toBe('/docs/failures?a=b');
    });
  });
});
