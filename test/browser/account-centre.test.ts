/** The account centre in a real browser: with and without JavaScript, by the keyboard alone, in every language, on a phone. */
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { languages } from '../../packages/server/src/pages/language.ts';
import { apiKey, otherPassword } from '../journeys/cast.ts';
import { launchBrowser } from '../kit/browser.ts';
import { authorizeAt, decide, makeClient, waitingAt } from '../kit/clients.ts';
import { authenticator } from '../kit/factors.ts';
import { type Serving, serveBrowsers } from '../kit/serving.ts';
import { goodPassword, signIn, signUp, visit } from '../kit/visitor.ts';
import { signInAs } from './sign-in.ts';
import { expectSound } from './sound.ts';
import { watch } from './watch.ts';

let browser: Browser;
let serving: Serving;
let people = 0;

beforeAll(async () => {
  const settings = { production: 'yes', signUpAttempts: 1000 } as const;
  [browser, serving] = await Promise.all([launchBrowser(), serveBrowsers({ lightHashing: true, settings })]);
});
afterAll(async () => {
  await browser.close();
  await serving.close();
});

/** A page of somebody new, whose account has one of everything, at the account centre. */
async function newPage(options: BrowserContextOptions = {}): Promise<Page> {
  const email = `person-${(people += 1)}@example.com`;
  const visitor = visit(serving);
  const account = await signUp(visitor, email);
  await signIn(visitor, email);
  await apiKey(visitor, ['account:read', 'reports:read']);
  const client = await makeClient(serving, {
    name: 'An application with-a-name-that-does-not-break',
    firstParty: false,
  });
  const scope = 'openid profile email offline_access';
  const authorization = waitingAt(await authorizeAt(visitor, client, { scope }));
  await decide(visitor, { authorization, account, decision: 'allow' });
  const page = await (await browser.newContext(options)).newPage();
  await page.goto(`${serving.origin}/account`);
  await signInAs(page, email);
  await page.locator('.account').waitFor();
  return page;
}

const places = [
  'names',
  'password',
  'passkeys',
  'factors',
  'sessions',
  'applications',
  'identities',
  'api-keys',
  'events',
  'data',
];
const goTo = (page: Page, place: string) => page.goto(`${serving.origin}/account/${place}`);
const notice = (page: Page): Promise<string> => page.locator('#notice').innerText();

describe.each([
  ['without JavaScript', false],
  ['with JavaScript', true],
])('%s', (_way, javaScriptEnabled) => {
  test('somebody goes through their account and changes what can be changed', {
    timeout: 90_000,
  }, async () => {
    const page = await newPage({ javaScriptEnabled });
    await page.getByRole('link', { name: 'Name and address' }).click();
    await page.getByLabel('Name', { exact: false }).first().fill('Ada Lovelace');
    await page.locator('#save-names').click();
    expect(await notice(page)).toBe('Saved.');
    await page.getByRole('link', { name: 'Devices' }).click();
    await page.getByRole('button', { name: 'Sign out all other devices' }).click();
    expect(await notice(page)).toBe('All other devices are signed out.');
    await page.getByRole('link', { name: 'Applications' }).click();
    await page.getByRole('button', { name: 'Withdraw access' }).click();
    expect(await notice(page)).toBe('The application has lost its access.');
    await page.getByRole('link', { name: 'API keys' }).click();
    await page.getByRole('button', { name: 'End this key' }).click();
    expect(await notice(page)).toBe('The key is refused from now on.');
    await page.locator('#name').fill('Backup');
    await page.locator('#scope').fill('account:read');
    await page.getByRole('button', { name: 'Make the key' }).click();
    expect(await page.locator('#key').innerText()).toMatch(/^dw_ak_/);
    await page.getByRole('link', { name: 'Password' }).click();
    await page.getByLabel('Current password').fill(goodPassword);
    await page.getByLabel('New password').fill(otherPassword);
    await page.getByRole('button', { name: 'Change password' }).click();
    expect(await notice(page)).toContain('The password is changed.');
    await page.getByRole('link', { name: 'Two-step sign-in' }).click();
    await page.getByRole('button', { name: 'Set up an authenticator app' }).click();
    const app = authenticator(serving, (await page.locator('#secret').innerText()).replaceAll(' ', ''));
    await page.locator('#code').fill(app.code());
    await page.getByRole('button', { name: 'Confirm' }).click();
    expect(await page.locator('#codes li').count()).toBe(10);
    await page.getByRole('link', { name: 'I have kept them' }).click();
    await page.getByRole('link', { name: 'What happened' }).click();
    expect(await page.locator('#events').innerText()).toContain('The password was changed.');
  });

  test('somebody takes their data along and leaves', async () => {
    const page = await newPage({ javaScriptEnabled });
    await page.getByRole('link', { name: 'Your data' }).click();
    const [download] = await Promise.all([page.waitForEvent('download'), page.locator('#download').click()]);
    expect(download.suggestedFilename()).toBe('account.json');
    await page.locator('#password').fill(goodPassword);
    await page.locator('#understood').check();
    await page.locator('#delete').click();
    expect(await page.getByRole('heading', { level: 1 }).innerText()).toBe('The account is closed');
    await goTo(page, 'names');
    await page.locator('#sign-in').waitFor();
  });
});

