import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { offerSetUp } from '../../packages/server/src/domain/accounts/set-up.ts';
import { launchBrowser } from '../kit/browser.ts';
import { type Serving, serveBrowsers } from '../kit/serving.ts';
import { goodPassword, visit } from '../kit/visitor.ts';
import { isWide, watch } from './watch.ts';

let browser: Browser;
let serving: Serving;

beforeAll(async () => {
  browser = await launchBrowser();
});
afterAll(() => browser.close());
beforeEach(async () => {
  serving = await serveBrowsers({ lightHashing: true });
});
afterEach(() => serving.close());

const newLink = async (origin = serving.origin): Promise<string> =>
  `${origin}/setup?link=${await offerSetUp(serving.assembly.ports)}`;

/** A page of a new context, which the closing of the browser closes. */
const newPage = async (options: BrowserContextOptions = {}): Promise<Page> =>
  (await browser.newContext(options)).newPage();

interface Entered {
  readonly email?: string;
  readonly name?: string;
  readonly password?: string;
}

async function send(page: Page, { email = 'ada@example.com', name = '', password }: Entered): Promise<void> {
  await page.getByLabel('E-mail address').fill(email);
  await page.getByLabel('Name').fill(name);
  await page.getByLabel('Password').fill(password ?? goodPassword);
  await page.getByRole('button', { name: 'Make the account' }).click();
}

const heading = (page: Page): Promise<string> => page.getByRole('heading', { level: 1 }).innerText();

describe.each([
  ['without JavaScript', false],
  ['with JavaScript', true],
])('%s', (_way, javaScriptEnabled) => {
  test('the link makes the administrator, and is refused the second time', async () => {
    const page = await newPage({ javaScriptEnabled });
    const link = await newLink();
    await page.goto(link);
    await send(page, { name: 'Ada' });
    expect(await heading(page)).toBe('The door has a keeper');
    const body = { identifier: 'ada@example.com', password: goodPassword, carrier: 'opaque' };
    const signedIn = await visit(serving, { program: true }).ask('POST', '/api/v1/sessions', { body });
    expect(signedIn.json).toMatchObject({ account: { name: 'Ada', roles: ['admin'] } });

    await page.goto(link);
    await send(page, { email: 'eve@example.com' });
    expect(await heading(page)).toBe('The set-up link is used, replaced or past its 30 minutes.');
    expect(await serving.assembly.ports.store.read.accounts.search({ limit: 10 })).toHaveLength(1);
  });

  test('PWD-07: opening the link five times uses nothing up', async () => {
    const page = await newPage({ javaScriptEnabled });
    const link = await newLink();
    for (let time = 0; time < 5; time++) await page.goto(link);
    await fetch(link, { method: 'HEAD' });
    await send(page, {});
    expect(await heading(page)).toBe('The door has a keeper');
  });

  test('TOK-21: a refused password is told at its field, and the link still works', async () => {
    const page = await newPage({ javaScriptEnabled });
    await page.goto(await newLink());
    await send(page, { name: 'Ada', password: 'password1234' });
    const password = page.getByLabel('Password');
    expect(await password.getAttribute('aria-invalid')).toBe('true');
    const described = (await password.getAttribute('aria-describedby'))?.split(' ') ?? [];
    const told = await Promise.all(described.map((id) => page.locator(`#${id}`).innerText()));
    expect(told.join(' ')).toContain('used by many people');
    expect(await page.getByRole('alert').innerText()).toContain('used by many people');
    expect(await password.inputValue()).toBe('');
    expect(await page.getByLabel('E-mail address').inputValue()).toBe('ada@example.com');
    expect(await page.getByLabel('Name').inputValue()).toBe('Ada');
    await password.fill(goodPassword);
    await page.getByRole('button', { name: 'Make the account' }).click();
    expect(await heading(page)).toBe('The door has a keeper');
  });

  test('an address that is none and one that is taken are told at their field', async () => {
    const visitor = visit(serving, { program: true });
    const body = { email: 'eve@example.com', password: goodPassword };
    await visitor.ask('POST', '/api/v1/accounts', { body });
    const page = await newPage({ javaScriptEnabled });
    await page.goto(await newLink());
    await send(page, { email: 'nobody' });
    expect(await page.locator('#email-fault').innerText()).toContain('name@example.com');
    await send(page, { email: 'eve@example.com' });
    expect(await page.locator('#email-fault').innerText()).toContain('exists');
    await send(page, {});
    expect(await heading(page)).toBe('The door has a keeper');
  });
});

