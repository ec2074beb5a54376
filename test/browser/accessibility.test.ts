import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { offerSetUp } from '../../packages/server/src/domain/accounts/set-up.ts';
import { launchBrowser } from '../kit/browser.ts';
import { type Serving, serveBrowsers } from '../kit/serving.ts';
import { goodPassword } from '../kit/visitor.ts';
import { breaches } from './sound.ts';

let browser: Browser;
let serving: Serving;

beforeAll(async () => {
  [browser, serving] = await Promise.all([launchBrowser(), serveBrowsers({ lightHashing: true })]);
});
afterAll(async () => {
  await browser.close();
  await serving.close();
});

const openForm = async (page: Page): Promise<void> => {
  const link = await offerSetUp(serving.assembly.ports);
  await page.goto(`${serving.origin}/setup?link=${link}`);
};

async function send(page: Page, email: string, password: string): Promise<void> {
  await page.getByLabel('E-mail address').fill(email);
  await page.getByLabel('Password').fill(password);
  await page.getByRole('button', { name: 'Make the account' }).click();
}

/** Left to swagger-ui: what its own markup does, which no stylesheet can mend. */
const leftToOthers = ['heading-order', 'nested-interactive'];

describe.each(['light', 'dark'] as const)('in %s, axe-core finds nothing', (colorScheme) => {
  let page: Page;
  beforeAll(async () => {
    page = await (await browser.newContext({ colorScheme })).newPage();
  });

  test('on the set-up form', async () => {
    await openForm(page);
    expect(await breaches(page)).toEqual([]);
  });

  test('on the form with a reason', async () => {
    await openForm(page);
    await send(page, 'nobody', 'password1234');
    await page.getByRole('alert').waitFor();
    expect(await breaches(page)).toEqual([]);
  });

  test('on the page that follows', async () => {
    await openForm(page);
    await send(page, `${colorScheme}@example.com`, goodPassword);
    await page.getByText('The door has a keeper').waitFor();
    expect(await breaches(page)).toEqual([]);
  });

  test('on the page that asks whether to sign out, and on the one that follows', async () => {
    await page.goto(`${serving.origin}/sign-out`);
    expect(await breaches(page)).toEqual([]);
    await page.getByRole('button', { name: 'Sign out' }).click();
    await page.getByText('You are signed out').waitFor();
    expect(await breaches(page)).toEqual([]);
  });

  test('on the page of a failure', async () => {
    await page.goto(`${serving.origin}/setup?link=none`);
    await page.locator('summary').click();
    expect(await breaches(page)).toEqual([]);
  });

  test('on the list of failures', async () => {
    await page.goto(`${serving.origin}/docs/failures`);
    expect(await breaches(page)).toEqual([]);
  });

  test('on the reference, but for what swagger-ui alone can mend', async () => {
    await page.goto(`${serving.origin}/docs`);
    await page.locator('.opblock').first().waitFor();
    const ours = (await breaches(page)).filter((breach) => !leftToOthers.some((id) => breach.startsWith(id)));
    expect(ours).toEqual([]);
  });
});
