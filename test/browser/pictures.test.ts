/**
 * Draws every page that people see, with somebody behind it who has one of everything: light on a desktop, and once dark and
 * once from right to left on a phone. `npm run pictures` keeps what is drawn. Nothing on any of them moves by itself, and Arabic has
 * its own punctuation.
 */
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { apiKey } from '../journeys/cast.ts';
import { signUpByMail } from '../journeys/mail/mail-cast.ts';
import { launchBrowser } from '../kit/browser.ts';
import { type SmallProvider, serveWith, smallProvider } from '../kit/outside.ts';
import { type Serving, serveBrowsers } from '../kit/serving.ts';
import { goodPassword, signIn, visit } from '../kit/visitor.ts';
import { watchMoves } from './moves.ts';
import { ada, drawAccount, drawArrivals, drawConsent, drawSecondSteps } from './scenes.ts';
import {
  drawApp,
  drawChanges,
  drawDevice,
  drawEnds,
  drawMails,
  drawSignInForClient,
} from './scenes-of-change.ts';

const kept = process.env['PICTURES'];
const phone = { width: 390, height: 780 };

const looks: readonly (BrowserContextOptions & { readonly name: string })[] = [
  { name: 'light', locale: 'en', colorScheme: 'light', viewport: { width: 1100, height: 760 } },
  { name: 'dark', locale: 'de', colorScheme: 'dark', viewport: phone },
  { name: 'arabic', locale: 'ar', colorScheme: 'light', viewport: phone },
];

const scenes = [
  drawArrivals,
  drawSignInForClient,
  drawConsent,
  drawAccount,
  drawChanges,
  drawApp,
  drawDevice,
  drawSecondSteps,
  drawMails,
  drawEnds,
];

let browser: Browser;
let folder: string;
let provider: SmallProvider;
beforeAll(async () => {
  [browser, provider] = await Promise.all([launchBrowser(), smallProvider()]);
  folder = kept ?? (await mkdtemp(join(tmpdir(), 'doorward-pictures-')));
});
afterAll(async () => {
  await Promise.all([browser.close(), provider.close()]);
  if (kept === undefined) await rm(folder, { recursive: true });
});

/** A server with an outside provider, and Ada, who has one of everything. */
async function open(): Promise<Serving> {
  const settings = { signUp: 'verified', signUpAttempts: 1000, networkAttempts: 1000 };
  const serving = await serveWith({ example: provider }, (more) =>
    serveBrowsers({ lightHashing: true, settings: { ...settings, ...more } }),
  );
  await signUpByMail(serving, ada);
  const owner = visit(serving);
  await signIn(owner, ada, { password: goodPassword });
  await apiKey(owner, ['account:read'], { name: 'Nightly report' });
  return serving;
}

/** What stands in Latin after Arabic: a comma or question mark. And codes that run with the text around them. */
async function latinInArabic(page: Page): Promise<string[]> {
  const text = await page.locator('body').innerText();
  const codes = await page.evaluate<string[]>(`[...document.querySelectorAll('code')]
    .filter((code) => getComputedStyle(code).direction !== 'ltr' || getComputedStyle(code).unicodeBidi !== 'isolate')
    .map((code) => code.outerHTML)`);
  return [...(text.match(/\p{Script=Arabic}[,;?].{0,20}/gu) ?? []), ...codes];
}

test.each(looks)(
  'every page is drawn, and nothing on it moves by itself: $name',
  { timeout: 300_000 },
  async ({ name: look, ...options }) => {
    const serving = await open();
    const moved: string[] = [];
    const latin: string[] = [];
    try {
      const page = await (await browser.newContext(options)).newPage();
      const moves = await watchMoves(page);
      const picture = async (name: string): Promise<void> => {
        await page.screenshot({ path: join(folder, `${name}-${look}.png`), fullPage: true });
      };
      const draw = async (name: string): Promise<void> => {
        moved.push(...(await moves()).map((move) => `${name}: ${move}`));
        latin.push(...(await latinInArabic(page)).map((piece) => `${name}: ${piece}`));
        await picture(name);
      };
      for (const scene of scenes) {
        await page.context().clearCookies();
        await scene({ serving, page, draw, picture });
      }
      const drawn = await readdir(folder);
      expect(drawn.filter((name) => name.endsWith(`-${look}.png`)).length).toBeGreaterThan(55);
      expect(moved).toEqual([]);
      expect(latin).toEqual([]);
    } finally {
      await serving.close();
    }
  },
);
