/** The pages by which people sign in and up, choose a password and change their address, in a real browser. */
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { invite } from '../../packages/server/src/domain/accounts/invite.ts';
import { directionOf, languages } from '../../packages/server/src/pages/language.ts';
import { bearing } from '../journeys/cast.ts';
import { codeIn, linkIn, proveAddress, signUpByMail } from '../journeys/mail/mail-cast.ts';
import { launchBrowser } from '../kit/browser.ts';
import { type Serving, serveBrowsers } from '../kit/serving.ts';
import { goodPassword, signIn, visit } from '../kit/visitor.ts';
import { signInAs } from './sign-in.ts';
import { expectSound } from './sound.ts';
import { watch } from './watch.ts';

const ada = 'ada@example.com';
let browser: Browser;
let serving: Serving;
beforeAll(async () => {
  const settings = { signUp: 'verified', signUpAttempts: 10_000, networkAttempts: 10_000 };
  [browser, serving] = await Promise.all([launchBrowser(), serveBrowsers({ lightHashing: true, settings })]);
  await signUpByMail(serving, ada);
});
afterAll(async () => {
  await browser.close();
  await serving.close();
});

const newPage = async (options: BrowserContextOptions = {}): Promise<Page> => {
  serving.clock.advance(1000);
  return (await browser.newContext(options)).newPage();
};
const pathOf = (page: Page): string => new URL(page.url()).pathname;
const press = (page: Page, selector: string): Promise<void> => page.locator(selector).click();

describe.each([
  ['without JavaScript', false],
  ['with JavaScript', true],
])('%s', (way, javaScriptEnabled) => {
  const newcomer = `${way.replaceAll(' ', '-').toLowerCase()}@example.com`;

  test('somebody signs up with the code of the mail, chooses a new password by its link and signs in', async () => {
    const page = await newPage({ javaScriptEnabled });
    const faults = await watch(page);
    await page.goto(`${serving.origin}/sign-in?next=/docs/failures`);
    await press(page, '#sign-up');
    await page.locator('#email').fill(newcomer);
    await page.locator('#name').fill('Grace');
    await page.locator('#password').fill(goodPassword);
    await press(page, '#submit');
    await page.locator('#code').fill(await codeIn(serving, newcomer, 'sign-up'));
    await press(page, '#submit');
    await page.waitForURL('**/docs/failures');
    serving.clock.advance(1000);
    await page.goto(`${serving.origin}/reset`);
    await page.locator('#email').fill(newcomer);
    await press(page, '#submit');
    await page.locator('#screen-code').waitFor();
    await page.goto(`${serving.origin}/confirm?link=${await linkIn(serving, newcomer, 'password-reset')}`);
    await page.locator('#password').fill('nine loud geese argue');
    await press(page, '#submit');
    await press(page, '#go-on');
    await signInAs(page, newcomer, 'nine loud geese argue');
    await page.waitForURL((url) => url.pathname !== '/sign-in/password');
    expect(faults()).toEqual([]);
  });

  test('somebody signs in by the link of a mail that they open on another device', async () => {
    const desk = await newPage({ javaScriptEnabled });
    await desk.goto(`${serving.origin}/sign-in`);
    await desk.locator('#identifier').fill(ada);
    await press(desk, '#submit');
    await press(desk, '#by-mail');
    const screen = await desk.locator('#screen-code').innerText();
    const phone = await newPage({ javaScriptEnabled, viewport: { width: 320, height: 640 } });
    await phone.goto(`${serving.origin}/confirm?link=${await linkIn(serving, ada, 'sign-in')}`);
    await phone.locator('#screen').fill(screen.toLowerCase());
    await press(phone, '#submit');
    await phone.waitForURL((url) => url.pathname !== '/confirm');
    const session = await phone.request.get(`${serving.origin}/api/v1/session`);
    expect(session.status()).toBe(200);
  });
});

test('PWD-07: whoever opens every link with scripts, many times, uses none up', async () => {
  const desk = await newPage();
  await desk.goto(`${serving.origin}/sign-in?next=/docs/failures`);
  await desk.locator('#identifier').fill(ada);
  await press(desk, '#submit');
  await press(desk, '#by-mail');
  const link = `${serving.origin}/confirm?link=${await linkIn(serving, ada, 'sign-in')}`;
  for (let turn = 0; turn < 5; turn += 1) {
    const scanner = await newPage();
    await scanner.goto(link);
    for (const anchor of await scanner.locator('a').all()) {
      const address = await anchor.getAttribute('href');
      if (address) await scanner.request.get(new URL(address, link).href);
    }
    await scanner.context().close();
  }
  await desk.locator('#code').fill(await codeIn(serving, ada, 'sign-in'));
  await press(desk, '#submit');
  await desk.waitForURL('**/docs/failures');
  expect(pathOf(desk)).toBe('/docs/failures');
});

