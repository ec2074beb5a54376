/** What the sign-in page waits for before it is painted, and all that it brings along. */
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { launchBrowser } from '../kit/browser.ts';
import { type Serving, serveBrowsers } from '../kit/serving.ts';

let browser: Browser;
let serving: Serving;
beforeAll(async () => {
  [browser, serving] = await Promise.all([launchBrowser(), serveBrowsers({ lightHashing: true })]);
});
afterAll(async () => {
  await browser.close();
  await serving.close();
});

/** A file as the browser tells of it. */
interface Loaded {
  readonly name: string;
  readonly renderBlockingStatus: string;
  readonly transferSize: number;
}

const loaded = async (page: Page): Promise<readonly Loaded[]> => {
  await page.goto(`${serving.origin}/sign-in`, { waitUntil: 'load' });
  return page.evaluate<Loaded[]>(`performance.getEntries()
    .filter(({ entryType }) => entryType === 'navigation' || entryType === 'resource')
    .map(({ name, renderBlockingStatus, transferSize }) => ({
      name: new URL(name).pathname, renderBlockingStatus, transferSize,
    }))`);
};

/** What it waits for: the page itself, and the files that hold its painting up. */
const waitedFor = (files: readonly Loaded[]): string[] =>
  files
    .filter(({ name, renderBlockingStatus }) => name === '/sign-in' || renderBlockingStatus === 'blocking')
    .filter(({ transferSize }) => transferSize > 0)
    .map(({ name }) => name);

test('the first visit waits for one stylesheet beside the page, every later one for the page alone', async () => {
  const page = await (await browser.newContext()).newPage();
  const first = await loaded(page);
  expect(waitedFor(first)).toEqual(['/sign-in', '/assets/style.css']);
  expect(first.reduce((sum, { transferSize }) => sum + transferSize, 0)).toBeLessThanOrEqual(15_000);
  const second = await loaded(page);
  expect(waitedFor(second)).toEqual(['/sign-in']);
  expect(second.map(({ name }) => name).sort((one, other) => one.localeCompare(other))).toEqual(
    first.map(({ name }) => name).sort((one, other) => one.localeCompare(other)),
  );
});
