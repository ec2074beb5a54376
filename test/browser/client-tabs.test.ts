import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { rolldown } from 'rolldown';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { listening } from '../journeys/guard/listening.ts';
import { launchBrowser } from '../kit/browser.ts';
import { type Serving, serveSocket } from '../kit/serving.ts';
import { goodPassword, signUp, visit } from '../kit/visitor.ts';

const email = 'ada@example.com';
const refreshPath = '/api/v1/tokens/refresh';

/** Each tab has a clock that the test can set forward, and a lease of three seconds. */
const page = `<!doctype html><title>A tab</title><script type="module">
import { browserStore, createClient } from '/client.js';
window.ahead = 0;
window.told = [];
const clock = {
  now: () => Date.now() + window.ahead,
  after: (milliseconds, work) => { const timer = setTimeout(work, milliseconds); return () => clearTimeout(timer); },
};
const store = browserStore({ clock, leaseSeconds: 3 });
window.client = createClient({ issuer: location.origin, clock, store, timeoutSeconds: 2 });
window.client.onChange(({ status }) => window.told.push(status));
window.call = async () => (await window.client.fetch('/api/v1/session')).status;
</script>`;

let browser: Browser;
let module = '';
beforeAll(async () => {
  browser = await launchBrowser();
  const input = fileURLToPath(new URL('../../packages/client/src/index.ts', import.meta.url));
  const bundle = await rolldown({ input, platform: 'browser' });
  module = (await bundle.generate({ format: 'esm', minify: true })).output[0].code;
  await bundle.close();
});
afterAll(() => browser.close());

/** A site of one page, with Doorward behind the same origin. */
interface Site {
  readonly origin: string;
  readonly serving: Serving;
  /** The next answer to a refresh goes nowhere; resolves when it is due. */
  loseNext(): Promise<void>;
  close(): Promise<void>;
}

async function startSite(): Promise<Site> {
  let lose: (() => void) | undefined;
  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const { url = '/', method = 'GET' } = request;
    if (!url.startsWith('/api/')) {
      const isModule = url === '/client.js';
      response.setHeader('content-type', isModule ? 'text/javascript' : 'text/html');
      response.end(isModule ? module : page);
      return;
    }
    const body = method === 'GET' ? null : new Uint8Array(await buffer(request));
    const headers = Object.entries(request.headers).flatMap(([name, value]): [string, string][] =>
      typeof value === 'string' && !/^(?:connection|host|content-length)$/.test(name) ? [[name, value]] : [],
    );
    const said = await serving.send(new Request(origin + url, { method, headers, body }));
    const text = await said.text();
    if (url === refreshPath && lose) {
      lose();
      lose = undefined;
      return;
    }
    response.writeHead(said.status, { 'content-type': said.headers.get('content-type') ?? 'text/plain' });
    response.end(text);
  };
  const { origin, close } = await listening(
    createServer((request, response) => void answer(request, response)),
  );
  const serving = await serveSocket({ lightHashing: true, settings: { issuer: origin } });
  return {
    origin,
    serving,
    loseNext: () =>
      new Promise((resolve) => {
        lose = resolve;
      }),
    close: async () => {
      await close();
      await serving.close();
    },
  };
}

