import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { program } from '../journeys/oauth/cast.ts';
import { type TestDevice, waitingDevice } from '../journeys/oauth/device-cast.ts';
import { launchBrowser } from '../kit/browser.ts';
import { type Serving, serveBrowsers } from '../kit/serving.ts';
import { signUp, visit } from '../kit/visitor.ts';
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

/** A page of a new context, which the closing of the browser closes. */
const newPage = async (options: BrowserContextOptions = {}): Promise<Page> =>
  (await browser.newContext(options)).newPage();

/** A device that waits, of a client by that name. */
const deviceOf = async (name = 'Example TV', scope = 'openid'): Promise<TestDevice> =>
  waitingDevice(serving, await program(serving, { name, authentication: 'none' }), { scope });

const signInOn = (page: Page): Promise<void> => signInAs(page, ada);

const heading = (page: Page): Promise<string> => page.getByRole('heading', { level: 1 }).innerText();
const press = (page: Page, name: string): Promise<void> => page.getByRole('button', { name }).click();

describe.each([
  ['without JavaScript', false],
  ['with JavaScript', true],
])('%s', (_way, javaScriptEnabled) => {
  test('somebody types the code, compares it and allows', async () => {
    const page = await newPage({ javaScriptEnabled });
    const device = await deviceOf();
    await page.goto(`${serving.origin}/device`);
    await signInOn(page);
    expect(await heading(page)).toBe('Connect a device');
    await page.getByLabel('Code').fill('bcdf ghjk');
    await press(page, 'Continue');
    expect(await page.locator('#refusal').innerText()).toContain('The code is wrong');
    expect(await page.getByLabel('Code').inputValue()).toBe('bcdf ghjk');
    await page.getByLabel('Code').fill(device.userCode.toLowerCase().replace('-', ' '));
    await press(page, 'Continue');
    expect(await heading(page)).toBe('Allow Example TV on your device?');
    expect(await page.locator('#user-code').innerText()).toBe(device.userCode);
    expect(await page.locator('#account').innerText()).toBe(ada);
    await press(page, 'Allow');
    expect(await heading(page)).toBe('Your device is connected');
    expect((await device.poll()).status).toBe(200);
  });

  test('somebody comes by the whole address and refuses', async () => {
    const page = await newPage({ javaScriptEnabled });
    const device = await deviceOf();
    await page.goto(`${serving.origin}/device?user_code=${device.userCode}`);
    await signInOn(page);
    expect(await page.getByLabel('Code').inputValue()).toBe(device.userCode);
    await press(page, 'Continue');
    await press(page, 'Refuse');
    expect(await heading(page)).toBe('Your device is not connected');
    expect((await device.poll()).json['error']).toBe('access_denied');
  });
});

test('the keyboard alone is enough, and after a refusal stands in the code', async () => {
  const page = await newPage();
  const device = await deviceOf();
  await page.goto(`${serving.origin}/device`);
  await signInOn(page);
  await page.locator('#device').waitFor();
  const { keyboard } = page;
  const focused = (): Promise<string> => page.evaluate('document.activeElement.id');
  await keyboard.press('Tab');
  await keyboard.press('Tab');
  await expect.poll(focused).toBe('user_code');
  await keyboard.type('no code');
  await keyboard.press('Enter');
  await page.locator('#refusal').waitFor();
  await expect.poll(focused).toBe('user_code');
  await keyboard.press('Control+A');
  await keyboard.type(device.userCode);
  await keyboard.press('Enter');
  await page.locator('#allow').waitFor();
  for (let step = 0; (await focused()) !== 'allow' && step < 10; step++) await keyboard.press('Tab');
  await keyboard.press('Enter');
  await page.getByText('Your device is connected').waitFor();
});

test('the pages break no policy and write no error', async () => {
  const page = await newPage();
  const faults = await watch(page);
  const device = await deviceOf();
  await page.goto(`${serving.origin}/device?user_code=${device.userCode}`);
  await signInOn(page);
  await press(page, 'Continue');
  await press(page, 'Allow');
  await page.getByText('Your device is connected').waitFor();
  expect(faults()).toEqual([]);
});

describe.each(['light', 'dark'] as const)('in %s', (colorScheme) => {
  test('axe-core finds nothing and a phone shows all, on every page', async () => {
    const page = await newPage({ colorScheme, viewport: { width: 320, height: 640 } });
    const scope = 'openid profile email offline_access reports:read';
    const device = await deviceOf('A television with-a-name-that-does-not-want-to-break-anywhere', scope);
    await page.goto(`${serving.origin}/device`);
    await signInOn(page);
    await page.locator('#device').waitFor();
    await expectSound(page);
    for (const wrong of ['no code', 'BCDF-GHJK']) {
      await page.getByLabel('Code').fill(wrong);
      await press(page, 'Continue');
      await page.locator('#refusal').waitFor();
      await expectSound(page);
    }
    await page.getByLabel('Code').fill(device.userCode);
    await press(page, 'Continue');
    await page.locator('#decision').waitFor();
    await expectSound(page);
    await press(page, 'Allow');
    await page.getByText('Your device is connected').waitFor();
    await expectSound(page);
    const late = await deviceOf();
    await page.goto(`${serving.origin}/device?user_code=${late.userCode}`);
    await press(page, 'Continue');
    serving.clock.advance(600_000);
    await press(page, 'Allow');
    await page.getByText('Have the device show a new code').waitFor();
    await expectSound(page);
  });
});