test('the keyboard alone is enough', async () => {
  const page = await newPage();
  const { keyboard } = page;
  const focused = (): Promise<string> =>
    page.evaluate('document.activeElement.id || document.activeElement.textContent.trim()');
  const tabTo = async (wanted: string): Promise<void> => {
    for (let step = 0; (await focused()) !== wanted && step < 40; step++) await keyboard.press('Tab');
    expect(await focused()).toBe(wanted);
    expect(await page.evaluate('getComputedStyle(document.activeElement).outlineStyle')).toBe('solid');
  };
  await tabTo('Password');
  await keyboard.press('Enter');
  await page.locator('#password-form').waitFor();
  await tabTo('current_password');
  await keyboard.type(goodPassword);
  await tabTo('new_password');
  await keyboard.type(otherPassword);
  await tabTo('change-password');
  await keyboard.press('Enter');
  await page.locator('#notice').waitFor();
  await tabTo('Devices');
  await keyboard.press('Enter');
  await page.locator('#sessions').waitFor();
  await tabTo('sign-out');
  await keyboard.press('Enter');
  await page.locator('#confirm').waitFor();
  await tabTo('confirm');
  await keyboard.press('Enter');
  await page.getByText('You are signed out').waitFor();
});

test('the pages break no policy and write no error', async () => {
  const page = await newPage();
  const faults = await watch(page);
  for (const place of places) await goTo(page, place);
  await goTo(page, 'api-keys');
  await page.locator('#name').fill('Backup');
  await page.locator('#scope').fill('account:read');
  await page.locator('#make').click();
  await page.locator('#key').waitFor();
  expect(faults()).toEqual([]);
});

test('WEB-05: what people call themselves and their keys stays text', async () => {
  const page = await newPage();
  const evil = `"><script>alert(1)</script><img src=x onerror=alert(1)>'`;
  await goTo(page, 'names');
  await page.locator('#name').fill(evil);
  await page.locator('#save-names').click();
  await page.locator('#notice').waitFor();
  await goTo(page, 'api-keys');
  await page.locator('#name').fill(evil);
  await page.locator('#scope').fill('account:read');
  await page.locator('#make').click();
  const faults = await watch(page);
  for (const place of places) {
    await goTo(page, place);
    expect(await page.locator('script:not([src^="/assets/"]), img:not([src^="/assets/"])').count()).toBe(0);
  }
  expect(await page.locator('.who bdi').innerText()).toBe(evil);
  expect(faults()).toEqual([]);
});

const cases = languages.flatMap((language) =>
  (['light', 'dark'] as const).map((colorScheme) => [language, colorScheme] as const),
);

describe.each(cases)('in %s, %s', (locale, colorScheme) => {
  test('axe-core finds nothing and a phone shows all, on every page', { timeout: 90_000 }, async () => {
    const page = await newPage({ locale, colorScheme, viewport: { width: 320, height: 640 } });
    await expectSound(page);
    for (const place of places) {
      await goTo(page, place);
      expect(await page.locator('html').getAttribute('lang')).toBe(locale);
      await expectSound(page);
    }
    await goTo(page, 'api-keys');
    await page.locator('#name').fill('x');
    await page.locator('#scope').fill('Not a scope!');
    await page.locator('#make').click();
    await page.locator('#refusal').waitFor();
    await expectSound(page);
    await page.locator('#scope').fill('account:read');
    await page.locator('#make').click();
    await page.locator('#key').waitFor();
    await expectSound(page);
    await goTo(page, 'factors');
    await page.locator('#begin-app button').click();
    await page.locator('#secret').waitFor();
    await expectSound(page);
    const app = authenticator(serving, (await page.locator('#secret').innerText()).replaceAll(' ', ''));
    await page.locator('#code').fill(app.wrongCode());
    await page.locator('#confirm').click();
    await page.locator('#code-fault').waitFor();
    await expectSound(page);
    await page.locator('#code').fill(app.code());
    await page.locator('#confirm').click();
    await page.locator('#codes').waitFor();
    await expectSound(page);
    serving.clock.advance(6 * 60_000);
    for (const place of ['names', 'data']) {
      await goTo(page, place);
      await page.locator('#prove-again').waitFor();
      await expectSound(page);
    }
  });
});
