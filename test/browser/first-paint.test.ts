/** What the sign-in page waits for before it is painted, all that it brings along, and that nothing of it moves afterwards. */
import { get } from 'node:http';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { launchBrowser } from '../kit/browser.ts';
import { makeClient, requestOf } from '../kit/clients.ts';
import { type Serving, serveBrowsers } from '../kit/serving.ts';
import { signUp, visit } from '../kit/visitor.ts';
import { watchMoves } from './moves.ts';
import { signInAs } from './sign-in.ts';

const ada = 'ada@example.com';
let browser: Browser;
let serving: Serving;
/** Where a client sends its people. */
let fromClient: string;
beforeAll(async () => {
  [browser, serving] = await Promise.all([launchBrowser(), serveBrowsers({ lightHashing: true })]);
  await signUp(visit(serving), ada);
  const redirectUris = [`${serving.origin}/docs/failures`];
  const client = await makeClient(serving, { redirectUris, firstParty: true });
  fromClient = `/oauth/authorize?${requestOf(client, { redirect_uri: redirectUris[0] })}`;
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
  readonly redirectCount: number | undefined;
}

const loaded = async (page: Page, path: string): Promise<readonly Loaded[]> => {
  await page.goto(`${serving.origin}${path}`, { waitUntil: 'load' });
  await page.locator('#identifier').waitFor();
  return page.evaluate<Loaded[]>(`performance.getEntries()
    .filter(({ entryType }) => entryType === 'navigation' || entryType === 'resource')
    .map(({ name, renderBlockingStatus, transferSize, redirectCount }) => ({
      name: new URL(name).pathname, renderBlockingStatus, transferSize, redirectCount,
    }))`);
};

/** What it waits for: the page itself, what led to it, and the files that hold its painting up. */
const waitedFor = (files: readonly Loaded[]): string[] =>
  files
    .filter(
      ({ redirectCount, renderBlockingStatus }) =>
        redirectCount !== undefined || renderBlockingStatus === 'blocking',
    )
    .filter(({ transferSize }) => transferSize > 0)
    .flatMap(({ name, redirectCount = 0 }) => [...Array<string>(redirectCount).fill('redirect'), name]);

const names = (files: readonly Loaded[]): string[] =>
  files.map(({ name }) => name).sort((one, other) => one.localeCompare(other));

describe.each([
  ['the sign-in page', '/sign-in', () => '/sign-in'],
  ['the request of a client', '/oauth/authorize', () => fromClient],
])('%s', (_what, name, path) => {
  test('waits for one stylesheet beside the page on the first visit, and on every later one for the page alone', async () => {
    const page = await (await browser.newContext()).newPage();
    const first = await loaded(page, path());
    expect(waitedFor(first)).toEqual([name, '/assets/style.css']);
    expect(first.reduce((sum, { transferSize }) => sum + transferSize, 0)).toBeLessThanOrEqual(15_000);
    const second = await loaded(page, path());
    expect(waitedFor(second)).toEqual([name]);
    expect(names(second)).toEqual(names(first));
  });
});

/** Bytes that a server sends before it waits for the first acknowledgement: ten segments of 1,460 (RFC 6928 §2). */
const firstFlight = 14_600;

/** Bytes of an answer on a line of its own, head and body. */
const bytesOf = (path: string): Promise<number> =>
  new Promise((resolve, reject) => {
    const headers = {
      'accept-encoding': 'gzip, deflate, br, zstd',
      accept: 'text/html',
      'sec-fetch-mode': 'navigate',
      'sec-fetch-dest': 'document',
    };
    get(new URL(path, serving.origin), { headers, agent: false }, (answer) => {
      const { socket } = answer;
      answer.resume().on('end', () => resolve(socket.bytesRead));
    }).on('error', reject);
  });

test('page and stylesheet each fit, with their heads, into the first flight of a connection', async () => {
  const page = await (await browser.newContext()).newPage();
  await page.goto(`${serving.origin}/sign-in`);
  const sheet = await page.locator('link[rel=stylesheet]').getAttribute('href');
  for (const path of ['/sign-in', fromClient, String(sheet)]) {
    const bytes = await bytesOf(path);
    expect(bytes).toBeGreaterThan(1000);
    expect(bytes).toBeLessThanOrEqual(firstFlight);
  }
});

test('what a client asked for is still there after the page was loaded again, and after the language was changed', async () => {
  const page = await (await browser.newContext({ locale: 'en' })).newPage();
  await page.goto(`${serving.origin}${fromClient}`);
  await page.reload();
  await page.getByRole('button', { name: 'Deutsch' }).click();
  await page.locator('html[lang=de]').waitFor();
  await signInAs(page, ada);
  await page.waitForURL('**/docs/failures?*');
  expect(new URL(page.url()).searchParams.get('code')).toMatch(/^dw_/);
});

test('nothing on the page moves when its scripts come after it was painted', async () => {
  const page = await (await browser.newContext()).newPage();
  const moves = await watchMoves(page);
  await page.goto(`${serving.origin}/sign-in`);
  expect(await moves()).toEqual([]);
  expect(await page.locator('#by-passkey').isVisible()).toBe(true);
});

test('without JavaScript no place is kept for what needs it', async () => {
  const page = await (await browser.newContext({ javaScriptEnabled: false })).newPage();
  await page.goto(`${serving.origin}/sign-in`);
  expect(await page.locator('#sign-in-passkey').boundingBox()).toBeNull();
});
