import { mkdtemp, rm } from 'node:fs/promises';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createAdaptorServer } from '@hono/node-server';
import axe, { type AxeResults } from 'axe-core';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createJwtCookie, type JwtCookie } from '../../examples/jwt-cookie/src/app.ts';
import { manualClock } from '../../packages/server/src/base/clock.ts';
import { launchBrowser } from '../kit/browser.ts';
import { goodPassword } from '../kit/visitor.ts';
import { isWide, watch } from './watch.ts';

/** A name that would be a script, if it were not escaped. */
const markup = `<img src=x onerror="alert(1)"><script>alert(2)</script> & 'sons'`;

const clock = manualClock(Date.parse('2026-03-01T12:00:00Z'));
let browser: Browser;
let system: JwtCookie;
let server: Server;
let dataFolder: string;
let origin: string;

beforeAll(async () => {
  dataFolder = await mkdtemp(join(tmpdir(), 'jwt-cookie-browser-'));
  const environment = { SECRET_KEY: 'the browser never gets to see this key' };
  system = await createJwtCookie({ environment, dataFolder, clock });
  const { accounts } = system.doorward;
  await accounts.create({ username: 'ada', name: 'ada', password: goodPassword });
  await accounts.create({ username: 'eve', name: markup, password: goodPassword });
  server = createAdaptorServer({ fetch: system.fetch }) as Server;
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  origin = `http://localhost:${(server.address() as AddressInfo).port}`;
  browser = await launchBrowser();
});
afterAll(async () => {
  await browser.close();
  server.closeAllConnections();
  server.close();
  await system.close();
  await rm(dataFolder, { recursive: true });
});

const newPage = async (options: BrowserContextOptions = {}): Promise<Page> =>
  (await browser.newContext(options)).newPage();

async function logIn(page: Page, username = 'ada', password = goodPassword): Promise<void> {
  await page.getByLabel('Username').fill(username);
  await page.getByLabel('Password').fill(password);
  await page.getByRole('button', { name: 'Log in' }).click();
}

const heading = (page: Page): Promise<string> => page.getByRole('heading', { level: 1 }).innerText();
const alert = (page: Page): Promise<string> => page.getByRole('alert').innerText();

/** The cookie of the session, as the browser keeps it. */
const cookieOf = async (page: Page) =>
  (await page.context().cookies()).find(({ name }) => name === 'session');

describe.each([
  ['without JavaScript', false],
  ['with JavaScript', true],
])('%s', (_way, javaScriptEnabled) => {
  test('a wrong password shows a message, the right one leads to the page, and out again', async () => {
    const page = await newPage({ javaScriptEnabled });
    const faults = await watch(page);
    await page.goto(origin);
    await logIn(page, 'ada', 'wrong');
    expect(await alert(page)).toBe('Wrong username or password.');
    expect(await page.getByLabel('Username').inputValue()).toBe('ada');
    expect(await page.getByLabel('Password').inputValue()).toBe('');
    await logIn(page);
    expect(new URL(page.url()).pathname).toBe('/');
    expect(await heading(page)).toBe('Logged in as ada');
    const cookie = await cookieOf(page);
    expect(cookie).toMatchObject({ httpOnly: true, sameSite: 'Lax', path: '/' });
    await page.reload();
    expect(await heading(page)).toBe('Logged in as ada');
    await page.getByRole('button', { name: 'Log out' }).click();
    expect(await heading(page)).toBe('Log in');
    expect(await page.getByRole('alert').count()).toBe(0);
    expect(await cookieOf(page)).toBeUndefined();
    expect(faults().filter((fault) => !fault.includes('403'))).toEqual([]);

    // Whoever kept the cookie has nothing.
    await page.context().addCookies(cookie ? [cookie] : []);
    await page.goto(origin);
    expect(await alert(page)).toBe('Invalid session. Please log in again.');
  });

  test('P: an expired session is told on the page, once', async () => {
    const page = await newPage({ javaScriptEnabled });
    await page.goto(origin);
    await logIn(page);
    clock.advance(1_800_000);
    await page.goto(`${origin}/home`);
    expect(await alert(page)).toBe('Session expired. Please log in again.');
    await page.reload();
    expect(await page.getByRole('alert').count()).toBe(0);
    await logIn(page);
    expect(await heading(page)).toBe('Logged in as ada');
  });

  test('P: an invalid session is told on the page, once', async () => {
    const page = await newPage({ javaScriptEnabled });
    await page.context().addCookies([{ name: 'session', value: 'not.a.token', url: origin }]);
    await page.goto(origin);
    expect(await alert(page)).toBe('Invalid session. Please log in again.');
    await page.reload();
    expect(await page.getByRole('alert').count()).toBe(0);
  });

  test('WEB-05: a name is text, after a login and in the form', async () => {
    const page = await newPage({ javaScriptEnabled });
    const faults = await watch(page);
    await page.goto(origin);
    await logIn(page, `"autofocus onfocus="alert(1)">${markup}`, 'wrong');
    expect(await page.getByLabel('Username').inputValue()).toBe(`"autofocus onfocus="alert(1)">${markup}`);
    await logIn(page, 'eve');
    expect(await heading(page)).toBe(`Logged in as ${markup}`);
    expect(await page.locator('script, main img').count()).toBe(0);
    expect(faults().filter((fault) => !fault.includes('403'))).toEqual([]);
  });
});