test('the page breaks no policy and writes no error', async () => {
  const page = await newPage();
  const faults = await watch(page);
  await page.goto(await newLink());
  await send(page, {});
  expect(await heading(page)).toBe('The door has a keeper');
  expect(faults()).toEqual([]);
});

test('whoever came by another name of this machine can set up as well', async () => {
  const page = await newPage();
  await page.goto(await newLink(serving.origin.replace('localhost', '127.0.0.1')));
  await send(page, {});
  expect(await heading(page)).toBe('The door has a keeper');
});

test('a page of another site cannot send the form', async () => {
  // Without our policy: any page of another site can have a form that leads here.
  const page = await newPage({ bypassCSP: true });
  const link = await newLink();
  await page.goto(link.replace('localhost', '127.0.0.1'));
  await page.evaluate(`document.forms[0].action = '${serving.origin}/setup'`);
  await send(page, {});
  expect(await heading(page)).toBe('The request did not come from this site.');
  expect(await serving.assembly.ports.store.read.accounts.search({ limit: 10 })).toEqual([]);
});

test('WEB-05: what was entered comes back as text', async () => {
  const page = await newPage();
  const faults = await watch(page);
  await page.goto(await newLink());
  const name = `"><script>alert(1)</script><img src=x onerror=alert(1)>'`;
  await send(page, { name, password: 'password1234' });
  expect(await page.getByLabel('Name').inputValue()).toBe(name);
  expect(await page.locator('script:not([src^="/assets/"])').count()).toBe(0);
  expect(faults().filter((fault) => !fault.includes('400'))).toEqual([]);
});

test('a link that was never made opens no form', async () => {
  const page = await newPage();
  const answer = await page.goto(`${serving.origin}/setup?link=dw_su_forged`);
  expect(answer?.status()).toBe(403);
  expect(await page.locator('form:not(#language)').count()).toBe(0);
  expect(await page.getByText('doorward accounts set-up-link').count()).toBe(1);
});

test('the keyboard alone is enough, in the order of the page, and its place can be seen', async () => {
  const page = await newPage();
  await page.goto(await newLink());
  const { keyboard } = page;
  const focused = (): Promise<string> => page.evaluate('document.activeElement.id');
  await keyboard.press('Tab');
  await keyboard.press('Tab');
  expect(await focused()).toBe('email');
  expect(await page.evaluate('getComputedStyle(document.activeElement).outlineStyle')).toBe('solid');
  await keyboard.type('ada@example.com');
  await keyboard.press('Tab');
  expect(await focused()).toBe('name');
  await keyboard.press('Tab');
  await keyboard.type('password1234');
  await keyboard.press('Enter');
  await page.getByRole('alert').waitFor();
  // After a refusal the keyboard stands in the field that was refused.
  expect(await focused()).toBe('password');
  await keyboard.type(goodPassword);
  await keyboard.press('Tab');
  expect(await page.evaluate('document.activeElement.textContent')).toBe('Show');
  await keyboard.press('Tab');
  expect(await focused()).toBe('submit');
  await keyboard.press('Enter');
  await page.getByText('The door has a keeper').waitFor();
});

test.each(['light', 'dark'] as const)('the form and what follows fit a phone, in %s', async (colorScheme) => {
  const page = await newPage({ colorScheme, viewport: { width: 320, height: 640 } });
  await page.goto(await newLink());
  const ground = await page.evaluate('getComputedStyle(document.body).backgroundColor');
  expect(ground).toBe(colorScheme === 'dark' ? 'rgb(20, 23, 26)' : 'rgb(246, 243, 236)');
  expect(await page.evaluate(isWide)).toBe(false);
  await send(page, { password: 'password1234' });
  expect(await page.evaluate(isWide)).toBe(false);
  await send(page, { email: `${'very-long-name'.repeat(4)}@${'x'.repeat(60)}.example.com` });
  expect(await heading(page)).toBe('The door has a keeper');
  expect(await page.evaluate(isWide)).toBe(false);
});
