import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { postMail } from '../../packages/server/src/domain/mail/post-mail.ts';
import { languages } from '../../packages/server/src/pages/language.ts';
import { launchBrowser } from '../kit/browser.ts';
import { type Serving, serveBrowsers } from '../kit/serving.ts';
import { signIn, signUp, visit } from '../kit/visitor.ts';
import { breaches } from './sound.ts';
import { isWide } from './watch.ts';

let browser: Browser;
let serving: Serving;
let token: string;

beforeAll(async () => {
  [browser, serving] = await Promise.all([launchBrowser(), serveBrowsers({ lightHashing: true })]);
  const { ports } = serving.assembly;
  const values = { link: `${serving.origin}/setup`, code: '482913', expiresAt: ports.clock.now() + 600_000 };
  for (const language of languages)
    await ports.store.transact((tx) =>
      postMail(ports, tx, { kind: 'sign-in', to: `${language}@example.com`, language, values }),
    );
  const visitor = visit(serving, { program: true });
  await signUp(visitor, 'ada@example.com');
  token = (await signIn(visitor, 'ada@example.com', { carrier: 'jwt' })).access;
});
afterAll(async () => {
  await browser.close();
  await serving.close();
});

/** Where DEV_PICTURES names a folder, what was seen is kept there. */
const keep = async (page: Page, name: string): Promise<void> => {
  const folder = process.env['DEV_PICTURES'];
  if (folder !== undefined) await page.screenshot({ path: `${folder}/${name}.png`, fullPage: true });
};

/** Among mails of one moment none is the first. */
const mailsWithCode = (page: Page) => page.getByRole('article').filter({ hasText: '482913' });

const looks = [
  { name: 'light', colorScheme: 'light', viewport: { width: 1200, height: 800 } },
  { name: 'dark', colorScheme: 'dark', viewport: { width: 1200, height: 800 } },
  { name: 'phone', colorScheme: 'light', viewport: { width: 360, height: 740 } },
] as const;

describe.each(languages)('in %s', (locale) => {
  test.each(looks)(
    '$name: axe finds nothing on any tool, nothing overflows, and nothing breaks the policy',
    async (look) => {
      const { name, ...options } = look;
      const page = await (await browser.newContext({ ...options, locale })).newPage();
      const faults: string[] = [];
      page.on('console', (said) => void (said.type() === 'error' && faults.push(said.text())));
      const judge = async (tool: string): Promise<void> => {
        expect([tool, await breaches(page)]).toEqual([tool, []]);
        expect([tool, await page.evaluate(isWide)]).toEqual([tool, false]);
        await keep(page, `${tool}-${locale}-${name}`);
      };
      await page.goto(`${serving.origin}/dev/inbox`);
      await page.locator('summary').first().click();
      await judge('inbox');
      await page.goto(`${serving.origin}/dev/clock`);
      await judge('clock');
      await page.goto(`${serving.origin}/dev/token`);
      await page.locator('#token').fill(token);
      await page.locator('#submit').click();
      await page.locator('#change-claims').click();
      await page.locator('#changed').waitFor();
      await judge('token');
      expect(faults).toEqual([]);
      await page.context().close();
    },
  );
});

test('without JavaScript: a mail is read, the clock goes ahead and back, and a token is inspected', async () => {
  const page = await (await browser.newContext({ javaScriptEnabled: false, locale: 'en' })).newPage();
  await page.goto(`${serving.origin}/dev/inbox`);
  const mail = mailsWithCode(page).first();
  await mail.getByText('482913').first().waitFor();
  await mail.getByRole('link', { name: 'As HTML' }).click();
  await page.getByText('482913').waitFor();
  await page.goto(`${serving.origin}/dev/clock`);
  await page.locator('#jump-1-days').click();
  await page.getByText('1 day ahead of real time').waitFor();
  await page.locator('#back').click();
  await page.getByText('Real time', { exact: true }).waitFor();
  await page.goto(`${serving.origin}/dev/token`);
  await page.locator('#token').fill(token);
  await page.locator('#submit').click();
  await page.getByText('The signature holds under that key.').waitFor();
  expect(page.url()).toBe(`${serving.origin}/dev/token`);
  await page.context().close();
});

test('the code of a mail is one look away, and its link one click', async () => {
  const page = await (await browser.newContext({ locale: 'en' })).newPage();
  await page.goto(`${serving.origin}/dev/inbox`);
  await mailsWithCode(page).first().getByRole('link', { name: 'Open the link' }).click();
  expect(page.url()).toBe(`${serving.origin}/setup`);
  await page.context().close();
});
