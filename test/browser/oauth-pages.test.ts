import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Client } from '../../packages/server/src/domain/clients/client.ts';
import { launchBrowser } from '../kit/browser.ts';
import { makeClient, type Parameters, requestOf } from '../kit/clients.ts';
import { type Serving, serveBrowsers } from '../kit/serving.ts';
import { goodPassword, signUp, visit } from '../kit/visitor.ts';
import { type Application, startApplication } from './application.ts';
import { signInAs } from './sign-in.ts';
import { expectSound } from './sound.ts';
import { watch } from './watch.ts';

const ada = 'ada@example.com';
let browser: Browser;
let serving: Serving;
let application: Application;

beforeAll(async () => {
  [browser, serving, application] = await Promise.all([
    launchBrowser(),
    serveBrowsers({ lightHashing: true }),
    startApplication(),
  ]);
  await signUp(visit(serving), ada);
});
afterAll(async () => {
  await browser.close();
  await Promise.all([serving.close(), application.close()]);
});

/** A page of a new context, which the closing of the browser closes. */
const newPage = async (options: BrowserContextOptions = {}): Promise<Page> =>
  (await browser.newContext(options)).newPage();

/** A client whose callback is at the application. */
const clientHere = (changes: Partial<Client> = {}): Promise<Client> =>
  makeClient(serving, { redirectUris: [application.callback], firstParty: false, ...changes });

const addressOf = (client: Client, changes: Parameters = {}): string =>
  `${serving.origin}/oauth/authorize?${requestOf(client, { redirect_uri: application.callback, ...changes })}`;

async function signInOn(page: Page, password = goodPassword): Promise<void> {
  await signInAs(page, ada, password);
  // People take longer than no time at all.
  serving.clock.advance(1000);
}

const heading = (page: Page): Promise<string> => page.getByRole('heading', { level: 1 }).innerText();

/** What the application was told, as its page says. */
const toldTo = async (page: Page): Promise<Record<string, string>> => {
  await page.locator('#told').waitFor();
  return JSON.parse(await page.locator('#told').innerText()) as Record<string, string>;
};

const answer = { code: expect.stringMatching(/^dw_co_/), state: 'a state' };

describe.each([
  ['without JavaScript', false],
  ['with JavaScript', true],
])('%s', (_way, javaScriptEnabled) => {
  test('somebody signs in, allows and is back at the application', async () => {
    const page = await newPage({ javaScriptEnabled });
    await page.goto(addressOf(await clientHere()));
    expect(await heading(page)).toBe('Sign in');
    expect(await page.locator('#client-name').innerText()).toBe('Example App');
    await signInOn(page, 'not the password');
    expect(await page.locator('#refusal').innerText()).toContain('The identifier or the password is wrong.');
    expect(await page.locator('#identifier').inputValue()).toBe(ada);
    expect(await page.locator('#password').inputValue()).toBe('');
    await signInOn(page);
    expect(await heading(page)).toBe('Allow Example App?');
    await page.getByRole('button', { name: 'Allow' }).click();
    expect(await toldTo(page)).toMatchObject({ ...answer, iss: serving.origin });
  });

  test('somebody refuses, and somebody cancels', async () => {
    const page = await newPage({ javaScriptEnabled });
    const client = await clientHere();
    await page.goto(addressOf(client));
    await page.getByRole('button', { name: 'Cancel' }).click();
    expect(await toldTo(page)).toMatchObject({ error: 'access_denied', state: 'a state' });
    await page.goto(addressOf(client));
    await signInOn(page);
    await page.getByRole('button', { name: 'Refuse' }).click();
    expect(await toldTo(page)).toMatchObject({ error: 'access_denied', state: 'a state' });
  });

  test('somebody chooses who they are', async () => {
    const page = await newPage({ javaScriptEnabled });
    const client = await clientHere({ firstParty: true });
    await page.goto(addressOf(client));
    await signInOn(page);
    await toldTo(page);
    await page.goto(addressOf(client, { prompt: 'select_account' }));
    await page.getByRole('button', { name: `Continue as ${ada}` }).click();
    expect(await toldTo(page)).toMatchObject(answer);
  });

  test('an application whose callback leads on to another origin is reached', async () => {
    const page = await newPage({ javaScriptEnabled });
    const callback = application.callbackThatLeadsOn;
    const client = await clientHere({ redirectUris: [callback] });
    await page.goto(addressOf(client, { redirect_uri: callback }));
    await signInOn(page);
    await page.getByRole('button', { name: 'Allow' }).click();
    expect(await toldTo(page)).toMatchObject(answer);
    expect(new URL(page.url()).origin).not.toBe(new URL(callback).origin);
  });

  test('the answer goes by a form where the application wants it so', async () => {
    const page = await newPage({ javaScriptEnabled });
    const client = await clientHere({ firstParty: true });
    await page.goto(addressOf(client, { response_mode: 'form_post' }));
    await signInOn(page);
    if (!javaScriptEnabled) await page.getByRole('button', { name: 'Continue' }).click();
    expect(await toldTo(page)).toMatchObject({ ...answer, iss: serving.origin, method: 'POST' });
  });
});

