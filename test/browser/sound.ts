import axe, { type AxeResults } from 'axe-core';
import type { Page } from 'playwright-core';
import { expect } from 'vitest';
import { isWide } from './watch.ts';

/** The rules of axe-core that a page breaks, with the elements. */
export async function breaches(page: Page): Promise<string[]> {
  // The debugger puts the script in; the page's own policy would not let it.
  await page.evaluate(axe.source);
  const { violations } = await page.evaluate<AxeResults>('axe.run()');
  return violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html).join(' ')}`);
}

/** Expects that axe-core finds nothing, and that nobody must scroll sideways. */
export async function expectSound(page: Page): Promise<void> {
  expect(await breaches(page)).toEqual([]);
  expect(await page.evaluate(isWide)).toBe(false);
}
