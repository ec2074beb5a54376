import type { Page } from 'playwright-core';
import { goodPassword } from '../kit/visitor.ts';

/** Signs in on our pages from whichever step is shown: the name, then the password. */
export async function signInAs(page: Page, identifier: string, password = goodPassword): Promise<void> {
  await page.locator('#sign-in, #sign-in-password').first().waitFor();
  if ((await page.locator('#sign-in').count()) > 0) {
    await page.locator('#identifier').fill(identifier);
    await page.locator('#sign-in #submit').click();
    await page.locator('#sign-in-password').waitFor();
  }
  await page.locator('#password').fill(password);
  await page.locator('#sign-in-password #submit').click();
}
