/**
 * Addresses are kept by histories, told to other sites and written down by proxies. So none of ours carries a credential: not
 * where an answer leads, not on a page, not in what a form sends along to come back to. A mail's link does, once; it is
 * taken out of the address by the first answer.
 */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { offerSetUp } from '../../../packages/server/src/domain/accounts/set-up.ts';
import { handlePrefixes } from '../../../packages/server/src/domain/tokens/handle.ts';
import { routes } from '../../../packages/server/src/http/routes.ts';
import { device, otherPassword, type Person, person } from '../../journeys/cast.ts';
import { codeIn, linkIn, proveAddress } from '../../journeys/mail/mail-cast.ts';
import { authorizeAt, decide, follow, makeClient, told, waitingAt } from '../../kit/clients.ts';
import { fillForm, openPage } from '../../kit/page-forms.ts';
import { type Serving, serveHandler } from '../../kit/serving.ts';
import { type Answer, goodPassword, type Visitor, visit } from '../../kit/visitor.ts';

const ada = 'ada@example.com';
const eve = 'eve@example.com';

/** The name of a request that waits opens nothing but in the browser that brought it. */
const { authorization: _named, ...secrets } = handlePrefixes;
const credential = new RegExp(`(?:${Object.values(secrets).join('|')})[\\w-]{20,}`);

/** The addresses that an answer gives to a browser, and those that it sends along to come back to. */
function addressesIn({ headers, text }: Answer): string[] {
  const attributes = [...text.matchAll(/\s(?:href|src|action|data-personal)="([^"]*)"/g)];
  const returns = [...text.matchAll(/<input[^>]*name="(?:back|next)" value="([^"]*)"/g)];
  const found = [...attributes, ...returns].map(([, address = '']) => address);
  return [headers.get('location') ?? '', ...found].map((address) => decodeURIComponent(address));
}

let serving: Serving;
let owner: Person;
/** Whatever was asked for and handed out by visitors who are watched. */
let asked: string[];
let given: string[];
let unguarded: string[];
beforeEach(async () => {
  serving = await serveHandler({ lightHashing: true, settings: { signUp: 'open', signUpAttempts: 1000 } });
  owner = await person(serving, 'ada', { carrier: 'cookie', roles: ['admin'] });
  await proveAddress(serving, owner, ada);
  serving.clock.advance(1000);
  [asked, given, unguarded] = [[], [], []];
});
afterEach(() => serving.close());

/** The same visitor, with everything written down that a history or a proxy would. */
const watched = (visitor: Visitor): Visitor => ({
  cookies: visitor.cookies,
  ask: async (method, path, said) => {
    const answer = await visitor.ask(method, path, said);
    asked.push(path);
    given.push(...addressesIn(answer));
    if (answer.headers.get('referrer-policy') !== 'no-referrer') unguarded.push(`${method} ${path}`);
    return answer;
  },
});

const carrying = (addresses: readonly string[]): string[] =>
  addresses.filter((address) => credential.test(address));

/** Nothing was handed out with a credential in it, and nothing but `links` was asked for with one. */
function expectClean(links: readonly string[] = []): void {
  expect(asked.length).toBeGreaterThan(0);
  expect(carrying(given)).toEqual([]);
  expect(carrying(asked)).toEqual(links);
  expect(unguarded).toEqual([]);
}

