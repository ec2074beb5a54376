/** oidc-client-ts (https://github.com/authts/oidc-client-ts): a page without a server of its own, in Chromium. */
import { readFile } from 'node:fs/promises';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { signInAs } from '../browser/sign-in.ts';
import { watch } from '../browser/watch.ts';
import { launchBrowser } from '../kit/browser.ts';
import { changeClient, form, makeClient, type TestClient } from '../kit/clients.ts';
import { visit } from '../kit/visitor.ts';
import { type Application, openApplication } from './application.ts';
import { openPlace, type Place } from './place.ts';

let browser: Browser;
let application: Application;
let place: Place;
let client: TestClient;
beforeAll(async () => {
  [browser, application, place] = await Promise.all([launchBrowser(), openApplication(), openPlace()]);
});
afterAll(async () => {
  await browser.close();
  await Promise.all([place.serving.close(), application.close()]);
});

beforeEach(async () => {
  const { origin } = application;
  client = await makeClient(place.serving, {
    redirectUris: [`${origin}/callback`],
    postLogoutRedirectUris: [`${origin}/goodbye`],
  });
  const settings = {
    authority: place.serving.origin,
    client_id: client.id,
    redirect_uri: `${origin}/callback`,
    post_logout_redirect_uri: `${origin}/goodbye`,
    popup_post_logout_redirect_uri: `${origin}/goodbye`,
    scope: 'openid email offline_access',
    loadUserInfo: true,
  };
  const library = await readFile(
    new URL('../browser/oidc-client-ts.min.js', import.meta.resolve('oidc-client-ts')),
  );
  const html = `<!doctype html><link rel="icon" href="data:,"><title>Application</title>
<script src="/library.js"></script>
<script>var manager = new oidc.UserManager(${JSON.stringify(settings)});</script>`;
  application.serve((request, response) => {
    const isLibrary = request.url === '/library.js';
    response.setHeader('content-type', isLibrary ? 'text/javascript' : 'text/html; charset=utf-8');
    response.end(isLibrary ? library : html);
  });
});

/** Somebody whom oidc-client-ts has signed in, as far as it matters here. */
interface User {
  readonly access_token: string;
  readonly refresh_token: string;
  readonly profile: Readonly<Record<string, unknown>>;
}

/** Ada comes back to the page, signed in. */
async function signedIn(page: Page): Promise<User> {
  await page.goto(application.origin);
  await page.evaluate('void manager.signinRedirect()');
  await signInAs(page, 'ada@example.com');
  await page.waitForURL(`${application.origin}/callback?*`);
  return page.evaluate<User>('manager.signinCallback()');
}

test('Ada signs in on a page of another origin, which refreshes, gives back and signs her out', async () => {
  const page = await (await browser.newContext()).newPage();
  const seen = await watch(page);
  const user = await signedIn(page);
  expect(user.profile).toMatchObject({ sub: place.ada, email: 'ada@example.com' });
  const refreshed = await page.evaluate<User>('manager.signinSilent()');
  expect(refreshed.access_token).not.toBe(user.access_token);
  await page.evaluate('void manager.signoutRedirect()');
  await page.waitForURL(`${application.origin}/goodbye*`);
  await page.evaluate('manager.signoutCallback()');
  expect(await page.evaluate('manager.getUser()')).toBeNull();
  expect(seen()).toEqual([]);
});

test('Ada signs in and out in a window that the page opens, consent and all', async () => {
  await changeClient(place.serving, client, { firstParty: false });
  const page = await (await browser.newContext()).newPage();
  const seen = await watch(page);
  await page.goto(application.origin);
  const [popup] = await Promise.all([
    page.waitForEvent('popup'),
    page.evaluate('void (window.coming = manager.signinPopup())'),
  ]);
  await signInAs(popup, 'ada@example.com');
  await popup.locator('button[value="allow"]').click();
  await popup.waitForURL(`${application.origin}/callback?*`);
  await Promise.all([popup.waitForEvent('close'), popup.evaluate('void manager.signinPopupCallback()')]);
  expect((await page.evaluate<User>('coming')).profile).toMatchObject({ sub: place.ada });
  const [goodbye] = await Promise.all([
    page.waitForEvent('popup'),
    page.evaluate('void (window.going = manager.signoutPopup())'),
  ]);
  await goodbye.waitForURL(`${application.origin}/goodbye*`);
  await Promise.all([goodbye.waitForEvent('close'), goodbye.evaluate('void manager.signoutPopupCallback()')]);
  await page.evaluate('going');
  expect(seen()).toEqual([]);
});

test('a page gives its tokens back', async () => {
  const page = await (await browser.newContext()).newPage();
  const seen = await watch(page);
  const user = await signedIn(page);
  await page.evaluate('manager.revokeTokens()');
  expect(seen()).toEqual([]);
  const fields = { grant_type: 'refresh_token', client_id: client.id, refresh_token: user.refresh_token };
  const refused = await visit(place.serving, { program: true }).ask('POST', '/oauth/token', form(fields));
  expect(refused.json).toMatchObject({ error: 'invalid_grant' });
});