test('no script can read the token', async () => {
  const page = await newPage();
  await page.goto(origin);
  await logIn(page);
  expect(await heading(page)).toBe('Logged in as ada');
  expect(await page.evaluate('document.cookie')).toBe('');
});

test('P: the browser still has the cookie when its token has expired', async () => {
  const page = await newPage();
  await page.goto(origin);
  const before = new Date().getTime() / 1000;
  await logIn(page);
  const { expires = 0 } = (await cookieOf(page)) ?? {};
  expect(expires - before).toBeGreaterThan(1800 + 23 * 60 * 60);
});

describe('WEB-01: another site', () => {
  /** A page of another site: the same server under a name that the browser does not take for ours. */
  async function strangePage(): Promise<Page> {
    const page = await newPage({ bypassCSP: true });
    await page.goto(`${origin.replace('localhost', '127.0.0.1')}/login`);
    return page;
  }

  test('cannot log a visitor in with a form', async () => {
    const page = await strangePage();
    await page.evaluate(`document.forms[0].action = '${origin}/login'`);
    await logIn(page);
    expect(await alert(page)).toBe('This form is too old, or it is not ours. Please try again.');
    expect(await cookieOf(page)).toBeUndefined();
  });

  test('cannot log a visitor in with a script that passes for a program', async () => {
    const page = await strangePage();
    await page.evaluate(`fetch('${origin}/login', {
      method: 'POST', mode: 'no-cors', credentials: 'include', headers: { accept: 'application/json' },
      body: new URLSearchParams({ username: 'ada', password: '${goodPassword}' }),
    })`);
    expect(await cookieOf(page)).toBeUndefined();
    await page.goto(origin);
    expect(await heading(page)).toBe('Log in');
  });

  test('cannot log a visitor out, with a form or with a script', async () => {
    const page = await strangePage();
    await page.goto(origin);
    await logIn(page);
    await page.goto(`${origin.replace('localhost', '127.0.0.1')}/login`);
    await page.evaluate(
      `fetch('${origin}/logout', { method: 'POST', mode: 'no-cors', credentials: 'include' })`,
    );
    await page.evaluate(`document.forms[0].action = '${origin}/logout'`);
    await logIn(page);
    expect(await heading(page)).toContain('This form is too old');
    await page.getByRole('link', { name: 'Back to the start' }).click();
    expect(await heading(page)).toBe('Logged in as ada');
  });
});

test('the keyboard alone is enough', async () => {
  const page = await newPage();
  await page.goto(origin);
  const { keyboard } = page;
  // The page puts the cursor into a field in its own time; whoever types before types into nothing.
  const atField = (): Promise<void> => page.locator('input:focus').waitFor();
  await atField();
  await keyboard.type('ada');
  await keyboard.press('Tab');
  expect(await page.evaluate('getComputedStyle(document.activeElement).outlineStyle')).toBe('solid');
  await keyboard.type('wrong');
  await keyboard.press('Enter');
  await page.getByRole('alert').waitFor();
  await atField();
  await keyboard.type(goodPassword);
  await keyboard.press('Enter');
  await page.getByText('Logged in as ada').waitFor();
  await keyboard.press('Tab');
  await keyboard.press('Enter');
  await page.getByLabel('Username').waitFor();
});

describe.each(['light', 'dark'] as const)('in %s', (colorScheme) => {
  test('axe-core finds nothing on any page, and all of them fit a phone', async () => {
    const page = await newPage({ colorScheme, viewport: { width: 320, height: 640 } });
    const look = async (): Promise<void> => {
      await page.evaluate(axe.source);
      const { violations } = await page.evaluate<AxeResults>('axe.run()');
      expect(violations.map(({ id, nodes }) => [id, nodes.map(({ html }) => html)])).toEqual([]);
      expect(await page.evaluate(isWide)).toBe(false);
    };
    await page.goto(origin);
    const ground = await page.evaluate('getComputedStyle(document.body).backgroundColor');
    expect(ground).toBe(colorScheme === 'dark' ? 'rgb(20, 23, 26)' : 'rgb(246, 243, 236)');
    await look();
    await logIn(page, 'eve', 'wrong');
    await page.getByRole('alert').waitFor();
    await look();
    await logIn(page, 'eve');
    await page.getByText('Logged in as').waitFor();
    await look();
    await page.context().clearCookies({ name: 'session_form' });
    await page.getByRole('button', { name: 'Log out' }).click();
    await page.getByText('This form is too old').first().waitFor();
    await look();
  });
});
