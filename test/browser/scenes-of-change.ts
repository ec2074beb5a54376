/** More scenes that are drawn: what changes something, what comes by mail, and what ends. */
import { invite } from '../../packages/server/src/domain/accounts/invite.ts';
import { bearing } from '../journeys/cast.ts';
import { linkIn, proveAddress, signUpByMail } from '../journeys/mail/mail-cast.ts';
import { program } from '../journeys/oauth/cast.ts';
import { waitingDevice } from '../journeys/oauth/device-cast.ts';
import { authorizeAt, decide, makeClient, requestOf, waitingAt } from '../kit/clients.ts';
import { authenticator as authenticatorApp } from '../kit/factors.ts';
import { addAuthenticator } from '../kit/virtual-authenticator.ts';
import { goodPassword, signIn, visit } from '../kit/visitor.ts';
import { ada, type Round } from './scenes.ts';
import { signInAs } from './sign-in.ts';

const operator = { actor: 'operator', permissions: 'all', network: 'unknown' } as const;

/** Signs somebody in and goes to a page. */
async function enter({ serving, page }: Round, email: string, path: string): Promise<void> {
  await page.goto(`${serving.origin}/sign-in?next=${path}`);
  await signInAs(page, email);
  await page.waitForURL(`**${path}`);
  // People take longer than no time at all.
  serving.clock.advance(1000);
}

/** The sign-in page as an application leads to it: for nobody, for somebody, and refused. */
export async function drawSignInForClient(round: Round): Promise<void> {
  const { serving, page, draw } = round;
  const client = await makeClient(serving, { name: 'Reading Room', firstParty: false });
  const address = `${serving.origin}/oauth/authorize?${requestOf(client)}`;
  await page.goto(address);
  await draw('sign-in-for-application');
  await signInAs(page, ada, 'not the password');
  await page.locator('#refusal').waitFor();
  await draw('password-refused');
  await enter(round, ada, '/account');
  await page.goto(`${address}&prompt=select_account`);
  await page.locator('#choose').waitFor();
  await draw('choice');
  await page.goto(`${serving.origin}/oauth/authorize?client_id=nobody`);
  await draw('failure-of-application');
}

/** The account centre once there is something to show, and after changes. */
export async function drawChanges(round: Round): Promise<void> {
  const { serving, page, draw } = round;
  const go = (path: string) => page.goto(`${serving.origin}/account/${path}`);
  const email = 'grace@example.com';
  await allowSomething(round, await signUpByMail(serving, email), email);
  await enter(round, email, '/account/names');
  await page.locator('#name').fill('Grace Hopper');
  await page.locator('#name').press('Enter');
  await page.locator('#notice').waitFor();
  await draw('account-changed');
  await go('passkeys');
  const authenticator = await addAuthenticator(page);
  await page.locator('#add-passkey #name').fill('Laptop');
  await page.locator('#make-passkey').click();
  await page.locator('#codes').waitFor();
  await draw('account-passkey-added');
  await go('passkeys');
  await draw('account-passkeys-some');
  await page.locator('#prove-again a').click();
  await page.locator('#by-passkey').waitFor();
  await draw('account-proof-passkey');
  await page.locator('#by-passkey').click();
  await page.locator('#notice').waitFor();
  await authenticator.remove();
  await go('applications');
  await draw('account-applications-some');
  await go('identities');
  await draw('account-identities-some');
  await go('api-keys');
  await page.locator('#make-key #name').fill('Nightly report');
  await page.locator('#scope').fill('account:read');
  await page.locator('#make').click();
  await page.locator('#key').waitFor();
  await draw('account-api-key-made');
}

/** An authenticator app, new codes, and what is asked for when a while has gone by. */
export async function drawApp(round: Round): Promise<void> {
  const { serving, page, draw } = round;
  const email = 'henry@example.com';
  await signUpByMail(serving, email);
  await enter(round, email, '/account');
  const go = (path: string) => page.goto(`${serving.origin}/account/${path}`);
  await go('factors');
  await page.locator('#begin-app button').click();
  const secret = (await page.locator('#secret').innerText()).replaceAll(' ', '');
  await draw('account-app');
  await page.locator('#code').fill(authenticatorApp(serving, secret).code());
  await page.locator('#confirm').click();
  await page.locator('#notice').waitFor();
  await draw('account-app-added');
  await go('factors');
  await draw('account-factors-some');
  serving.clock.advance(3_600_000);
  await go('factors');
  await page.locator('#prove-again').waitFor();
  await draw('account-prove-again');
  await page.locator('#prove-again a').click();
  await page.locator('#prove').waitFor();
  await draw('account-proof');
}

