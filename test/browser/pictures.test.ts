/**
 * Draws every page that people see, with somebody behind it who has one of everything: light on a desktop, and once dark and
 * once from right to left on a phone. `npm run pictures` keeps what is drawn.
 */
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { offerSetUp } from '../../packages/server/src/domain/accounts/set-up.ts';
import { centrePaths } from '../../packages/server/src/pages/words/account-centre.ts';
import { apiKey } from '../journeys/cast.ts';
import { signUpByMail } from '../journeys/mail/mail-cast.ts';
import { launchBrowser } from '../kit/browser.ts';
import { authorizeAt, makeClient, waitingAt } from '../kit/clients.ts';
import { type Serving, serveBrowsers } from '../kit/serving.ts';
import { goodPassword, signIn, visit } from '../kit/visitor.ts';
import { walkSecondSteps } from './second-steps.ts';
import { signInAs } from './sign-in.ts';

const kept = process.env['PICTURES'];
const ada = 'ada@example.com';
const phone = { width: 390, height: 780 };

const looks: readonly (BrowserContextOptions & { readonly name: string })[] = [
  { name: 'light', locale: 'en', colorScheme: 'light', viewport: { width: 1100, height: 760 } },
  { name: 'dark', locale: 'de', colorScheme: 'dark', viewport: phone },
  { name: 'arabic', locale: 'ar', colorScheme: 'light', viewport: phone },
];

/** One look at all pages. */
interface Round {
  readonly serving: Serving;
  readonly page: Page;
  draw(name: string): Promise<void>;
}

/** Pages of whoever is not signed in. */
async function drawArrivals({ serving, page, draw }: Round): Promise<void> {
  const go = (path: string) => page.goto(`${serving.origin}${path}`);
  await go('/sign-in?next=/account');
  await draw('sign-in');
  await page.locator('#identifier').fill(ada);
  await page.locator('#sign-in #submit').click();
  await page.locator('#sign-in-password').waitFor();
  await draw('password');
  await page.locator('#by-mail').click();
  await page.locator('#screen-code').waitFor();
  await draw('code');
  await page.locator('#code').fill('000000');
  await page.locator('#submit').click();
  await page.locator('#refusal, [role=alert]').first().waitFor();
  await draw('code-refused');
  await go('/sign-up');
  await draw('sign-up');
  await go('/reset');
  await draw('reset');
  await go('/device');
  await draw('device');
  await go('/nowhere');
  await draw('failure');
  const { ports } = serving.assembly;
  await go(`/setup?link=${await offerSetUp(ports)}`);
  await draw('set-up');
  await go('/docs/failures');
  await draw('docs');
}

/** Pages of whoever is signed in. */
async function drawAccount({ serving, page, draw }: Round): Promise<void> {
  await page.goto(`${serving.origin}/account`);
  await signInAs(page, ada);
  await page.locator('.account').waitFor();
  for (const [place, path] of Object.entries(centrePaths)) {
    await page.goto(`${serving.origin}${path}`);
    await draw(`account-${place.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`);
  }
  await page.goto(`${serving.origin}/sign-out`);
  await draw('sign-out');
  for (const tool of ['inbox', 'clock', 'token']) {
    await page.goto(`${serving.origin}/dev/${tool}`);
    await draw(`dev-${tool}`);
  }
  await page
    .locator('#token')
    .fill(await signIn(visit(serving), ada, { carrier: 'jwt' }).then(({ access }) => access));
  await page.locator('#submit').click();
  await page.locator('#change-claims').waitFor();
  await draw('dev-token-inspected');
}

/** Pages between the password and the session. */
const drawSecondSteps = ({ serving, page, draw }: Round): Promise<void> =>
  walkSecondSteps({ serving, page, look: draw });

/** The page that asks whether an application may act for somebody. */
async function drawConsent({ serving, page, draw }: Round): Promise<void> {
  const client = await makeClient(serving, { name: 'Reading Room', firstParty: false });
  const visitor = visit(serving);
  await signIn(visitor, ada);
  const scope = 'openid profile email offline_access';
  const authorization = waitingAt(await authorizeAt(visitor, client, { scope }));
  const { host } = new URL(serving.origin);
  const cookies = [...visitor.cookies].map(([name, value]) => ({
    name,
    value,
    domain: host.split(':')[0] ?? '',
    path: '/',
  }));
  await page.context().addCookies(cookies);
  await page.goto(`${serving.origin}/consent?authorization=${authorization}`);
  await page.locator('#consent').waitFor();
  await draw('consent');
}

let browser: Browser;
let folder: string;
beforeAll(async () => {
  browser = await launchBrowser();
  folder = kept ?? (await mkdtemp(join(tmpdir(), 'doorward-pictures-')));
});
afterAll(async () => {
  await browser.close();
  if (kept === undefined) await rm(folder, { recursive: true });
});

test.each(looks)('every page is drawn: $name', { timeout: 120_000 }, async ({ name: look, ...options }) => {
  const settings = { signUp: 'verified', signUpAttempts: 1000, networkAttempts: 1000 };
  const serving = await serveBrowsers({ lightHashing: true, settings });
  try {
    await signUpByMail(serving, ada);
    const owner = visit(serving);
    await signIn(owner, ada, { password: goodPassword });
    await apiKey(owner, ['account:read'], { name: 'Nightly report' });
    const page = await (await browser.newContext(options)).newPage();
    const draw = async (name: string): Promise<void> => {
      await page.screenshot({ path: join(folder, `${name}-${look}.png`), fullPage: true });
    };
    for (const part of [drawArrivals, drawConsent, drawAccount, drawSecondSteps]) {
      await page.context().clearCookies();
      await part({ serving, page, draw });
    }
    const drawn = await readdir(folder);
    expect(drawn.filter((name) => name.endsWith(`-${look}.png`)).length).toBeGreaterThan(35);
  } finally {
    await serving.close();
  }
});