describe('WEB-12: secrets in addresses', () => {
  test('no page of ours that can be walked to carries one, for whoever is signed in and for nobody', async () => {
    const key = await owner.ask('POST', '/api/v1/account/api-keys', {
      body: { name: 'a key', scopes: ['account:read'] },
    });
    expect(key.status).toBe(201);
    for (const visitor of [watched(visit(serving)), watched(owner)]) {
      const waiting = routes
        .filter(({ method, page, path }) => method === 'GET' && page === true && !path.includes(':'))
        .map(({ path }) => path);
      const seen = new Set(waiting);
      for (const path of waiting) {
        const answer = await visitor.ask('GET', path, { headers: { accept: 'text/html' } });
        for (const next of addressesIn(answer)) {
          const bare = next.replaceAll('&amp;', '&').replace(/#.*/, '');
          if (!bare.startsWith('/') || seen.has(bare) || seen.size > 400) continue;
          seen.add(bare);
          waiting.push(bare);
        }
      }
      expect(seen.size).toBeGreaterThan(40);
    }
    expectClean();
  });

  /** What each mail leads to, and how it is gone through to the end. */
  const mails: Readonly<Record<string, (visitor: Visitor) => Promise<string>>> = {
    'a new password': async (visitor) => {
      await visit(serving).ask('POST', '/api/v1/password-resets', { body: { email: ada } });
      const link = `/confirm?link=${await linkIn(serving, ada, 'password-reset')}`;
      const page = await openPage(visitor, link);
      await fillForm(visitor, page, ['confirm', { screen: 'BBB-BBB', password: otherPassword }]);
      return link;
    },
    'a sign-in': async (visitor) => {
      const named = await openPage(visitor, '/sign-in?next=/account/names');
      const proof = await fillForm(visitor, named, ['sign-in', { identifier: ada }]);
      await fillForm(visitor, proof, ['sign-in-mail', {}]);
      const link = `/confirm?link=${await linkIn(serving, ada, 'sign-in')}`;
      const home = await fillForm(visitor, await openPage(visitor, link), ['confirm', {}]);
      expect(home.path).toBe('/account/names');
      return link;
    },
    'another address, from a browser that must sign in first': async (visitor) => {
      await owner.ask('POST', '/api/v1/account/email', { body: { email: 'new@example.com' } });
      const link = `/confirm?link=${await linkIn(serving, 'new@example.com', 'email-change')}`;
      const page = await openPage(visitor, link);
      const way = /id="sign-in-first" href="([^"]*)"/.exec(page.text)?.[1] ?? '';
      const named = await openPage(visitor, way.replaceAll('&amp;', '&'));
      const proof = await fillForm(visitor, named, ['sign-in', { identifier: ada }]);
      const back = await fillForm(visitor, proof, ['sign-in-password', { password: goodPassword }]);
      expect(back.path).toBe('/confirm');
      expect((await fillForm(visitor, back, ['confirm', {}])).text).toContain('The address is confirmed');
      return link;
    },
    'an address that is taken back': async (visitor) => {
      await owner.ask('POST', '/api/v1/account/email', { body: { email: 'new@example.com' } });
      // Mails to one mailbox are told apart by their time.
      serving.clock.advance(1);
      await proveAddress(serving, owner, 'new@example.com');
      const link = `/undo?link=${await linkIn(serving, ada, 'email-changed')}`;
      await fillForm(visitor, await openPage(visitor, link), ['undo', { password: otherPassword }]);
      return link;
    },
    'an invitation': async (visitor) => {
      await owner.ask('POST', '/api/v1/admin/invitations', { body: { email: eve } });
      const link = `/invitation?link=${await linkIn(serving, eve, 'invitation')}`;
      await fillForm(visitor, await openPage(visitor, link), ['invitation', { password: goodPassword }]);
      return link;
    },
    'the set-up': async (visitor) => {
      const link = `/setup?link=${await offerSetUp(serving.assembly.ports)}`;
      const entered = { email: eve, name: 'Eve', password: goodPassword };
      await fillForm(visitor, await openPage(visitor, link), ['set-up', entered]);
      return link;
    },
  };

  test.each(Object.keys(mails))(
    'the link of %s is asked for once and stands in no address after it',
    async (name) => {
      const visitor = watched(visit(serving));
      const link = (await mails[name]?.(visitor)) ?? '';
      expectClean([link]);
      // What it leads to is done: nothing of the link stays in the browser.
      const left = visitor.cookies.get('doorward_link');
      expect(left === undefined || name === 'a new password').toBe(true);
    },
  );

  test('a link that is none of ours is kept by no browser', async () => {
    for (const path of ['/confirm', '/undo', '/invitation', '/setup']) {
      const visitor = visit(serving);
      const answer = await visitor.ask('GET', `${path}?link=dw_mt_${'A'.repeat(72)}`);
      expect([path, answer.status, visitor.cookies.size]).toEqual([path, 403, 0]);
    }
  });

  test('what was kept opens its own page and no other, in its own browser', async () => {
    await owner.ask('POST', '/api/v1/admin/invitations', { body: { email: eve } });
    const visitor = visit(serving);
    await openPage(visitor, `/invitation?link=${await linkIn(serving, eve, 'invitation')}`);
    for (const path of ['/confirm', '/undo', '/setup', '/account'])
      expect([path, (await visitor.ask('GET', path)).status]).not.toEqual([path, 200]);
    expect((await visitor.ask('GET', '/invitation')).status).toBe(200);
    expect((await visit(serving).ask('GET', '/invitation')).status).toBe(403);
  });

  test('a client is answered with its code and nothing else of ours; the name of its request opens nothing elsewhere', async () => {
    const client = await makeClient(serving, { firstParty: false });
    const browser = watched(await device(serving, owner, { carrier: 'cookie' }));
    const waits = await authorizeAt(browser, client);
    const authorization = waitingAt(waits);
    await follow(browser, waits);
    const stranger = visit(serving);
    for (const path of ['/consent', '/sign-in', '/sign-up'])
      expect((await stranger.ask('GET', `${path}?authorization=${authorization}`)).status).toBe(403);
    const answer = await decide(browser, { authorization, account: owner.account, decision: 'allow' });
    expect(Object.keys(told(answer)).sort()).toEqual(['code', 'iss', 'state']);
    expect(carrying(given)).toEqual([expect.stringContaining(told(answer)['code'] ?? '')]);
    expect(carrying(asked)).toEqual([]);
  });

  test('what is observed of a request, for logs, is its path', async () => {
    await openPage(visit(serving), mailPath(await offerSetUp(serving.assembly.ports)));
    expect(JSON.stringify(serving.seen)).toContain('/setup');
    expect(JSON.stringify(serving.seen)).not.toMatch(credential);
    expect(await codeIn(serving, ada, 'email-change')).toMatch(/^\d{6}$/);
  });
});

const mailPath = (link: string): string => `/setup?link=${link}`;
