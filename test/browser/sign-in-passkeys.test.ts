/** Passkeys on the pages of a sign-in, in a real browser with an authenticator of its own: what its script does, and says. */
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { giveRoles } from '../journeys/cast.ts';
import { signUpByMail } from '../journeys/mail/mail-cast.ts';
import { launchBrowser } from '../kit/browser.ts';
import { putRole } from '../kit/enrolment.ts';
import { mailTo } from '../kit/mails.ts';
import { type Serving, serveBrowsers } from '../kit/serving.ts';
import {
  addAuthenticator,
  type VirtualAuthenticator,
  withoutAuthenticator,
} from '../kit/virtual-authenticator.ts';
import { goodPassword } from '../kit/visitor.ts';
import { signInAs } from './sign-in.ts';
import { watch } from './watch.ts';

let browser: Browser;
let serving: Serving;
let people = 0;
beforeAll(async () => {
  const settings = { signUp: 'verified', signUpAttempts: 1000, networkAttempts: 10_000 };
  [browser, serving] = await Promise.all([launchBrowser(), serveBrowsers({ lightHashing: true, settings })]);
  for (const demand of ['second-factor', 'passkey'] as const) await putRole(serving, demand);
});
afterAll(async () => {
  await browser.close();
  await serving.close();
});

interface Stage {
  readonly page: Page;
  readonly email: string;
  readonly account: string;
  readonly authenticator: VirtualAuthenticator;
  readonly faults: () => readonly string[];
}

/** Somebody new with a proven mailbox, before a browser with an authenticator. */
async function stage(options: BrowserContextOptions = {}): Promise<Stage> {
  const email = `guest-${(people += 1)}@example.com`;
  const account = await signUpByMail(serving, email);
  const page = await (await browser.newContext(options)).newPage();
  const faults = await watch(page);
  return { page, email, account, authenticator: await addAuthenticator(page), faults };
}

/** The same with a passkey, signed out again. */
async function withPasskey(): Promise<Stage> {
  const made = await stage();
  const { page, email } = made;
  await page.goto(`${serving.origin}/sign-in?next=/account/passkeys`);
  await signInAs(page, email);
  await page.locator('#add-passkey #name').fill('Laptop');
  await page.locator('#make-passkey').click();
  await page.locator('#codes').waitFor();
  await page.context().clearCookies();
  return made;
}

const arrived = (page: Page) => page.waitForURL(`${serving.origin}/account`);
const start = (page: Page) => page.goto(`${serving.origin}/sign-in?next=/account`);
const amrIn = async (account: string): Promise<readonly string[]> =>
  (await serving.assembly.ports.store.read.sessions.listOpen(account)).map(({ amr }) => amr);
const fault = (page: Page) => page.locator('form[data-passkey] [role=alert]');

test('a passkey is offered among the names, and is all that is needed', async () => {
  const { page, account, faults } = await withPasskey();
  await start(page);
  await arrived(page);
  expect(await amrIn(account)).toContain('pop mfa');
  expect(faults()).toEqual([]);
});

test('by the button, while the browser still offers it among the names', async () => {
  const { page, account, authenticator, faults } = await withPasskey();
  await authenticator.attends(false);
  await start(page);
  await page.locator('#by-passkey').waitFor();
  await authenticator.attends(true);
  await page.locator('#by-passkey').click();
  await arrived(page);
  expect(await amrIn(account)).toContain('pop mfa');
  expect(faults()).toEqual([]);
});

test('as the second factor after the password, by the keyboard', async () => {
  const { page, email, account, authenticator, faults } = await withPasskey();
  await authenticator.attends(false);
  await start(page);
  await signInAs(page, email);
  await page.locator('#second-passkey').waitFor();
  await authenticator.attends(true);
  await page.locator('#by-passkey').focus();
  await page.keyboard.press('Enter');
  await arrived(page);
  expect(await amrIn(account)).toContain('pwd pop mfa');
  expect(faults()).toEqual([]);
});

