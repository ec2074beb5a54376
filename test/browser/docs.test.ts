import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { launchBrowser } from '../kit/browser.ts';
import { type Serving, serveBrowsers } from '../kit/serving.ts';
import { isWide, watch } from './watch.ts';

let browser: Browser;
let serving: Serving;
let context: BrowserContext;

beforeAll(async () => {
  [browser, serving] = await Promise.all([launchBrowser(), serveBrowsers({ lightHashing: true })]);
});
afterAll(async () => {
  await browser.close();
  await serving.close();
});
beforeEach(async () => {
  context = await browser.newContext({ viewport: { width: 1280, height: 900 } });
});
afterEach(() => context.close());

const openDocs = async (page: Page): Promise<void> => {
  await page.goto(`${serving.origin}/docs`);
  await page.locator('.opblock').first().waitFor();
};

/** A long reference draws what is in view alone: goes down through it until `isEnough`, or its end. */
async function walkDown(page: Page, isEnough: () => Promise<boolean>): Promise<void> {
  const isAtEnd = 'innerHeight + scrollY >= document.documentElement.scrollHeight - 1';
  while (!(await isEnough()) && !(await page.evaluate(isAtEnd)))
    await page.evaluate(
      'new Promise((drawn) => { scrollBy(0, 400); requestAnimationFrame(() => setTimeout(drawn, 30)); })',
    );
}

test('the reference lists every operation, breaks no policy and writes no error', async () => {
  const page = await context.newPage();
  const faults = await watch(page);
  await openDocs(page);
  const document = (await (await fetch(new URL('/openapi.json', serving.origin))).json()) as {
    paths: Record<string, object>;
  };
  const operations = Object.values(document.paths).flatMap((item) => Object.keys(item));
  const seen = new Set<string>();
  await walkDown(page, async () => {
    for (const id of await page.locator('.opblock').evaluateAll((blocks) => blocks.map((block) => block.id)))
      seen.add(id);
    return seen.size === operations.length;
  });
  expect(seen.size).toBe(operations.length);
  expect(await page.locator('.errors-wrapper').count()).toBe(0);
  expect(faults()).toEqual([]);
});

test('an operation opens, is tried out and answers, within the policy', async () => {
  const page = await context.newPage();
  const faults = await watch(page);
  await openDocs(page);
  const block = page.locator('#operations-operation-getHealthLive');
  await walkDown(page, async () => (await block.count()) === 1);
  await block.locator('.opblock-summary-control').click();
  await block.getByRole('button', { name: 'Try it out' }).click();
  await block.getByRole('button', { name: 'Execute' }).click();
  await block.locator('.live-responses-table .response-col_status', { hasText: '200' }).waitFor();
  expect(faults()).toEqual([]);
});

test('the reference loads from this server alone', async () => {
  const page = await context.newPage();
  const origins = new Set<string>();
  page.on('request', (request) => {
    if (!request.url().startsWith('data:')) origins.add(new URL(request.url()).origin);
  });
  await openDocs(page);
  expect([...origins]).toEqual([serving.origin]);
});

test('the type of a problem leads to the entry of its code', async () => {
  const page = await context.newPage();
  const faults = await watch(page);
  const refused = await fetch(new URL('/api/v1/session', serving.origin));
  const { type } = (await refused.json()) as { type: string };
  await page.goto(new URL(type, serving.origin).href);
  expect(await page.locator(':target').innerText()).toContain('credentials_missing');
  expect(faults()).toEqual([]);
});

test('what is not there is told as a page to whoever prefers one', async () => {
  const page = await context.newPage();
  const answer = await page.goto(`${serving.origin}/nowhere`);
  expect(answer?.status()).toBe(404);
  expect(await page.getByRole('heading', { level: 1 }).innerText()).toBe('There is nothing here.');
});

test.each(['light', 'dark'] as const)('the pages of the docs fit a phone, in %s', async (colorScheme) => {
  const page = await context.newPage();
  await page.emulateMedia({ colorScheme });
  await page.setViewportSize({ width: 360, height: 740 });
  await openDocs(page);
  expect(await page.evaluate(isWide)).toBe(false);
  await page.goto(`${serving.origin}/docs/failures`);
  expect(await page.evaluate(isWide)).toBe(false);
});