describe.each([
  ['with Web Locks', true],
  ['with the lease in the storage', false],
])('tabs of one browser, %s', (_way, hasLocks) => {
  let site: Site;
  let context: BrowserContext;
  let first: Page;
  beforeEach(async () => {
    site = await startSite();
    await signUp(visit(site.serving), email);
    context = await browser.newContext();
    if (!hasLocks)
      await context.addInitScript(
        `Object.defineProperty(Navigator.prototype, 'locks', { value: undefined })`,
      );
    first = await newTab();
    await first.evaluate(`client.signIn({ identifier: '${email}', password: '${goodPassword}' })`);
  });
  afterEach(async () => {
    await context.close();
    await site.close();
  });

  const newTab = async (): Promise<Page> => {
    const tab = await context.newPage();
    await tab.goto(site.origin);
    await tab.waitForFunction('window.client');
    return tab;
  };
  const newTabs = (count: number): Promise<Page[]> => Promise.all(Array.from({ length: count }, newTab));
  const refreshes = (): number => site.serving.seen.filter(({ route }) => route === refreshPath).length;
  /** The access token ends, for the server and for every tab. */
  const expire = async (tabs: readonly Page[]): Promise<void> => {
    site.serving.clock.advance(301_000);
    await Promise.all(tabs.map((tab) => tab.evaluate('window.ahead += 301_000')));
  };
  const statuses = (tabs: readonly Page[]): Promise<number[]> =>
    Promise.all(tabs.map((tab) => tab.evaluate<number>('call()')));
  const reuses = async (): Promise<number> => {
    const events = await site.serving.assembly.ports.store.read.events.list({ after: 0, limit: 100 });
    return events.filter(({ type }) => type === 'refresh.reused').length;
  };

  test('TOK-23: twenty tabs at expiry cause one rotation, and all are answered 200', async () => {
    const tabs = [first, ...(await newTabs(19))];
    expect(await first.evaluate('navigator.locks !== undefined')).toBe(hasLocks);
    await expire(tabs);
    expect(await statuses(tabs)).toEqual(tabs.map(() => 200));
    expect(refreshes()).toBeLessThanOrEqual(hasLocks ? 1 : 2);
    const tokens = await Promise.all(tabs.map((tab) => tab.evaluate('client.token()')));
    expect(new Set(tokens).size).toBe(1);
    expect(await reuses()).toBe(0);
  });

  test('TOK-23: a tab that is killed while it holds the lock, its answer lost, signs nobody out', async () => {
    const tabs = [first, ...(await newTabs(3))];
    await expire(tabs);
    const due = site.loseNext();
    await first.evaluate('void client.refresh().catch(() => undefined)');
    await due;
    const rest = statuses(tabs.slice(1));
    await first.close();
    expect(await rest).toEqual([200, 200, 200]);
    expect([refreshes(), await reuses()]).toEqual([2, 0]);
  });

  test('TOK-23: a tab that stands still holds the lock no longer than its lease', async () => {
    const tabs = [first, ...(await newTabs(3))];
    await expire(tabs);
    const due = site.loseNext();
    await first.evaluate('void client.refresh().catch(() => undefined)');
    await due;
    const devtools = await context.newCDPSession(first);
    await devtools.send('Page.setWebLifecycleState', { state: 'frozen' });
    const begun = Date.now();
    expect(await statuses(tabs.slice(1))).toEqual([200, 200, 200]);
    expect(Date.now() - begun).toBeLessThan(8000);
    expect([refreshes(), await reuses()]).toEqual([2, 0]);
  });

  test('a sign-out in one tab is known in the others at once', async () => {
    const other = await newTab();
    expect(await other.evaluate('client.session().then(({ status }) => status)')).toBe('signed-in');
    await first.evaluate('client.signOut()');
    await other.waitForFunction(`window.told.at(-1) === 'signed-out'`);
    expect(await other.evaluate('call().catch(({ code }) => code)')).toBe('signed_out');
    await first.evaluate(`client.signIn({ identifier: '${email}', password: '${goodPassword}' })`);
    await other.waitForFunction(`window.told.at(-1) === 'signed-in'`);
    expect(await statuses([other])).toEqual([200]);
  });
});

test('GRD-10: a client that is told no store leaves nothing where scripts of the page could find it', async () => {
  const site = await startSite();
  await signUp(visit(site.serving), email);
  const context = await browser.newContext();
  const tab = await context.newPage();
  const said: string[] = [];
  tab.on('console', (message) => void said.push(message.text()));
  await tab.goto(site.origin);
  const token = await tab.evaluate<string>(`import('/client.js').then(async ({ createClient }) => {
    const client = createClient({ issuer: location.origin });
    await client.signIn({ identifier: '${email}', password: '${goodPassword}' });
    await client.refresh();
    await client.signIn({ identifier: '${email}', password: 'wrong' }).catch((failure) => console.error(failure));
    return client.token();
  })`);
  const left = await tab.evaluate<string>(`(async () => JSON.stringify([
    { ...localStorage }, { ...sessionStorage }, document.cookie, await caches.keys(), await indexedDB.databases(),
    (await navigator.serviceWorker.getRegistrations()).length,
    Object.getOwnPropertyNames(window).map((name) => { try { return JSON.stringify(window[name]); } catch { return ''; } }),
  ]))()`);
  expect(JSON.parse(left).slice(0, 6)).toEqual([{}, {}, '', [], [], 0]);
  expect(token).toMatch(/^ey/);
  for (const text of [left, ...said]) {
    expect(text).not.toContain(token);
    expect(text).not.toContain('dw_rt_');
    expect(text).not.toContain(goodPassword);
  }
  expect(said.length).toBeGreaterThan(0);
  await context.close();
  await site.close();
});