test.each(['second-factor', 'passkey'] as const)(
  'MFA-06: a role that needs a %s has a passkey made on the way',
  async (demand) => {
    const { page, email, account, faults } = await stage();
    await giveRoles(serving, account, [demand]);
    await start(page);
    await signInAs(page, email);
    await page.locator('#make-passkey').click();
    await page.locator('#codes').waitFor();
    expect(await page.locator('#codes li').count()).toBe(10);
    expect(await amrIn(account)).toContain('pwd pop mfa');
    await page.locator('#go-on').click();
    await arrived(page);
    expect((await mailTo(serving, email, 'factor-added')).values).toMatchObject({ name: 'My passkey' });
    expect(faults()).toEqual([]);
  },
);

test('MFA-06: a passkey that cannot be made says so and leaves the page as it was', async () => {
  const { page, email, account, authenticator, faults } = await stage();
  await giveRoles(serving, account, ['passkey']);
  await authenticator.verifies(false);
  await start(page);
  await signInAs(page, email);
  await page.locator('#make-passkey').click();
  await fault(page).waitFor();
  expect(await fault(page).innerText()).toContain('That did not work, or was cancelled.');
  await authenticator.verifies(true);
  await page.locator('#make-passkey').click();
  await page.locator('#codes').waitFor();
  expect(faults()).toEqual([]);
});

test('PKY-07: a count that went back is refused, told of in the events and by mail', async () => {
  const { page, email, account, authenticator, faults } = await withPasskey();
  await start(page);
  await arrived(page);
  const [credential] = await authenticator.credentials();
  if (!credential) throw new Error('the authenticator has no passkey');
  await page.context().clearCookies();
  await authenticator.put({ ...credential, signCount: 0 });
  await start(page);
  await page.locator('#refusal').waitFor();
  expect(await page.getByRole('alert').innerText()).toContain('The passkey was not accepted.');
  const events = await serving.assembly.ports.store.read.events.list({
    after: 0,
    limit: 1000,
    type: 'passkey.cloned',
  });
  expect(events.filter(({ accountId }) => accountId === account)).toHaveLength(1);
  expect((await mailTo(serving, email, 'passkey-copied')).values).toMatchObject({ name: 'Laptop' });
  // The page goes on as any: the other ways in are there, and nothing tries the copy again by itself.
  await page.locator('#identifier').fill(email);
  await page.locator('#sign-in #submit').click();
  await page.locator('#sign-in-password').waitFor();
  expect(faults().filter((one) => !one.startsWith('403') && !one.includes('status of 403'))).toEqual([]);
});

test('a passkey that was removed is refused, and the browser is told so', async () => {
  const { page, account, authenticator } = await withPasskey();
  const [passkey] = await serving.assembly.ports.store.read.passkeys.list(account);
  await serving.assembly.ports.store.transact((tx) => tx.passkeys.delete(passkey?.id ?? '', account));
  await page.addInitScript(`PublicKeyCredential.signalUnknownCredential = async (told) => {
    globalThis.told = told;
  };`);
  const [credential] = await authenticator.credentials();
  await start(page);
  await page.locator('#refusal').waitFor();
  const told = (await page.evaluate('globalThis.told')) as { rpId: string; credentialId: string };
  expect(told.rpId).toBe('localhost');
  expect(Buffer.from(told.credentialId, 'base64url').toString('base64')).toBe(credential?.credentialId);
});

test('a cancelled passkey is said, and the same page signs in by another way or at the next try', async () => {
  const { page, account, authenticator, faults } = await withPasskey();
  await authenticator.attends(false);
  await start(page);
  await page.locator('#by-passkey').waitFor();
  await authenticator.verifies(false);
  await authenticator.attends(true);
  await page.locator('#by-passkey').click();
  await fault(page).waitFor();
  expect(await fault(page).innerText()).toContain('That did not work, or was cancelled.');
  await authenticator.verifies(true);
  await page.locator('#by-passkey').click();
  await arrived(page);
  expect(await amrIn(account)).toContain('pop mfa');
  expect(faults()).toEqual([]);
});

