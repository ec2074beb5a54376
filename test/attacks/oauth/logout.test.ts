import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { device, type Person, person } from '../../journeys/cast.ts';
import { form, leadsTo, makeClient, type TestClient } from '../../kit/clients.ts';
import { type Serving, serveHandler } from '../../kit/serving.ts';
import { claimsIn, headerIn, tokensOf } from '../../kit/tokens.ts';
import type { Answer } from '../../kit/visitor.ts';

const goodbye = 'https://app.example/goodbye';
const page = { headers: { accept: 'text/html' } };

let serving: Serving;
let client: TestClient;
let other: TestClient;
let ada: Person;
beforeAll(async () => {
  serving = await serveHandler({ lightHashing: true });
  client = await makeClient(serving, { postLogoutRedirectUris: [goodbye] });
  other = await makeClient(serving);
  ada = await person(serving, 'ada', { carrier: 'cookie' });
});
afterAll(() => serving.close());

/** A cookie device of its own: what a test does to its session touches no other. */
const browserOf = (who: Person): Promise<Person> => device(serving, who, { carrier: 'cookie' });

describe('OAU-24: nobody is signed out by another site', () => {
  const endSession = (browser: Person, fields: Readonly<Record<string, string>>): Promise<Answer> =>
    browser.ask('GET', `/oauth/end-session?${new URLSearchParams(fields).toString()}`, page);
  const isSignedIn = async (browser: Person): Promise<boolean> =>
    (await browser.ask('GET', '/api/v1/session')).status === 200;
  const signed = async (header: object, claims: object): Promise<string> => {
    const input = [header, claims]
      .map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'))
      .join('.');
    return `${input}.${await serving.assembly.ports.keys.active().sign(input)}`;
  };

  test('by a link that says nothing, or names a client', async () => {
    const browser = await browserOf(ada);
    for (const fields of [
      {},
      { client_id: client.id },
      { client_id: client.id, post_logout_redirect_uri: goodbye },
    ]) {
      expect(leadsTo(await endSession(browser, fields)).pathname).toBe('/sign-out');
      expect(await isSignedIn(browser)).toBe(true);
    }
  });

  test('WEB-02: by HEAD, whatever it brings along', async () => {
    const browser = await browserOf(ada);
    const { idToken } = await tokensOf(serving, client, { browser });
    const query = new URLSearchParams({ id_token_hint: idToken, post_logout_redirect_uri: goodbye });
    const answer = await browser.ask('HEAD', `/oauth/end-session?${query.toString()}`);
    expect([answer.status, answer.headers.get('location')]).toEqual([200, null]);
    expect(await isSignedIn(browser)).toBe(true);
  });

  test('by a form that another site posts to the page', async () => {
    const browser = await browserOf(ada);
    for (const headers of [
      { origin: 'https://evil.example' },
      { 'sec-fetch-site': 'same-site' },
      { origin: 'null' },
    ]) {
      const answer = await browser.ask('POST', '/sign-out', {
        raw: '',
        headers: { ...form({}).headers, ...headers },
      });
      expect(answer.status).toBe(403);
    }
    expect(await isSignedIn(browser)).toBe(true);
  });

  test('by the ID token of another session, of the same account or not', async () => {
    const [browser, phone] = [await browserOf(ada), await browserOf(ada)];
    const eve = await person(serving, 'eve', { carrier: 'cookie' });
    for (const owner of [phone, eve]) {
      const { idToken } = await tokensOf(serving, client, { browser: owner });
      const answer = await endSession(browser, { id_token_hint: idToken });
      expect(leadsTo(answer).pathname).toBe('/sign-out');
      expect([await isSignedIn(browser), await isSignedIn(owner)]).toEqual([true, true]);
    }
  });

  test('oidcc-rp-initiated-logout-modified-id-token-hint, -bad-id-token-hint: by a hint that is none of ours', async () => {
    const browser = await browserOf(ada);
    const { idToken, access } = await tokensOf(serving, client, { browser });
    const [header = '', payload = '', signature = ''] = idToken.split('.');
    const claims = claimsIn(idToken);
    const bad = [
      `${header}.${payload}.${signature.startsWith('A') ? 'B' : 'A'}${signature.slice(1)}`,
      `${header}.${Buffer.from(JSON.stringify({ ...claims, aud: other.id })).toString('base64url')}.${signature}`,
      `${Buffer.from('{"alg":"none","typ":"JWT"}').toString('base64url')}.${payload}.`,
      `${idToken}=`,
      access,
      await signed({ ...headerIn(idToken), typ: 'logout+jwt' }, claims),
      await signed(headerIn(idToken), { ...claims, iss: 'https://other.example' }),
      await signed(headerIn(idToken), { ...claims, events: {} }),
      'x',
    ];
    for (const hint of bad) {
      const fields = { id_token_hint: hint, client_id: client.id, post_logout_redirect_uri: goodbye };
      const answer = await endSession(browser, fields);
      expect([answer.status, answer.headers.get('location')]).toEqual([400, null]);
      expect(await isSignedIn(browser)).toBe(true);
    }
  });

  test('oidcc-rp-initiated-logout-bad-post-logout-redirect-uri, -query-added: and led nowhere that is not registered', async () => {
    const browser = await browserOf(ada);
    const { idToken } = await tokensOf(serving, client, { browser });
    const addresses = [
      `${goodbye}?x=1`,
      `${goodbye}/`,
      `${goodbye}#x`,
      `${goodbye}/../goodbye`,
      'https://app.example/good%62ye',
      'https://app.example@evil.example/goodbye',
      'https://app.example.evil.example/goodbye',
      'http://app.example/goodbye',
      'https://app.example:443/goodbye',
      'https://app.example/callback',
      '//app.example/goodbye',
      'javascript:alert(1)',
    ];
    for (const post_logout_redirect_uri of addresses)
      for (const named of [{ id_token_hint: idToken }, { client_id: client.id }, {}]) {
        const fields = { ...named, post_logout_redirect_uri };
        for (const path of ['/oauth/end-session', '/sign-out']) {
          const answer = await browser.ask('GET', `${path}?${new URLSearchParams(fields).toString()}`, page);
          expect([answer.status, answer.headers.get('location')]).toEqual([400, null]);
        }
        const posted = await browser.ask('POST', '/sign-out', form(fields));
        expect([posted.status, posted.headers.get('location')]).toEqual([400, null]);
      }
    expect(await isSignedIn(browser)).toBe(true);
  });

  test('a client cannot speak with the ID token of another', async () => {
    const browser = await browserOf(ada);
    const { idToken } = await tokensOf(serving, client, { browser });
    const answer = await endSession(browser, { id_token_hint: idToken, client_id: other.id });
    expect(answer.status).toBe(400);
    expect(await isSignedIn(browser)).toBe(true);
  });
});

