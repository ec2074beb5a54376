/** What moves on a page by itself while it loads, as browsers count it (Layout Instability, `layout-shift`). */
import type { Page } from 'playwright-core';

/** Notes what moves, but for what follows upon somebody's hand. */
const note = `globalThis.moved = [];
globalThis.movements = new PerformanceObserver((list) => noteMoves(list.getEntries()));
globalThis.noteMoves = (entries) => {
  for (const { hadRecentInput, sources } of entries)
    if (!hadRecentInput) moved.push(sources.map(({ node }) => (node?.outerHTML ?? '#text').slice(0, 80)).join(' '));
};
movements.observe({ type: 'layout-shift', buffered: true });`;

const isPainted = "performance.getEntriesByName('first-contentful-paint').length > 0";

const read = `new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(() => {
  noteMoves(movements.takeRecords());
  resolve(moved);
})))`;

/**
 * Watches the pages that come: no script arrives before its page is painted, as on a slow line. Returns what has moved on the
 * page that is shown, once all of it is there.
 */
export async function watchMoves(page: Page): Promise<() => Promise<readonly string[]>> {
  await page.addInitScript(note);
  await page.route('**/assets/*.js*', async (route) => {
    // Whoever leaves a page before it is painted needs its scripts no more.
    await route
      .request()
      .frame()
      .waitForFunction(isPainted)
      .catch(() => undefined);
    await route.continue();
  });
  return async () => {
    await page.waitForLoadState('load');
    return page.evaluate<string[]>(read);
  };
}