/** Allows an application what it asks for. */
async function allowSomething({ serving }: Round, account: string, email: string): Promise<void> {
  const owner = visit(serving);
  await signIn(owner, email);
  const client = await makeClient(serving, { name: 'Reading Room', firstParty: false });
  const scope = 'openid profile email offline_access';
  const authorization = waitingAt(await authorizeAt(owner, client, { scope }));
  await decide(owner, { authorization, account, decision: 'allow' });
}

/** The pages of a device that has no browser. */
export async function drawDevice(round: Round): Promise<void> {
  const { serving, page, draw } = round;
  const client = await program(serving, { name: 'Living-room TV', authentication: 'none' });
  const device = await waitingDevice(serving, client, { scope: 'openid' });
  await enter(round, ada, '/device');
  await draw('device');
  await page.locator('#user_code').fill(device.userCode);
  await page.locator('#submit').click();
  await page.locator('#decision').waitFor();
  await draw('device-compare');
  await page.locator('#allow').click();
  await page.locator('.good').waitFor();
  await draw('device-allowed');
}

/** Where mails lead, and the mails. */
export async function drawMails(round: Round): Promise<void> {
  const { serving, page, draw, picture } = round;
  const go = (path: string) => page.goto(`${serving.origin}${path}`);
  await go('/sign-in');
  await page.locator('#identifier').fill(ada);
  await page.locator('#sign-in #submit').click();
  await page.locator('#by-mail').click();
  await page.locator('#screen-code').waitFor();
  await page.context().clearCookies();
  await go(`/confirm?link=${await linkIn(serving, ada, 'sign-in')}`);
  await draw('link-elsewhere');
  await go('/reset');
  await page.locator('#email').fill(ada);
  await page.locator('#submit').click();
  await page.locator('#screen-code').waitFor();
  await draw('new-password');
  await go(`/confirm?link=${await linkIn(serving, ada, 'password-reset')}`);
  await draw('new-password-by-link');
  const guest = 'guest@example.com';
  await invite(serving.assembly.ports, operator, { email: guest, roles: [], language: 'en' });
  await go(`/invitation?link=${await linkIn(serving, guest, 'invitation')}`);
  await draw('invitation');
  const mover = visit(serving);
  await signUpByMail(serving, 'mover@example.com');
  const { access } = await signIn(mover, 'mover@example.com', { carrier: 'opaque' });
  await proveAddress(serving, bearing(mover, access), 'moved@example.com');
  await go(`/undo?link=${await linkIn(serving, 'mover@example.com', 'email-changed')}`);
  await draw('undo');
  await go('/confirm?ticket=none');
  await draw('link-over');
  await go('/dev/inbox');
  const mail = page.locator('article', { hasText: 'password-reset' }).locator('a[href^="/dev/inbox/mails/"]');
  await go(String(await mail.first().getAttribute('href')));
  // A mail is shown in a sandbox, where nothing runs that could look.
  await picture('mail');
}

/** Leaving: an account closed, signed out, and a sign-in that nobody finished in time. */
export async function drawEnds(round: Round): Promise<void> {
  const { serving, page, draw } = round;
  const email = 'leaver@example.com';
  await signUpByMail(serving, email);
  await enter(round, email, '/account/data');
  await page.locator('#password').fill(goodPassword);
  await page.locator('input[type=checkbox]').check();
  await page.locator('main .danger').click();
  await page.waitForURL('**/account/deletion');
  await draw('account-closed');
  await enter(round, ada, '/account');
  await page.goto(`${serving.origin}/sign-out`);
  await page.locator('#confirm').click();
  await page.locator('.good').waitFor();
  await draw('signed-out');
  await page.goto(`${serving.origin}/sign-in?next=/account`);
  await page.locator('#identifier').fill(ada);
  await page.locator('#sign-in #submit').click();
  await page.locator('#password').fill(goodPassword);
  serving.clock.advance(600_000);
  await page.locator('#sign-in-password #submit').click();
  await page.locator('#again').waitFor();
  await draw('sign-in-over');
}
