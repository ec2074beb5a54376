/** Passkeys and addresses at the account centre, in a real browser with an authenticator of its own. */
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { languages } from '../../packages/server/src/pages/language.ts';
import { codeIn } from '../journeys/mail/mail-cast.ts';
import { launchBrowser } from '../kit/browser.ts';
import { type Serving, serveBrowsers } from '../kit/serving.ts';
import { addAuthenticator } from '../kit/virtual-authenticator.ts';
import { goodPassword, signUp, visit } from '../kit/visitor.ts';
import { signInAs } from './sign-in.ts';
import { expectSound } from './sound.ts';
import { watch } from './watch.ts';

let browser: Browser;
let serving: Serving;
let people = 0;
beforeAll(async () => {
  const settings = { signUpAttempts: 1000, networkAttempts: 10_000 };
  [browser, serving] = await Promise.all([launchBrowser(), serveBrowsers({ lightHashing: true, settings })]);
});
afterAll(async () => {
  await browser.close();
  await serving.close();
});

/** Somebody new at a page of the account centre, with an authenticator that knows its person. */
async function newPage(path: string, options: BrowserContextOptions = {}): Promise<[Page, string]> {
  const email = `keeper-${(people += 1)}@example.com`;
  await signUp(visit(serving), email);
  const page = await (await browser.newContext(options)).newPage();
  await addAuthenticator(page);
  await page.goto(`${serving.origin}/account/${path}`);
  await signInAs(page, email);
  await page.waitForURL(`**/account/${path}`);
  return [page, email];
}
const press = (page: Page, selector: string): Promise<void> => page.locator(selector).click();
const notice = (page: Page): Promise<string> => page.locator('#notice').innerText();

async function add(page: Page, name: string): Promise<void> {
  await page.locator('#add-passkey #name').fill(name);
  await page.locator('#name').press('Enter');
  await page.locator('#notice').waitFor();
}

test('somebody adds a passkey by the keyboard, signs in by it, renames and removes it', async () => {
  const [page] = await newPage('passkeys');
  const faults = await watch(page);
  await page.reload();
  await add(page, 'Laptop');
  expect(await page.locator('#codes li').count()).toBe(10);
  await page.goto(`${serving.origin}/sign-out`);
  await press(page, '#confirm');
  await page.getByText('You are signed out').waitFor();
  await page.goto(`${serving.origin}/sign-in?next=/account/passkeys`);
  await page.waitForURL('**/account/passkeys');
  expect(await page.locator('#passkeys').innerText()).toContain('Last used');
  await page.locator('main summary', { hasText: 'Rename' }).click();
  await page.getByLabel('New name').fill('Desk');
  await page.getByRole('button', { name: 'Save the name' }).click();
  expect(await notice(page)).toBe('The passkey has its new name.');
  expect(await page.locator('#passkeys .name').innerText()).toBe('Desk');
  await page.addInitScript(`const kept = PublicKeyCredential.signalAllAcceptedCredentials;
    PublicKeyCredential.signalAllAcceptedCredentials = function (told) {
      globalThis.told = told;
      return kept ? kept.call(this, told) : Promise.resolve();
    };`);
  await page.getByRole('button', { name: 'Remove' }).click();
  expect(await notice(page)).toBe('The passkey is removed.');
  await page.locator('#none').waitFor();
  await expect.poll(() => page.evaluate('globalThis.told?.allAcceptedCredentialIds')).toEqual([]);
  expect(faults()).toEqual([]);
});

test('whoever has added their first passkey prints the codes, confirms by the keyboard that it is they, and adds another', async () => {
  const [page] = await newPage('passkeys');
  const faults = await watch(page);
  await add(page, 'Laptop');
  await page.evaluate('globalThis.print = () => { globalThis.printed = true; }');
  await page.getByRole('button', { name: 'Print' }).press('Enter');
  expect(await page.evaluate('globalThis.printed')).toBe(true);
  await page.getByText('I have kept them').press('Enter');
  await page.getByText('Confirm that it is you').press('Enter');
  await page.locator('#by-passkey').press('Enter');
  expect(await notice(page)).toBe('Thank you, that is confirmed.');
  expect(new URL(page.url()).pathname).toBe('/account/passkeys');
  await page.locator('#passkeys .danger').waitFor();
  await page.locator('#add-passkey').waitFor();
  expect(faults()).toEqual([]);
});

test('without JavaScript the page says what a passkey needs', async () => {
  const [page] = await newPage('passkeys', { javaScriptEnabled: false });
  expect(await page.locator('#add-passkey').isVisible()).toBe(false);
  expect(await page.locator('main').innerText()).toContain('A passkey needs a browser with JavaScript.');
});

describe.each([true, false])('with JavaScript: %s', (javaScriptEnabled) => {
  test('somebody whose sign-in is old shows the password and finds what they had typed', async () => {
    const [page, email] = await newPage('names', { javaScriptEnabled });
    const faults = await watch(page);
    await page.locator('#email').fill(`late-${email}`);
    serving.clock.advance(360_000);
    await page.locator('#save-email').click();
    await page.locator('#prove #password').fill(goodPassword);
    await press(page, '#prove #submit');
    expect(await notice(page)).toBe('Thank you, that is confirmed.');
    expect(await page.locator('#email').inputValue()).toBe(`late-${email}`);
    expect(faults()).toEqual([]);
  });

  test('somebody changes their address with the code of the mail', async () => {
    const [page, email] = await newPage('names', { javaScriptEnabled });
    const faults = await watch(page);
    await page.locator('#email').fill(`new-${email}`);
    await page.getByRole('button', { name: 'Send the code' }).click();
    await page.locator('#code').fill(await codeIn(serving, `new-${email}`, 'email-change'));
    await press(page, '#submit');
    await press(page, '#go-on');
    await page.goto(`${serving.origin}/account/names`);
    expect(await page.locator('#email-now').innerText()).toBe(`new-${email}`);
    expect(faults()).toEqual([]);
  });
});

const cases = languages.flatMap((language) =>
  (['light', 'dark'] as const).map((colorScheme) => [language, colorScheme] as const),
);

test.each(cases)(
  'in %s, %s, on a phone: axe-core finds nothing and nothing is cut',
  async (locale, colorScheme) => {
    const [page] = await newPage('passkeys', { locale, colorScheme, viewport: { width: 320, height: 640 } });
    const shoot = async (name: string): Promise<void> => {
      expect(await page.locator('html').getAttribute('lang')).toBe(locale);
      await expectSound(page);
      const folder = process.env['DOORWARD_PICTURES'];
      if (folder)
        await page.screenshot({ path: `${folder}/${name}-${locale}-${colorScheme}.png`, fullPage: true });
    };
    await page.goto(`${serving.origin}/account/names`);
    await shoot('names-by-mail');
    await page.goto(`${serving.origin}/account/passkeys`);
    await shoot('no-passkeys');
    await add(page, 'Ada’s laptop with-a-name-that-does-not-break-anywhere');
    await shoot('passkey-codes');
    await page.goto(`${serving.origin}/account/passkeys`);
    await press(page, 'main summary');
    await shoot('passkeys');
    await press(page, '#prove-again a');
    await page.locator('#by-passkey').waitFor();
    await shoot('proof-by-passkey');
    await press(page, '#by-passkey');
    await page.locator('#passkeys .danger').waitFor();
    await shoot('passkeys-proven');
  },
);