test('the keyboard alone is enough to sign in, by password and by mail', async () => {
  const page = await newPage();
  const { keyboard } = page;
  const focused = (): Promise<string> => page.evaluate('document.activeElement.id');
  const tabTo = async (id: string): Promise<void> => {
    for (let step = 0; (await focused()) !== id && step < 15; step++) await keyboard.press('Tab');
    expect(await focused()).toBe(id);
  };
  await page.goto(`${serving.origin}/sign-in?next=/docs/failures`);
  await expect.poll(focused).toBe('identifier');
  await keyboard.type(ada);
  await keyboard.press('Enter');
  await expect.poll(focused).toBe('password');
  await tabTo('by-mail');
  await keyboard.press('Enter');
  await expect.poll(focused).toBe('code');
  await keyboard.type(await codeIn(serving, ada, 'sign-in'));
  await keyboard.press('Enter');
  await page.waitForURL('**/docs/failures');
});

test('a password may be pasted, and what remembers passwords finds the name beside it', async () => {
  const page = await newPage();
  await page.goto(`${serving.origin}/sign-in`);
  await page.locator('#identifier').fill(ada);
  await press(page, '#submit');
  const name = page.locator('#sign-in-password input[autocomplete="username"]');
  expect([await name.inputValue(), await name.isVisible()]).toEqual([ada, true]);
  expect(await page.locator('#password').getAttribute('autocomplete')).toBe('current-password');
  await page.locator('#password').focus();
  await page.evaluate(`(() => {
    const data = new DataTransfer();
    data.setData('text/plain', 'pasted words');
    const event = new ClipboardEvent('paste', { clipboardData: data, bubbles: true, cancelable: true });
    document.title = String(document.getElementById('password').dispatchEvent(event));
  })()`);
  expect(await page.title()).toBe('true');
});

const cases = languages.flatMap((language) =>
  (['light', 'dark'] as const).map((colorScheme) => [language, colorScheme] as const),
);

describe.each(cases)(
  'in %s, %s, on a phone: axe-core finds nothing and nothing is cut',
  (locale, colorScheme) => {
    const look = async (page: Page): Promise<void> => {
      expect(await page.locator('html').getAttribute('dir')).toBe(directionOf(locale));
      await expectSound(page);
    };

    test('on every page of signing in and up, of passwords and addresses', async () => {
      const page = await newPage({ locale, colorScheme, viewport: { width: 320, height: 640 } });
      const faults = await watch(page);
      await page.goto(`${serving.origin}/sign-in`);
      await look(page);
      await page.locator('#identifier').fill(ada);
      await press(page, '#submit');
      await page.locator('#by-mail').waitFor();
      await look(page);
      await press(page, '#by-mail');
      await page.locator('#screen-code').waitFor();
      await look(page);
      const other = await newPage({ locale, colorScheme, viewport: { width: 320, height: 640 } });
      await other.goto(`${serving.origin}/confirm?link=${await linkIn(serving, ada, 'sign-in')}`);
      await look(other);
      await page.goto(`${serving.origin}/sign-up`);
      await look(page);
      await page.goto(`${serving.origin}/reset`);
      await look(page);
      await page.locator('#email').fill(ada);
      await press(page, '#submit');
      await page.locator('#screen-code').waitFor();
      await look(page);
      await page.goto(`${serving.origin}/confirm?link=${await linkIn(serving, ada, 'password-reset')}`);
      await look(page);
      expect(pathOf(page)).toBe('/confirm');
      expect(faults()).toEqual([]);
    });

    test('on an invitation and on a change of address that is taken back', async () => {
      const { ports } = serving.assembly;
      const operator = { actor: 'operator', permissions: 'all', network: 'unknown' } as const;
      const email = `guest-${locale}-${colorScheme}@example.com`;
      await invite(ports, operator, { email, roles: [], language: 'en' });
      const page = await newPage({ locale, colorScheme, viewport: { width: 320, height: 640 } });
      await page.goto(`${serving.origin}/invitation?link=${await linkIn(serving, email, 'invitation')}`);
      await look(page);
      await page.locator('#password').fill(goodPassword);
      await press(page, '#submit');
      await page.waitForURL((url) => url.pathname !== '/invitation');
      const visitor = visit(serving);
      const { access } = await signIn(visitor, email, { carrier: 'opaque' });
      await proveAddress(serving, bearing(visitor, access), `moved-${email}`);
      await page.goto(`${serving.origin}/undo?link=${await linkIn(serving, email, 'email-changed')}`);
      await look(page);
      await page.goto(`${serving.origin}/confirm?ticket=none`);
      await page.locator('summary').click();
      await look(page);
      expect(pathOf(page)).toBe('/confirm');
    });
  },
);
