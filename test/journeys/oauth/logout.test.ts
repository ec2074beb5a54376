import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { changeClient, form, leadsTo, makeClient, type TestClient } from '../../kit/clients.ts';
import { type Serving, servings } from '../../kit/serving.ts';
import { claimsIn, headerIn, tokensOf } from '../../kit/tokens.ts';
import { type Answer, signIn, signUp, type Visitor, visit } from '../../kit/visitor.ts';

const goodbye = 'https://app.example/goodbye';
const page = { headers: { accept: 'text/html' } };

describe.each(servings)('over %s', (_name, serve) => {
  let serving: Serving;
  let client: TestClient;
  let browser: Visitor;
  beforeEach(async () => {
    serving = await serve({ lightHashing: true });
    client = await makeClient(serving, { postLogoutRedirectUris: [goodbye] });
    browser = visit(serving);
    await signUp(browser, 'ada@example.com');
    await signIn(browser, 'ada@example.com');
  });
  afterEach(() => serving.close());

  const endSession = (fields: Readonly<Record<string, string>>): Promise<Answer> =>
    browser.ask('GET', `/oauth/end-session?${new URLSearchParams(fields).toString()}`, page);
  const isSignedIn = async (): Promise<boolean> =>
    (await browser.ask('GET', '/api/v1/session')).status === 200;
  /** Follows to the page that asks and confirms it, as the form of the page says. */
  const confirm = async (asked: Answer): Promise<Answer> => {
    expect([asked.status, leadsTo(asked).pathname]).toEqual([303, '/sign-out']);
    const question = await browser.ask('GET', `/sign-out${leadsTo(asked).search}`, page);
    expect([question.status, question.text.includes('Sign out?')]).toEqual([200, true]);
    expect(await isSignedIn()).toBe(true);
    const own = /<form id="sign-out"[\s\S]*?<\/form>/.exec(question.text)?.[0] ?? '';
    const hidden = [...own.matchAll(/<input type="hidden" name="([^"]+)" value="([^"]*)">/g)];
    const fields = hidden.map(([, name = '', value = '']) => [name, value.replaceAll('&amp;', '&')]);
    return browser.ask('POST', '/sign-out', form(Object.fromEntries(fields)));
  };

  test('oidcc-rp-initiated-logout: an ID token of the session signs out and leads back with the state', async () => {
    const { idToken } = await tokensOf(serving, client, { browser });
    const fields = { id_token_hint: idToken, post_logout_redirect_uri: goodbye, state: 'a state & more' };
    const answer = await endSession(fields);
    expect([answer.status, leadsTo(answer).href]).toEqual([303, `${goodbye}?state=a%20state%20%26%20more`]);
    expect(browser.cookies.size).toBe(0);
    expect(await isSignedIn()).toBe(false);
  });

  test('oidcc-rp-initiated-logout-no-state: without a state none is added', async () => {
    const { idToken } = await tokensOf(serving, client, { browser });
    const answer = await endSession({ id_token_hint: idToken, post_logout_redirect_uri: goodbye });
    expect(leadsTo(answer).href).toBe(goodbye);
  });

  test('an ID token that expired still signs out', async () => {
    const { idToken } = await tokensOf(serving, client, { browser });
    serving.clock.advance(3_600_000);
    expect((await endSession({ id_token_hint: idToken })).status).toBe(200);
    expect(await isSignedIn()).toBe(false);
  });

  test('oidcc-rp-initiated-logout-no-post-logout-redirect-uri: a page says that it is done', async () => {
    const { idToken } = await tokensOf(serving, client, { browser });
    const answer = await endSession({ id_token_hint: idToken, state: 'unused' });
    expect([answer.status, answer.text.includes('You are signed out')]).toEqual([200, true]);
    expect(await isSignedIn()).toBe(false);
  });

  test.each([
    ['no-params', {}],
    ['only-state', { state: 'a state' }],
  ])(
    'oidcc-rp-initiated-logout-%s: the person is asked, and stays signed in until then',
    async (_of, fields) => {
      const answer = await confirm(await endSession(fields));
      expect([answer.status, answer.text.includes('You are signed out')]).toEqual([200, true]);
      expect(await isSignedIn()).toBe(false);
    },
  );

  test('oidcc-rp-initiated-logout-no-id-token-hint: a client that only names itself makes the page ask, and gets its person back', async () => {
    const asked = await endSession({ client_id: client.id, post_logout_redirect_uri: goodbye, state: 'x' });
    const answer = await confirm(asked);
    expect([answer.status, leadsTo(answer).href]).toEqual([303, `${goodbye}?state=x`]);
    expect(await isSignedIn()).toBe(false);
  });

  test('the page that asks names the client and may lead where the client registered', async () => {
    const fields = { client_id: client.id, post_logout_redirect_uri: goodbye };
    const question = await browser.ask('GET', `/sign-out?${new URLSearchParams(fields).toString()}`, page);
    expect(question.text).toContain('Example App');
    expect(question.headers.get('content-security-policy')).toContain(
      "form-action 'self' https://app.example;",
    );
  });

  test('a form that another site posts leads on by GET with what it said', async () => {
    const { idToken } = await tokensOf(serving, client, { browser });
    const fields = { id_token_hint: idToken, post_logout_redirect_uri: goodbye, state: 'y' };
    const posted = form(fields);
    const elsewhere = { ...posted.headers, origin: 'https://app.example', cookie: '' };
    const answer = await browser.ask('POST', '/oauth/end-session', { ...posted, headers: elsewhere });
    expect([answer.status, leadsTo(answer).pathname]).toEqual([303, '/oauth/end-session']);
    expect(await isSignedIn()).toBe(true);
    const { pathname, search } = leadsTo(answer);
    const done = await browser.ask('GET', pathname + search, page);
    expect(leadsTo(done).href).toBe(`${goodbye}?state=y`);
    expect(await isSignedIn()).toBe(false);
  });

  test('a browser whose session is over already goes straight back', async () => {
    const { idToken } = await tokensOf(serving, client, { browser });
    await browser.ask('DELETE', '/api/v1/session');
    const answer = await endSession({ id_token_hint: idToken, post_logout_redirect_uri: goodbye });
    expect(leadsTo(answer).href).toBe(goodbye);
  });

  describe('a client with an address for sign-outs', () => {
    let told: URLSearchParams[];
    let status: number;
    let listener: Server;
    beforeEach(async () => {
      told = [];
      status = 200;
      listener = createServer((request, response) => {
        const chunks: Buffer[] = [];
        request.on('data', (chunk: Buffer) => chunks.push(chunk));
        request.on('end', () => {
          told.push(new URLSearchParams(Buffer.concat(chunks).toString()));
          response.writeHead(status).end();
        });
      });
      await new Promise<void>((resolve) => {
        listener.listen(0, '127.0.0.1', resolve);
      });
      const { port } = listener.address() as AddressInfo;
      await serving.close();
      serving = await serve({ lightHashing: true, settings: { outgoingAllow: [`localhost:${port}`] } });
      const backchannelLogoutUri = `http://localhost:${port}/signed-out`;
      client = await makeClient(serving, { postLogoutRedirectUris: [goodbye], backchannelLogoutUri });
      browser = visit(serving);
      await signUp(browser, 'ada@example.com');
    });
    afterEach(async () => {
      await new Promise((resolve) => {
        listener.close(resolve);
      });
    });
    const until = async (many: number): Promise<void> => {
      await expect
        .poll(() => {
          // Whoever delivers plans its next visit a moment after the row says when it is due.
          serving.clock.advance(100);
          return told.length;
        })
        .toBe(many);
    };
    /** Lets the seconds pass until the only notice is tried again. */
    const pass = async (seconds: number): Promise<void> => {
      for (let rest = seconds; rest > 0; rest -= 5) {
        await expect.poll(() => nextAttempt(serving)).toBe(rest * 1000);
        serving.clock.advance(5000);
      }
    };
    const waiting = async (): Promise<unknown> =>
      (await serving.assembly.ports.store.rowCounts())['sign_out_notices'];

    test('oidcc-backchannel-rp-initiated-logout: is told once, at once, in a logout token', async () => {
      const { session } = await signIn(browser, 'ada@example.com');
      const { idToken } = await tokensOf(serving, client, { browser });
      await tokensOf(serving, client, { browser });
      await endSession({ id_token_hint: idToken, post_logout_redirect_uri: goodbye });
      await until(1);
      const token = told[0]?.get('logout_token') ?? '';
      const now = Math.floor(serving.clock.now() / 1000);
      expect(headerIn(token)).toEqual({ alg: 'EdDSA', typ: 'logout+jwt', kid: expect.any(String) });
      expect(claimsIn(token)).toEqual({
        iss: serving.origin,
        aud: client.id,
        sub: claimsIn(idToken)['sub'],
        sid: session,
        iat: now,
        exp: now + 120,
        jti: expect.any(String),
        events: { 'http://schemas.openid.net/event/backchannel-logout': {} },
      });
      await expect.poll(waiting).toBe(0);
    });

    test('is told whatever ended the session', async () => {
      const { session } = await signIn(browser, 'ada@example.com');
      await tokensOf(serving, client, { browser });
      const elsewhere = visit(serving, { peer: '198.51.100.9' });
      await signIn(elsewhere, 'ada@example.com');
      await elsewhere.ask('DELETE', `/api/v1/account/sessions/${session}`);
      await until(1);
      expect(claimsIn(told[0]?.get('logout_token') ?? '')['sid']).toBe(session);
    });

    test('is told again, ever more seldom, until it listens', async () => {
      status = 503;
      await signIn(browser, 'ada@example.com');
      await tokensOf(serving, client, { browser });
      await browser.ask('DELETE', '/api/v1/session');
      await until(1);
      for (const [turn, seconds] of [5, 10, 20].entries()) {
        await pass(seconds);
        await until(turn + 2);
      }
      status = 204;
      await pass(40);
      await until(5);
      await expect.poll(waiting).toBe(0);
      const ids = told.map((one) => claimsIn(one.get('logout_token') ?? '')['jti']);
      expect(new Set(ids).size).toBe(5);
    });

    test('is given up after a day, which is an event', async () => {
      status = 500;
      const { session } = await signIn(browser, 'ada@example.com');
      await tokensOf(serving, client, { browser });
      await browser.ask('DELETE', '/api/v1/session');
      await until(1);
      await expect.poll(() => nextAttempt(serving)).toBe(5000);
      serving.clock.advance(86_400_000);
      await expect.poll(waiting).toBe(0);
      const { read } = serving.assembly.ports.store;
      const [event] = await read.events.list({ after: 0, limit: 9, type: 'sign-out.not-told' });
      expect(event?.sessionId).toBe(session);
      expect(JSON.parse(event?.data ?? '')).toEqual({ client: client.id, attempts: 2 });
    });

    test('is not told of sessions that it was never at, and of none while it is disabled', async () => {
      await signIn(browser, 'ada@example.com');
      await browser.ask('DELETE', '/api/v1/session');
      expect(await waiting()).toBe(0);
      await signIn(browser, 'ada@example.com');
      await tokensOf(serving, client, { browser });
      await changeClient(serving, client, { status: 'disabled' });
      await browser.ask('DELETE', '/api/v1/session');
      expect(await waiting()).toBe(0);
    });
  });
});

/** Milliseconds until the only notice is tried again; undefined while an attempt is under way. */
async function nextAttempt({ assembly, clock }: Serving): Promise<number | undefined> {
  const { store } = assembly.ports;
  const peek = new Error('only looking');
  let next: number | undefined;
  await store
    .transact(async (tx) => {
      const far = clock.now() + 86_400_000;
      for (let wait = 0; next === undefined && wait <= 60_000; wait += 5000) {
        const [notice] = await tx.signOutNotices.claim({ now: clock.now() + wait, until: far, limit: 1 });
        if (notice) next = wait;
      }
      throw peek;
    })
    .catch((thrown: unknown) => {
      if (thrown !== peek) throw thrown;
    });
  return next;
}
