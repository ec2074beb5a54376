/**
 * Signing out for a client in a real browser, which has its own word on cookies and on where forms may lead. The client is
 * another site: 127.0.0.1, while the server is at localhost.
 */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { launchBrowser } from '../kit/browser.ts';
import { makeClient, type TestClient } from '../kit/clients.ts';
import { type Serving, serveBrowsers } from '../kit/serving.ts';
import { tokensOf } from '../kit/tokens.ts';
import { signIn, signUp, visit } from '../kit/visitor.ts';
import { watch } from './watch.ts';

let browser: Browser;
let serving: Serving;
let site: Server;
let origin: string;
/** What the page of the client shows. */
let html = '';
beforeAll(async () => {
  [browser, serving] = await Promise.all([launchBrowser(), serveBrowsers({ lightHashing: true })]);
  site = createServer((_request, response) => {
    response.writeHead(200, { 'content-type': 'text/html' }).end(html);
  });
  await new Promise<void>((resolve) => {
    site.listen(0, '127.0.0.1', resolve);
  });
  origin = `http://127.0.0.1:${(site.address() as AddressInfo).port}`;
  await signUp(visit(serving), 'ada@example.com');
});
afterAll(async () => {
  await browser.close();
  await serving.close();
  site.closeAllConnections();
  site.close();
});

let context: BrowserContext;
let page: Page;
let client: TestClient;
let goodbye: string;
let idToken: string;
beforeEach(async () => {
  goodbye = `${origin}/goodbye`;
  client = await makeClient(serving, { postLogoutRedirectUris: [goodbye] });
  const visitor = visit(serving);
  await signIn(visitor, 'ada@example.com');
  ({ idToken } = await tokensOf(serving, client, { browser: visitor }));
  context = await browser.newContext();
  for (const [name, value] of visitor.cookies)
    await context.addCookies([{ name, value, url: serving.origin, httpOnly: true, sameSite: 'Lax' }]);
  page = await context.newPage();
});
afterEach(() => context.close());

const isSignedIn = async (): Promise<boolean> =>
  (await context.request.get(`${serving.origin}/api/v1/session`)).status() === 200;

/** The page of the client posts a form, or follows a link, to the server. */
const leave = async (method: 'get' | 'post', fields: Readonly<Record<string, string>>): Promise<void> => {
  const inputs = Object.entries(fields).map(([name, value]) => `<input name="${name}" value="${value}">`);
  const action = `${serving.origin}/oauth/end-session`;
  html = `<!doctype html><form method="${method}" action="${action}">${inputs.join('')}<button>Leave</button></form>`;
  await page.goto(origin);
  await page.getByRole('button', { name: 'Leave' }).click();
};

test.each(['get', 'post'] as const)(
  'an ID token by %s signs out and leads back, from another site',
  async (method) => {
    await leave(method, { id_token_hint: idToken, post_logout_redirect_uri: goodbye, state: 'a state' });
    await page.waitForURL(`${goodbye}?state=a%20state`);
    expect(await isSignedIn()).toBe(false);
  },
);

test.each(['get', 'post'] as const)(
  'OAU-24: without one, by %s, the person is asked first',
  async (method) => {
    const seen = await watch(page);
    await leave(method, { client_id: client.id, post_logout_redirect_uri: goodbye });
    await page.getByRole('heading', { name: 'Sign out?' }).waitFor();
    expect(await isSignedIn()).toBe(true);
    await page.locator('#confirm').click();
    await page.waitForURL(goodbye);
    expect(await isSignedIn()).toBe(false);
    expect(seen()).toEqual([]);
  },
);

test('OAU-24: a form of another site cannot press the button', async () => {
  html = `<!doctype html><form method="post" action="${serving.origin}/sign-out"><button>Leave</button></form>`;
  await page.goto(origin);
  await page.getByRole('button', { name: 'Leave' }).click();
  await page.getByRole('heading', { name: 'The request did not come from this site.' }).waitFor();
  expect(await isSignedIn()).toBe(true);
});
