import axe, { type AxeResults } from 'axe-core';
import type { Page } from 'playwright-core';
import { expect } from 'vitest';
import { isWide } from './watch.ts';

/** WCAG 2.2 asks for targets that can be hit (SC 2.5.8); axe-core tries that only when told to. */
const withTargets = "axe.run({ rules: { 'target-size': { enabled: true } } })";

/** The rules of axe-core that a page breaks, with the elements. */
export async function breaches(page: Page): Promise<string[]> {
  // The debugger puts the script in; the page's own policy would not let it.
  await page.evaluate(axe.source);
  const { violations } = await page.evaluate<AxeResults>(withTargets);
  return violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html).join(' ')}`);
}

/** Expects that axe-core finds nothing, and that nobody must scroll sideways. */
export async function expectSound(page: Page): Promise<void> {
  expect(await breaches(page)).toEqual([]);
  expect(await page.evaluate(isWide)).toBe(false);
}