test('an application that sends its request by a form finds who is signed in', async () => {
  const page = await newPage();
  const client = await clientHere({ firstParty: true });
  await page.goto(addressOf(client));
  await signInOn(page);
  await toldTo(page);
  await page.goto(
    application.formTo(
      `${serving.origin}/oauth/authorize`,
      requestOf(client, { redirect_uri: application.callback, prompt: 'none' }),
    ),
  );
  await page.getByRole('button').click();
  expect(await toldTo(page)).toMatchObject(answer);
});

test('the pages break no policy and write no error', async () => {
  const page = await newPage();
  const faults = await watch(page);
  await page.goto(addressOf(await clientHere(), { response_mode: 'form_post' }));
  await signInOn(page);
  await page.getByRole('button', { name: 'Allow' }).click();
  await toldTo(page);
  expect(faults()).toEqual([]);
});

test('the keyboard alone is enough, and after a refusal stands in the password', async () => {
  const page = await newPage();
  await page.goto(addressOf(await clientHere()));
  const { keyboard } = page;
  const focused = (): Promise<string> => page.evaluate('document.activeElement.id');
  await expect.poll(focused).toBe('identifier');
  await keyboard.type(ada);
  await keyboard.press('Enter');
  await expect.poll(focused).toBe('password');
  await keyboard.type('not the password');
  await keyboard.press('Enter');
  await page.locator('#refusal').waitFor();
  await expect.poll(focused).toBe('password');
  await keyboard.type(goodPassword);
  await keyboard.press('Enter');
  await page.locator('#allow').waitFor();
  for (let step = 0; (await focused()) !== 'allow' && step < 10; step++) await keyboard.press('Tab');
  await keyboard.press('Enter');
  await page.locator('#told').waitFor();
});

describe.each(['light', 'dark'] as const)('in %s', (colorScheme) => {
  test('axe-core finds nothing and a phone shows all, on every page', async () => {
    const page = await newPage({ colorScheme, viewport: { width: 320, height: 640 } });
    const client = await clientHere({
      name: 'An application with-a-name-that-does-not-want-to-break-anywhere',
      policyUri: 'https://app.example/privacy',
      tosUri: 'https://app.example/terms',
    });
    const scope = 'openid profile email offline_access reports:read';
    await page.goto(addressOf(client, { scope }));
    await expectSound(page);
    await signInOn(page, 'not the password');
    await page.locator('summary').click();
    await expectSound(page);
    await signInOn(page);
    await page.locator('#consent').waitFor();
    await expectSound(page);
    await page.goto(addressOf(client, { prompt: 'select_account' }));
    await page.locator('#choice').waitFor();
    await expectSound(page);
    await page.goto(addressOf(client, { redirect_uri: 'https://evil.example/' }));
    expect(await heading(page)).toBe(
      'The application that sent you here asked for something that is not valid.',
    );
    await expectSound(page);
    await page.goto(`${serving.origin}/consent?authorization=dw_ar_none`);
    expect(await page.getByText('Go back to the application').count()).toBe(1);
    await expectSound(page);
  });

  test('axe-core finds nothing on the form that takes the answer', async () => {
    const page = await newPage({ colorScheme, viewport: { width: 320, height: 640 } });
    await page.route('**/assets/form-post.js*', (route) => route.abort());
    await page.goto(addressOf(await clientHere(), { prompt: 'none', response_mode: 'form_post' }));
    await expectSound(page);
  });
});
