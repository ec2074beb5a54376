/**
 * What is left in a browser once somebody has signed out, and who sits there next: nothing behind the back button, which here
 * keeps pages as they were, nothing in caches and stores, nothing in other tabs, and no secret of a link in the history.
 */
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { offerSetUp } from '../../packages/server/src/domain/accounts/set-up.ts';
import { device } from '../journeys/cast.ts';
import { linkIn, proveAddress } from '../journeys/mail/mail-cast.ts';
import { launchBrowser } from '../kit/browser.ts';
import { makeClient, requestOf } from '../kit/clients.ts';
import { type Serving, serveBrowsers } from '../kit/serving.ts';
import { goodPassword, signUp, visit } from '../kit/visitor.ts';
import { type Application, startApplication } from './application.ts';
import { signInAs } from './sign-in.ts';
import { watch } from './watch.ts';

const email = 'ada@example.com';
const name = 'Ada canary-51c0';
let browser: Browser;
let serving: Serving;
let application: Application;
let context: BrowserContext;
let page: Page;

beforeAll(async () => {
  [browser, serving, application] = await Promise.all([
    launchBrowser({ keepsPages: true }),
    serveBrowsers({ lightHashing: true }),
    startApplication(),
  ]);
  const account = await signUp(visit(serving), email);
  const ada = await device(serving, { account, email });
  await ada.ask('PATCH', '/api/v1/account', { body: { name } });
  await proveAddress(serving, ada, email);
});
afterAll(async () => {
  await browser.close();
  await Promise.all([serving.close(), application.close()]);
});
beforeEach(async () => {
  context = await browser.newContext();
  page = await context.newPage();
});
afterEach(() => context.close());

const goTo = (path: string) => page.goto(`${serving.origin}${path}`);
const shows = async (shown: Page): Promise<boolean> => (await shown.content()).includes('canary-51c0');

/** Signs in at the account centre. */
async function enter(): Promise<void> {
  await goTo('/account');
  await signInAs(page, email);
  await page.locator('.account').waitFor();
}

const ways: Readonly<Record<string, () => Promise<void>>> = {
  'by the page': async () => {
    await page.locator('#sign-out').click();
    await page.locator('#confirm').click();
    await page.locator('[data-signed-out]').waitFor();
  },
  'by another device that ends this one': async () => {
    const { read } = serving.assembly.ports.store;
    const account = await read.accounts.findByIdentifier(email);
    const other = await device(serving, { account: account?.id ?? '', email });
    await other.ask('DELETE', '/api/v1/account/sessions');
    await goTo('/docs/failures');
  },
};

