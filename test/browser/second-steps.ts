/** Every page that somebody may meet between the password and the session, one after another, for tests that look at them. */
import type { Page } from 'playwright-core';
import { device, giveRoles, type Person } from '../journeys/cast.ts';
import { signUpByMail } from '../journeys/mail/mail-cast.ts';
import { putRole } from '../kit/enrolment.ts';
import { addTotp, authenticator } from '../kit/factors.ts';
import { addPasskey, proveBy } from '../kit/passkeys.ts';
import type { Serving } from '../kit/serving.ts';
import { goodPassword } from '../kit/visitor.ts';
import { signInAs } from './sign-in.ts';

/** A browser before a server that takes proven addresses, and what is done with each page. */
export interface Walk {
  readonly serving: Serving;
  readonly page: Page;
  look(name: string): Promise<void>;
}

let people = 0;

/** Somebody new, on a device of their own. */
async function somebody(serving: Serving): Promise<Person> {
  const email = `somebody-${(people += 1)}@example.com`;
  const account = await signUpByMail(serving, email);
  return device(serving, { account, email });
}

/** The first step, in a browser that knows nobody. */
async function provePassword({ serving, page }: Walk, { email }: Person): Promise<void> {
  await page.context().clearCookies({ name: 'doorward_session' });
  await page.goto(`${serving.origin}/sign-in?next=/account/factors`);
  await signInAs(page, email);
}

/** Meets all of them. */
export async function walkSecondSteps(walk: Walk): Promise<void> {
  for (const demand of ['second-factor', 'passkey'] as const) await putRole(walk.serving, demand);
  for (const part of [meetFactors, meetPasskeyAlone, meetSetUp, meetPasskeyDemand, meetKeeping])
    await part(walk);
}

async function meetFactors(walk: Walk): Promise<void> {
  const { serving, page, look } = walk;
  const owner = await somebody(serving);
  await proveBy(serving, owner, { credential: await addPasskey(serving, owner) });
  const totp = await addTotp(serving, owner);
  await provePassword(walk, owner);
  await page.locator('#second-step').waitFor();
  await look('second-step');
  await page.locator('#totp').fill(totp.wrongCode());
  await page.locator('#second-step #submit').click();
  await page.locator('#refusal').waitFor();
  await look('second-step-refused');
  await page.locator('#other-factor').click();
  await page.locator('#recovery_code').waitFor();
  await look('recovery-code');
  await page.locator('#other-factor').click();
  await page.locator('#totp').fill(totp.code());
  await page.locator('#remember').check();
  await page.locator('#second-step #submit').click();
  await page.locator('[data-browser]').waitFor();
  await look('remembered-browsers');
}

async function meetPasskeyAlone(walk: Walk): Promise<void> {
  const { serving, page, look } = walk;
  const owner = await somebody(serving);
  await addPasskey(serving, owner);
  await provePassword(walk, owner);
  await page.locator('#by-passkey').waitFor();
  await look('second-step-passkey');
}

async function meetSetUp(walk: Walk): Promise<void> {
  const { serving, page, look } = walk;
  const owner = await somebody(serving);
  await giveRoles(serving, owner.account, ['second-factor']);
  await provePassword(walk, owner);
  await page.locator('#make-passkey').waitFor();
  await look('enrolment');
  await page.locator('#enrol #submit').click();
  await look('enrolment-app');
  const secret = (await page.locator('#secret').innerText()).replaceAll(' ', '');
  const app = authenticator(serving, secret);
  await page.locator('#code').fill(app.wrongCode());
  await page.locator('#submit').click();
  await page.locator('#code-fault').waitFor();
  await look('enrolment-app-refused');
  await page.locator('#code').fill(app.code());
  await page.locator('#submit').click();
  await page.locator('#codes').waitFor();
  await look('recovery-codes');
}

async function meetPasskeyDemand(walk: Walk): Promise<void> {
  const { serving, page, look } = walk;
  const owner = await somebody(serving);
  await giveRoles(serving, owner.account, ['passkey']);
  await provePassword(walk, owner);
  await page.locator('#make-passkey').waitFor();
  await look('enrolment-passkey');
}

async function meetKeeping(walk: Walk): Promise<void> {
  const { serving, page, look } = walk;
  const owner = await somebody(serving);
  await owner.ask('DELETE', '/api/v1/account', { body: { password: goodPassword } });
  await provePassword(walk, owner);
  await page.locator('#keep').waitFor();
  await look('keep');
}
