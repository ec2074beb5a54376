import type { Page } from 'playwright-core';

/**
 * Watches a page from now on: breaches of its content security policy, errors and warnings on its console, scripts
 * that threw, and answers of 400 and above. Returns what was seen so far.
 */
export async function watch(page: Page): Promise<() => readonly string[]> {
  const seen: string[] = [];
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning')
      seen.push(`${message.type()}: ${message.text()}`);
  });
  page.on('pageerror', (thrown) => seen.push(`thrown: ${thrown.message}`));
  page.on('response', (response) => {
    if (response.status() >= 400) seen.push(`${response.status()}: ${response.url()}`);
  });
  await page.exposeFunction('tellBreach', (what: string) => void seen.push(`policy: ${what}`));
  await page.addInitScript(`addEventListener('securitypolicyviolation', (event) =>
    tellBreach(event.effectiveDirective + ' ' + event.blockedURI + ' ' + event.sample));`);
  return () => seen;
}

/** Asks a page whether it must be scrolled sideways. */
export const isWide = 'document.documentElement.scrollWidth > innerWidth';