describe('WEB-11: after signing out', () => {
  test.each(Object.keys(ways))('%s, the back button shows nothing of the account', async (way) => {
    await enter();
    await page.getByRole('link', { name: 'Name and address' }).click();
    await page.getByRole('link', { name: 'Devices' }).click();
    expect(await shows(page)).toBe(true);
    await ways[way]?.();
    for (let step = 0; step < 6; step += 1) {
      await page.goBack({ waitUntil: 'load' });
      await page.locator('body').waitFor();
      expect([step, await shows(page)]).toEqual([step, false]);
    }
  });

  test('nor of a question that a client had asked', async () => {
    const client = await makeClient(serving, { firstParty: false, redirectUris: [application.callback] });
    const request = requestOf(client, { redirect_uri: application.callback });
    await goTo(`/oauth/authorize?${request}`);
    await signInAs(page, email);
    await page.locator('#consent').waitFor();
    expect(await shows(page)).toBe(true);
    await goTo('/sign-out');
    await page.locator('#confirm').click();
    await page.locator('[data-signed-out]').waitFor();
    for (let step = 0; step < 3; step += 1) {
      await page.goBack({ waitUntil: 'load' });
      expect([step, await shows(page)]).toEqual([step, false]);
    }
  });

  test('caches and stores of the browser are empty, and nobody works in its background', async () => {
    await enter();
    await ways['by the page']?.();
    const left = await page.evaluate<Record<string, number>>(`(async () => ({
      local: localStorage.length,
      session: sessionStorage.length,
      databases: (await indexedDB.databases()).length,
      caches: (await caches.keys()).length,
      workers: (await navigator.serviceWorker.getRegistrations()).length,
    }))()`);
    expect(left).toEqual({ local: 0, session: 0, databases: 0, caches: 0, workers: 0 });
    const cookies = (await context.cookies()).map((cookie) => cookie.name);
    expect(cookies.filter((cookie) => !/^doorward_(?:browser|language)$/.test(cookie))).toEqual([]);
  });

  test('other tabs put the account away at once; one that cannot hear finds nothing when it is used', async () => {
    const seen = await watch(page);
    await enter();
    const centre = await context.newPage();
    await centre.goto(`${serving.origin}/account/names`);
    expect(await shows(centre)).toBe(true);
    await ways['by the page']?.();
    await centre.locator('#sign-in').waitFor();
    expect(new URL(centre.url()).pathname).toBe('/sign-in');
    expect(await shows(centre)).toBe(false);
    expect(seen()).toEqual([]);
  });

  test('whoever is told to leave this browser sends the word that empties it', async () => {
    for (const [method, path] of [
      ['POST', '/sign-out'],
      ['DELETE', '/api/v1/session'],
    ] as const) {
      const visitor = visit(serving);
      const body = { identifier: email, password: goodPassword };
      await visitor.ask('POST', '/api/v1/sessions', { body });
      const said = method === 'POST' ? { raw: '', headers: urlEncoded } : {};
      const answer = await visitor.ask(method, path, said);
      expect([path, answer.headers.get('clear-site-data')]).toEqual([path, '"cache"']);
      expect([...visitor.cookies.keys()].filter((cookie) => cookie.includes('session'))).toEqual([]);
    }
  });
});

const urlEncoded = { 'content-type': 'application/x-www-form-urlencoded' };

/** Every address that the history of a page leads back to. */
async function history(): Promise<string[]> {
  const session = await context.newCDPSession(page);
  const { entries } = await session.send('Page.getNavigationHistory');
  return entries.map(({ url }) => url);
}

describe('WEB-12: a secret in the address of a link', () => {
  test.each([
    ['the page', true],
    ['the page without JavaScript', false],
  ])('is in no history of %s, and it stays open', async (_way, javaScriptEnabled) => {
    await context.close();
    context = await browser.newContext({ javaScriptEnabled });
    page = await context.newPage();
    // Mails to one mailbox are told apart by their time.
    serving.clock.advance(1);
    await visit(serving).ask('POST', '/api/v1/password-resets', { body: { email } });
    const links = [
      `/confirm?link=${await linkIn(serving, email, 'password-reset')}`,
      `/setup?link=${await offerSetUp(serving.assembly.ports)}`,
    ];
    for (const link of links) {
      // As somebody follows it out of a mail: from the page of another site.
      await page.goto(application.formTo('about:blank', ''));
      await page.evaluate(`location.href = ${JSON.stringify(serving.origin + link)}`);
      await page.waitForURL((url) => url.origin === serving.origin && url.search === '');
      await page.locator('form:not(#language)').waitFor();
      await page.reload();
      expect(await page.locator('form:not(#language)').count()).toBe(1);
    }
    expect((await history()).filter((url) => /link=|dw_/.test(url))).toEqual([]);
  });

  test('is told to nobody: another site that a page of ours leads to learns no address', async () => {
    const client = await makeClient(serving, {
      firstParty: false,
      redirectUris: [application.callback],
      policyUri: application.callback,
    });
    const request = requestOf(client, { redirect_uri: application.callback });
    await goTo(`/oauth/authorize?${request}`);
    await signInAs(page, email);
    await page.locator('#consent').waitFor();
    const [elsewhere] = await Promise.all([
      context.waitForEvent('request', (asked) => asked.url().startsWith(application.callback)),
      page.locator('.readings a').first().click(),
    ]);
    expect((await elsewhere.allHeaders())['referer']).toBeUndefined();
    const [back] = await Promise.all([
      page.waitForRequest((asked) => asked.url().startsWith(application.callback)),
      page.locator('#allow').click(),
    ]);
    expect((await back.allHeaders())['referer']).toBeUndefined();
  });
});