/** Nobody touches the authenticator: the browser gives up soon, and says what it says when its dialog is closed. */
async function letGo({ page, authenticator }: Stage): Promise<void> {
  await authenticator.attends(false);
  await page.locator('form[data-passkey]').waitFor();
  await page.evaluate(`(() => {
    const { dataset } = document.querySelector('form[data-passkey]');
    dataset.passkey = JSON.stringify({ ...JSON.parse(dataset.passkey), timeout: 20 });
  })()`);
}

test('a passkey dialog that is closed is said where one signs in, and the password still opens', async () => {
  const made = await withPasskey();
  const { page, email, faults } = made;
  await made.authenticator.attends(false);
  await start(page);
  await letGo(made);
  await page.locator('#by-passkey').click();
  await fault(page).waitFor();
  expect(await page.evaluate('document.activeElement.id')).toBe('by-passkey');
  await signInAs(page, email);
  await page.locator('#second-passkey').waitFor();
  await letGo(made);
  await page.locator('#by-passkey').click();
  await fault(page).waitFor();
  await made.authenticator.attends(true);
  await page.locator('#by-passkey').click();
  await arrived(page);
  expect(faults()).toEqual([]);
});

test('a passkey dialog that is closed while one is made leaves the name, and the next try makes it', async () => {
  const made = await stage();
  const { page, email, authenticator, faults } = made;
  await page.goto(`${serving.origin}/sign-in?next=/account/passkeys`);
  await signInAs(page, email);
  await page.locator('#add-passkey #name').fill('Laptop');
  await letGo(made);
  await page.locator('#make-passkey').click();
  await fault(page).waitFor();
  expect(await page.locator('#add-passkey #name').inputValue()).toBe('Laptop');
  await authenticator.attends(true);
  await page.locator('#make-passkey').click();
  await page.locator('#codes').waitFor();
  expect(faults()).toEqual([]);
});

test('a page that was left open for too long says so, and the next try opens', async () => {
  const { page, account, authenticator } = await withPasskey();
  await authenticator.attends(false);
  await start(page);
  await page.locator('#by-passkey').waitFor();
  serving.clock.advance(301_000);
  await authenticator.attends(true);
  await page.locator('#by-passkey').click();
  await page.locator('#refusal').waitFor();
  await page.locator('#by-passkey').click();
  await arrived(page);
  expect(await amrIn(account)).toContain('pop mfa');
});

test('with no authenticator at all the page signs in by the password', async () => {
  const { email, account } = await stage();
  const page = await (await browser.newContext()).newPage();
  const faults = await watch(page);
  await withoutAuthenticator(page);
  await start(page);
  await page.locator('#by-passkey').click();
  await signInAs(page, email);
  await arrived(page);
  expect(await amrIn(account)).toContain('pwd');
  expect(faults()).toEqual([]);
});

test('where a browser knows no passkeys, and without JavaScript, it is said what can be done', async () => {
  const { page, email, account, faults } = await stage();
  await giveRoles(serving, account, ['passkey']);
  await page.addInitScript('delete globalThis.PublicKeyCredential;');
  await start(page);
  expect(await page.locator('#by-passkey').isVisible()).toBe(false);
  await signInAs(page, email);
  await page.locator('[data-unable]').waitFor();
  expect(await page.locator('main').innerText()).toContain('This browser cannot make a passkey.');
  expect(faults()).toEqual([]);
  const plain = await (await browser.newContext({ javaScriptEnabled: false })).newPage();
  await plain.goto(`${serving.origin}/sign-in`);
  await signInAs(plain, email, goodPassword);
  expect(await plain.locator('#needs-script').innerText()).toContain('Turn it on and load this page again');
  expect(await plain.locator('#enrol-passkey').isVisible()).toBe(false);
});