describe('OAU-25: what back-channel logout cannot be used for', () => {
  test('OAU-21: a client cannot send the server to an address inside', async () => {
    let connections = 0;
    const inside = createServer((_request, response) => response.end());
    inside.on('connection', () => {
      connections += 1;
    });
    await new Promise<void>((resolve) => {
      inside.listen(0, '127.0.0.1', resolve);
    });
    const { port } = inside.address() as AddressInfo;
    for (const host of ['127.0.0.1', 'localhost', '[::ffff:7f00:1]', '2130706433'])
      for (const scheme of ['http', 'https']) {
        const told = await makeClient(serving, { backchannelLogoutUri: `${scheme}://${host}:${port}/x` });
        const browser = await browserOf(ada);
        await tokensOf(serving, told, { browser });
        await browser.ask('DELETE', '/api/v1/session');
      }
    const { store } = serving.assembly.ports;
    expect((await store.rowCounts())['sign_out_notices']).toBe(8);
    // The first attempt of each is over when it waits for its second one.
    const peek = new Error('only looking');
    const due = async (): Promise<number> => {
      let many = 0;
      await store
        .transact(async (tx) => {
          const now = serving.clock.now() + 5000;
          many = (await tx.signOutNotices.claim({ now, until: now + 1, limit: 99 })).length;
          throw peek;
        })
        .catch((thrown: unknown) => {
          if (thrown !== peek) throw thrown;
        });
      return many;
    };
    await expect.poll(due).toBe(8);
    expect(connections).toBe(0);
    await new Promise((resolve) => {
      inside.close(resolve);
    });
  });
});
