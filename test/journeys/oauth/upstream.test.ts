/** Signing in elsewhere, at a real provider of somebody else's making. */
import { createServer, type ServerResponse } from 'node:http';
import { beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { type OutsideHouse, outsideHouse } from '../../interop/outside-house.ts';
import { authorizeAt, follow, makeClient, told, waitingAt } from '../../kit/clients.ts';
import { comeBack, pressButton, serveWith } from '../../kit/outside.ts';
import { type Serving, serveHandler, servings } from '../../kit/serving.ts';
import { type Answer, goodPassword, member, signIn, signUp, type Visitor, visit } from '../../kit/visitor.ts';
import { listening } from '../guard/listening.ts';

const account = async (visitor: Visitor): Promise<Answer['json']> =>
  (await visitor.ask('GET', '/api/v1/account')).json;

describe.each(servings)('over %s', (_name, serve) => {
  let house: OutsideHouse;
  let serving: Serving;
  beforeAll(async () => {
    house = await outsideHouse('http://localhost:3000', 'house');
    serving = await serveWith({ house }, (settings) =>
      serve({ settings: { ...settings, signUpAttempts: 100 }, lightHashing: true }),
    );
    return () => Promise.all([serving.close(), house.close()]);
  });

  async function signInAs(visitor: Visitor, person: string): Promise<Answer> {
    const { location } = await pressButton(visitor, 'house');
    const { searchParams } = await house.goThrough(location, person);
    return comeBack(visitor, 'house', searchParams);
  }

  test('the sign-in page offers every provider', async () => {
    const { text } = await visit(serving).ask('GET', '/sign-in?next=%2Fdocs');
    expect(text).toContain('<form id="with-house" method="post" action="/sign-in/with/house">');
    expect(text).toContain('Continue with house');
  });

  test('somebody who is unknown gets an account, and comes back to it', async () => {
    const first = visit(serving);
    const answer = await signInAs(first, 'ada');
    expect([answer.status, answer.headers.get('location')]).toEqual([303, '/docs']);
    expect(await account(first)).toMatchObject({ name: 'Ada Byron', email: 'ada@mill.example' });
    expect((await first.ask('GET', '/api/v1/session')).json).toMatchObject({ session: { amr: ['fed'] } });
    const second = visit(serving);
    await signInAs(second, 'ada');
    expect((await account(second))['id']).toBe((await account(first))['id']);
  });

  test('whose address is not verified there has none here', async () => {
    const eve = visit(serving);
    await signInAs(eve, 'eve');
    expect(await account(eve)).toMatchObject({ name: 'Eve', email: null });
  });

  test('a client that waits is gone on with', async () => {
    const browser = visit(serving);
    const client = await makeClient(serving);
    const authorization = waitingAt(await authorizeAt(browser, client));
    const { location } = await pressButton(browser, 'house', { authorization });
    const { searchParams } = await house.goThrough(location, 'ada');
    const answer = await follow(browser, await comeBack(browser, 'house', searchParams));
    expect(told(answer)).toMatchObject({ code: expect.stringMatching(/^dw_co_/), state: 'a state' });
  });

  test('an answer that comes by a form is led on to where the browser brings its cookies', async () => {
    const browser = visit(serving);
    const { location } = await pressButton(browser, 'house');
    const { search } = await house.goThrough(location, 'ada');
    const posted = await visit(serving, { program: true }).ask('POST', '/sign-in/from/house', {
      raw: search.slice(1),
      headers: { 'content-type': 'application/x-www-form-urlencoded', origin: house.issuer },
    });
    expect(posted.status).toBe(303);
    const answer = await browser.ask('GET', posted.headers.get('location') ?? '');
    expect([answer.status, answer.headers.get('location')]).toEqual([303, '/docs']);
  });

  test('an owner links an outside sign-in, signs in with it, and unlinks it', async () => {
    const owner = visit(serving);
    const id = await signUp(owner, 'owner@example.com');
    await signIn(owner, 'owner@example.com');
    const begun = await owner.ask('POST', '/api/v1/account/identities', {
      body: { provider: 'house', next: '/' },
    });
    const { searchParams } = await house.goThrough(member(begun.json, 'location'), 'owner');
    expect((await comeBack(owner, 'house', searchParams)).headers.get('location')).toBe('/');
    const { json } = await owner.ask('GET', '/api/v1/account/identities');
    const [identity] = json['identities'] as Record<string, unknown>[];
    expect(identity).toMatchObject({ issuer: house.issuer, subject: 'owner', last_used_at: null });
    const elsewhere = visit(serving);
    await signInAs(elsewhere, 'owner');
    expect((await account(elsewhere))['id']).toBe(id);
    const unlinked = await owner.ask('DELETE', `/api/v1/account/identities/${String(identity?.['id'])}`);
    expect(unlinked.status).toBe(204);
    const later = visit(serving);
    await signInAs(later, 'owner');
    expect((await account(later))['id']).not.toBe(id);
    const { json: left } = await owner.ask('GET', '/api/v1/account/identities');
    expect(left['identities']).toEqual([]);
  });

  test('somebody who signs in again elsewhere keeps their session, newly proven', async () => {
    const browser = visit(serving);
    await signInAs(browser, 'ada');
    const before = (await browser.ask('GET', '/api/v1/session')).json;
    serving.clock.advance(60_000);
    await signInAs(browser, 'ada');
    const after = (await browser.ask('GET', '/api/v1/session')).json;
    const part = (json: Answer['json']) => json['session'] as { id: string; proven_at: string };
    expect(part(after).id).toBe(part(before).id);
    expect(part(after).proven_at > part(before).proven_at).toBe(true);
  });

  test('somebody who refuses there is not signed in here', async () => {
    const browser = visit(serving);
    const { location } = await pressButton(browser, 'house');
    const state = new URL(location).searchParams.get('state') ?? '';
    const answer = new URLSearchParams({ error: 'access_denied', state, iss: house.issuer });
    const { status, json } = await comeBack(browser, 'house', answer);
    expect([status, json['code']]).toEqual([403, 'provider_refused']);
  });

  test('what happened stands among the events', async () => {
    const { events } = serving.assembly.ports.store.read;
    const types = (await events.list({ after: 0, limit: 1000 })).map(({ type }) => type);
    expect(types).toEqual(expect.arrayContaining(['identity.linked', 'identity.unlinked', 'session.proven']));
  });
});

describe('GitHub, which speaks OAuth alone', () => {
  const emails = [
    { email: 'second@mill.example', primary: false, verified: true },
    { email: 'first@mill.example', primary: true, verified: true },
  ];
  let person: object = { id: 4711, login: 'ada', name: 'Ada Byron' };
  let addresses: readonly object[] = emails;
  let issuer: string;
  let serving: Serving;

  beforeAll(async () => {
    const json = (response: ServerResponse, value: unknown): void =>
      void response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(value));
    const github = await listening(
      createServer((request, response) => {
        if (request.url === '/login/oauth/access_token')
          return json(response, { access_token: 'opaque', token_type: 'bearer', scope: '' });
        return json(response, request.url === '/api/v3/user' ? person : addresses);
      }),
    );
    issuer = `${github.origin}/login/oauth`;
    serving = await serveWith({ hub: { preset: 'github', issuer } }, (settings) =>
      serveHandler({ settings, lightHashing: true }),
    );
    return () => Promise.all([serving.close(), github.close()]);
  });

  async function signInThere(): Promise<Visitor> {
    const visitor = visit(serving);
    const { location } = await pressButton(visitor, 'hub');
    const { origin, pathname, searchParams } = new URL(location);
    expect(`${origin}${pathname}`).toBe(`${issuer}/authorize`);
    expect(searchParams.get('scope')).toBe('read:user user:email');
    const state = searchParams.get('state') ?? '';
    expect((await comeBack(visitor, 'hub', new URLSearchParams({ code: 'a code', state }))).status).toBe(303);
    return visitor;
  }

  test('is told by the number of its account, and keeps it when the name changes', async () => {
    const before = await signInThere();
    expect(await account(before)).toMatchObject({ name: 'Ada Byron', email: 'first@mill.example' });
    person = { id: 4711, login: 'countess', name: 'Countess of Lovelace' };
    const after = await signInThere();
    expect(await account(after)).toEqual(await account(before));
    const { json } = await after.ask('GET', '/api/v1/account/identities');
    expect(json['identities']).toMatchObject([{ issuer, subject: '4711', label: 'ada' }]);
  });

  test('gives no address that is not its primary and verified one', async () => {
    person = { id: 4712, login: 'eve' };
    addresses = [{ email: 'eve@mill.example', primary: true, verified: false }, ...emails.slice(0, 1)];
    expect(await account(await signInThere())).toMatchObject({ name: 'eve', email: null });
  });
});

test('an account without a password cannot be guessed at', async () => {
  const house = await outsideHouse('http://localhost:3000', 'house');
  const serving = await serveWith({ house }, (settings) => serveHandler({ settings, lightHashing: true }));
  onTestFinished(() => Promise.all([serving.close(), house.close()]).then(() => undefined));
  const visitor = visit(serving);
  const { location } = await pressButton(visitor, 'house');
  await comeBack(visitor, 'house', (await house.goThrough(location, 'ada')).searchParams);
  const body = { identifier: 'ada@mill.example', password: goodPassword, carrier: 'cookie' };
  expect((await visit(serving).ask('POST', '/api/v1/sessions', { body })).status).toBe(401);
});
