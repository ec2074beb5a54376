/** The pages between the password and the session, in every language, light and dark, on a phone and on a desktop. */
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { directionOf, languages } from '../../packages/server/src/pages/language.ts';
import { launchBrowser } from '../kit/browser.ts';
import { type Serving, serveBrowsers } from '../kit/serving.ts';
import { walkSecondSteps } from './second-steps.ts';
import { expectSound } from './sound.ts';
import { watch } from './watch.ts';

let browser: Browser;
let serving: Serving;
beforeAll(async () => {
  const settings = { signUp: 'verified', signUpAttempts: 1000, networkAttempts: 10_000 };
  [browser, serving] = await Promise.all([launchBrowser(), serveBrowsers({ lightHashing: true, settings })]);
});
afterAll(async () => {
  await browser.close();
  await serving.close();
});

const sizes = [
  { width: 320, height: 640 },
  { width: 1100, height: 760 },
] as const;
const cases = languages.flatMap((language) =>
  (['light', 'dark'] as const).map((colorScheme) => [language, colorScheme] as const),
);

test.each(cases)(
  'in %s, %s: axe-core finds nothing, nothing is cut, and no policy is broken',
  { timeout: 90_000 },
  async (locale, colorScheme) => {
    const page = await (await browser.newContext({ locale, colorScheme })).newPage();
    const faults = await watch(page);
    const seen: string[] = [];
    const look = async (name: string): Promise<void> => {
      const root = page.locator('html');
      expect([name, await root.getAttribute('lang')]).toEqual([name, locale]);
      expect(await root.getAttribute('dir')).toBe(directionOf(locale));
      const heading = await page.getByRole('heading', { level: 1 }).innerText();
      if (locale === 'ar') expect(heading).toMatch(/\p{Script=Arabic}/u);
      for (const size of sizes) {
        await page.setViewportSize(size);
        await expectSound(page);
      }
      seen.push(name);
    };
    await walkSecondSteps({ serving, page, look });
    expect(seen).toHaveLength(11);
    // Codes that are refused on purpose.
    expect(faults().filter((one) => !/\b403\b/.test(one))).toEqual([]);
  },
);
