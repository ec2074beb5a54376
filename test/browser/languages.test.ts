/**
 * The pages in every language, light and dark, on a phone: complete, sound, and the right way round. Controls are found by
 * their ids, which are the same in all languages.
 */
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { offerSetUp } from '../../packages/server/src/domain/accounts/set-up.ts';
import { directionOf, type Language, languages } from '../../packages/server/src/pages/language.ts';
import { program } from '../journeys/oauth/cast.ts';
import { waitingDevice } from '../journeys/oauth/device-cast.ts';
import { launchBrowser } from '../kit/browser.ts';
import { makeClient, requestOf } from '../kit/clients.ts';
import { type Serving, serveBrowsers } from '../kit/serving.ts';
import { goodPassword, signUp, visit } from '../kit/visitor.ts';
import { signInAs } from './sign-in.ts';
import { expectSound } from './sound.ts';
import { watch } from './watch.ts';

const ada = 'ada@example.com';
let browser: Browser;
let serving: Serving;

beforeAll(async () => {
  [browser, serving] = await Promise.all([launchBrowser(), serveBrowsers({ lightHashing: true })]);
  await signUp(visit(serving), ada);
});
afterAll(async () => {
  await browser.close();
  await serving.close();
});

async function signInOn(page: Page, password = goodPassword): Promise<void> {
  await signInAs(page, ada, password);
  // People take longer than no time at all.
  serving.clock.advance(1000);
}

const cases = languages.flatMap((language) =>
  (['light', 'dark'] as const).map((colorScheme) => [language, colorScheme] as const),
);

describe.each(cases)('in %s, %s', (language, colorScheme) => {
  const newPage = async (): Promise<Page> =>
    (
      await browser.newContext({ locale: language, colorScheme, viewport: { width: 320, height: 640 } })
    ).newPage();
  const expectPage = async (page: Page): Promise<void> => {
    await expectSpoken(page, language);
    await expectSound(page);
  };

  test('the way of a client: sign in, be refused, allow', async () => {
    const page = await newPage();
    const redirectUri = `${serving.origin}/nowhere`;
    const client = await makeClient(serving, { redirectUris: [redirectUri], firstParty: false });
    const scope = 'openid profile email offline_access reports:read';
    await page.goto(
      `${serving.origin}/oauth/authorize?${requestOf(client, { redirect_uri: redirectUri, scope })}`,
    );
    await expectPage(page);
    await signInOn(page, 'not the password');
    await page.locator('#refusal').waitFor();
    await page.locator('summary').click();
    await expectPage(page);
    await signInOn(page);
    await page.locator('#consent').waitFor();
    await expectPage(page);
    await page.locator('#allow').click();
    await page.locator('.status').waitFor();
    await expectPage(page);
  });

  test('the way of a device: type the code, compare, allow', async () => {
    const page = await newPage();
    const client = await program(serving, { name: 'Example TV', authentication: 'none' });
    const device = await waitingDevice(serving, client, { scope: 'openid' });
    await page.goto(`${serving.origin}/device`);
    await signInOn(page);
    await page.locator('#user_code').fill('no code');
    await page.locator('#submit').click();
    await page.locator('#user_code-fault').waitFor();
    await expectPage(page);
    await page.locator('#user_code').fill(device.userCode);
    await page.locator('#submit').click();
    await page.locator('#decision').waitFor();
    await expectPage(page);
    await page.locator('#allow').click();
    await page.locator('.good').waitFor();
    await expectPage(page);
  });

  test('setting up and signing out', async () => {
    const page = await newPage();
    const link = await offerSetUp(serving.assembly.ports);
    await page.goto(`${serving.origin}/setup?link=${link}`);
    await page.locator('#email').fill('nobody');
    await page.locator('#password').fill('password1234');
    await page.locator('#submit').click();
    await page.getByRole('alert').waitFor();
    await expectPage(page);
    await page.locator('#email').fill(`${language}-${colorScheme}@example.com`);
    await page.locator('#password').fill(goodPassword);
    await page.locator('#submit').click();
    await page.locator('.good').waitFor();
    await expectPage(page);
    await page.goto(`${serving.origin}/sign-out`);
    await expectPage(page);
    await page.locator('#confirm').click();
    await page.locator('.good').waitFor();
    await expectPage(page);
  });
});

/** The page says its language and direction, and none of its own words is English where it is not. */
async function expectSpoken(page: Page, language: Language): Promise<void> {
  const root = page.locator('html');
  expect(await root.getAttribute('lang')).toBe(language);
  expect(await root.getAttribute('dir')).toBe(directionOf(language));
  const heading = await page.getByRole('heading', { level: 1 }).innerText();
  if (language === 'ar') expect(heading).toMatch(/\p{Script=Arabic}/u);
}

describe.each([
  ['without JavaScript', false],
  ['with JavaScript', true],
])('%s', (_way, javaScriptEnabled) => {
  test('somebody chooses another language at the foot of a page and is back there', async () => {
    const page = await (await browser.newContext({ javaScriptEnabled, locale: 'en' })).newPage();
    await page.goto(`${serving.origin}/sign-in?next=%2Fdevice`);
    await page.getByRole('button', { name: 'العربية' }).click();
    await page.locator('html[dir=rtl]').waitFor();
    expect(page.url()).toBe(`${serving.origin}/sign-in?next=%2Fdevice`);
    await page.getByRole('button', { name: 'Deutsch' }).click();
    await page.locator('html[lang=de]').waitFor();
    await signInOn(page);
    expect(await page.getByRole('heading', { level: 1 }).innerText()).toBe('Gerät verbinden');
  });
});

describe('with JavaScript', () => {
  test('a password can be looked at while it is typed, and is concealed again before it is sent', async () => {
    const page = await (await browser.newContext()).newPage();
    const faults = await watch(page);
    await page.goto(`${serving.origin}/sign-in?next=%2Fdevice`);
    const password = page.locator('#password');
    await page.locator('#identifier').fill(ada);
    await page.locator('#submit').click();
    await password.fill('not the password');
    await page.getByRole('button', { name: 'Show' }).click();
    expect(await password.getAttribute('type')).toBe('text');
    await page.getByRole('button', { name: 'Hide' }).click();
    expect(await password.getAttribute('type')).toBe('password');
    await page.getByRole('button', { name: 'Show' }).click();
    await page.evaluate(`document.forms['sign-in-password'].addEventListener('submit', (event) => {
      event.preventDefault();
      document.title = document.getElementById('password').type;
    })`);
    await password.press('Enter');
    await expect.poll(() => page.title()).toBe('password');
    expect(faults()).toEqual([]);
  });

  test('a form is sent once, however often its button is pressed', async () => {
    const page = await (await browser.newContext()).newPage();
    let sent = 0;
    let answer = (): void => undefined;
    const held = new Promise<void>((resolve) => (answer = resolve));
    await page.route('**/sign-in/password', async (route) => {
      sent += 1;
      await held;
      await route.continue();
    });
    await page.goto(`${serving.origin}/sign-in?next=%2Fdevice`);
    await page.locator('#identifier').fill(ada);
    await page.locator('#submit').click();
    await page.locator('#password').fill(goodPassword);
    await page.evaluate("for (let press = 0; press < 3; press++) document.getElementById('submit').click()");
    answer();
    await page.locator('#device').waitFor();
    expect(sent).toBe(1);
  });

  test('without JavaScript the page has no button that does nothing', async () => {
    const page = await (await browser.newContext({ javaScriptEnabled: false })).newPage();
    await page.goto(`${serving.origin}/sign-in`);
    expect(await page.locator('.reveal').isVisible()).toBe(false);
  });
});
