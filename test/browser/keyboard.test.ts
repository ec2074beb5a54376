/** Signing in with a second factor, and the account centre, by the keyboard alone: what has the focus can be seen. */
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { giveRoles, type Person, person } from '../journeys/cast.ts';
import { launchBrowser } from '../kit/browser.ts';
import { putRole } from '../kit/enrolment.ts';
import { addTotp, authenticator } from '../kit/factors.ts';
import { type Serving, serveBrowsers } from '../kit/serving.ts';
import { goodPassword } from '../kit/visitor.ts';
import { watch } from './watch.ts';

let browser: Browser;
let serving: Serving;
let page: Page;
let faults: () => readonly string[];
let owner: Person;
let people = 0;
beforeAll(async () => {
  [browser, serving] = await Promise.all([launchBrowser(), serveBrowsers({ lightHashing: true })]);
  await putRole(serving, 'second-factor');
});
afterAll(async () => {
  await browser.close();
  await serving.close();
});
beforeEach(async () => {
  owner = await person(serving, `typist-${(people += 1)}`);
  page = await (await browser.newContext()).newPage();
  faults = await watch(page);
});

/** What has the focus, if it can be seen: it has a line around it. */
const focused = (): Promise<string> =>
  page.evaluate(`(() => {
    const at = document.activeElement;
    const line = getComputedStyle(at);
    const seen = line.outlineStyle !== 'none' && parseFloat(line.outlineWidth) >= 2;
    return seen ? at.id || at.getAttribute('href') || at.closest('form')?.id || at.tagName : 'nothing to be seen';
  })()`);

/** Goes on with the tabulator until something has the focus. */
async function tabTo(wanted: string): Promise<void> {
  const passed: string[] = [];
  for (let pressed = 0; pressed < 60; pressed += 1) {
    const at = await focused();
    if (at === wanted) return;
    passed.push(at);
    await page.keyboard.press('Tab');
  }
  throw new Error(`${wanted} is not reached, only ${passed.join(', ')}`);
}

const typeInto = async (id: string, text: string): Promise<void> => {
  await page.locator(`#${id}`).waitFor();
  // The field that is asked for has the focus when its page opens.
  expect(await focused()).toBe(id);
  await page.keyboard.type(text);
};

const press = async (wanted: string, key = 'Enter'): Promise<void> => {
  await tabTo(wanted);
  await page.keyboard.press(key);
};

async function provePassword(): Promise<void> {
  await page.goto(`${serving.origin}/sign-in?next=/account`);
  await typeInto('identifier', owner.email);
  await page.keyboard.press('Enter');
  await typeInto('password', goodPassword);
  await page.keyboard.press('Enter');
}

const arrived = (): Promise<void> => page.waitForURL(`${serving.origin}/account`);

test('somebody signs in by password and code, and has the browser remembered', async () => {
  const totp = await addTotp(serving, owner);
  await provePassword();
  await typeInto('totp', totp.code());
  await press('remember', 'Space');
  await press('submit');
  await arrived();
  expect(await serving.assembly.ports.store.read.rememberedDevices.list(owner.account)).toHaveLength(1);
  expect(faults()).toEqual([]);
});

test('somebody signs in by a recovery code', async () => {
  const { recoveryCodes } = await addTotp(serving, owner);
  await provePassword();
  await page.locator('#totp').waitFor();
  await press('other-factor');
  await typeInto('recovery_code', recoveryCodes[0] ?? '');
  await page.keyboard.press('Enter');
  await arrived();
  expect(faults()).toEqual([]);
});

test('somebody sets up on the way what a role demands', async () => {
  await giveRoles(serving, owner.account, ['second-factor']);
  await provePassword();
  await page.locator('#enrol').waitFor();
  await press('submit');
  const secret = (await page.locator('#secret').innerText()).replaceAll(' ', '');
  await tabTo('code');
  await page.keyboard.type(authenticator(serving, secret).code());
  await page.keyboard.press('Enter');
  await page.locator('#codes').waitFor();
  await press('go-on');
  await arrived();
  expect(faults()).toEqual([]);
});

test('somebody goes through the account centre, changes a name, sets an app up and signs out', async () => {
  await provePassword();
  await arrived();
  await press('/account/names');
  await page.locator('#names #name').waitFor();
  await tabTo('name');
  await page.keyboard.type('Ada');
  await page.keyboard.press('Enter');
  await page.locator('#notice').waitFor();
  await press('/account/factors');
  await page.locator('#begin-app').waitFor();
  await press('begin-app');
  const secret = (await page.locator('#secret').innerText()).replaceAll(' ', '');
  await tabTo('code');
  await page.keyboard.type(authenticator(serving, secret).code());
  await page.keyboard.press('Enter');
  await page.locator('#codes').waitFor();
  for (const place of [
    'password',
    'passkeys',
    'sessions',
    'applications',
    'identities',
    'api-keys',
    'events',
    'data',
  ]) {
    await press(`/account/${place}`);
    await page.waitForURL(`${serving.origin}/account/${place}`);
  }
  await press('sign-out');
  await page.locator('#confirm').waitFor();
  await press('confirm');
  await page.locator('.good').waitFor();
  expect(faults()).toEqual([]);
});
